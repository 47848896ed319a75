"""A study is run: whatever happens on the way, each run is kept once, and the table is the same."""

from __future__ import annotations

import os
import signal
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
from tests.study.execute.small_study import SMALL, study

REAL = simulation.run
posix = pytest.mark.skipif(os.name == "nt", reason="kills by POSIX signals")


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
