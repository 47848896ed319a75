"""Spaghetti: every run's course over the months, thin, under the median and the bands that hold 50 and 90 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clustersim.report.figures import BLACK, BLUE, GREY, OTHERS, VERMILION
from clustersim.study.analysis.outcome import in_words, unit_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

QUANTILES = {"low_90": 5, "low_50": 25, "median": 50, "high_50": 75, "high_90": 95}
STRANDS = 100
"""runs of an arm that are drawn one by one"""


@dataclass(frozen=True)
class Course:
    """One arm's runs month by month."""

    values: NDArray[np.float64]
    """(runs, months); NaN = empty, or past the end of a shorter run"""
    start: str
    """calendar month of month 0, such as ``1997-01``"""
    programme: tuple[int, int] | None
    """first month of the programme and the month after its last"""


@dataclass(frozen=True)
class Spaghetti:
    """A measure's course in one arm or several."""

    measure: str
    courses: Mapping[str, Course]
    points: int
    """design points that the runs are of"""

    @property
    def table(self) -> pd.DataFrame:
        """``arm``, ``month``, ``runs`` with a value, and the 5, 25, 50, 75 and 95 % quantiles over them."""
        import pandas as pd

        return pd.concat([_quantiles(course).assign(arm=arm) for arm, course in self.courses.items()],
                         ignore_index=True)[["arm", "month", "runs", *QUANTILES]]  # fmt: skip

    def plot(self, path: str | Path | None = None, *, title: str | None = None) -> Figure:
        """A panel for each arm, on one scale; written if a path is given (.pdf, .svg, .png)."""
        from clustersim.study.analysis.figures import written

        return written(_drawn(self), path, title)


def course(runs: Sequence[NDArray[np.float64]], start: str, programme: tuple[int, int] | None) -> Course:
    """Runs of (months,) each, which may differ in length; no ``programme`` where theirs differ in their dates."""
    values = np.full((len(runs), max(map(len, runs))), np.nan)
    for row, run in zip(values, runs, strict=True):
        row[: len(run)] = run
    return Course(values, start, programme)


def _quantiles(course: Course) -> pd.DataFrame:
    import pandas as pd

    runs = (~np.isnan(course.values)).sum(axis=0)
    found = np.full((len(QUANTILES), course.values.shape[1]), np.nan)
    found[:, runs > 0] = np.nanpercentile(course.values[:, runs > 0], list(QUANTILES.values()), axis=0)
    return pd.DataFrame({"month": np.arange(len(runs)), "runs": runs} | dict(zip(QUANTILES, found, strict=True)))


def _drawn(found: Spaghetti) -> Figure:
    from clustersim.study.analysis.figures import GRID, blank, framed, literal

    figure, grid = blank(9.0, 1.5 + 2.7 * len(found.courses), len(found.courses), 1, sharex=True, sharey=True)
    thinned = False
    styles = [(BLUE, "solid"), (VERMILION, (0, (5, 2))), *OTHERS[1:]]
    for k, (arm, course) in enumerate(found.courses.items()):
        axes = grid[k][0]
        thinned |= len(course.values) > STRANDS
        _panel(axes, course, *styles[k % len(styles)])
        axes.set_title(literal(f"{arm[:50]}, {len(course.values)} runs"), loc="left", fontsize=11, pad=16)
        axes.set_ylabel(literal(f"{in_words(found.measure)} ({unit_of(found.measure)})"))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
    grid[-1][0].set_xlabel("year")
    said = "Thin lines: single runs"
    if thinned:
        said += f" ({STRANDS} of them, evenly chosen)"
    over = f" over {found.points} design points" if found.points > 1 else ""
    framed(figure, f"{in_words(found.measure)}, month by month", f"{said}. Thick line: median of all runs{over}; dark "
           "band: the middle 50 % of runs, light band: the middle 90 %.")  # fmt: skip
    return figure


def _panel(axes: Axes, course: Course, colour: str, dash: object) -> None:
    year, month = map(int, course.start.split("-"))
    years = year + (month - 1 + np.arange(course.values.shape[1])) / 12.0
    runs = len(course.values)
    for row in course.values[np.linspace(0, runs - 1, min(runs, STRANDS)).round().astype(int)]:
        axes.plot(years, row, color=colour, linewidth=0.4, alpha=0.25, zorder=1)
    table = _quantiles(course)
    axes.fill_between(years, table["low_90"], table["high_90"], color=colour, alpha=0.14, linewidth=0, zorder=2)
    axes.fill_between(years, table["low_50"], table["high_50"], color=colour, alpha=0.3, linewidth=0, zorder=2)
    for edge in ("low_90", "high_90"):
        axes.plot(years, table[edge], color=colour, linewidth=0.8, zorder=3)
    axes.plot(years, table["median"], color=BLACK, linewidth=4.0, alpha=0.25, zorder=3)
    axes.plot(years, table["median"], color=colour, linestyle=dash, linewidth=2.4, zorder=4)
    axes.set_xlim(years[0], years[-1])
    for at, word in zip(course.programme or (), ("programme starts", "programme ends"), strict=bool(course.programme)):
        if 0 <= at <= len(years):
            where = years[0] + at / 12.0
            axes.axvline(where, color=GREY, linewidth=1.0, linestyle=(0, (2, 2)), zorder=0)
            axes.annotate(word, (where, 1.0), (3, 3), color=GREY, fontsize=9, xycoords=("data", "axes fraction"),
                          textcoords="offset points")  # fmt: skip
