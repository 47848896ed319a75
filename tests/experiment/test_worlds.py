"""Many worlds: sizes that add up, sums and means that are what they say, the same bits however they are run."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clustersim as cs
from clustersim.cli import main
from clustersim.experiment.result import position
from clustersim.experiment.worlds import AVERAGED, SUMMED, WEIGHTS, Lived, Total, run_any
from clustersim.measures import MEASURES
from clustersim.parameters.programme import Worlds
from clustersim.scenario.worlds import divided, world_of
from clustersim.simulation import new_world, run

SMALL = {"run.months": 14, "run.burn_in": 3, "worlds.count": 5, "worlds.firms": 97, "worlds.smallest": 8,
         "worlds.largest": 60, "worlds.supported": 0.4}  # fmt: skip


@pytest.fixture(scope="module")
def five() -> cs.Scenario:
    dense = {"start": "2000-01", "end": "2000-12", "every": 1}
    return cs.load_scenario("stagnant").with_values({
        **SMALL, "broker.days_per_month": 20.0,
        "interventions.purchase": {"kind": "joint_purchase", **dense},
    })  # fmt: skip


@pytest.fixture(scope="module")
def together(five: cs.Scenario) -> cs.ManyWorlds:
    return cs.run_worlds(five, seed=3, replication=2, workers=2)


@pytest.fixture(scope="module")
def apart(five: cs.Scenario) -> list[cs.Run]:
    return [run(world_of(five, share), seed=3, replication=10 + k) for k, share in enumerate(divided(five.worlds))]


def series(of: Any, measure: str) -> np.ndarray:
    found: np.ndarray = of.measures[:, position(measure)]
    return found


# ---------------------------------------------------------------- sizes


def test_india_meets_the_published_totals() -> None:
    india = cs.load_scenario("india")
    sizes = [share.firms for share in divided(india.worlds)]
    assert (len(sizes), sum(sizes)) == (1156, 694_379)
    assert abs(694_379 * india.cluster.mean_workers / 15_692_736 - 1) < 1e-3
    assert sum(share.supported for share in divided(india.worlds)) == round(1156 * 1350 / 6400)
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= india.worlds.smallest
    assert max(sizes) <= india.worlds.largest


def test_the_models_rule_of_size_gives_the_published_employment() -> None:
    india = cs.load_scenario("india").with_values({"worlds.count": 1, "cluster.firms": 40_000})
    workers = new_world(india.without_programme()).firms.workers
    assert workers[workers > 0].mean() == pytest.approx(15_692_736 / 694_379, rel=0.02)


@given(st.integers(2, 300), st.floats(0, 3), st.integers(3, 60), st.integers(0, 500), st.floats(0, 1), st.floats(0, 1))
def test_sizes_always_add_up(count: int, spread: float, smallest: int, more: int, part: float, a: float) -> None:
    largest = smallest + more
    firms = count * smallest + math.floor(part * count * more)
    shares = divided(Worlds(count=count, firms=firms, spread=spread, smallest=smallest, largest=largest, supported=a))
    assert sum(share.firms for share in shares) == firms
    assert all(smallest <= share.firms <= largest for share in shares)
    assert abs(sum(share.supported for share in shares) - a * count) < 1 + 1e-6


def test_more_spread_makes_the_largest_larger() -> None:
    def largest(spread: float) -> int:
        return divided(Worlds(count=100, firms=60_000, spread=spread, smallest=3, largest=50_000))[0].firms

    assert largest(0.0) == 600 < largest(0.5) < largest(1.0)


# ---------------------------------------------------------------- sums


def test_every_unit_is_known_as_counted_or_averaged() -> None:
    unknown = {measure.unit for measure in MEASURES} - SUMMED - AVERAGED
    assert not unknown, "say in experiment/worlds.py whether a measure in this unit is summed over worlds"
    units = {measure.name: measure.unit for measure in MEASURES}
    assert all(units[name] in AVERAGED and units[weight] in SUMMED for name, weight in WEIGHTS.items())


def test_counts_are_sums_and_levels_are_weighted_means(together: cs.ManyWorlds, apart: list[cs.Run]) -> None:
    for name in ("firms", "jobs", "firms_served", "programme_cost", "spent_private"):
        assert series(together, name) == pytest.approx(sum(series(one, name) for one in apart)), name
    cohort = [float(one.world.cohort[0]) for one in apart]
    for name in ("income", "joint_action", "trust"):
        mean = sum(n * series(one, name) for n, one in zip(cohort, apart, strict=True)) / sum(cohort)
        assert series(together, name) == pytest.approx(mean), name
    firms = [series(one, "firms") for one in apart]
    price = sum(n * series(one, "price") for n, one in zip(firms, apart, strict=True)) / sum(firms)
    assert series(together, "price") == pytest.approx(price)


def test_payments_are_sums_to_the_month(together: cs.ManyWorlds, apart: list[cs.Run]) -> None:
    def of(run: Any) -> Any:
        return run.ledger.groupby(["month", "purpose", "payer", "payee"]).amount.sum()

    total = of(apart[0])
    for one in apart[1:]:
        total = total.add(of(one), fill_value=0.0)
    assert (of(together) - total).abs().max() < 1e-6 * total.max()


def test_only_supported_worlds_have_a_programme(together: cs.ManyWorlds) -> None:
    table = together.worlds
    assert table.supported.sum() == 2
    assert (table.programme_cost[table.supported] > 0).all()
    assert (table.programme_cost[~table.supported] == 0).all()
    assert table.firms_at_start.sum() == 97


def test_ratios_of_one_world_are_those_it_measures_itself() -> None:
    small = {"cluster.firms": 60, "run.months": 40, "run.burn_in": 6}
    one = run(cs.load_scenario("stagnant").with_values(small), seed=4)
    total = Total(40)
    total.add(Lived(one.measures, one.world.ledger.flow[one.world.burn_in :], int(one.world.cohort[0])))
    assert np.nanmax(series(one, "leverage")) > 1.0  # something was done
    found = total.measures()
    for k, measure in enumerate(MEASURES):
        same = pytest.approx(one.measures[:, k], nan_ok=True, rel=1e-9, abs=1e-9)
        assert found[:, k] == same, measure.name


def test_a_ratio_is_made_from_summed_money_and_not_averaged() -> None:
    def world(private: float, programme: float) -> Lived:
        measures = np.zeros((1, len(MEASURES)))
        measures[0, position("spent_private")], measures[0, position("spent_programme")] = private, programme
        measures[0, position("leverage")] = (private + programme) / programme
        return Lived(measures, np.zeros((1, 1, 1, 1)), 10)

    total = Total(1)
    for lived in (world(900.0, 100.0), world(100.0, 900.0)):
        total.add(lived)
    assert series(_measured(total), "leverage") == pytest.approx([2.0])  # 2,000 over 1,000; the mean would be 5.6


def _measured(total: Total) -> Any:
    class Found:
        measures = total.measures()

    return Found


# ---------------------------------------------------------------- the same bits, and refusals


def test_threads_change_no_bit(five: cs.Scenario, together: cs.ManyWorlds) -> None:
    alone = cs.run_worlds(five, seed=3, replication=2, workers=1)
    assert alone.measures.tobytes() == together.measures.tobytes()
    assert alone.flows.tobytes() == together.flows.tobytes()


def test_arms_share_luck_world_by_world_and_replications_do_not(five: cs.Scenario, together: cs.ManyWorlds) -> None:
    none = cs.run_worlds(five.without_programme(), seed=3, replication=2, workers=2)
    left_alone = ~together.worlds.supported.to_numpy()
    assert none.last[left_alone].tobytes() == together.last[left_alone].tobytes()
    assert none.last[~left_alone].tobytes() != together.last[~left_alone].tobytes()
    other = cs.run_worlds(five, seed=3, replication=3, workers=2)
    assert other.measures.tobytes() != together.measures.tobytes()


def test_compare_takes_many_worlds(five: cs.Scenario) -> None:
    found = cs.compare({"programme": five, "none": five.without_programme()}, replications=2, seed=3, workers=2)
    again = cs.run_worlds(five, seed=3, replication=1)
    assert not found.failed
    assert found.arms["programme"].measures[1].tobytes() == again.measures.tobytes()
    assert found.answer


def test_one_world_is_a_plain_run(five: cs.Scenario) -> None:
    one = five.with_values({"worlds.count": 1, "cluster.firms": 20})
    assert isinstance(run_any(one, seed=1), cs.Run)
    with pytest.raises(cs.InputError, match="one world"):
        cs.run_worlds(one)


@pytest.mark.parametrize("way", [cs.run, cs.ClusterModel, lambda s: cs.Study(s, vary={"trust.gain": [0.1, 0.2]})])
def test_what_knows_one_world_only_refuses_many(five: cs.Scenario, way: Any) -> None:
    with pytest.raises(cs.InputError, match=r"worlds\.count"):
        way(five)


def test_numbers_out_of_range_are_refused(five: cs.Scenario) -> None:
    with pytest.raises(cs.InputError, match="replication"):
        cs.run_worlds(five, replication=2**32 // 5)
    with pytest.raises(cs.InputError, match="workers"):
        cs.run_worlds(five, workers=0)
    with pytest.raises(cs.InputError, match="survey"):
        five.with_values({"cluster.roster": __file__})


def test_the_command_line_runs_and_compares_many_worlds(
    five: cs.Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import pandas as pd

    monkeypatch.setattr("signal.signal", lambda *_: None)  # leave the tests' own handlers alone
    file = tmp_path / "five.toml"
    early = {name: five.interventions[name] for name in ("groups", "meetings", "purchase", "visits")}
    file.write_text(five.with_programme(early).to_toml(), encoding="utf-8")
    assert main(["run", str(file), "--seed", "3", "--quiet", "--json", "--out", str(tmp_path / "one")]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2
    assert len(pd.read_parquet(tmp_path / "one" / "worlds.parquet")) == 5
    assert len(pd.read_parquet(tmp_path / "one" / "monthly.parquet")) == 14
    both = ["compare", str(file), "--replications", "2", "--quiet", "--out", str(tmp_path / "two")]
    assert main(both) == 0
    assert "joint_action (share)" in capsys.readouterr().out
    assert (tmp_path / "two" / "report.html").is_file()
