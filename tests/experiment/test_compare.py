"""Arms on common random numbers: pairing, windows, failures, and independence of workers and order."""

from __future__ import annotations

import math
import threading
import time
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputError
from clustersim.experiment.compare import compare
from clustersim.experiment.result import Comparison
from tests.experiment import stand_in


@pytest.fixture(scope="module")
def both() -> Comparison:
    scenario = stand_in.scenario()
    return compare({"programme": scenario, "none": scenario.without_programme()}, replications=8, run=stand_in.run)


def test_the_columns_of_the_summary_are_those_of_the_contract(both: Comparison) -> None:
    assert list(both.summary.columns) == [
        "arm", "when", "measure", "unit", "mean", "low", "high",
        "difference", "difference_low", "difference_high", "replications",
    ]  # fmt: skip
    assert not both.summary.duplicated(["arm", "when", "measure"]).any()


def test_the_end_is_the_last_year_of_the_run_and_the_exit_the_last_of_the_programme(both: Comparison) -> None:
    windows = {window.when: (window.first, window.stop) for window in both.windows("programme")}
    assert windows == {"end": (60, 72), "exit": (24, 36)}  # January to December 1999 are the months 24 to 35
    series = both.arms["programme"].series("trust")
    assert both.row("programme", "trust", "exit").level.mean == pytest.approx(series[:, 24:36].mean())
    assert both.row("programme", "trust", "end").level.mean == pytest.approx(series[:, 60:72].mean())


def test_at_the_exit_the_baseline_is_looked_at_in_the_same_months(both: Comparison) -> None:
    gap = both.arms["programme"].series("trust") - both.arms["none"].series("trust")
    row = both.row("programme", "trust", "exit")
    assert row.paired is not None
    assert row.paired.difference.mean == pytest.approx(gap[:, 24:36].mean())
    assert both.row("none", "trust", "exit").paired is None


@pytest.mark.parametrize(("end", "expected"), [
    ("2010-01", None),  # still going when the run ends
    ("1997-06", (0, 6)),  # shorter than a year: its own months
    ("2002-12", (60, 72)),
])  # fmt: skip
def test_the_exit_of_long_and_of_short_programmes(end: str, expected: tuple[int, int] | None) -> None:
    found = compare({"one": stand_in.scenario(end=end)}, replications=2, run=stand_in.run)
    windows = {window.when: (window.first, window.stop) for window in found.windows("one")}
    assert windows.get("exit") == expected


def test_without_any_programme_there_is_no_exit() -> None:
    found = compare({"none": stand_in.scenario().without_programme()}, replications=2, run=stand_in.run)
    assert {row.when for row in found.rows} == {"end"}
    assert found.baseline is None
    assert found.summary["difference"].isna().all()
    assert "nothing to compare" in found.answer


def test_identical_arms_differ_by_exactly_zero() -> None:
    scenario = stand_in.scenario()
    found = compare({"one": scenario, "two": scenario}, replications=5, run=stand_in.run)
    gaps = [row.paired.difference for row in found.rows if row.paired]
    assert gaps
    assert {gap[:3] for gap in gaps} == {(0.0, 0.0, 0.0)}
    assert "no effect that can be told from zero" in found.answer


def test_pairing_shares_the_luck(both: Comparison) -> None:
    row = both.row("programme", "trust")
    assert row.paired is not None
    paired, apart = row.paired.difference, row.level
    assert paired.high - paired.low < 0.5 * (apart.high - apart.low)


def test_workers_and_the_order_in_which_runs_end_change_nothing(both: Comparison) -> None:
    def slow_at_first(scenario: Any, *, replication: int, **more: Any) -> Any:
        time.sleep(0.02 * (8 - replication) / 8)
        return stand_in.run(scenario, replication=replication, **more)

    for workers in (1, 7):
        again = compare({name: arm.scenario for name, arm in both.arms.items()}, replications=8, workers=workers,
                        run=slow_at_first)  # fmt: skip
        assert again.summary.equals(both.summary)
        for name, arm in both.arms.items():
            assert np.array_equal(arm.measures, again.arms[name].measures, equal_nan=True)
            assert all(map(np.array_equal, arm.flows, again.arms[name].flows))


def test_each_run_stands_in_the_place_of_its_replication(both: Comparison) -> None:
    for name, arm in both.arms.items():
        for r in (0, 3, 7):
            alone = stand_in.run(arm.scenario, replication=r)
            assert np.array_equal(arm.measures[r], alone.measures, equal_nan=True), (name, r)
            assert np.array_equal(arm.flows[r], alone.flows), (name, r)


def test_the_order_of_the_arms_changes_no_figure(both: Comparison) -> None:
    arms = {name: both.arms[name].scenario for name in ("none", "programme")}
    turned = compare(arms, replications=8, run=stand_in.run)
    assert turned.baseline == both.baseline == "none"
    key = ["arm", "when", "measure"]
    assert turned.summary.sort_values(key, ignore_index=True).equals(both.summary.sort_values(key, ignore_index=True))


def test_every_run_gets_the_seed_and_its_replication_and_only_the_first_its_network() -> None:
    asked = []

    def noted(scenario: Any, **more: Any) -> Any:
        asked.append((scenario.programme.start, more["seed"], more["replication"], more["record_network"]))
        return stand_in.run(scenario, **more)

    scenario = stand_in.scenario()
    compare({"a": scenario, "b": scenario.without_programme()}, replications=3, seed=9, workers=1, run=noted)
    assert sorted(asked, key=str) == sorted(
        [(start, 9, r, r == 0) for start in ("1997-01", None) for r in range(3)], key=str
    )


def fails(arm_start: str | None, at: int, fault: Exception) -> Any:
    def run(scenario: Any, *, replication: int, **more: Any) -> Any:
        if scenario.programme.start == arm_start and replication == at:
            raise fault
        return stand_in.run(scenario, replication=replication, **more)

    return run


def test_a_run_that_fails_is_reported_and_leaves_with_its_pair() -> None:
    scenario = stand_in.scenario()
    arms = {"programme": scenario, "none": scenario.without_programme()}
    found = compare(arms, replications=6, run=fails(None, 2, ValueError("trust of firm 7 is NaN")))
    assert [(run.arm, run.replication, run.reason) for run in found.failed] == [
        ("none", 2, "ValueError: trust of firm 7 is NaN")
    ]
    row = found.row("programme", "trust")
    assert row.paired is not None
    assert (row.level.n, row.paired.difference.n, row.paired.dropped, row.replications) == (6, 5, 1, 5)
    assert set(found.monthly.query("arm == 'none'")["replication"]) == {0, 1, 3, 4, 5}
    assert "1 of 12 runs failed" in found.answer
    whole = compare(arms, replications=6, run=stand_in.run)
    assert found.row("programme", "trust").level == whole.row("programme", "trust").level


def test_an_arm_that_always_fails_still_leaves_the_other() -> None:
    def broken(scenario: Any, **more: Any) -> Any:
        if scenario.programme.start:
            raise ZeroDivisionError
        return stand_in.run(scenario, **more)

    scenario = stand_in.scenario()
    found = compare({"programme": scenario, "none": scenario.without_programme()}, replications=3, run=broken)
    assert len(found.failed) == 3
    assert found.row("none", "trust").replications == 3
    assert math.isnan(found.row("programme", "trust").level.mean)
    assert "no pair has a value" in found.answer
    assert found.table()


@pytest.mark.parametrize("fault", [InputError("a roster without firms"), MemoryError()])
def test_bad_input_and_lack_of_memory_end_the_comparison(fault: Exception) -> None:
    with pytest.raises(type(fault)):
        compare({"a": stand_in.scenario()}, replications=3, run=fails("1997-01", 1, fault))


@pytest.mark.parametrize("wrong", [{"replications": 0}, {"workers": 0}, {"baseline": "nobody"}])
def test_bad_arguments_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        compare({"a": stand_in.scenario()}, run=stand_in.run, **wrong)
    with pytest.raises(InputError):
        compare({}, run=stand_in.run)


def test_the_first_other_arm_is_the_baseline_where_all_have_a_programme() -> None:
    long, short, weak = stand_in.scenario(), stand_in.scenario(end="1998-12"), stand_in.scenario(effect=0.1)
    arms = {"long": long, "short": short, "weak": weak}
    assert compare(arms, replications=2, run=stand_in.run).baseline == "short"
    assert compare(arms, replications=2, run=stand_in.run, baseline="weak").baseline == "weak"


def test_an_empty_measure_stays_empty(both: Comparison) -> None:
    row = both.row("programme", "cost_recovery")  # the arm without programme delivers nothing
    assert row.paired is not None
    assert row.paired.difference.n == 0
    assert math.isnan(row.paired.difference.mean)
    assert row.replications == 8


def test_progress_is_told_in_the_calling_thread() -> None:
    told = []
    compare({"a": stand_in.scenario()}, replications=4, workers=3, run=stand_in.run,
            progress=lambda done, total: told.append((done, total, threading.current_thread())))  # fmt: skip
    assert told == [(n, 4, threading.current_thread()) for n in (1, 2, 3, 4)]


def test_monthly_and_ledger_tables(both: Comparison) -> None:
    monthly, ledger = both.monthly, both.ledger
    assert list(monthly.columns[:4]) == ["arm", "replication", "month", "trust"]
    assert len(monthly) == 2 * 8 * 72
    assert monthly.loc[monthly["arm"] == "none", "cost_recovery"].isna().all()
    assert list(ledger.columns) == ["arm", "replication", "month", "purpose", "payer", "payee", "amount"]
    assert (ledger["amount"] != 0).all()
    first = ledger[(ledger["replication"] == 0) & (ledger["month"] == 0) & (ledger["purpose"] == "fair")]
    assert dict(zip(first["payer"], first["amount"], strict=True)) == {
        "programme": 1050.0, "institutions": 750.0, "firms": 1200.0,
    }  # fmt: skip
    assert all(of_run["month"].is_monotonic_increasing for _, of_run in ledger.groupby("replication"))
