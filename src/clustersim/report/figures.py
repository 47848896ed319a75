"""Figures as SVG text: the same bytes for the same data, readable in grey, without a window or global state.

Colours are those of Okabe and Ito, which people with colour-blindness can tell apart; each comes with a dash, a marker
or a hatch of its own, so that a photocopy says the same.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.experiment import statistics
from clustersim.experiment.result import Arm, Comparison
from clustersim.report.tables import Map, Spending, map_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW, BLACK = "#E69F00", "#56B4E9", "#F0E442", "#1A1A1A"
GREY = "#595959"
BASELINE = (VERMILION, (0, (5, 2)))
OTHERS = ((BLUE, "solid"), (GREEN, (0, (6, 1.5, 1, 1.5))), (PURPLE, (0, (1, 1.2))), (BLACK, (0, (3, 1, 1, 1, 1, 1))))
PAYERS = {
    "firms": (BLUE, ""), "groups": (SKY, "///"), "households": ("#9BCBE8", ".."), "programme": (VERMILION, ""),
    "institutions": (ORANGE, "\\\\\\"), "banks": (PURPLE, "xx"), "providers": (GREEN, "---"),
    "unrecorded": ("#D9D9D9", "++"),
}  # fmt: skip
BROKER_LABEL, BROKER = "the broker (programme)", ("#F6D2BF", "...")
STYLE: Any = {
    "font.family": "DejaVu Sans", "font.size": 11, "axes.edgecolor": GREY, "axes.labelcolor": BLACK,
    "xtick.color": GREY, "ytick.color": GREY, "axes.spines.top": False, "axes.spines.right": False,
    "svg.hashsalt": "clustersim", "svg.fonttype": "path", "hatch.linewidth": 0.6, "path.simplify": True,
}  # fmt: skip


def line_styles(comparison: Comparison) -> dict[str, tuple[str, Any]]:
    """Colour and dash of each arm: the baseline always broken vermilion, the others in order."""
    others = [name for name in comparison.arms if name != comparison.baseline]
    styles = {name: OTHERS[k % len(OTHERS)] for k, name in enumerate(others)}
    return {name: styles.get(name, BASELINE) for name in comparison.arms}


def outcome(comparison: Comparison, measure: str, label: str) -> str:
    """A measure over the months: each arm's mean and the band that holds 90 % of its replications.

    Under it, where there is a baseline, the paired differences with the 95 % interval of their mean: the bands show how
    much one history differs from another, the differences what the programme did to the same one.
    """
    others = [name for name in comparison.arms if comparison.baseline not in (None, name)]
    figure, grid = _figure(9.0, 5.4 if others else 3.9, rows=2 if others else 1, columns=1, sharex=True,
                           height_ratios=(5, 2) if others else None)  # fmt: skip
    axes = grid[0][0]
    ends: list[tuple[float, str, str]] = []
    styles = line_styles(comparison)
    for name in sorted(comparison.arms, key=lambda arm: arm != comparison.baseline):  # the baseline lies underneath
        arm, (colour, dash) = comparison.arms[name], styles[name]
        years, series = _years(arm), arm.series(measure)
        filled = ~np.isnan(series).all(axis=0)
        if not filled.any():
            continue
        middle, low, high = np.full((3, arm.months), np.nan)
        middle[filled] = np.nanmean(series[:, filled], axis=0)
        low[filled], high[filled] = np.nanpercentile(series[:, filled], [5, 95], axis=0)
        axes.fill_between(years, low, high, color=colour, alpha=0.16, linewidth=0)
        for edge in (low, high):
            axes.plot(years, edge, color=colour, linewidth=0.6, alpha=0.7)
        axes.plot(years, middle, color=colour, linestyle=dash, linewidth=2.4)
        ends.append((float(middle[filled][-1]), name, colour))
    _widen(axes, label)
    _mark_programmes(axes, comparison)
    _label_ends(axes, ends)
    axes.set_ylabel(label)
    for name in others:
        _differences(grid[1][0], comparison, name, measure, styles[name])
    for each in grid[:, 0]:
        each.grid(axis="y", color="#E3E3E3", linewidth=0.8)
        each.set_axisbelow(True)
    axes.set_xlim(_years(first(comparison))[0], max(_years(arm)[-1] for arm in comparison.arms.values()))
    return _svg(figure)


def _differences(axes: Axes, comparison: Comparison, name: str, measure: str, style: tuple[str, Any]) -> None:
    """The mean paired difference from the baseline, month by month, with its 95 % interval."""
    assert comparison.baseline is not None
    arm, baseline = comparison.arms[name].series(measure), comparison.arms[comparison.baseline].series(measure)
    months = min(arm.shape[1], baseline.shape[1])
    gaps = [statistics.interval(column) for column in (arm[:, :months] - baseline[:, :months]).T.tolist()]
    years = _years(comparison.arms[name])[:months]
    low, high = np.array([gap.low for gap in gaps]), np.array([gap.high for gap in gaps])
    axes.fill_between(years, low, high, color=style[0], alpha=0.25, linewidth=0)
    axes.plot(years, [gap.mean for gap in gaps], color=style[0], linestyle=style[1], linewidth=2.0)
    axes.axhline(0.0, color=BLACK, linewidth=0.9)
    axes.set_ylabel("difference")
    _mark_programmes(axes, comparison, words=False)


def _widen(axes: Axes, unit: str) -> None:
    """Keep the scale from making much of little: a tenth at least on a scale of 0 to 1, else a tenth of the level."""
    low, high = axes.get_ylim()
    least = 0.1 if unit in ("share", "0 to 1") else 0.1 * max(abs(low), abs(high))
    if high - low < least:
        middle = (low + high) / 2.0
        floor = max(0.0, middle - least / 2.0) if low >= 0.0 else middle - least / 2.0
        axes.set_ylim(floor, floor + least)


def first(comparison: Comparison) -> Arm:
    """The arm named first."""
    return next(iter(comparison.arms.values()))


def _years(arm: Arm) -> Any:
    year, month = map(int, arm.scenario.run.start.split("-"))
    return year + (month - 1 + np.arange(arm.months)) / 12.0


def _mark_programmes(axes: Axes, comparison: Comparison, words: bool = True) -> None:
    """A line and a word where a programme starts and ends."""
    for name, arm in comparison.arms.items():
        if arm.programme is None or name == comparison.baseline:
            continue
        start = _years(arm)[0]
        for month, word in zip(arm.programme, ("programme starts", "programme ends"), strict=True):
            if 0 <= month <= arm.months:
                axes.axvline(start + month / 12.0, color=GREY, linewidth=1.0, linestyle=(0, (2, 2)), zorder=0)
                axes.annotate(word if words else "", (start + month / 12.0, 1.0), (4, 3), color=GREY, fontsize=9.5,
                              xycoords=("data", "axes fraction"), textcoords="offset points")  # fmt: skip
        return  # the marks of several programmes would hide one another: the text names them all


def _label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Each arm's name at the end of its line, moved apart where two lines end close together."""
    low, high = axes.get_ylim()
    last = -np.inf
    for value, name, colour in sorted(ends):
        at = max((value - low) / (high - low), last + 0.075)
        last = at
        shown = name if len(name) <= 16 else name[:15] + "…"
        axes.annotate(_literal(shown), (1.0, at), (7, 0), xycoords="axes fraction", textcoords="offset points",
                      color=colour, fontweight="bold", va="center", annotation_clip=False)  # fmt: skip


def network(comparison: Comparison) -> str:
    """Who trusts whom at the start and at the end of replication 0, a row of two panels for each arm."""
    arms = {name: arm for name, arm in comparison.arms.items() if len(arm.snapshots) > 1}
    if not arms:
        return ""
    maps = {name: [map_of(arm, choose(arm.snapshots)) for choose in (min, max)] for name, arm in arms.items()}
    wide, high = np.ptp(np.concatenate([drawn.places for both in maps.values() for drawn in both]), axis=0)
    panel = 5.1 * min(1.2, max(0.4, high / wide if wide > 0.0 else 1.0))
    figure, grid = _figure(10.4, (panel + 0.3) * len(arms) + 0.5, rows=len(arms), columns=2)
    for row, (name, both) in enumerate(maps.items()):
        for column, drawn in enumerate(both):
            axes = grid[row][column]
            _panel(axes, drawn)
            axes.set_title(_literal(f"{name[:40]}: {'start' if column == 0 else 'end'}"), loc="left", fontweight="bold")
    figure.legend(handles=_network_key(), loc="outside lower center", ncols=6, frameon=False, fontsize=10)
    return _svg(figure)


def _network_key() -> list[Any]:
    from matplotlib.lines import Line2D

    def mark(label: str, **look: Any) -> Any:
        return Line2D([], [], linestyle="", label=label, **({"marker": "o", "markeredgecolor": "#4D4D4D"} | look))

    return [
        mark("in no group", markersize=5, markerfacecolor="white"),
        mark("in a group", markersize=7, markerfacecolor=BLUE),
        mark("served by the programme", markersize=7, markerfacecolor="white", markeredgecolor=VERMILION,
             markeredgewidth=1.9),
        mark("closed", markersize=5, marker="x", markeredgecolor="#8C8C8C"),
        Line2D([], [], color="0.8", linewidth=0.4, label="little trust"),
        Line2D([], [], color="0.1", linewidth=1.1, label="much trust"),
    ]  # fmt: skip


def _panel(axes: Axes, drawn: Map) -> None:
    places = drawn.places
    _draw_ties(axes, places, drawn.pairs, drawn.trust)
    for k, segment in enumerate(np.unique(drawn.segment)):
        marker = "os^Dv"[k % 5]
        here = drawn.alive & (drawn.segment == segment)
        for member, fill, size in ((False, "white", 13), (True, BLUE, 26)):
            for helped, edge, width in ((False, "#4D4D4D", 0.6), (True, VERMILION, 1.7)):
                x, y = places[here & (drawn.grouped == member) & (drawn.served == helped)].T
                axes.scatter(x, y, s=size, marker=marker, facecolor=fill,
                             edgecolor=edge, linewidth=width, zorder=3 if member else 2)  # fmt: skip
    x, y = places[drawn.closed].T
    axes.scatter(x, y, s=12, marker="x", color="#8C8C8C", linewidth=0.8, zorder=2)
    axes.set_aspect("equal")
    axes.margins(0.03)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#D0D0D0")
        side.set_visible(True)


def _draw_ties(axes: Axes, places: Any, pairs: Any, trust: Any) -> None:
    """Ties in ten shades, a single path for each: a path for every tie would make the page ten times larger."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    shade_of = np.minimum((10.0 * trust).astype(int), 9)
    crowd = min(1.0, (1500.0 / max(1, len(pairs))) ** 0.5)  # thinner lines where there are many
    for shade in range(10):  # strong ties are drawn last, on top
        ends = places[pairs[shade_of == shade]].reshape(-1, 2)
        if len(ends):
            strength = (shade + 0.5) / 10.0
            grey = 0.92 - 0.72 * min(1.0, max(0.0, (strength - 0.25) / 0.65)) ** 1.5
            path = Path(ends, np.tile([Path.MOVETO, Path.LINETO], len(ends) // 2))
            axes.add_patch(PathPatch(path, fill=False, edgecolor=str(round(grey, 2)), zorder=1,
                                     linewidth=crowd * (0.3 + 0.9 * max(0.0, strength - 0.3))))  # fmt: skip


def spending(panels: Mapping[str, Spending]) -> str:
    """Who paid for cluster activities, year by year: stacked bars, one panel for each arm that spent anything."""
    if not panels:
        return ""
    payers = list(dict.fromkeys(payer for panel in panels.values() for payer in panel.by_payer))
    figure, grid = _figure(10.4, 3.5 * len(panels) + 0.5, rows=len(panels), columns=1, sharey=True)
    for row, (name, panel) in enumerate(panels.items()):
        axes = grid[row][0]
        base = np.zeros(len(panel.years))
        drawn = {payer: PAYERS.get(payer, ("#BFBFBF", "o")) for payer in payers} | {BROKER_LABEL: BROKER}
        for payer, (colour, hatch) in drawn.items():
            height = np.array(panel.broker if payer == BROKER_LABEL else panel.by_payer.get(payer, 0.0 * base))
            if height.any() or payer in panel.by_payer:
                axes.bar(panel.years, height / 1000.0, bottom=base / 1000.0, color=colour, hatch=hatch,
                         edgecolor="#333333", linewidth=0.5, width=0.72, label=payer)  # fmt: skip
            base = base + height
        axes.set_title(_literal(name[:60]), loc="left", fontweight="bold")
        axes.set_ylabel("thousand USD a year")
        axes.set_xticks(panel.years)
        axes.grid(axis="y", color="#E3E3E3", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.legend(frameon=False, fontsize=10, handlelength=1.6, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return _svg(figure)


def _literal(text: str) -> str:
    """Text as itself: matplotlib reads what stands between dollar signs as mathematics."""
    return text.replace("$", r"\$")


def _figure(width: float, height: float, rows: int = 0, columns: int = 0, **options: Any) -> tuple[Figure, Any]:
    """A figure with one set of axes, or with a grid of them."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        if rows == 0:
            return figure, figure.add_subplot()
        return figure, figure.subplots(rows, columns, squeeze=False, **options)


def _svg(figure: Figure) -> str:
    import matplotlib

    out = io.StringIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # an arm's name in a script that the font does not have
        figure.savefig(out, format="svg", dpi=170, metadata={"Date": None, "Creator": None})
    return out.getvalue()
