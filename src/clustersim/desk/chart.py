"""The one chart of the brief: what stands five years after the exit against what it cost."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

BEST, USUAL, LINE = "#b3361b", "#2f5d78", "#8a8f98"


def cost_and_effect(found: Mapping[str, Any], kind: str = "png") -> bytes:
    """Each policy's cost and effect with 95 % intervals, the frontier, the best marked; as png, svg or pdf."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.9, 3.05), layout="constrained")
    axes = figure.add_subplot()
    rows = {row["policy"]: row for row in found["ranking"]}
    frontier = [row for row in found["increments"] if row["status"] == "on the frontier"]
    axes.plot([row["cost"] for row in frontier], [row["effect"] for row in frontier], color=LINE, linewidth=1.2, zorder=1,
              label="efficiency frontier")  # fmt: skip
    shown = [row for name, row in rows.items() if name != found["study"]["none"]]
    for row in shown:
        best = row["policy"] == found["best"]
        colour = BEST if best else USUAL
        low, high = (row[f"effect_{end}"] if row[f"effect_{end}"] is not None else row["effect"] for end in ("low", "high"))
        axes.errorbar(row["cost"], row["effect"], yerr=[[row["effect"] - low], [high - row["effect"]]], fmt="o",
                      markersize=6 if best else 4.5, color=colour, elinewidth=1, capsize=2, zorder=3 if best else 2)  # fmt: skip
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
    """The part of the plane in which the policies lie; no programme, at the origin, is told in the caption."""
    costs = [row["cost"] for row in shown]
    lows = [row["effect_low"] if row["effect_low"] is not None else row["effect"] for row in shown]
    highs = [row["effect_high"] if row["effect_high"] is not None else row["effect"] for row in shown]
    wide = max(max(costs) - min(costs), 0.02 * max(max(costs), 1.0))
    tall = max(max(highs) - min(lows), 0.5)
    axes.set_xlim(min(costs) - 0.12 * wide, max(costs) + 0.22 * wide)
    axes.set_ylim(min(lows) - 0.25 * tall, max(highs) + 0.25 * tall)


def _labels(axes: Any, shown: list[Mapping[str, Any]], best: str) -> None:
    """Names beside the points, in turn above and below their intervals, so that neighbours do not meet."""
    for k, row in enumerate(sorted(shown, key=lambda one: (one["cost"], one["effect"]))):
        above = k % 2 == 0
        end = row["effect_high" if above else "effect_low"]
        axes.annotate(row["policy"], (row["cost"], row["effect"] if end is None else end), ha="center",
                      xytext=(0, 4 if above else -4), textcoords="offset points", va="bottom" if above else "top",
                      fontsize=8, color=BEST if row["policy"] == best else "#222222",
                      fontweight="bold" if row["policy"] == best else "normal")  # fmt: skip
