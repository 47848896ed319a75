"""Arms on common random numbers: the same seed and replication number for each, then differences pair by pair.

A draw is a function of its address (seed, replication, month, event, actors), so two arms share luck by being given
the same address.  Threads do, because the compiled month releases the interpreter's lock; the results stand in a
place that seed and replication fix, so neither the number of workers nor the order in which they finish matters.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.errors import InputError
from clustersim.experiment.execute import run_all
from clustersim.experiment.result import NO_FLOWS, Arm, Comparison, FailedRun
from clustersim.measures import MEASURES

if TYPE_CHECKING:
    from clustersim.ensemble import Ensemble
    from clustersim.scenario import Scenario

Progress = Callable[[int, int], None]
"""called in the calling thread with (runs finished, runs in all)"""


def compare(
    arms: Mapping[str, Scenario],
    *,
    replications: int = 50,
    seed: int = 0,
    workers: int | None = None,
    baseline: str | None = None,
    progress: Progress | None = None,
    run: Callable[..., Any] | None = None,
    ensemble: Ensemble | None = None,
) -> Comparison:
    """Run each arm ``replications`` times on common random numbers and pair the runs by replication.

    ``baseline`` is the arm that the others are measured against: by default the first without a programme, else the
    second.  ``workers`` threads (default: one for each processor) change nothing but the time it takes.  A run that
    raises is kept as a :class:`FailedRun`; with an ``ensemble`` replication r of every arm uses its draw r mod D, so
    that intervals hold doubt about parameters beside luck; bad input, lack of memory and an interrupt end the
    comparison.  ``run`` is :func:`clustersim.experiment.worlds.run_any` unless a test puts its own in place.
    """
    if not arms:
        raise InputError("a comparison needs at least one arm")
    if replications < 1:
        raise InputError(f"replications must be at least 1, got {replications}")
    if workers is not None and workers < 1:
        raise InputError(f"workers must be at least 1, got {workers}")
    if baseline is not None and baseline not in arms:
        raise InputError(f"baseline {baseline!r} is not an arm; the arms are {', '.join(arms)}")
    if run is None:
        from clustersim.experiment.worlds import run_any
        from clustersim.simulation import warm_up

        warm_up()  # before the threads start, or each would wait for the same compilation
        run = partial(run_any, workers=1)  # threads over the runs are enough
    started = datetime.now(UTC)
    scenario_of = _scenarios(arms, ensemble)
    runs = _execute(arms, scenario_of, replications, seed, workers or os.cpu_count() or 1, progress, run)
    collected = {name: _collect(name, scenario, runs, replications) for name, scenario in arms.items()}
    failed = tuple(FailedRun(name, r, _reason(runs[name, r])) for name in arms for r in range(replications)
                   if isinstance(runs[name, r], Exception))  # fmt: skip
    return Comparison(
        collected, baseline or _default_baseline(collected), seed, replications, failed, started, datetime.now(UTC),
        ensemble,
    )


def _scenarios(arms: Mapping[str, Scenario], ensemble: Ensemble | None) -> Callable[[str, int], Scenario]:
    """What an arm is in a replication."""
    if ensemble is None:
        return lambda name, replication: arms[name]
    laid = {name: ensemble.under(scenario) for name, scenario in arms.items()}
    return lambda name, replication: laid[name](replication)


def _execute(
    arms: Mapping[str, Scenario], scenario_of: Callable[[str, int], Scenario], replications: int, seed: int,
    workers: int, progress: Progress | None, run: Callable[..., Any],
) -> dict[tuple[str, int], Any]:  # fmt: skip
    """Every run by arm and replication, or the exception that it raised."""

    def one(address: tuple[str, int]) -> tuple[Any, Any, Any] | Exception:
        name, replication = address
        try:
            scenario = scenario_of(name, replication)
            done = run(scenario, seed=seed, replication=replication, record_network=replication == 0)
        except (InputError, MemoryError):
            raise
        except Exception as fault:  # the other runs are worth having, whatever went wrong in this one
            return fault
        return done.measures, done.flows, done.snapshots if replication == 0 else {}

    return run_all([(name, r) for r in range(replications) for name in arms], one, workers, progress)


def _collect(name: str, scenario: Scenario, runs: Mapping[tuple[str, int], Any], replications: int) -> Arm:
    good = {r: runs[name, r] for r in range(replications) if not isinstance(runs[name, r], Exception)}
    measures = np.full((replications, scenario.run.months, len(MEASURES)), np.nan)
    for r, (of_run, _, _) in good.items():
        measures[r] = of_run
    flows = tuple(good[r][1] if r in good else NO_FLOWS for r in range(replications))
    return Arm(name, scenario, measures, flows, good[0][2] if 0 in good else {})


def _default_baseline(arms: Mapping[str, Arm]) -> str | None:
    if len(arms) < 2:
        return None
    return next((name for name, arm in arms.items() if arm.programme is None), list(arms)[1])


def _reason(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"
