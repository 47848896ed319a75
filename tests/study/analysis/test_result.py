"""What may be asked of a folder of runs, on a small study whose numbers are known."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clustersim.errors import InputError
from clustersim.study.analysis.result import StudyResult, read_study
from clustersim.study.design.designs import points, with_luck
from clustersim.study.design.factors import Levels, Range
from clustersim.study.design.plan import Arm, Plan, Point
from clustersim.study.store.folder import Store
from clustersim.study.work import Batch
from tests.study.analysis.small_study import FAILED, MONTHS, NAMES, RULES, TRUST, jaipur, plan, saved, trust


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
    # a failed replication and one that is not there yet tilt a point's own mean, and not the mean over all points
    assert found.overall.mean == pytest.approx(np.mean([0.1, 0.05, 0.2, 0.1, 0.3, 0.15]) + 0.001 * 3.5 * 1.5, abs=1e-3)
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
    assert frame.loc["none", "exit", "trust"]["mean"] == pytest.approx(15.5)  # the lucky ones are not missed
    assert frame.loc["none", "end", "trust"]["unit"] == "0 to 1"


def test_a_relative_folder_is_found_wherever_the_program_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path / "study", [([0, 1, 2], frozenset({1}))])
    monkeypatch.chdir(tmp_path)
    result = read_study("study")
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    assert len(result.to_df(["trust"])) == 2
    assert result.sql("select count(*) as n from runs")["n"][0] == 3
    assert repr(result).endswith("in study>")  # as it was given
    assert result.failures["replay"][0].startswith("clustersim replay study ")


def drawn(folder: Path, design: str, replications: int, count: int) -> StudyResult:
    """A study of drawn points whose trust is the gain of its point, and the luck of its replication."""
    factors = with_luck(design, (Range("trust.gain", low=0.0, high=0.5),))
    found = points(design, factors, count, seed=5)
    whole = Plan("try", (Arm("none", jaipur().without_programme()),), factors, found, replications, seed=7,
                 design=design)  # fmt: skip
    end = np.ones((len(whole), len(NAMES)))
    for position in range(len(whole)):
        key = whole.key(position)
        end[position, TRUST] = float(found[key.point].values[0]) + 0.3 * (key.replication % 2)
    series = tuple(np.zeros((0, 0)) for _ in end)
    with Store.write(folder, whole) as store:
        store.add(Batch(np.arange(len(whole)), end, end, series, ("",) * len(end), 0.1))
    return read_study(folder)


@pytest.mark.parametrize(("design", "replications", "over"), [
    ("lhs", 4, "points and luck"),
    ("lhs", 1, "points, for one draw of luck"),
    ("morris", 4, "trajectories and luck"),
    ("morris", 1, "trajectories, for 4 draws of luck"),
    ("sobol", 4, "Saltelli blocks and luck"),
    ("sobol", 1, "Saltelli blocks and their luck"),
])  # fmt: skip
def test_drawn_points_are_a_sample_in_what_was_drawn_together(
    design: str, replications: int, over: str, tmp_path: Path
) -> None:
    result = drawn(tmp_path / "study", design, replications, 8)
    found = result._asked("trust", "end", None, None)
    assert found.over == over
    assert found.block == {"lhs": 1, "morris": 3, "sobol": 4}[design]
    if replications == 4:
        assert found.overall.high - found.overall.low > 0.3  # half of the replications are luckier by .3
        assert result.summary.set_index(["when", "measure"]).loc["end", "trust"]["replications"] == 4


def test_a_programme_has_a_first_and_a_last_month(tmp_path: Path) -> None:
    half = jaipur().without_programme().with_values({"programme.start": "1999-01"})
    given = replace(plan(), arms=(Arm("half", half), Arm("whole", jaipur())), factors=(), points=(Point(()),))
    with Store.write(tmp_path / "study", given):
        pass
    asked = read_study(tmp_path / "study")._asked("trust", "end", None, None)
    assert (asked.arm, asked.against) == ("whole", "half")
