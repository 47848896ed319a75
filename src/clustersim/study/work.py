"""What a worker does with a task: live its runs, keep their outcomes, and never let one failed run take the others."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.experiment import statistics
from clustersim.experiment.result import Window, position, span_of, windows_in
from clustersim.measures import MEASURES
from clustersim.study.design.apply import applied

if TYPE_CHECKING:
    from clustersim.scenario import Scenario


@dataclass(frozen=True)
class Job:
    """Some replications of one arm at one point."""

    arm: str
    settings: dict[str, Any]
    replications: tuple[int, ...]
    positions: tuple[int, ...]
    """of these runs in the plan"""
    exit_span: tuple[int, int] | None = None
    """of an arm without a programme: the months in whose last year it is looked at"""


@dataclass(frozen=True)
class Task:
    """As many runs as are worth sending to a worker at once."""

    arms: dict[str, bytes]
    """the pickled scenario of each arm that is needed"""
    jobs: tuple[Job, ...]
    seed: int
    series: tuple[str, ...]

    @property
    def runs(self) -> int:
        """How many runs it is."""
        return sum(len(job.positions) for job in self.jobs)

    def one_by_one(self) -> list[Task]:
        """The same runs, a task for each."""
        return [Task(self.arms, (replace(job, replications=(r,), positions=(p,)),), self.seed, self.series)
                for job in self.jobs for r, p in zip(job.replications, job.positions, strict=True)]  # fmt: skip


class Batch(NamedTuple):
    """The outcomes of some runs, as they come back from a worker; row k belongs to the run ``positions[k]``."""

    positions: NDArray[np.int64]
    """(runs,) positions in the plan"""
    end: NDArray[np.float64]
    """(runs, measures) mean of the last 12 months of the run; NaN = empty, all NaN where the run failed"""
    exit: NDArray[np.float64]
    """(runs, measures) mean of the programme's last 12 months; NaN where there is no such window"""
    series: tuple[NDArray[np.float64], ...]
    """for each run (kept measures, months); no months where the run failed"""
    errors: tuple[str, ...]
    """for each run what went wrong; empty if nothing did"""
    seconds: float
    """time the worker spent on it"""


def perform(task: Task, stop: Callable[[], bool] | None = None) -> Batch:
    """Live the runs of a task; what a run raises becomes its error.  ``stop`` ends it early, with what is done."""
    from clustersim.simulation import run

    began = perf_counter()
    outcomes: list[tuple[int, _Outcome]] = []
    for job in task.jobs:
        try:
            scenario, windows = _prepared(task, job)
        except Exception as fault:  # values that are sound one by one may contradict each other
            outcomes += [(position, _failed(fault, task)) for position in job.positions]
            continue
        for replication, position_ in zip(job.replications, job.positions, strict=True):
            if stop is not None and stop():
                break
            try:
                outcome = _outcome(run(scenario, seed=task.seed, replication=replication).measures, windows, task)
            except Exception as fault:
                outcome = _failed(fault, task)
            outcomes.append((position_, outcome))
    return _batch(outcomes, perf_counter() - began)


class _Outcome(NamedTuple):
    end: NDArray[np.float64]
    exit: NDArray[np.float64]
    series: NDArray[np.float64]
    error: str


def lost(task: Task, error: str) -> Batch:
    """What is recorded of a task whose workers died."""
    return _batch([(position, _failed(error, task)) for job in task.jobs for position in job.positions], 0.0)


@lru_cache(maxsize=32)
def _scenario(pickled: bytes) -> Scenario:
    """An arm as it was sent; a worker gets the same arms with every task."""
    found: Scenario = pickle.loads(pickled)
    return found


def _prepared(task: Task, job: Job) -> tuple[Scenario, tuple[Window, ...]]:
    scenario = applied(_scenario(task.arms[job.arm]), job.settings)
    return scenario, windows_in(scenario.run.months, span_of(scenario) or job.exit_span)


def means(measures: NDArray[np.float64], windows: tuple[Window, ...]) -> dict[str, NDArray[np.float64]]:
    """Of each window the mean of every measure, in the order of MEASURES; ``measures`` is (months, measures)."""
    return {window.when: np.array(statistics.window_means(measures.T, window.first, window.stop))
            for window in windows}  # fmt: skip


def _outcome(measures: NDArray[np.float64], windows: tuple[Window, ...], task: Task) -> _Outcome:
    found = means(measures, windows)
    kept = measures[:, [position(name) for name in task.series]].T
    return _Outcome(found["end"], found.get("exit", np.full(len(MEASURES), np.nan)), kept, "")


def _failed(fault: Exception | str, task: Task) -> _Outcome:
    nothing = np.full(len(MEASURES), np.nan)
    said = fault if isinstance(fault, str) else f"{type(fault).__name__}: {fault}"
    return _Outcome(nothing, nothing, np.empty((len(task.series), 0)), " ".join(said.split())[:2000])


def _batch(outcomes: list[tuple[int, _Outcome]], seconds: float) -> Batch:
    none = np.empty((0, len(MEASURES)))
    return Batch(
        np.array([position for position, _ in outcomes], np.int64),
        np.array([outcome.end for _, outcome in outcomes]) if outcomes else none,
        np.array([outcome.exit for _, outcome in outcomes]) if outcomes else none,
        tuple(np.ascontiguousarray(outcome.series) for _, outcome in outcomes),
        tuple(outcome.error for _, outcome in outcomes),
        seconds,
    )
