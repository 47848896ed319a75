"""Two arms compared on common random numbers: what differs is what the arms differ in, and not their luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clustersim.experiment import statistics
from clustersim.experiment.statistics import EMPTY, Interval
from clustersim.experiment.words import digits_for, is_money, number, percent, span
from clustersim.study.analysis.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

LONGEST = 12
"""points that the text lists"""


@dataclass(frozen=True)
class Contrast:
    """An arm against another in one measure, paired by point and replication; build one with :func:`contrast`."""

    outcome: Outcome
    overall: Interval
    """mean difference over all points; what its interval is over says :attr:`over`"""
    relative: Interval
    """the same as a share of the other arm's mean (0.1 = 10 %); empty where that mean is not positive"""
    higher: float
    """share of all pairs in which the arm was strictly higher"""
    table: pd.DataFrame
    """by point: ``point``, the factors, ``difference``, ``low``, ``high`` (95 %), ``n`` pairs, ``share_higher``"""

    @property
    def over(self) -> str:
        """What the overall interval is over, see :attr:`Outcome.over`: ``luck``, ``points and luck`` ..."""
        return self.outcome.over

    @property
    def says_over(self) -> str:
        """The same as the beginning of a sentence."""
        return f"95 % interval over {self.over}" if self.over else "One replication has no interval"

    def __str__(self) -> str:
        gap, relative = self.overall, ""
        digits = digits_for(gap[:3])
        if is_money(self.outcome.unit) and not np.isnan(self.relative.mean):
            ends = [percent(end, 1) for end in self.relative[1:3]]
            brackets = f" [{', '.join(ends)}]" if self.over else ""
            relative = f"; {percent(self.relative.mean, 1)}{brackets} of the other arm’s level"
        size = f"{number(gap.mean, digits, sign=True)} {span(gap, digits)}"
        lines = [
            f"{self.outcome.words} ({self.outcome.unit}): {size}{relative}",
            f"Mean over {self.outcome.rests_on}, paired on common random numbers; higher in {percent(self.higher)} of "
            f"pairs. {self.says_over}.",
        ]
        if self.outcome.gaps():
            lines.append(self.outcome.gaps())
        if len(self.table) > 1:
            digits = digits_for(self.table["difference"])
            shown = {name: (lambda value: number(value, digits)) for name in ("difference", "low", "high")}
            lines += ["", self.table.head(LONGEST).to_string(
                index=False, na_rep="–", formatters=shown, float_format=lambda value: f"{value:.4g}")]  # fmt: skip
            if len(self.table) > LONGEST:
                lines.append(f"... and {len(self.table) - LONGEST} more points")
        return "\n".join(lines)

    def plot(self, path: str | Path | None = None, *, title: str | None = None) -> Figure:
        """The mean difference of every point with its interval; written if a path is given (.pdf, .svg, .png)."""
        from clustersim.study.analysis.figures import by_point, written

        return written(by_point(self), path, title)


def contrast(outcome: Outcome, points: pd.DataFrame) -> Contrast:
    """The paired differences of an outcome that has an ``against``; ``points`` has a row of factor values a point."""
    assert outcome.other is not None
    each = [statistics.interval(row) for row in outcome.values.tolist()]
    counts = (outcome.values > 0.0).sum(axis=1)
    table = points.reset_index(drop=True)
    table.insert(0, "point", np.arange(len(each)))
    with np.errstate(invalid="ignore"):
        table = table.assign(difference=[gap.mean for gap in each], low=[gap.low for gap in each],
                             high=[gap.high for gap in each], n=[gap.n for gap in each],
                             share_higher=counts / np.array([gap.n or np.nan for gap in each]))  # fmt: skip
    pairs = int(sum(gap.n for gap in each))
    higher = float(counts.sum() / pairs) if pairs else float("nan")
    return Contrast(outcome, outcome.overall, relative(outcome), higher, table)


def relative(outcome: Outcome) -> Interval:
    """The difference as a share of the other arm's mean, both over the same pairs; empty where that is not positive.

    The ratio of means, not the mean of ratios.  Its error is that of the paired residuals ``own - ratio * other`` over
    the other arm's mean (delta method), points and luck entering it as they enter the difference.
    """
    assert outcome.other is not None
    missing = np.isnan(outcome.values)
    own, other = (np.where(missing, np.nan, side) for side in (outcome.own, outcome.other))
    above, below = outcome.interval(own).mean, outcome.interval(other)
    if not below.mean > 0.0:
        return Interval(EMPTY, EMPTY, EMPTY, below.n)
    ratio = above / below.mean
    around = outcome.interval((own - ratio * other) / below.mean)  # its mean is zero
    return Interval(ratio - 1.0, ratio - 1.0 + around.low, ratio - 1.0 + around.high, below.n)
