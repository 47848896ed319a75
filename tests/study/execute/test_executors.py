"""Threads, processes, somebody's own executor, and Dask: the same batches from all of them."""

from __future__ import annotations

import os
import pickle
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import clustersim as cs
from clustersim.measures import MEASURES
from clustersim.study.execute import executors
from clustersim.study.execute.executors import crew
from clustersim.study.work import Batch, Job, Task

SMALL = {"cluster.firms": 24, "run.months": 24, "run.burn_in": 6, "cluster.association_members": 4}


def task(replications: range, seed: int = 3) -> Task:
    scenario = cs.load_scenario("stagnant").with_values(SMALL)
    job = Job("programme", {"trust.gain": 0.05}, tuple(replications), tuple(replications))
    return Task({"programme": pickle.dumps(scenario)}, (job,), seed, ("trust", "income"))


def assert_same(one: Batch, other: Batch) -> None:
    for field in ("positions", "end", "exit"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    np.testing.assert_array_equal(np.array(one.series), np.array(other.series))
    assert one.errors == other.errors


@pytest.fixture(scope="module")
def expected() -> Batch:
    with crew("threads", 1) as found:
        return found.submit(task(range(4))).result()


def test_outcomes_are_those_of_a_comparison(expected: Batch) -> None:
    scenario = cs.load_scenario("stagnant").with_values(SMALL | {"trust.gain": 0.05})
    both = cs.compare({"programme": scenario}, replications=4, seed=3)
    names = [measure.name for measure in MEASURES]
    for name in ("trust", "joint_action", "income", "gini"):
        window = both.windows("programme")[0]
        np.testing.assert_array_equal(expected.end[:, names.index(name)], both.values("programme", name, window))
    np.testing.assert_array_equal(np.array([series[0] for series in expected.series]),
                                  both.arms["programme"].series("trust"))  # fmt: skip


@pytest.mark.parametrize(("kind", "workers", "method"), [
    ("threads", 2, "spawn"), ("processes", 2, "spawn"),
    pytest.param("processes", 1, "fork", marks=pytest.mark.skipif(os.name == "nt", reason="no fork on Windows")),
])  # fmt: skip
def test_where_it_is_lived_changes_nothing(expected: Batch, kind: str, workers: int, method: Any) -> None:
    with crew(kind, workers, start_method=method) as found:
        halves = [found.submit(task(range(0, 2))), found.submit(task(range(2, 4)))]
        first, second = (half.result(60) for half in halves)
    joined = Batch(
        np.concatenate([first.positions, second.positions]), np.concatenate([first.end, second.end]),
        np.concatenate([first.exit, second.exit]), first.series + second.series, first.errors + second.errors, 0.0,
    )  # fmt: skip
    assert_same(joined, expected)


def test_an_executor_of_ones_own(expected: Batch) -> None:
    with ThreadPoolExecutor(1) as pool, crew(pool) as found:
        assert found.workers == 1
        assert_same(found.submit(task(range(4))).result(), expected)


def test_auto_starts_no_processes_for_little_work() -> None:
    with crew("auto", 2, seconds=1.0) as found:
        assert "thread" in found.name
    with crew("auto", 2, seconds=100.0, portable=False) as found:
        assert "thread" in found.name
    with crew("auto", 2, seconds=100.0) as found:
        assert found.name == "2 processes"


def test_unknown_executors_are_refused() -> None:
    with pytest.raises(cs.InputError, match=r"executor.*allowed"), crew("slurm"):
        pass


def test_stopping_threads_keeps_what_is_done() -> None:
    with crew("threads", 1) as found:
        future = found.submit(task(range(2000)))
        time.sleep(0.3)
        found.stop()
        assert len(future.result(10).positions) < 2000


@pytest.mark.skipif(os.name == "nt", reason="kills by POSIX signals")
def test_dask_gives_the_same_even_if_its_workers_are_killed(expected: Batch) -> None:
    distributed = pytest.importorskip("distributed")
    local = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                                     host="127.0.0.1", silence_logs=50)  # fmt: skip
    with local as cluster, crew(f"dask={cluster.scheduler_address}") as found:
        assert found.workers == 2
        long = [found.submit(task(range(k, k + 60))) for k in range(0, 240, 60)]
        victim = next(iter(cluster.workers.values()))
        time.sleep(0.2)
        os.kill(victim.pid, signal.SIGKILL)
        assert_same(found.submit(task(range(4))).result(60), expected)
        assert sum(len(batch.result(60).positions) for batch in long) == 240


def test_no_dask_scheduler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "DASK_SECONDS", 0.5)
    with pytest.raises(cs.ResourceError, match="no Dask scheduler"), crew("dask=tcp://127.0.0.1:1"):
        pass
