"""What a question about a study is asked of: one measure, in one window, in one arm or as arm minus arm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clustersim.experiment import statistics
from clustersim.experiment.statistics import Interval
from clustersim.measures import MEASURES
from clustersim.study.analysis.crossed import filled, grouped, mean_of

Array = NDArray[np.float64]
DRAWN = {"lhs": "points", "morris": "trajectories", "sobol": "Saltelli blocks"}
"""designs whose points are a sample, and what of them was drawn independently; points of a grid or table were chosen"""
WINDOWS = {"end": "end of the run", "exit": "programme’s last year"}
"""windows that every measure has a mean of, in words"""


@dataclass(frozen=True)
class Outcome:
    """A measure by design point and replication: its level in an arm, or the paired difference from another arm."""

    measure: str
    when: str
    """``end`` or ``exit``"""
    arm: str
    against: str | None
    """None = the level in the arm"""
    own: Array
    """(points, replications) in the arm; NaN = empty, failed or not run yet"""
    other: Array | None = None
    """the same in the arm it is held against"""
    failed: int = 0
    """pairs (or runs, of a level) with a run that failed"""
    pending: int = 0
    """pairs (or runs) that have not been run yet"""
    design: str = "grid"
    """of the points: drawn (``lhs``, ``morris``, ``sobol``), or chosen one by one"""
    block: int = 1
    """points that were drawn together: a Morris trajectory, a block of the Saltelli scheme; else 1"""
    lucks: int = 1
    """levels of the factor ``luck`` among the points, each of which has replications of its own"""

    @cached_property
    def values(self) -> Array:
        """(points, replications) level, or difference on the same random numbers; NaN where either has no value."""
        return self.own if self.other is None else self.own - self.other

    @cached_property
    def by_point(self) -> Array:
        """(points,) mean over the replications; NaN where no replication has a value."""
        return np.array([statistics.mean(row) for row in self.values.tolist()])

    @property
    def over(self) -> str:
        """What the interval of :attr:`overall` is over, such as ``points and luck``; empty where there is none."""
        units, repeats = self._table().shape
        if self.design in DRAWN and units > 1:
            what = DRAWN[self.design]
            if repeats > 1:
                return f"{what} and luck"
            if self.lucks > units:
                return f"{what} and their luck"
            return f"{what}, for {'one draw' if self.lucks == 1 else f'{self.lucks} draws'} of luck"
        if repeats < 2:
            return ""
        return "luck" if len(self.values) == 1 else "luck, for these points"

    @property
    def rests_on(self) -> str:
        """Such as ``20 points × 5 replications``, those without any value left out."""
        has = ~np.isnan(self.values)
        counts = (has.any(axis=1).sum(), "point"), (has.any(axis=0).sum(), "replication")
        points, replications = (counted(int(count), name) for count, name in counts)
        return replications if len(self.values) == 1 else f"{points} × {replications}"

    def interval(self, values: Array | None = None, points: NDArray[np.int64] | None = None) -> Interval:
        """The mean of (points, replications) values with its 95 % interval, over all points or those at some positions.

        ``n`` counts the replications.  How points and luck enter: :mod:`clustersim.study.analysis.crossed`.
        """
        return mean_of(self._table(values, points), self.design in DRAWN)

    def _table(self, values: Array | None = None, points: NDArray[np.int64] | None = None) -> Array:
        values = self.values if values is None else values
        points = np.arange(len(values)) if points is None else points
        table, kept = filled(values[points])
        return grouped(table, points[kept] // self.block) if self.design in DRAWN else table

    @cached_property
    def overall(self) -> Interval:
        """The mean over all points with its 95 % interval; what that is over says :attr:`over`."""
        return self.interval()

    @property
    def dropped(self) -> int:
        """Pairs (or runs) without a value although they were run: one failed, or the measure is empty."""
        return int(np.isnan(self.values).sum()) - self.pending

    @property
    def unit(self) -> str:
        """The measure's unit."""
        return unit_of(self.measure)

    @property
    def words(self) -> str:
        """Such as ``trust, “taper” against “flat”, end of the run``."""
        who = f"“{self.arm}”" if self.against is None else f"“{self.arm}” against “{self.against}”"
        return f"{in_words(self.measure)}, {who}, {WINDOWS[self.when]}"

    @property
    def axis(self) -> str:
        """The label of an axis, with its unit."""
        kind = "" if self.against is None else "difference in "
        return f"{kind}{in_words(self.measure)} ({self.unit})"

    def gaps(self) -> str:
        """What had to be left out, as a sentence; empty if nothing was."""
        what = "runs" if self.against is None else "pairs"
        said = []
        if self.dropped:
            empty = self.dropped - self.failed
            why = [f"{self.failed} failed"] * bool(self.failed) + [f"{empty} empty"] * bool(empty)
            said.append(f"{self.dropped} of {self.values.size} {what} left out ({', '.join(why)})")
        if self.pending:
            said.append(f"{self.pending} of {self.values.size} {what} have not been run yet")
        return f"{'; '.join(said)}." if said else ""


def counted(count: int, what: str) -> str:
    """Such as ``1 point`` or ``2 points``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def unit_of(measure: str) -> str:
    """The unit of a measure; KeyError for a name that is none."""
    return {known.name: known.unit for known in MEASURES}[measure]


def in_words(name: str) -> str:
    """A measure's or factor's name as words: ``broker.days_per_month`` is "broker: days per month"."""
    return name.replace(".", ": ").replace("_", " ")


def factor_label(name: str) -> str:
    """A factor in words, with the unit of its parameter where that is known and not said already."""
    from clustersim.reference import parameters

    unit = next((entry.facts.get("unit", "") for entry in parameters() if entry.name == name), "")
    words = in_words(name)
    return f"{words} ({unit})" if unit and unit not in words else words
