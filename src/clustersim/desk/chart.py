"""The one chart of the brief: what stands five years after the exit against what it cost."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

ROOM, TALL = 0.0115, 0.055
"""width of a letter and height of a line, as shares of the chart's"""
BEST, USUAL, LINE = "#b3361b", "#2f5d78", "#8a8f98"


def cost_and_effect(found: Mapping[str, Any], kind: str = "png") -> bytes:
    """Each policy's cost and effect with 95 % intervals, the frontier, the best marked; as png, svg or pdf."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.9, 3.05), layout="constrained")
    axes = figure.add_subplot()
    rows = {row["policy"]: row for row in found["ranking"]}
    frontier = [row for row in found["increments"] if row["status"] == "on the frontier"]
    axes.plot(
        [row["cost"] for row in frontier],
        [row["effect"] for row in frontier],
        color=LINE,
        linewidth=1.2,
        zorder=1,
        label="efficiency frontier",
    )
    shown = [row for name, row in rows.items() if name != found["study"]["none"]]
    for row in shown:
        best = row["policy"] == found["best"]
        colour = BEST if best else USUAL
        low, high = (
            row[f"effect_{end}"] if row[f"effect_{end}"] is not None else row["effect"] for end in ("low", "high")
        )
        axes.errorbar(
            row["cost"],
            row["effect"],
            yerr=[[row["effect"] - low], [high - row["effect"]]],
            fmt="o",
            markersize=6 if best else 4.5,
            color=colour,
            elinewidth=1,
            capsize=2,
            zorder=3 if best else 2,
        )
    if shown:
        _frame(axes, shown)
        _labels(axes, shown, found["best"])
    axes.set_xlabel(f"cost to the programme ({found['money']['currency']} of {found['money']['price_year']})")
    axes.set_ylabel("percentage points more\n" + found["study"]["effect_words"], fontsize=8.5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(True, color="#e4e6ea", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)
    axes.xaxis.label.set_fontsize(8.5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    out = io.BytesIO()
    figure.savefig(out, format=kind, dpi=200, metadata={"Software": None} if kind == "png" else None)
    return out.getvalue()


def _frame(axes: Any, shown: list[Mapping[str, Any]]) -> None:
    """From no effect up, so that heights compare; along the cost only the part in which the policies lie."""
    costs = [row["cost"] for row in shown]
    lows = [row["effect_low"] if row["effect_low"] is not None else row["effect"] for row in shown]
    highs = [row["effect_high"] if row["effect_high"] is not None else row["effect"] for row in shown]
    wide = max(max(costs) - min(costs), 0.02 * max(max(costs), 1.0))
    bottom, top = min(0.0, *lows), max(0.0, *highs)
    room = 0.25 * max(top - bottom, 0.5)  # for names above, and below where effects are negative
    axes.set_xlim(min(costs) - 0.12 * wide, max(costs) + 0.22 * wide)
    axes.set_ylim(bottom - room if bottom < 0.0 else 0.0, top + room)


def _labels(axes: Any, shown: list[Mapping[str, Any]], best: str) -> None:
    """Names above and below the intervals in turn, each stepping outwards until it meets neither a name nor a bar."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    bars = []
    for row in shown:
        ends = [(row["effect"] if row[key] is None else row[key]) for key in ("effect_low", "effect_high")]
        low, high = ((end - bottom) / (top - bottom) for end in ends)
        bars.append(((row["cost"] - left) / (right - left), low, high))
    taken = [(x - 0.006, x + 0.006, low, high) for x, low, high in bars]
    order = sorted(range(len(shown)), key=lambda k: (shown[k]["cost"], shown[k]["effect"]))
    for turn, k in enumerate(order):
        name, (x, low, high) = shown[k]["policy"], bars[k]
        half, above = 0.5 * ROOM * len(name), turn % 2 == 0
        x = min(max(x, half), max(half, 1.0 - half))  # within the frame
        y = high + 0.015 if above else low - 0.015 - TALL
        while (
            any(x - half < b and a < x + half and y < d and c < y + TALL for a, b, c, d in taken)
            and 0.0 < y < 1.0 - TALL
        ):
            y += 0.02 if above else -0.02
        taken.append((x - half, x + half, y, y + TALL))
        axes.text(
            x,
            y,
            name,
            transform=axes.transAxes,
            ha="center",
            va="bottom",
            fontsize=8,
            color=BEST if name == best else "#222222",
            fontweight="bold" if name == best else "normal",
        )
