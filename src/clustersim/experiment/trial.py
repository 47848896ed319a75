"""A scenario as a randomised trial: the report that an evaluator would write, beside what is true in the model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.experiment.execute import run_all
from clustersim.experiment.trial_data import Asked, Lived, asked, live_both
from clustersim.experiment.trial_estimate import Estimate, ancova, difference
from clustersim.experiment.trial_result import Line, TrialResult
from clustersim.roster import described, read_survey
from clustersim.scenario.trial_checks import FEWEST, small_arms

if TYPE_CHECKING:
    from clustersim.scenario import Scenario

def trial(
    scenario: Scenario,
    *,
    replications: int = 20,
    clusters: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TrialResult:
    """Run the trial that the scenario's ``[trial]`` declares, ``replications`` times, each with its own lots and luck.

    Every world is lived twice from the same address, with the programme for those drawn and without any, so that the
    true effect is known; the evaluator is shown one life of each.  ``clusters`` stands in for ``trial.clusters``.
    Raises InputError where the scenario declares no trial, or one that cannot be run.
    """
    if clusters is not None:
        scenario = scenario.with_values({"trial.clusters": clusters})
    design = scenario.trial
    if design.unit == "none":
        raise InputError(Problem("the scenario declares no trial", key="trial.unit", value="none",
                                 allowed="firm, village, group or cluster"))  # fmt: skip
    survey = read_survey(scenario.cluster)
    if survey is not None:
        for key, message, allowed in small_arms(design, described(scenario.cluster, survey)):
            raise InputError(Problem(message, key=f"trial.{key}", allowed=allowed))
    if replications < 1:
        raise InputError(Problem("must be 1 or more", key="replications", value=replications))
    worlds = design.clusters if design.unit == "cluster" else 1
    from clustersim.simulation import warm_up

    warm_up()
    lived: dict[int, Lived] = run_all(
        range(replications * worlds), lambda address: live_both(scenario, seed, address),
        workers or os.cpu_count() or 1, progress,
    )  # fmt: skip
    found = [asked([lived[number * worlds + k] for k in range(worlds)], scenario, seed, number)
             for number in range(replications)]  # fmt: skip
    lines = [line for name in design.outcomes for month in design.follow_up for line in _lines(found, name, month)]
    return TrialResult(scenario, seed, replications, tuple(lines))


def _lines(trials: list[Asked], outcome: str, month: int) -> Iterator[Line]:
    """The estimates of one outcome at one follow-up, each with its true value, trial by trial."""
    key = (outcome, month)
    lost = tuple(_lost(one, key) for one in trials)
    for name, estimator in (("difference", _difference), ("ancova", _ancova), ("spillover", _spillover)):
        pairs = [estimator(one, key) for one in trials]
        yield Line(outcome, month, name, tuple(found for found, _ in pairs), tuple(truth for _, truth in pairs), lost)


def _lost(one: Asked, key: tuple[str, int]) -> tuple[float, float]:
    """The share of the treated, and of the others, whom the evaluator does not find again."""
    missing = np.isnan(one.seen[key])
    return _mean(missing[one.treated]), _mean(missing[~one.treated])


def _mean(values: Any) -> float:
    kept = np.asarray(values, float)
    kept = kept[np.isfinite(kept)]
    return float(kept.mean()) if len(kept) else float("nan")


def _true(one: Asked, key: tuple[str, int], rows: Any) -> float:
    """Mean over these firms of the outcome with the programme less the outcome without."""
    return _mean((one.helped[key] - one.alone[key])[rows])


def _compared(one: Asked) -> Any:
    """Whom the treated are compared with: firms in control clusters, or the other firms of the one cluster there is."""
    return one.treated | (one.pure if one.pure.any() else ~one.treated)


def _difference(one: Asked, key: tuple[str, int]) -> tuple[Estimate, float]:
    rows = _compared(one)
    return difference(one.seen[key][rows], one.treated[rows], one.cluster[rows]), _true(one, key, one.assigned)


def _ancova(one: Asked, key: tuple[str, int]) -> tuple[Estimate, float]:
    rows = _compared(one)
    found = ancova(one.seen[key][rows], one.treated[rows], one.baseline[key[0]][rows], one.cluster[rows])
    return found, _true(one, key, one.assigned)


def _spillover(one: Asked, key: tuple[str, int]) -> tuple[Estimate, float]:
    """On the untreated: those in treated clusters against control clusters.

    Inside one cluster, those who know treated firms against those who know none; where nearly all know some, those who
    know more of them than most.
    """
    near = ~one.treated & ~one.pure
    if one.pure.any():
        rows = near | one.pure
        return difference(one.seen[key][rows], near[rows], one.cluster[rows]), _true(one, key, ~one.assigned)
    apart = (near & (one.exposed == 0.0)).sum() >= FEWEST or not near.any()
    bar = 0.0 if apart else float(np.median(one.exposed[near]))
    many = near & (one.exposed > bar)
    found = difference(one.seen[key][near], many[near], one.cluster[near])
    return found, _true(one, key, many) - _true(one, key, near & ~many)
