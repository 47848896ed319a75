"""A phase diagram: an outcome over two factors, with the line where it passes a threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.experiment.words import digits_for, number
from clustersim.report.figures import BLACK
from clustersim.study.analysis import asked
from clustersim.study.analysis.outcome import Outcome, factor_label

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LEVELS = 40
"""distinct values of a factor that get a row or column each; above that they are put into bins"""
MOST_BINS = 12
NUMBERED = 100
"""cells that a figure writes its numbers into"""


@dataclass(frozen=True)
class Side:
    """One axis: what its cells are called and where their middles lie."""

    factor: str
    labels: tuple[str, ...]
    middles: tuple[float, ...]
    """in the factor's unit; 0, 1, 2, ... for names"""
    binned: bool = False
    named: bool = False
    """whether the levels are names, without distances"""

    def value(self, position: int) -> float | str:
        """The middle of a cell, or its name."""
        return self.labels[position] if self.named else self.middles[position]


@dataclass(frozen=True)
class PhaseDiagram:
    """An outcome over two factors; build one with :func:`phase`."""

    outcome: Outcome
    x: Side
    y: Side
    table: pd.DataFrame
    """a row for each cell with a value: the two factors (the middles of bins), ``value``, ``low``, ``high`` (95 %),
    ``points``; what the intervals are over says ``outcome.over``"""
    threshold: float | None
    column: Any
    """for each row of the table the position of its column"""
    row: Any

    def __str__(self) -> str:
        cells = self.table.pivot_table(index=self.y.factor, columns=self.x.factor, values="value", sort=False)
        digits = digits_for(self.table["value"])
        cells = cells.reindex(_in_order(self.y, cells.index)).reindex(_in_order(self.x, cells.columns), axis=1)
        text = cells.to_string(float_format=lambda value: number(value, digits), na_rep="–")
        return f"{self.outcome.words} ({self.outcome.unit})\n{text}"

    def plot(self, path: str | Path | None = None, *, title: str | None = None) -> Figure:
        """The diagram; written if a path is given (.pdf, .svg, .png)."""
        from clustersim.study.analysis.figures import written

        return written(_drawn(self), path, title)


def phase(outcome: Outcome, points: pd.DataFrame, x: str, y: str, threshold: float | None = None) -> PhaseDiagram:
    """An outcome by cell of two factors, averaged over all others; ``points`` has a row of factor values a point.

    Without a threshold a difference is held against zero.  InputError where a factor is the other one.
    """
    import pandas as pd

    if x == y:
        raise InputError(Problem("a phase diagram needs two different factors", key="y", value=y))
    if threshold is not None:
        threshold = asked.number(threshold, "threshold")
    elif outcome.against is not None:
        threshold = 0.0
    few = max(3, min(MOST_BINS, int(math.sqrt(len(points) / 5.0))))
    (across, column), (up, row) = (_side(name, points[name].tolist(), few) for name in (x, y))
    found: list[tuple[Any, ...]] = []
    for cell in sorted(set(zip(column.tolist(), row.tolist(), strict=True))):
        here = np.flatnonzero((column == cell[0]) & (row == cell[1]))
        gap = outcome.interval(points=here)
        if gap.n:
            found.append((across.value(cell[0]), up.value(cell[1]), *gap[:3], len(here), *cell))
    if not found:
        raise InputError(Problem(f"{outcome.words}: no point has a value"))
    table = pd.DataFrame(found, columns=[x, y, "value", "low", "high", "points", "column", "row"])
    return PhaseDiagram(outcome, across, up, table.drop(columns=["column", "row"]), threshold,
                        table["column"].to_numpy(), table["row"].to_numpy())  # fmt: skip


def _in_order(side: Side, present: Any) -> list[Any]:
    order = list(side.labels) if side.named else sorted(present)
    return [value for value in order if value in set(present)]


def _side(factor: str, values: Sequence[Any], few: int) -> tuple[Side, Any]:
    """A factor's cells, and for each point the one it lies in."""
    if any(isinstance(value, str | bool) for value in values):
        names = list(dict.fromkeys(map(str, values)))  # as they were declared
        return Side(factor, tuple(names), tuple(map(float, range(len(names)))), named=True), np.array(
            [names.index(str(value)) for value in values])  # fmt: skip
    numbers = np.asarray(values, dtype=float)
    levels = np.unique(numbers)
    if len(levels) <= MOST_LEVELS and len(levels) <= max(len(values) // 3, math.isqrt(len(values))):
        labels = tuple(f"{v:.3g}" if abs(v) < 1000 else f"{v:,.0f}" for v in levels)
        return Side(factor, labels, tuple(levels.tolist())), np.searchsorted(levels, numbers)
    edges = np.linspace(levels[0], levels[-1], few + 1)
    digits = max(0, 1 - math.floor(math.log10(1.02 * (edges[1] - edges[0]))))  # so that no two bins look alike
    middles = (edges[1:] + edges[:-1]) / 2.0
    return Side(factor, tuple(f"{v:.{digits}f}" for v in middles), tuple(middles.tolist()), True), np.clip(
        np.searchsorted(edges, numbers, side="right") - 1, 0, few - 1)  # fmt: skip


def _drawn(found: PhaseDiagram) -> Figure:
    from clustersim.study.analysis.figures import blank, framed, literal

    wide, high = len(found.x.labels), len(found.y.labels)
    cells = np.full((high, wide), np.nan)
    cells[found.row, found.column] = found.table["value"]
    figure, grid = blank(min(10.5, max(6.4, 2.9 + 0.72 * wide)), min(8.6, max(4.6, 2.4 + 0.5 * high)), 1, 1)
    axes = grid[0][0]
    drawn = axes.pcolormesh(np.arange(wide + 1) - 0.5, np.arange(high + 1) - 0.5, np.ma.masked_invalid(cells),
                            cmap="cividis", edgecolors="white", linewidth=0.6)  # fmt: skip
    axes.set_facecolor("#F2F2F2")
    bar = figure.colorbar(drawn, ax=axes, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label(literal(found.outcome.axis))
    if cells.size <= NUMBERED:
        _numbers(axes, cells, drawn)
    said = [f"{len(found.table)} cells", _resting(found)]
    low, top = np.nanmin(cells), np.nanmax(cells)
    if found.threshold is not None:
        mark = number(found.threshold, digits_for([found.threshold]) if found.threshold else 0)
        _hatched(axes, found)
        if found.outcome.over:
            said.append(f"dotted cells: the interval contains {mark}")
        if low < found.threshold < top:
            _line(axes, cells, found.threshold, smooth=cells.size > NUMBERED and not (found.x.named or found.y.named))
            said.append(f"thick line: where the outcome passes {mark}")
        else:
            said.append(f"it passes {mark} nowhere")
    across, up = (axes.set_xticks, axes.set_xlabel), (axes.set_yticks, axes.set_ylabel)
    for side, (ticks, label) in ((found.x, across), (found.y, up)):
        step = math.ceil(len(side.labels) / (14 if max(map(len, side.labels)) <= 4 else 9))
        ticks(np.arange(len(side.labels))[::step], [literal(text) for text in side.labels[::step]])
        label(literal(factor_label(side.factor) + (", bins" if side.binned else "")))
    framed(figure, found.outcome.words, f"{'; '.join(said)}. {found.outcome.gaps()}")
    return figure


def _resting(found: PhaseDiagram) -> str:
    points, runs = found.table["points"], found.outcome.values.shape[1]
    many = f"{points.min()}" if points.min() == points.max() else f"{points.min()} to {points.max()}"
    ends = ["s" if count > 1 else "" for count in (points.max(), runs)]
    over = f"95 % intervals over {found.outcome.over}" if found.outcome.over else "one replication has no interval"
    return f"each the mean of {many} point{ends[0]} of {runs} replication{ends[1]} ({over})"


def _numbers(axes: Axes, cells: Any, drawn: Any) -> None:
    digits = digits_for(cells.ravel())
    for (row, column), value in np.ndenumerate(cells):
        if np.isfinite(value):
            shade = drawn.cmap(drawn.norm(value))
            light = 0.299 * shade[0] + 0.587 * shade[1] + 0.114 * shade[2] > 0.5
            axes.text(column, row, number(value, min(digits, 3)), ha="center", va="center", zorder=5,
                      fontsize=9 if cells.shape[1] <= 8 else 7.5, color=BLACK if light else "white")  # fmt: skip


def _line(axes: Axes, cells: Any, threshold: float, smooth: bool) -> None:
    """Where neighbouring cells lie on two sides of the threshold: between them, or smoothed where there are many."""
    from matplotlib.collections import LineCollection
    from matplotlib.patheffects import AbstractPathEffect, withStroke

    halo: list[AbstractPathEffect] = [withStroke(linewidth=4.4, foreground="white")]
    if smooth:
        high, wide = cells.shape
        drawn = axes.contour(np.arange(wide), np.arange(high), np.ma.masked_invalid(cells), levels=[threshold],
                             colors=[BLACK], linewidths=2.4)  # fmt: skip
        drawn.set_path_effects(halo)
        return
    edges = []
    for (row, column), value in np.ndenumerate(cells):
        for up, right in ((0, 1), (1, 0)):
            if row + up < cells.shape[0] and column + right < cells.shape[1]:
                other = cells[row + up, column + right]
                if np.isfinite(value + other) and (value > threshold) != (other > threshold):
                    x, y = column + right / 2.0, row + up / 2.0
                    edges.append([(x - up / 2.0, y - right / 2.0), (x + up / 2.0, y + right / 2.0)])
    axes.add_collection(LineCollection(edges, colors=BLACK, linewidths=2.4, path_effects=halo, capstyle="round",
                                       zorder=4), autolim=False)  # fmt: skip


def _hatched(axes: Axes, found: PhaseDiagram) -> None:
    """Dots at the foot of the cells whose interval contains the threshold."""
    open_ = ((found.table["low"] <= found.threshold) & (found.table["high"] >= found.threshold)).to_numpy(dtype=bool)
    for shift in (-0.2, 0.0, 0.2) if len(found.table) <= NUMBERED else (0.0,):
        axes.plot(found.column[open_] + shift, found.row[open_] - 0.36, linestyle="", marker="o", markersize=2.6,
                  color=BLACK, markeredgecolor="white", markeredgewidth=0.5, zorder=4)  # fmt: skip
