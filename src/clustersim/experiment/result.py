"""What a comparison found: each arm's runs, and from them the summary, the tables, the words and the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.experiment import statistics
from clustersim.experiment.statistics import EMPTY, Interval, Paired
from clustersim.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

    from clustersim.ensemble import Ensemble
    from clustersim.scenario import Scenario

YEAR = 12
NO_FLOWS = np.zeros(0, [("month", "i4"), ("purpose", "i2"), ("payer", "i2"), ("payee", "i2"), ("amount", "f8")])
"""the ledger of a run that failed: its columns, and no rows"""


class Window(NamedTuple):
    """Months ``first`` to ``stop - 1`` that an outcome is the mean of, and the name the summary gives them."""

    when: str
    first: int
    stop: int


@dataclass(frozen=True)
class FailedRun:
    """A run that raised: it is left out of every figure, and reported."""

    arm: str
    replication: int
    reason: str


@dataclass(frozen=True)
class Arm:
    """One scenario's runs."""

    name: str
    scenario: Scenario
    measures: NDArray[np.float64]
    """(replications, months, measures); NaN = empty, and all NaN where the run failed"""
    flows: tuple[NDArray[Any], ...]
    """for each replication the ledger by month, purpose, payer and payee; no rows where the run failed"""
    snapshots: Mapping[int, Any]
    """month -> who was tied to whom then, in replication 0"""

    @property
    def months(self) -> int:
        """Months of a run."""
        return int(self.measures.shape[1])

    @property
    def programme(self) -> tuple[int, int] | None:
        """First month of the programme and the month after its last; None for an arm without one."""
        return span_of(self.scenario)

    def series(self, measure: str) -> NDArray[np.float64]:
        """One measure, (replications, months)."""
        return self.measures[:, :, position(measure)]


@dataclass(frozen=True)
class SummaryRow:
    """One line of the summary: an arm's outcome in a window, and its paired difference where there is a baseline."""

    arm: str
    when: str
    measure: str
    unit: str
    level: Interval
    paired: Paired | None

    @property
    def replications(self) -> int:
        """Replications behind the weaker claim: the pairs of the difference, else the values of the mean."""
        return self.paired.difference.n if self.paired and self.paired.difference.n else self.level.n

    def cells(self) -> tuple[Any, ...]:
        """The row as the columns of ``summary.csv``."""
        gap = self.paired.difference if self.paired else Interval(EMPTY, EMPTY, EMPTY, 0)
        return (self.arm, self.when, self.measure, self.unit, *self.level[:3], *gap[:3], self.replications)


SUMMARY_COLUMNS = ("arm", "when", "measure", "unit", "mean", "low", "high",
                   "difference", "difference_low", "difference_high", "replications")  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """What a comparison found; build one with :func:`clustersim.experiment.compare.compare`."""

    arms: dict[str, Arm]
    baseline: str | None
    """the arm that the others are measured against; None if there is only one arm"""
    seed: int
    replications: int
    failed: tuple[FailedRun, ...]
    started: datetime
    finished: datetime
    ensemble: Ensemble | None = None
    """the parameter sets that the replications used in turn; None where all used the scenario's own values"""

    def windows(self, arm: str) -> tuple[Window, ...]:
        """The months an arm is judged by: ``end``, the last year of the run, and ``exit``, its programme's last.

        An arm without a programme is looked at in the ``exit`` months of the first arm that has one.  A programme
        that is still going when the run ends has no exit.
        """
        spans = [self.arms[arm].programme, *(other.programme for other in self.arms.values())]
        return windows_in(self.arms[arm].months, next((span for span in spans if span is not None), None))

    def values(self, arm: str, measure: str, window: Window) -> list[float]:
        """An outcome by replication: the mean of a measure over the window's months, empty months left out."""
        return statistics.window_means(self.arms[arm].series(measure), window.first, window.stop)

    def pairs(self, arm: str, measure: str, window: Window) -> tuple[list[float], list[float]]:
        """An outcome of an arm and of the baseline in the same months, by replication."""
        if self.baseline is None:
            raise ValueError("a comparison of one arm has no baseline")
        return self.values(arm, measure, window), self.values(self.baseline, measure, window)

    def row(self, arm: str, measure: str, when: str = "end") -> SummaryRow:
        """One line of the summary."""
        return next(row for row in self.rows if (row.arm, row.measure, row.when) == (arm, measure, when))

    @cached_property
    def rows(self) -> tuple[SummaryRow, ...]:
        """The summary, by arm as given, window, and measure as declared."""
        return tuple(
            self._row(arm, measure.name, measure.unit, window)
            for arm in self.arms for window in self.windows(arm) for measure in MEASURES
        )  # fmt: skip

    def _row(self, arm: str, measure: str, unit: str, window: Window) -> SummaryRow:
        values = self.values(arm, measure, window)
        gap = None
        if self.baseline is not None and arm != self.baseline:
            gap = statistics.paired(values, self.values(self.baseline, measure, window))
        return SummaryRow(arm, window.when, measure, unit, statistics.interval(values), gap)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The table of ``summary.csv``; empty cells are NaN."""
        import pandas as pd

        return pd.DataFrame([row.cells() for row in self.rows], columns=list(SUMMARY_COLUMNS))

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """``arm, replication, month``, then a column for each measure; failed runs have no rows."""
        from clustersim.experiment.files import monthly_table

        return monthly_table(self).to_pandas()

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """``arm, replication, month, purpose, payer, payee, amount``: payments summed by month and kind of actor."""
        from clustersim.experiment.files import ledger_table

        return ledger_table(self).to_pandas()

    @property
    def answer(self) -> str:
        """What the broker changed, in words, with intervals; says so where no effect can be told from none."""
        from clustersim.experiment.words import answer

        return answer(self)

    def table(self) -> str:
        """The main outcomes as text for a terminal: each arm, the paired difference, its 95 % interval."""
        from clustersim.experiment.words import text_table

        return text_table(self)


def span_of(scenario: Scenario) -> tuple[int, int] | None:
    """First month of a scenario's programme and the month after its last, from month 0; None without a programme."""
    return span_between(scenario.run.start, scenario.programme.start, scenario.programme.end)


def span_between(origin: str, start: str | None, end: str | None) -> tuple[int, int] | None:
    """The same from its first and last month and the calendar's month 0, as in "1997-01"; None if either is none."""
    if start is None or end is None:
        return None
    return _calendar(start) - _calendar(origin), _calendar(end) - _calendar(origin) + 1


def windows_in(months: int, span: tuple[int, int] | None) -> tuple[Window, ...]:
    """The windows of a run of so many months; no ``exit`` if its programme, over ``span``, is not over by then."""
    found = [Window("end", max(0, months - YEAR), months)]
    if span is not None and 0 < span[1] <= months:
        found.append(Window("exit", max(0, span[0], span[1] - YEAR), span[1]))
    return tuple(found)


def _calendar(month: str) -> int:
    year, number = month.split("-")
    return int(year) * YEAR + int(number) - 1


def position(measure: str) -> int:
    """The column of a measure."""
    return next(k for k, known in enumerate(MEASURES) if known.name == measure)
