"""Figures of a study: without a window or global state, fit to print, and the same in grey.

Colours are those of Okabe and Ito; each comes with a dash, a marker or a hatch of its own.  Every figure says what it
rests on (how many values, which interval) underneath.
"""

from __future__ import annotations

import textwrap
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.errors import InputError, Problem, ResourceError
from clustersim.report.figures import BLACK, BLUE, GREY, SKY, STYLE, VERMILION
from clustersim.study.analysis import asked
from clustersim.study.analysis.indices import METHODS
from clustersim.study.analysis.outcome import counted, factor_label, in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from clustersim.study.analysis.contrast import Contrast
    from clustersim.study.analysis.enough import Enough
    from clustersim.study.analysis.sensitivity import Sensitivity

FORMATS = (".pdf", ".svg", ".png")
GRID = "#E3E3E3"
LABELS = {"mu_star": "mean size of the effect, µ*", "mu": "mean effect, µ", "sigma": "spread of the effect, σ",
          "ST": "total index, with interactions (ST)", "S1": "first-order index, on its own (S1)",
          "prcc": "partial rank correlation"}  # fmt: skip
LISTED = 40
"""points that a figure names one by one"""


def written(figure: Figure, path: str | Path | None, title: str | None = None) -> Figure:
    """The figure, under another title and written to a path if they are given; InputError for an ending of no kind."""
    if title is not None:
        titled(figure, asked.text(title, "title"))
    if path is None:
        return figure
    import matplotlib

    if not isinstance(path, str | PathLike):
        raise InputError(Problem("must be the path of a file", key="path", value=path))
    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise InputError(Problem("is no kind of figure", key="path", value=str(path), allowed=", ".join(FORMATS)))
    dated = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}.get(target.suffix.lower(), {})
    try:
        with matplotlib.rc_context(STYLE | {"pdf.fonttype": 42}):
            figure.savefig(target, dpi=200, metadata=dated)
    except OSError as error:
        raise ResourceError(f"{target}: {error.strerror or error}") from error
    return figure


def tornado(found: Sensitivity) -> Figure:
    """The indices of every factor by importance with their intervals, and the noise floor shaded."""
    names = METHODS[found.method]
    panels = [name for name in names if name != "mu"]
    table = found.table.iloc[::-1]
    rows = np.arange(len(table))
    figure, grid = blank(9.6, 1.9 + 0.36 * len(table), 1, len(panels), sharey=True, width_ratios=[3, 2][: len(panels)])
    for axes, name in zip(grid[0], panels, strict=True):
        first = name == names[0]
        low, high = (table[column] for column in (("low", "high") if first else (f"{name}_low", f"{name}_high")))
        if first and found.noise is not None:
            floor = max(found.noise.high, -found.noise.low)
            axes.axvspan(-floor if found.method == "rank" else 0.0, floor, facecolor="#E4E4E4", edgecolor="#B5B5B5",
                         hatch="////", linewidth=0.0, zorder=0)  # fmt: skip
        clear = table["above_noise"].fillna(True).to_numpy(dtype=bool)
        for which, colour in ((clear, BLUE if first else SKY), (~clear, "white")):
            if which.any():
                axes.barh(rows[which], table[name][which], color=colour, edgecolor=BLACK, linewidth=0.7, height=0.62)
        axes.hlines(rows, low, high, color=VERMILION if first else BLACK, linewidth=1.8, zorder=4)
        axes.plot(low, rows, "|", high, rows, "|", color=VERMILION if first else BLACK, markersize=7, zorder=4)
        if found.method == "rank":
            axes.axvline(0.0, color=BLACK, linewidth=0.9)
        else:
            axes.set_xlim(left=min(0.0, float(low.min()) * 1.1))
        axes.set_xlabel(LABELS[name] + (f" ({found.outcome.unit})" if found.method == "morris" else ""))
        axes.grid(axis="x", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.locator_params(axis="x", nbins=6)
    named = zip(table.index, table["factor"], strict=True)
    grid[0][0].set_yticks(rows, [_row(found, factor, k) for k, factor in named])
    said = "Bars: index; lines: 95 % interval."
    if found.noise is not None:
        dummy = in_words(found.dummy or "").strip("()")
        said += f" Hatched: the noise floor ({dummy}); white bars do not stand out of it."
    if found.method == "morris":
        said += " In brackets the direction of the effect, ± where its interval contains zero."
    framed(figure, found.outcome.words, f"{said} {found.note}".replace(" Brackets are 95 % intervals.", ""))
    return figure


def _row(found: Sensitivity, factor: str, row: Any) -> str:
    sign = ""
    if found.method == "morris" and factor != found.dummy:
        low, high = found.table["mu_low"][row], found.table["mu_high"][row]
        sign = " (+)" if low > 0.0 else " (−)" if high < 0.0 else " (±)"
    return literal(in_words(factor)) + sign


def by_point(found: Contrast) -> Figure:
    """The mean paired difference at every point with its 95 % interval, points in order of their difference."""
    table = found.table.dropna(subset="difference").sort_values("difference", kind="stable")
    rows = np.arange(len(table))
    listed = len(table) <= LISTED
    figure, grid = blank(8.6, 1.9 + (0.3 * len(table) if listed else 4.2), 1, 1)
    axes = grid[0][0]
    shaded = len(found.outcome.values) > 1 and np.isfinite(found.overall.low)
    if shaded:
        axes.axvspan(found.overall.low, found.overall.high, color=SKY, alpha=0.35, linewidth=0, zorder=0)
    axes.axvline(found.overall.mean, color=BLUE, linewidth=1.4, linestyle=(0, (5, 2)), zorder=1)
    axes.axvline(0.0, color=BLACK, linewidth=0.9, zorder=1)
    axes.hlines(rows, table["low"], table["high"], color=GREY, linewidth=1.4 if listed else 0.6, zorder=2)
    clear = ~((table["low"] <= 0.0) & (table["high"] >= 0.0)).to_numpy(dtype=bool)
    for which, fill in ((clear, VERMILION), (~clear, "white")):
        axes.plot(table["difference"][which], rows[which], "o", markersize=6 if listed else 3, color=VERMILION,
                  markerfacecolor=fill, linestyle="", zorder=3)  # fmt: skip
    factors = list(table.columns[1:-5])  # between the point and the difference
    if listed:
        labels = [", ".join(_setting(table[name].iloc[k]) for name in factors) for k in rows]
        points = table["point"].tolist()
        axes.set_yticks(rows, [literal(label or f"point {point}")
                               for label, point in zip(labels, points, strict=True)])  # fmt: skip
        if factors:
            axes.set_ylabel(literal(textwrap.fill(", ".join(map(factor_label, factors)), 60)))
    else:
        axes.set_yticks([])
        axes.set_ylabel(f"{len(table)} points, by their difference")
    axes.set_ylim(-0.7, len(table) - 0.3)
    axes.set_xlabel(literal(found.outcome.axis))
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    pairs = table["n"]
    fewest, most = (0, 0) if pairs.empty else (int(pairs.min()), int(pairs.max()))
    if most < 2:
        said = "Points: difference on common random numbers, of one pair each and so without an interval."
    else:
        often = counted(most, "pair") if fewest == most else f"{fewest} to {most} pairs"
        said = (f"Points: mean difference on common random numbers over {often}, with its 95 % interval over luck; "
                "open where that contains zero.")  # fmt: skip
    said += f" Broken line: mean over {found.outcome.rests_on}"
    said += f"; shaded: its {found.says_over}." if shaded else "."
    framed(figure, found.outcome.words, f"{said} {found.outcome.gaps()}")
    return figure


def _setting(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def stability(found: Enough) -> Figure:
    """The mean and the half width of its interval as replications are added, and what is projected."""
    curve, one = found.curve, len(found.outcome.values) == 1
    figure, grid = blank(8.6, 5.6 if one else 4.4, 2 if one else 1, 1, sharex=True)
    if one:
        axes, half = grid[0][0], curve["half_width"]
        axes.fill_between(curve["n"], curve["mean"] - half, curve["mean"] + half, color=SKY, alpha=0.35, linewidth=0)
        axes.plot(curve["n"], curve["mean"], color=BLUE, linewidth=2.0)
        late = curve["n"] >= min(5, curve["n"].iloc[-1])  # the first few intervals would squeeze all that follow
        spread = float(np.nanmax(half[late]))
        centre = float(curve["mean"].iloc[-1])
        axes.set_ylim(centre - 1.6 * spread - 1e-12, centre + 1.6 * spread + 1e-12)
        axes.set_ylabel(textwrap.fill(found.outcome.axis, 30))
    axes = grid[-1][0]
    _half_widths(axes, found, "half_width", found.needed, BLUE, "solid", "half width" if one else "median point")
    if not one:
        _half_widths(axes, found, "half_width_worst", found.needed_worst, VERMILION, (0, (5, 2)), "worst point")
    axes.axhline(found.precision, color=BLACK, linewidth=1.0, linestyle=(0, (1, 1.2)), label="precision wished for")
    axes.set_yscale("log")
    axes.set_xscale("log")
    plain_ticks(axes)
    axes.set_xlabel("replications")
    axes.set_ylabel(f"half width of the\n95 % interval ({found.outcome.unit})")
    axes.legend(frameon=False, fontsize=9.5, loc="center left", bbox_to_anchor=(1.0, 0.5))
    for each in grid[:, 0]:
        each.grid(color=GRID, linewidth=0.8)
        each.set_axisbelow(True)
    said = str(found).split("\n", 1)[1].replace("\n", " ")
    framed(figure, found.outcome.words, f"{said} {'Band: 95 % interval. ' if one else ''}Thin: projected.")
    return figure


def _half_widths(axes: Axes, found: Enough, column: str, needed: int, colour: str, dash: Any, label: str) -> None:
    from scipy.special import stdtrit

    curve = found.curve
    axes.plot(curve["n"], curve[column], color=colour, linestyle=dash, linewidth=2.2, label=label)
    last, half = int(curve["n"].iloc[-1]), float(curve[column].iloc[-1])
    if last < needed <= 1000 * last and half > 0.0:
        ahead = np.geomspace(last, needed, 30)
        narrower = stdtrit(ahead - 1, 0.975) / stdtrit(last - 1, 0.975) * np.sqrt(last / ahead)
        axes.plot(ahead, half * narrower, color=colour, linestyle=dash, linewidth=0.9)
        axes.plot([needed], [found.precision], "o", color=colour, markerfacecolor="white", markersize=7)


def plain_ticks(axes: Axes) -> None:
    """Numbers in full on logarithmic axes, a few of them."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
        axis.set_minor_formatter(NullFormatter())


def framed(figure: Figure, title: str, caption: str) -> None:
    """A title above, and below in small print what the figure rests on."""
    import matplotlib

    titled(figure, title[:1].upper() + title[1:])
    with matplotlib.rc_context(STYLE):
        joined = " ".join(caption.split()).replace(" %", "\u00a0%")
        figure.supxlabel(literal(textwrap.fill(joined, int(14.6 * figure.get_figwidth()))), x=0.01, ha="left",
                         fontsize=8.5, color=GREY)  # fmt: skip


def titled(figure: Figure, title: str) -> None:
    """A title above, in place of one that is there."""
    import matplotlib

    with matplotlib.rc_context(STYLE):
        figure.suptitle(literal(textwrap.fill(title, int(11.0 * figure.get_figwidth()))), x=0.01, ha="left",
                        fontweight="bold", fontsize=12)  # fmt: skip


def blank(width: float, height: float, rows: int, columns: int, **options: Any) -> tuple[Figure, Any]:
    """A figure with a grid of axes, which belongs to no window."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        return figure, figure.subplots(rows, columns, squeeze=False, **options)


def literal(text: str) -> str:
    """Text as itself: matplotlib reads what stands between dollar signs as mathematics."""
    return text.replace("$", r"\$")
