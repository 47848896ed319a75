"""How a study begins: with what a script defines, afresh, or not at all; and in which months its arms are looked at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import clustersim as cs
from clustersim.study.store.folder import Store
from tests.study.execute.small_study import SMALL, study

OPEN_DAY = """
import sys
import clustersim as cs


class OpenDay(cs.Intervention):
    date: str = cs.param(..., unit="year-month", meaning="month of the open day", source="assumption")

    def schedule(self, plan, calendar):
        plan.days[calendar.span(self.date, self.date)] += 5.0{more}


base = cs.load_scenario("stagnant").with_values({small})
opened = base.with_programme({{**base.interventions, "open": OpenDay(date="2000-06")}})
study = cs.Study(base, arms={{"opened": opened, "none": {{"programme": False}}}}, replications=3, seed=4)
study.run(sys.argv[1])
result = study.result(sys.argv[1])
print(result.counts.ok, len(result.to_df()), *sorted(study.plan().ids()))
"""


def test_an_intervention_of_ones_own_script_is_part_of_the_run(tmp_path: Path) -> None:
    """It is run, its folder opens with the script's own plan, and an edited class is another intervention."""

    def run(folder: str, more: str = "") -> list[str]:
        (tmp_path / "mine.py").write_text(OPEN_DAY.format(small=SMALL, more=more))
        env = os.environ | {"PYTHONPATH": str(Path(cs.__file__).parents[1])}
        command = [sys.executable, "mine.py", folder]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    first = run("a")
    assert first[:2] == ["6", "6"]
    assert run("a") == first
    with pytest.raises(cs.StoreError, match=r"arm opened has interventions that a script defines \(OpenDay\)"):
        cs.read_study(tmp_path / "a")
    edited = run("b", " + 0.0")
    assert len(set(edited[2:]) & set(first[2:])) == 3  # those of the arm without


def test_starting_afresh_throws_away_and_keeps_out_of_the_way(tmp_path: Path) -> None:
    study().run(tmp_path / "store", executor="threads")
    other = study(seed=5).run(tmp_path / "store", executor="threads", fresh=True)
    assert other.complete
    assert other.plan.seed == 5
    with Store.write(tmp_path / "store", study(seed=5).plan()), pytest.raises(cs.InputError, match="being written by"):
        study().run(tmp_path / "store", executor="threads", fresh=True)
    assert cs.read_study(tmp_path / "store").complete
    for call in ({"executor": "cloud"}, {"shard": (1, 2)}):  # a refusal throws nothing away
        with pytest.raises(cs.InputError):
            study().run(tmp_path / "store", fresh=True, **call)
    assert cs.read_study(tmp_path / "store").complete


def test_values_that_clash_only_together_are_refused_first(tmp_path: Path) -> None:
    vary = {"programme.start": ["2000-01", "2000-08"], "programme.end": ["2000-06", "2000-12"]}
    with pytest.raises(cs.InputError, match="point 2 in arm programme"):
        study(vary=vary).run(tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


def test_an_arm_without_a_programme_is_looked_at_when_the_others_end(tmp_path: Path) -> None:
    base = cs.load_scenario("stagnant").with_values({**SMALL, "run.months": 30})
    ends = {"programme.end": ["2000-12", "2001-12"]}
    frame = cs.Study(base, vary=ends, replications=1, series=("price",)).run(tmp_path / "a").to_df(["price"], "exit")
    monthly = cs.read_study(tmp_path / "a").monthly("price")
    for point, stop in ((0, 12), (1, 24)):
        own = monthly[(monthly["arm"] == "none") & (monthly["point"] == point)]["price"].iloc[stop - 12 : stop]
        assert frame[(frame["arm"] == "none") & (frame["point"] == point)]["price"].item() == pytest.approx(own.mean())
    alone = cs.Study(base, arms={"none": {"programme": False}}, replications=1).run(tmp_path / "b")
    assert alone.to_df(["price"], "exit")["price"].isna().all()  # there is no such window


def test_histories_are_drawn_under_their_own_calendar(tmp_path: Path) -> None:
    base = cs.load_scenario("stagnant").with_values(SMALL)
    moved = {"years": {"early": {}, "late": {"run.start": "2000-02", "programme.end": "2003-10"}}}
    result = cs.Study(base, vary=moved, replications=1).run(tmp_path / "store", executor="threads")
    found = [result.spaghetti("trust", "programme", point=at).courses["programme"] for at in (0, 1)]
    assert [(course.start, course.programme) for course in found] == [("2000-01", (0, 48)), ("2000-02", (-1, 45))]
    with pytest.raises(cs.InputError, match="start in different months"):
        result.spaghetti("trust")
