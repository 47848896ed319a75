"""What a question about a study is asked of: one measure, in one window, in one arm or as arm minus arm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import InputError, Problem, closest
from clustersim.experiment import statistics
from clustersim.experiment.statistics import Interval
from clustersim.measures import MEASURES

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
    own: NDArray[np.float64]
    """(points, replications) in the arm; NaN = empty, failed or not run yet"""
    other: NDArray[np.float64] | None = None
    """the same in the arm it is held against"""
    failed: int = 0
    """pairs (or runs, of a level) with a run that failed"""
    pending: int = 0
    """pairs (or runs) that have not been run yet"""
    drawn: bool = False
    """whether the points are a sample from the factors' ranges (a hypercube, Sobol, Morris), not chosen one by one"""

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """(points, replications) level, or difference on the same random numbers; NaN where either has no value."""
        return self.own if self.other is None else self.own - self.other

    @cached_property
    def by_point(self) -> NDArray[np.float64]:
        """(points,) mean over the replications; NaN where no replication has a value."""
        return np.array([statistics.mean(row) for row in self.values.tolist()])

    @property
    def over(self) -> str:
        """What the interval of a mean over all points is over: ``points`` that were drawn, else ``replications``."""
        return "points" if self.drawn and len(self.values) > 1 else "replications"

    def averaged(self, values: NDArray[np.float64] | None = None) -> list[float]:
        """What the interval is of: the mean of each point, or of each replication, of (points, replications) values.

        Replication k is the same luck at all points, so its mean over them is one draw.  A value that is missing does
        not tilt it: what is averaged is how far each point's value lies from that point's mean.
        """
        values = self.values if values is None else values
        means = np.array([statistics.mean(row) for row in values.tolist()])
        if self.over == "points":
            return list(means)
        luck = [statistics.mean(column) for column in (values - means[:, None]).T.tolist()]
        centre, tilt = statistics.mean(means), statistics.mean(luck)
        return [centre + own - tilt for own in luck]

    @property
    def overall(self) -> Interval:
        """The mean over all points with its 95 % interval."""
        return statistics.interval(self.averaged())

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


def checked(name: str, known: Iterable[str], key: str, message: str = "") -> str:
    """The name; InputError if it is none of the known."""
    known = tuple(known)
    if name not in known:
        allowed = ", ".join(known) if 0 < len(known) <= 12 else None
        raise InputError(Problem(message or f"there is no such {'window' if key == 'when' else key}", key=key,
                                 value=name, allowed=allowed, suggestion=closest(str(name), known)))  # fmt: skip
    return name


def listed(names: Iterable[str] | None, known: Sequence[str], message: str = "") -> list[str]:
    """The names, all known ones for None; InputError if a measure is none of them."""
    if names is None:
        return list(known)
    return [checked(name, known, "measure", message) for name in ([names] if isinstance(names, str) else names)]
