"""What may be said from paired replications: means, intervals, equivalence.

Sums are taken with :func:`math.fsum`, which rounds once, whatever the order: the built-in ``sum`` adds floats
differently from Python 3.12 on, and numpy's sums depend on how an array lies in memory.  ``summary.csv`` has to have
the same bytes everywhere.

An empty value is NaN.  A pair with an empty value in either arm is dropped, and the number dropped is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

EMPTY = math.nan


class Interval(NamedTuple):
    """A mean with its interval of confidence and the number of values behind it; NaN where there is none."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of zero."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Paired:
    """Arm minus baseline, replication by replication."""

    difference: Interval
    dropped: int
    """pairs in which either arm had no value"""
    higher: int
    """pairs in which the arm was strictly higher"""


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds at its level, with the error probability and the interval that decided it."""

    holds: bool
    p: float
    interval: Interval


def mean(values: Iterable[float]) -> float:
    """The mean of the values that are not empty; empty if none is."""
    kept = [float(value) for value in values if not math.isnan(value)]
    return math.fsum(kept) / len(kept) if kept else EMPTY


def interval(values: Iterable[float], level: float = 0.95) -> Interval:
    """The mean with Student's t interval; empty values are left out, and one value alone has no interval."""
    kept = [float(value) for value in values if not math.isnan(value)]
    n = len(kept)
    if n == 0:
        return Interval(EMPTY, EMPTY, EMPTY, 0)
    centre = math.fsum(kept) / n
    if n == 1:
        return Interval(centre, EMPTY, EMPTY, 1)
    half = t_quantile(0.5 + level / 2.0, n - 1) * _standard_error(kept, centre)
    return Interval(centre, centre - half, centre + half, n)


def nine_in_ten(values: Iterable[float]) -> tuple[float, float, float, int]:
    """The 5 % quantile, the median and the 95 % quantile of the values that are not empty, and how many they are."""
    kept = sorted(float(value) for value in values if not math.isnan(value))
    if not kept:
        return EMPTY, EMPTY, EMPTY, 0

    def quantile(share: float) -> float:
        place = share * (len(kept) - 1)
        low = math.floor(place)
        return kept[low] + (place - low) * (kept[min(low + 1, len(kept) - 1)] - kept[low])

    return quantile(0.05), quantile(0.5), quantile(0.95), len(kept)


def share_between(values: Sequence[float], groups: Sequence[int]) -> float:
    """The share of the variance that lies between groups (parameter sets), the rest being luck within them.

    One-way random effects: σ²_b = (MS_between − MS_within)/n₀, share = σ²_b/(σ²_b + MS_within), n₀ the usual mean
    size.  Empty without two groups or a group of two; not under 0.
    """
    found: dict[int, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        if not math.isnan(value):
            found.setdefault(group, []).append(float(value))
    sizes = [len(kept) for kept in found.values()]
    n, k = sum(sizes), len(sizes)
    if k < 2 or n <= k:
        return EMPTY
    grand = math.fsum(v for kept in found.values() for v in kept) / n
    means = [math.fsum(kept) / len(kept) for kept in found.values()]
    between = math.fsum(size * (m - grand) ** 2 for size, m in zip(sizes, means, strict=True)) / (k - 1)
    within = math.fsum((v - m) ** 2 for kept, m in zip(found.values(), means, strict=True) for v in kept) / (n - k)
    usual = (n - sum(size * size for size in sizes) / n) / (k - 1)
    parameters = max(0.0, (between - within) / usual)
    return parameters / (parameters + within) if parameters + within > 0.0 else 0.0


def paired(arm: Sequence[float], baseline: Sequence[float], level: float = 0.95) -> Paired:
    """Differences of two arms by replication (position = replication), with their interval."""
    differences = _differences(arm, baseline)
    kept = [value for value in differences if not math.isnan(value)]
    higher = sum(1 for value in kept if value > 0.0)
    return Paired(interval(kept, level), len(differences) - len(kept), higher)


def relative_change(arm: Sequence[float], baseline: Sequence[float], level: float = 0.95) -> Interval:
    """How much higher the arm's mean is as a share of the baseline's mean (0.1 = 10 %), with its interval.

    The ratio of means, not the mean of ratios: one replication with a baseline near zero must not decide.  Its error
    is that of the paired residuals ``arm - ratio * baseline`` over the baseline's mean (delta method).  Empty where
    the baseline's mean is not positive.
    """
    pairs = [(float(a), float(b)) for a, b in zip(arm, baseline, strict=True) if not math.isnan(a - b)]
    n = len(pairs)
    below = math.fsum(b for _, b in pairs) / n if n else EMPTY
    if not below > 0.0:
        return Interval(EMPTY, EMPTY, EMPTY, n)
    ratio = math.fsum(a for a, _ in pairs) / n / below
    if n == 1:
        return Interval(ratio - 1.0, EMPTY, EMPTY, 1)
    error = _standard_error([(a - ratio * b) / below for a, b in pairs], 0.0)
    half = t_quantile(0.5 + level / 2.0, n - 1) * error
    return Interval(ratio - 1.0, ratio - 1.0 - half, ratio - 1.0 + half, n)


def equivalent(differences: Sequence[float], margin: float, level: float = 0.05) -> Verdict:
    """Whether the mean difference lies within ``±margin``: two one-sided t tests (TOST), each at ``level``.

    That is the same as asking whether the interval of confidence of ``1 - 2 * level`` lies inside the margin.
    Fewer than two differences prove nothing.
    """
    if not margin > 0.0:
        raise ValueError(f"margin must be positive, got {margin}")
    around = interval(differences, 1.0 - 2.0 * level)
    if around.n < 2:
        return Verdict(False, 1.0, around)
    error = _standard_error([float(d) for d in differences if not math.isnan(d)], around.mean)
    distance = margin - abs(around.mean)
    if error == 0.0:
        return Verdict(distance > 0.0, 0.0 if distance > 0.0 else 1.0, around)
    p = 1.0 - _t_probability(distance / error, around.n - 1)
    return Verdict(p < level, p, around)


def window_means(series: Any, first: int, stop: int) -> list[float]:
    """Each replication's mean over the months ``first`` to ``stop - 1`` of a (replications, months) array."""
    # most rows have no empty month: their sum says so, and the look at each value can be spared
    rows = series[:, first:stop].tolist()
    return [total / len(row) if row and not math.isnan(total := math.fsum(row)) else mean(row) for row in rows]


def _differences(arm: Sequence[float], baseline: Sequence[float]) -> list[float]:
    return [float(a) - float(b) for a, b in zip(arm, baseline, strict=True)]


def _standard_error(values: Sequence[float], centre: float) -> float:
    n = len(values)
    return math.sqrt(math.fsum((value - centre) * (value - centre) for value in values) / (n - 1) / n)


@lru_cache(maxsize=256)
def t_quantile(probability: float, freedom: int) -> float:
    """Student's t at this probability, with so many degrees of freedom."""
    from scipy.special import stdtrit  # scipy.stats has the same number and takes four times as long to import

    return float(stdtrit(freedom, probability))


def _t_probability(t: float, freedom: int) -> float:
    from scipy.special import stdtr

    return float(stdtr(freedom, t))
