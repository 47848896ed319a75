"""A study is run: whatever happens on the way, each run is kept once, and the table is the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import clustersim as cs
from clustersim import simulation
from clustersim.study.design.plan import Arm, Plan
from clustersim.study.execute import engine, forecast
from clustersim.study.execute.engine import run_study
from clustersim.study.execute.progress import Progress
from clustersim.study.store.export import export
from clustersim.study.store.folder import Store

SMALL = {"cluster.firms": 24, "run.months": 14, "run.burn_in": 3, "cluster.association_members": 4}
REAL = simulation.run
posix = pytest.mark.skipif(os.name == "nt", reason="kills by POSIX signals")


def study(**changes: Any) -> cs.Study:
    base = cs.load_scenario("stagnant").with_values(SMALL)
    asked: dict[str, Any] = {"vary": {"trust.gain": [0.03, 0.09]}, "replications": 5, "seed": 4, "name": "small"}
    return cs.Study(base, **(asked | changes))


def canonical(folder: Path, at: Path) -> bytes:
    export(Store.read(folder), at, incomplete=True)
    return at.read_bytes()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("expected")
    run_study(study().plan(), folder / "store", workers=1, executor="threads")
    return canonical(folder / "store", folder / "all.parquet")


@pytest.mark.parametrize("how", [
    {"workers": 2, "executor": "threads"}, {"workers": 2, "executor": "processes"},
    pytest.param({"workers": 4, "executor": "processes", "start_method": "fork"}, marks=posix),
], ids=["threads", "spawned", "forked"])  # fmt: skip
def test_how_it_is_run_changes_no_byte(how: dict[str, Any], expected: bytes, tmp_path: Path) -> None:
    result = run_study(study().plan(), tmp_path / "store", **how)
    assert result.complete
    assert canonical(tmp_path / "store", tmp_path / "all.parquet") == expected


def test_a_study_and_a_comparison_say_the_same(tmp_path: Path) -> None:
    asked = study(vary={})
    result = run_study(asked.plan(), tmp_path / "store")
    arms = {arm.name: arm.scenario for arm in asked.plan().arms}
    both = cs.compare(arms, replications=5, seed=4, baseline="none")
    frame = result.to_df()
    window = both.windows("programme")[0]
    for name in arms:
        np.testing.assert_array_equal(frame[frame["arm"] == name]["income"], both.values(name, "income", window))


class Counted:
    """Stands in for a run: counts, and misbehaves where it is told to."""

    def __init__(self, misbehave: Callable[[int], None] = lambda replication: None) -> None:
        self.misbehave, self.runs = misbehave, 0
        self.real = REAL

    def __call__(self, scenario: Any, *, seed: int = 0, replication: int = 0) -> Any:
        if seed == 4:  # else it is the warming up
            self.runs += 1
            self.misbehave(replication)
        return self.real(scenario, seed=seed, replication=replication)


def test_a_second_run_costs_nothing_and_growing_only_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted()
    monkeypatch.setattr(simulation, "run", counted)

    def runs(**changes: Any) -> int:
        before = counted.runs
        result = study(**changes).run(tmp_path / "store", executor="threads")
        assert result.complete
        return counted.runs - before

    assert runs() == 2 * 2 * 5
    assert runs() == 0
    assert runs(replications=7) == 2 * 2 * 2
    assert runs(replications=7, vary={"trust.gain": [0.03, 0.06, 0.09]}) == 2 * 7
    assert runs(replications=3) == 0
    assert len(Store.read(tmp_path / "store").table()) == 2 * 2 * 3  # the others stay, and are not of this plan


def test_a_point_that_comes_twice_is_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted()
    monkeypatch.setattr(simulation, "run", counted)
    plan = study().plan()
    doubled = Plan(plan.name, plan.arms, plan.factors, (*plan.points, plan.points[0]), 5, 4, "table", plan.series)
    result = run_study(doubled, tmp_path / "store", executor="threads")
    assert counted.runs == 2 * 2 * 5
    assert len(result.to_df()) == 2 * 3 * 5


def test_a_failed_run_is_a_row_and_not_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_at_three(replication: int) -> None:
        if replication == 3:
            raise FloatingPointError("no such\nnumber")

    monkeypatch.setattr(simulation, "run", Counted(fail_at_three))
    result = study().run(tmp_path / "store", executor="threads")
    assert result.complete
    assert result.counts.failed == 4
    row = result.failures.iloc[0]
    assert (row["replication"], row["seed"], row["error"]) == (3, 4, "FloatingPointError: no such number")
    assert row["replay"] == f"clustersim replay {tmp_path / 'store'} {row['run_id']}"
    assert not result.to_df()["replication"].eq(3).any()

    counted = Counted()
    monkeypatch.setattr(simulation, "run", counted)
    study().run(tmp_path / "store", executor="threads")
    assert counted.runs == 0  # a failure is a result
    again = study().run(tmp_path / "store", executor="threads", retry_failed=True)
    assert counted.runs == 4
    assert again.counts.failed == 0


def test_settings_that_contradict_each_other_fail_as_runs(tmp_path: Path) -> None:
    """Each value is sound alone, so it passes the check of the study; together they are not."""
    base = cs.load_scenario("stagnant").with_values(SMALL)
    plan = study(vary={"cluster.association_members": [4, 20]}).plan()
    shrunk = base.with_values({"cluster.firms": 24})
    arms = (Arm("programme", shrunk),)
    result = run_study(Plan("odd", arms, plan.factors, plan.points, 2, 0), tmp_path / "store", executor="threads")
    assert result.counts.ok + result.counts.failed == 4


@posix
def test_a_run_that_kills_its_worker_is_tried_thrice_and_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = tmp_path / "tries"
    tries.mkdir()

    def kill_at_three(replication: int) -> None:
        if replication == 3:
            (tries / f"{len(list(tries.iterdir()))}-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(simulation, "run", Counted(kill_at_three))
    result = study(vary={}).run(tmp_path / "store", executor="processes", workers=2, start_method="fork")
    assert (result.counts.ok, result.counts.failed) == (8, 2)
    assert set(result.failures["replication"]) == {3}
    assert result.failures["error"].str.contains("tried 3 times.*SIGKILL").all()
    assert len(list(tries.iterdir())) == 2 * 3


@posix
def test_a_worker_that_dies_once_costs_nothing(
    tmp_path: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    died = tmp_path / "died"

    def kill_once(replication: int) -> None:
        if replication == 2 and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(simulation, "run", Counted(kill_once))
    result = study().run(tmp_path / "store", executor="processes", workers=2, start_method="fork")
    assert died.exists()
    assert result.counts.failed == 0
    assert canonical(tmp_path / "store", tmp_path / "all.parquet") == expected


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_an_interrupt_keeps_what_is_finished(
    executor: str, tmp_path: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "TASK_SECONDS", 1e-4)  # a task for each run

    def interrupt(now: Progress) -> None:
        if now.done >= 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study().run(tmp_path / "store", executor=executor, workers=2, progress=interrupt)
    kept = Store.read(tmp_path / "store").counts()
    assert 7 <= kept.ok < 20
    assert study().run(tmp_path / "store", executor=executor).complete
    assert canonical(tmp_path / "store", tmp_path / "all.parquet") == expected


def test_what_is_acknowledged_is_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FLUSH_SECONDS", 0.0)
    monkeypatch.setattr(engine, "TASK_SECONDS", 1e-4)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    seen: set[str] = set()

    def look(now: Progress) -> None:
        try:
            seen.update(os.read(reader, 100_000).decode().split())
        except BlockingIOError:
            return
        table = Store.read(tmp_path / "store").table(["run_id", "status"]).to_pylist()
        assert seen <= {row["run_id"] for row in table if row["status"] == "ok"}

    study().run(tmp_path / "store", executor="threads", progress=look, ack_fd=writer)
    os.close(writer)
    seen.update(os.read(reader, 100_000).decode().split())
    os.close(reader)
    assert len(seen) == 20


def test_a_reader_of_acknowledgements_who_leaves_is_no_fault(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert study().run(tmp_path / "store", executor="threads", ack_fd=writer).complete
    os.close(writer)


def test_shards_together_are_the_whole(tmp_path: Path, expected: bytes) -> None:
    for i in (2, 3, 1):
        part = study().run(tmp_path / "store", shard=(i, 3), executor="threads")
        assert part.counts.failed == 0
    before = Store.read(tmp_path / "store").counts()
    assert before.ok == before.distinct == 20
    study().run(tmp_path / "store")
    assert canonical(tmp_path / "store", tmp_path / "all.parquet") == expected


@pytest.mark.parametrize("change", [
    {"workers": 0}, {"workers": 1.5}, {"workers": "2"}, {"executor": "cloud"}, {"shard": (4, 3)}, {"shard": "1/2"},
    {"start_method": "x"}, {"ack_fd": 999}, {"executor": "dask=nowhere"},
], ids=str)  # fmt: skip
def test_bad_calls_write_nothing(change: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises((cs.InputError, cs.ResourceError)):
        study().run(tmp_path / "store", **change)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "value"), [("PLAN_BYTES", 1e15), ("FIRM_BYTES", 1e15)])
def test_what_does_not_fit_into_memory_is_refused_first(
    name: str, value: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, name, value)
    with pytest.raises(cs.ResourceError, match=r"of memory.*Nothing was written"):
        study().run(tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_on_the_disk_is_refused_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1))
    with pytest.raises(cs.ResourceError, match=r"of disk.*Nothing was written"):
        study().run(tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


def test_tasks_fill_their_time_and_end_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = engine._Sweep._task

    def noted(self: Any, positions: list[int]) -> Any:
        sizes.append(len(positions))
        return real(self, positions)

    monkeypatch.setattr(engine._Sweep, "_task", noted)
    study(vary={}, replications=300).run(tmp_path / "store", executor="threads", workers=2)
    assert sum(sizes) == 600
    assert len(sizes) < 60
    assert sizes[-1] < max(sizes)


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
