"""Two arms compared on common random numbers: what differs is what the arms differ in, and not their luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clustersim.experiment import statistics
from clustersim.experiment.statistics import Interval
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
    """mean difference over all points; its interval is over points that were drawn, else over replications"""
    relative: Interval
    """the same as a share of the other arm's mean (0.1 = 10 %); empty where that mean is not positive"""
    higher: float
    """share of all pairs in which the arm was strictly higher"""
    table: pd.DataFrame
    """by point: ``point``, the factors, ``difference``, ``low``, ``high`` (95 %), ``n`` pairs, ``share_higher``"""

    @property
    def over(self) -> str:
        """What the overall mean is taken over: ``points`` or ``replications``."""
        return self.outcome.over

    def __str__(self) -> str:
        gap, relative = self.overall, ""
        digits = digits_for(gap[:3])
        if is_money(self.outcome.unit) and not np.isnan(self.relative.mean):
            ends = [percent(end, 1) for end in self.relative[1:3]]
            relative = f"; {percent(self.relative.mean, 1)} [{', '.join(ends)}] of the other arm’s level"
        size = f"{number(gap.mean, digits, sign=True)} {span(gap, digits)}"
        lines = [
            f"{self.outcome.words} ({self.outcome.unit}): {size}{relative}",
            f"Mean over {gap.n} {self.over} with its 95 % interval, paired on common random numbers; "
            f"higher in {percent(self.higher)} of pairs.",
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

    def plot(self, path: str | Path | None = None) -> Figure:
        """The mean difference of every point with its interval; written if a path is given (.pdf, .svg, .png)."""
        from clustersim.study.analysis.figures import by_point, written

        return written(by_point(self), path)


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
    both = ~np.isnan(outcome.values)  # the same pairs in both means
    own, other = (outcome.averaged(np.where(both, side, np.nan)) for side in (outcome.own, outcome.other))
    pairs = int(sum(gap.n for gap in each))
    higher = float(counts.sum() / pairs) if pairs else float("nan")
    return Contrast(outcome, outcome.overall, statistics.relative_change(own, other), higher, table)
