"""Outcomes that several patterns share: measures over a window, and what only the world at the end can tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from clustersim.measures import MEASURES
from clustersim.patterns.declare import Case, Outcome

YEAR = 12
UNITS = {measure.name: measure.unit for measure in MEASURES}


def _mean(values: np.ndarray) -> float:
    kept = values[~np.isnan(values)]
    return math.fsum(kept.tolist()) / kept.size if kept.size else math.nan


@cache
def last_year(measure: str) -> Outcome:
    """Mean of a measure over the last 12 months of the run."""
    return Outcome(f"{measure} in the last year", UNITS[measure], lambda case: _mean(case.series(measure)[-YEAR:]))


@cache
def between(measure: str, first: int, stop: int) -> Outcome:
    """Mean of a measure over the months ``first`` to ``stop - 1``."""
    return Outcome(
        f"{measure} in months {first}–{stop - 1}", UNITS[measure], lambda case: _mean(case.series(measure)[first:stop])
    )


@cache
def year_after(measure: str, before_end: int) -> Outcome:
    """Mean of a measure over the 12 months that begin ``before_end`` months before the end of the run."""

    def of(case: Case) -> float:
        series = case.series(measure)
        return _mean(series[len(series) - before_end :][:YEAR])

    return Outcome(f"{measure}, {before_end} to {before_end - YEAR} months before the end", UNITS[measure], of)


@cache
def change(measure: str) -> Outcome:
    """The last 12 months of a measure minus the first 12."""

    def of(case: Case) -> float:
        series = case.series(measure)
        return _mean(series[-YEAR:]) - _mean(series[:YEAR])

    return Outcome(f"change of {measure}, first to last year", UNITS[measure], of)


@cache
def relative_change(measure: str) -> Outcome:
    """The last 12 months of a measure over the first 12, less one."""

    def of(case: Case) -> float:
        series = case.series(measure)
        start = _mean(series[:YEAR])
        return _mean(series[-YEAR:]) / start - 1.0 if start > 0.0 else math.nan

    return Outcome(f"relative change of {measure}, first to last year", "share", of)


@cache
def kept_share(measure: str) -> Outcome:
    """The last 12 months of a measure over the first 12."""

    def of(case: Case) -> float:
        series = case.series(measure)
        start = _mean(series[:YEAR])
        return _mean(series[-YEAR:]) / start if start > 0.0 else math.nan

    return Outcome(f"{measure} of the last year over that of the first", "ratio", of)


@cache
def at_end(measure: str) -> Outcome:
    """A measure in the last month: for what is cumulative."""
    return Outcome(f"{measure} at the end", UNITS[measure], lambda case: float(case.series(measure)[-1]))


@cache
def at_month(measure: str, month: int) -> Outcome:
    """A measure at the end of one month: for what is cumulative."""
    return Outcome(f"{measure} up to month {month}", UNITS[measure], lambda case: float(case.series(measure)[month]))


def outcome(words: str, unit: str) -> Callable[[Callable[[Case], float]], Outcome]:
    """Make an outcome of a function."""
    return lambda of: Outcome(words, unit, of)


COST = at_end("programme_cost")

