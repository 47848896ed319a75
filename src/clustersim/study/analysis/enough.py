"""How many replications are enough: how the interval narrows as replications are added, and where it is narrow enough.

The half width of a mean's 95 % interval falls with the square root of the number of replications.  A pilot says how
wide it is; what is not reached yet is projected from the pilot's standard deviation, with Student's t for few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median_high
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import InputError, Problem
from clustersim.experiment import statistics
from clustersim.experiment.statistics import Interval
from clustersim.experiment.words import digits_for, number, span
from clustersim.study.analysis import asked
from clustersim.study.analysis.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

SHARE = 0.1
"""precision wished for where none is given: this share of the mean's size"""
MOST = 10_000_000
"""replications beyond which no number is recommended"""


@dataclass(frozen=True)
class Enough:
    """The stability curve of an outcome and the replications it takes; build one with :func:`enough`."""

    outcome: Outcome
    precision: float
    """half width wished for, in the unit of the outcome"""
    given: bool
    """whether the precision was asked for; else it is a tenth of the mean's size"""
    mean: Interval
    """over all points; what its interval is over says ``outcome.over``"""
    curve: pd.DataFrame
    """by ``n`` replications: ``mean``, ``half_width`` (the median point's), ``half_width_worst`` (the worst point's)"""
    needed: int
    """replications for the median point; more than were run where they are projected"""
    needed_worst: int
    """replications for the worst point"""

    @property
    def reached(self) -> bool:
        """Whether the replications that were run are enough for every point."""
        return self.needed_worst <= int(self.curve["n"].iloc[-1])

    def __str__(self) -> str:
        n = int(self.curve["n"].iloc[-1])
        median, worst = (float(self.curve[name].iloc[-1]) for name in ("half_width", "half_width_worst"))
        digits = digits_for([median, self.precision])
        wished = number(self.precision, digits)
        over = f", 95 % interval over {self.outcome.over}" if self.outcome.over else ""
        lines = [f"{self.outcome.words} ({self.outcome.unit}): mean {number(self.mean.mean, digits)} "
                 f"{span(self.mean, digits)}{over}"]  # fmt: skip
        if len(self.outcome.values) == 1:
            lines.append(f"With {n} replications the half width of its 95 % interval is {number(worst, digits)}; "
                         f"for {wished} {self._take(self.needed)}.")  # fmt: skip
        else:
            lines.append(f"With {n} replications the half width of a point’s 95 % interval is {number(median, digits)} "
                         f"at the median point and {number(worst, digits)} at the worst; for {wished} "
                         f"{self._take(self.needed)} at the median point and {self._take(self.needed_worst)} "
                         "at the worst.")  # fmt: skip
        if not self.given:
            lines.append(f"The precision is {SHARE:.0%} of the mean’s size, as none was given.".replace("%", " %"))
            if math.isfinite(self.mean.low) and not self.mean.excludes_zero:
                lines.append("The mean cannot be told from zero: better give the precision that matters.")
        if max(self.needed, self.needed_worst) > n:
            lines.append(f"More than {n} replications are a projection from these {n}, by one over the square root.")
        if self.outcome.gaps():
            lines.append(self.outcome.gaps())
        return "\n".join(lines)

    def _take(self, needed: int) -> str:
        if needed > MOST:
            return "no number of replications is practical"
        if needed <= int(self.curve["n"].iloc[-1]):
            return f"{needed} are enough"
        return f"take about {number(_round_up(needed), 0)}"

    def plot(self, path: str | Path | None = None, *, title: str | None = None) -> Figure:
        """The stability curve; written if a path is given (.pdf, .svg, .png)."""
        from clustersim.study.analysis.figures import stability, written

        return written(stability(self), path, title)


def enough(outcome: Outcome, precision: float | None = None) -> Enough:
    """How many replications an outcome takes; InputError for a precision that is not positive or too few values."""
    import pandas as pd

    if precision is not None:
        precision = asked.number(precision, "precision", positive=True)
    means, halves, deviations = running(outcome.values)
    if not np.isfinite(halves[:, -1:]).any():
        raise InputError(Problem(f"{outcome.words}: no point has two replications with a value, so nothing can be said "
                                 "of their spread; run more replications"))  # fmt: skip
    # a point with fewer than two values says nothing of the spread, and neither widens nor narrows the rest
    kept = np.isfinite(halves[:, -1])
    halves, deviations = halves[kept], deviations[kept]
    whole = outcome.overall
    wished = precision if precision is not None else SHARE * abs(whole.mean)
    with np.errstate(all="ignore"):
        curve = pd.DataFrame({
            "n": np.arange(2, outcome.values.shape[1] + 1),
            "mean": [statistics.mean(column) for column in means.T.tolist()],
            "half_width": [_middle(column) for column in halves.T],
            "half_width_worst": [max((v for v in column if np.isfinite(v)), default=np.nan) for column in halves.T],
        })  # fmt: skip
    needed = [_needed(row, spread, wished) for row, spread in zip(halves, deviations, strict=True)]
    return Enough(outcome, wished, precision is not None, whole, curve, median_high(needed), max(needed))


def running(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean and half width of the 95 % interval over the first 2, 3, ... replications, and the final deviation.

    (points, replications) in; two of (points, replications - 1) and one of (points,) out.  NaN is left out; NaN comes
    out where fewer than two values are left.
    """
    from scipy.special import stdtrit

    filled = ~np.isnan(values)
    count = filled.cumsum(axis=1)[:, 1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(filled, values, 0.0).sum(axis=1, keepdims=True) / filled.sum(axis=1, keepdims=True)
        off = np.where(filled, values - centre, 0.0)  # about their centre, so that squares do not cancel
        first, second = off.cumsum(axis=1)[:, 1:], (off * off).cumsum(axis=1)[:, 1:]
        variance = np.maximum(second - first * first / count, 0.0) / (count - 1)
        half = stdtrit(np.maximum(count - 1, 1), 0.975) * np.sqrt(variance / count)
        half = np.where(count > 1, half, np.nan)
        mean = np.where(count > 0, centre + first / count, np.nan)
    return mean, half, np.sqrt(variance[:, -1:]).sum(axis=1)  # of a single replication there is none


def _needed(halves: NDArray[np.float64], deviation: float, wished: float) -> int:
    """The first number of replications from which on the interval stays narrow enough, or a projected one."""
    wide = np.flatnonzero(~(halves <= wished))
    if not len(wide):
        return 2
    if wide[-1] < len(halves) - 1:
        return int(wide[-1]) + 3  # the first entry stands for two replications
    return projected(deviation, wished, len(halves) + 2)


def projected(deviation: float, wished: float, least: int = 2) -> int:
    """The smallest n of at least ``least`` with t · deviation / √n no more than ``wished``."""
    from scipy.special import stdtrit

    if not wished > 0.0 or (1.96 * deviation / wished) ** 2 > MOST:
        return MOST + 1
    n: int = max(least, int((1.95 * deviation / wished) ** 2))
    while float(stdtrit(n - 1, 0.975)) * deviation / math.sqrt(n) > wished:
        n += 1
    return n


def _middle(column: NDArray[np.float64]) -> float:
    """The median point's, the upper of two: that of a point which there is, as its ``needed`` is."""
    kept = column[np.isfinite(column)]
    return float(median_high(kept.tolist())) if len(kept) else float("nan")


def _round_up(n: int) -> int:
    """To two figures: more would claim too much for a projection."""
    unit = int(10 ** max(0, len(str(n)) - 2))
    return unit * math.ceil(n / unit)
