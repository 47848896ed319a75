"""What may be asked of a folder of runs, on a small study whose numbers are known."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputError, InputWarning, StoreError
from clustersim.measures import MEASURES
from clustersim.scenario import Scenario, load_scenario
from clustersim.study.analysis.result import StudyResult, read_study
from clustersim.study.design.designs import points, with_luck
from clustersim.study.design.factors import Levels, Range
from clustersim.study.design.plan import Arm, Plan, Point
from clustersim.study.execute.work import Batch
from clustersim.study.store.folder import Store

NAMES = [measure.name for measure in MEASURES]
TRUST, INCOME, EMPTY = NAMES.index("trust"), NAMES.index("income"), NAMES.index("first_meeting")
GAINS, RULES, REPLICATIONS, MONTHS = (0.1, 0.2, 0.3), ("beta", "wary"), 4, 30
POINTS = tuple(Point((gain, rule)) for gain in GAINS for rule in RULES)
FAILED, PENDING = 2, 45
"""positions: point 0, arm taper, replication 2 failed; point 5, arm none, replication 1 has not been run"""


@cache
def jaipur() -> Scenario:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return load_scenario("jaipur")


def plan() -> Plan:
    arms = (Arm("taper", jaipur()), Arm("none", jaipur().without_programme()))
    factors = (Range("trust.gain", low=0.0, high=1.0), Levels("trust.rule", choices=RULES))
    return Plan("try", arms, factors, POINTS, REPLICATIONS, seed=7, design="grid", series=("trust",))


def trust(arm: int, point: int, replication: int) -> float:
    """Luck is worth 10 a replication, the programme the factor's gain; with the rule wary, half of it."""
    effect = GAINS[point // 2] * (0.5 if point % 2 else 1.0) + 0.001 * replication * (point + 1)
    return 10.0 * replication + (effect if arm == 0 else 0.0)


def batch(of: Plan, positions: list[int], failed: frozenset[int] = frozenset()) -> Batch:
    end = np.ones((len(positions), len(NAMES)))
    series = []
    for row, position in enumerate(positions):
        arm, point, replication = of.key(position)
        end[row, TRUST], end[row, INCOME] = trust(arm, point, replication), 110.0 if arm == 0 else 100.0
        months = position + np.arange(MONTHS, dtype=float)
        months[0] = np.nan
        series.append(months[None, : 0 if position in failed else MONTHS])
    end[:, EMPTY] = np.nan
    end[[position in failed for position in positions]] = np.nan
    errors = tuple("it broke" if position in failed else "" for position in positions)
    return Batch(np.array(positions), end, end + 0.5, tuple(series), errors, 0.1)


def saved(folder: Path, batches: list[tuple[list[int], frozenset[int]]]) -> Path:
    with Store.write(folder, plan()) as store:
        for positions, failed in batches:
            store.add(batch(plan(), positions, failed))
            store.flush()
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = list(range(30, -1, -1))  # not in the plan's order
    second = [position for position in range(31, len(plan())) if position != PENDING]
    return saved(tmp_path_factory.mktemp("study") / "my study", [(first, frozenset({FAILED})), (second, frozenset())])


@pytest.fixture(scope="module")
def result(folder: Path) -> StudyResult:
    return read_study(folder)


def test_how_far_it_is(result: StudyResult, folder: Path) -> None:
    assert not result.complete
    assert repr(result) == f"<study try: 47 of 48 runs, 1 failed, in {folder}>"
    assert (result.arms, result.factors) == (("taper", "none"), ("trust.gain", "trust.rule"))


def test_one_row_a_run_in_the_plans_order(result: StudyResult) -> None:
    frame = result.to_df()
    assert frame.columns.tolist() == ["arm", "point", "replication", "trust.gain", "trust.rule", *NAMES]
    assert len(frame) == 46
    assert frame[["point", "arm", "replication"]].head(4).to_numpy().tolist() == [
        [0, "taper", 0], [0, "taper", 1], [0, "taper", 3], [0, "none", 0]]  # fmt: skip
    row = frame[(frame["arm"] == "taper") & (frame["point"] == 3) & (frame["replication"] == 2)].iloc[0]
    assert (row["trust.gain"], row["trust.rule"]) == (0.2, "wary")
    assert row["trust"] == trust(0, 3, 2)
    assert frame["first_meeting"].isna().all()
    exits = result.to_df(["trust"], when="exit")
    assert exits.columns.tolist()[5:] == ["trust"]
    np.testing.assert_array_equal(exits["trust"], frame["trust"] + 0.5)


def test_months_in_a_long_frame(result: StudyResult) -> None:
    frame = result.monthly("trust")
    assert frame.columns.tolist() == ["arm", "point", "replication", "trust.gain", "trust.rule", "month", "trust"]
    assert len(frame) == 46 * MONTHS
    run = frame[(frame["arm"] == "none") & (frame["point"] == 1) & (frame["replication"] == 3)]  # position 15
    assert run["month"].tolist() == list(range(MONTHS))
    assert np.isnan(run["trust"].iloc[0])
    assert run["trust"].iloc[1:].tolist() == [15.0 + month for month in range(1, MONTHS)]


def test_failures_come_with_the_command_that_repeats_them(result: StudyResult, folder: Path) -> None:
    row = result.failures.iloc[0]
    assert len(result.failures) == 1
    assert row[["arm", "point", "replication", "seed", "error"]].tolist() == ["taper", 0, 2, 7, "it broke"]
    assert row["run_id"] == plan().id(FAILED)
    assert row["replay"] == f"clustersim replay '{folder}' {row['run_id']}"


def test_compare_pairs_by_point_and_replication(result: StudyResult) -> None:
    found = result.compare("taper", "none", on="trust")
    assert found.table["n"].tolist() == [3, 4, 4, 4, 4, 3]
    assert found.table["difference"][1] == pytest.approx(0.05 + 0.002 * 1.5)
    assert found.table["difference"][0] == pytest.approx(0.1 + 0.001 * 4 / 3)  # replications 0, 1, 3
    # luck is a hundred times the effect, and is not in the difference
    assert found.table["high"][4] - found.table["low"][4] < 0.05
    assert found.overall.n == 4  # a grid: over its replications
    assert found.overall.mean == pytest.approx(found.table["difference"].mean())
    assert (found.outcome.failed, found.outcome.pending, found.outcome.dropped) == (1, 1, 1)
    assert found.table["trust.rule"].tolist() == list(RULES) * 3
    assert result.compare("none", "taper", on="trust", when="exit").overall.mean == pytest.approx(-found.overall.mean)


def test_what_is_asked_where_nothing_is_said(result: StudyResult) -> None:
    effect = result.enough("trust")
    assert (effect.outcome.arm, effect.outcome.against) == ("taper", "none")
    level = result.enough("trust", arm="none")
    assert (level.outcome.arm, level.outcome.against) == ("none", None)
    assert level.outcome.values[2].tolist() == [0.0, 10.0, 20.0, 30.0]
    turned = result.enough("trust", against="taper")
    assert (turned.outcome.arm, turned.outcome.against) == ("none", "taper")
    assert effect.mean == pytest.approx(result.compare("taper", "none", on="trust").overall)


def test_sensitivity_of_a_grid_goes_by_rank(result: StudyResult) -> None:
    # six points are too few for a rank correlation with a random column, and this must be said, not drawn
    with pytest.raises(InputError, match="too few"):
        result.sensitivity("trust")
    with pytest.raises(InputError, match="too few for a surrogate"):
        result.sensitivity("trust", method="sobol")


@pytest.mark.parametrize("design", ["morris", "sobol"])
def test_sensitivity_on_the_points_of_its_design(design: str, tmp_path: Path) -> None:
    given = (Range("trust.gain", low=0.0, high=0.5), Levels("trust.rule", choices=RULES))
    factors = with_luck(design, given)
    found = points(design, factors, {"morris": 16, "sobol": 128}[design], seed=5)
    arms = (Arm("none", jaipur().without_programme()), Arm("taper", jaipur()))
    whole = Plan("try", arms, factors, found, 2, seed=7, design=design, notes={"levels": 4})
    end = np.ones((len(whole), len(NAMES)))
    for position in range(len(whole)):
        arm, point, replication = whole.key(position)
        gain, rule, luck = found[point].values
        level = 100.0 * (replication % 10)  # the same in both arms; the luck of a level starts at a million
        end[position, TRUST] = level + arm * (4.0 * float(gain) + (rule == "wary") + 0.01 * (int(luck) % 4))
    ids = list(whole.ids())  # a design of steps comes back to a point, and its runs are the same runs
    failed = [run_id == ids[6] for run_id in ids]  # one replication of a point: it still has the other
    end[failed] = np.nan
    errors = tuple("it broke" if bad else "" for bad in failed)
    series = tuple(np.zeros((0, 0)) for _ in errors)
    with Store.write(tmp_path / "study", whole) as store:
        store.add(Batch(np.arange(len(whole)), end, end, series, errors, 0.1))
    result = read_study(tmp_path / "study")
    answer = result.sensitivity("trust")
    assert (answer.method, answer.dummy) == (design, "luck")
    assert (answer.outcome.arm, answer.outcome.against) == ("taper", "none")
    table = answer.table.set_index("factor")
    if design == "morris":
        # 2 over the whole range; the rule changes at every step of 2/3
        assert table["mu"]["trust.gain"] == pytest.approx(2.0)
        assert table["mu_star"]["trust.rule"] == pytest.approx(1.5)
        assert table["mu_star"]["luck"] == pytest.approx(0.03)
    else:
        # variances 4 / 12, 1 / 4, next to nothing
        assert table["ST"]["trust.gain"] == pytest.approx(0.571, abs=0.06)
        assert table["ST"]["trust.rule"] == pytest.approx(0.429, abs=0.06)
        assert table["ST"]["luck"] < 0.01
    assert table["above_noise"].to_dict() == {"trust.gain": True, "trust.rule": True, "luck": False}
    assert f"({sum(failed)} failed)" in answer.note
    assert "left out whole" not in answer.note
    level = result.sensitivity("trust", arm="none").table
    assert (level[answer.index] == 0.0).all()


def test_phase_of_two_factors(result: StudyResult) -> None:
    found = result.phase("trust.gain", "trust.rule", on="trust")
    cell = found.table[(found.table["trust.gain"] == 0.2) & (found.table["trust.rule"] == "wary")].iloc[0]
    assert cell["value"] == pytest.approx(0.1 + 0.004 * 1.5)
    assert (cell["points"], len(found.table)) == (1, 6)
    level = result.phase("trust.gain", "trust.rule", on="trust", arm="none")
    assert level.threshold is None
    assert level.table["value"].iloc[0] == 15.0


def test_spaghetti_marks_the_programme(result: StudyResult) -> None:
    found = result.spaghetti("trust")
    assert list(found.courses) == ["taper", "none"]
    assert found.courses["taper"].values.shape == (23, MONTHS)
    assert found.courses["taper"].programme is not None
    assert found.courses["none"].programme is None
    one = result.spaghetti("trust", "none", point=1)
    row = one.table[one.table["month"] == 5].iloc[0]
    assert (row["runs"], row["median"]) == (4, 13.5 + 5)  # positions 12 to 15
    assert np.isnan(one.table["median"][0])


def test_summary_has_every_arm_window_and_measure(result: StudyResult) -> None:
    frame = result.summary.set_index(["arm", "when", "measure"])
    compared = result.compare("taper", "none", on="trust")
    row = frame.loc["taper", "end", "trust"]
    assert row["difference"] == pytest.approx(compared.overall.mean)
    assert row["replications"] == 4
    assert np.isnan(frame.loc["none", "end", "trust"]["difference"])
    assert frame.loc["none", "exit", "trust"]["mean"] == pytest.approx((5 * 15.5 + (0 + 20 + 30) / 3 + 0.5) / 6)
    assert frame.loc["none", "end", "trust"]["unit"] == "0 to 1"


def test_sql_over_the_present_runs(result: StudyResult) -> None:
    frame = result.sql("select arm, avg(trust_end) as trust, count(trust_end) as n from runs group by arm order by arm")
    own = result.to_df(["trust"]).groupby("arm")["trust"]
    assert frame["arm"].tolist() == ["none", "taper"]
    assert frame["trust"].tolist() == pytest.approx(own.mean().tolist())
    assert frame["n"].tolist() == [23, 23]
    joined = result.sql('select p."trust.rule", count(*) from runs join points p using (point) group by all')
    assert dict(joined.to_numpy().tolist()) == {"beta": 24, "wary": 23}
    assert result.sql("select position from runs")["position"].tolist() == [k for k in range(48) if k != PENDING]
    assert result.sql("from runs").columns.tolist() == result._store.columns


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("selec 1", "syntax error"),
        ("select * from run", "run"),
        ("select trusty_end from runs", "trusty_end"),
        ("create table mine as select 1", "one query that reads"),
        ("copy runs to 'stolen.csv'", "one query that reads"),
        ("select 1; select 2", "one query that reads"),
        ("", "one query that reads"),
        ("select * from read_csv('pyproject.toml')", "disabled by configuration"),
        ("select * from points_of_python", "points_of_python"),
        ("install httpfs", "one query that reads"),
    ],
)
def test_sql_does_nothing_but_read_the_runs(result: StudyResult, query: str, message: str) -> None:
    points_of_python = result.points
    assert len(points_of_python) == 6
    with pytest.raises(InputError, match=message):
        result.sql(query)


def test_a_run_that_was_tried_again_counts_once(tmp_path: Path) -> None:
    folder = saved(tmp_path / "it's", [([0, 1], frozenset({1})), ([1], frozenset())])
    result = read_study(folder)
    frame = result.sql("select position, status, trust_end from runs")
    assert frame.to_numpy().tolist() == [[0, "ok", 0.1], [1, "ok", trust(0, 0, 1)]]
    assert result.failures.empty
    assert not result.complete


def test_a_study_without_runs_says_so(tmp_path: Path) -> None:
    result = read_study(saved(tmp_path / "new", []))
    assert "0 of 48 runs" in repr(result)
    assert result.to_df(["trust"]).empty
    assert result.monthly("trust").empty
    assert result.failures.empty
    assert result.sql("select count(*) as n from runs")["n"][0] == 0
    with pytest.raises(InputError, match="no run of these arms"):
        result.spaghetti("trust")
    with pytest.raises(InputError, match="run more replications"):
        result.enough("trust")
    with pytest.raises(InputError, match="no point has a value"):
        result.phase("trust.gain", "trust.rule", on="trust")
    assert result.compare("taper", "none", on="trust").overall.n == 0
    assert "48 pairs" not in str(result.compare("taper", "none", on="trust"))


def test_a_wrong_name_gets_a_suggestion(result: StudyResult) -> None:
    asked: tuple[tuple[Callable[[], Any], str], ...] = (
        (lambda: result.to_df(["trusst"]), "'trust'"),
        (lambda: result.to_df(when="ende"), "'end'"),
        (lambda: result.monthly("income"), "not kept month by month.*allowed: trust"),
        (lambda: result.compare("tapper", "none", on="trust"), "'taper'"),
        (lambda: result.compare("taper", "taper", on="trust"), "itself"),
        (lambda: result.sensitivity("joint_actoin"), "'joint_action'"),
        (lambda: result.sensitivity("trust", method="sobel"), "'sobol'"),
        (lambda: result.enough("trust", arm="nome"), "'none'"),
        (lambda: result.phase("trust.gian", "trust.rule", on="trust"), "'trust.gain'"),
        (lambda: result.phase("trust.gain", "trust.gain", on="trust"), "two different factors"),
        (lambda: result.spaghetti("trust", "nome"), "'none'"),
        (lambda: result.spaghetti("trust", point=6), "0 to 5"),
    )
    for ask, message in asked:
        with pytest.raises(InputError, match=message):
            ask()


def test_no_study_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        read_study(tmp_path)
    folder = saved(tmp_path / "study", [([0, 1], frozenset())])
    result = read_study(folder)
    part = next(folder.rglob("part-*.parquet"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.chmod(0o644)
    part.write_bytes(content)
    with pytest.raises(StoreError):
        result.sql("from runs")
    with pytest.raises(StoreError):
        result.to_df()
