"""What a calibration may say: whether the method finds a known truth, what was learned, what stays open."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration import abc_rounds as abc
from calibration.abc_rounds import Floats
from clustersim.ensemble import Ensemble, observed_of
from clustersim.experiment.predict import predict

if TYPE_CHECKING:
    import clustersim as cs
    from calibration.calibrate import Setting

TRUTHS = 100
IDENTIFIED = 0.15  # shrinkage from which a parameter counts as learned


def synthetic(unit: Floats, simulated: dict[str, Floats], tolerance: dict[str, Floats], keep: int, seed: int) -> Any:
    """The first round on figures that the model made at known sets: how often 90 % intervals hold the truth, and how
    much they shrink; the set itself is left out of those to choose from."""
    together = np.concatenate([simulated[case] / tolerance[case] for case in simulated], axis=1)
    random = np.random.default_rng(seed)
    complete = np.flatnonzero(~np.isnan(together).any(axis=1))
    truths = random.choice(complete, size=min(TRUTHS, len(complete)), replace=False)
    held, shrunk = np.zeros(unit.shape[1]), np.zeros(unit.shape[1])
    for truth in truths:
        others = np.delete(np.arange(len(unit)), truth)
        away = abc.distance(together[others], together[truth], np.ones(together.shape[1]))
        kept = abc.nearest(unit[others], away, keep)
        for k in range(unit.shape[1]):
            low, high = abc.quantiles(kept.unit[:, k], kept.weights, (0.05, 0.95))
            held[k] += low <= unit[truth, k] <= high
        shrunk += abc.shrinkage(kept)
    return {"truths": len(truths), "held": (held / len(truths)).tolist(), "shrinkage": (shrunk / len(truths)).tolist()}


def prior_width(simulated: dict[str, Floats], arms: dict[str, cs.Scenario]) -> dict[str, dict[str, float]]:
    """Of each target the width of the range that nine in ten prior histories fill: what was known before any fit."""
    found: dict[str, dict[str, float]] = {}
    for case in arms:
        seen = [known for known in observed_of(case) if known.measure != "outreach"]
        for k, known in enumerate(seen):
            values = simulated[case][:, k, :].ravel()
            low, high = np.nanquantile(values, [0.05, 0.95])
            found.setdefault(case, {})[known.measure] = round(float(high - low), 4)
    return found


def learned(chosen: Setting, posteriors: dict[str, abc.Population], ensembles: dict[str, Ensemble]) -> Any:
    """Of each parameter its range before, its 90 % interval after, and whether the data told anything about it."""
    rows = []
    for k, (name, (low, high)) in enumerate(chosen.free.items()):
        row: dict[str, Any] = {"parameter": name, "prior": [low, high]}
        for fitted, ensemble in ensembles.items():
            values = np.array([draw[k] for draw in ensemble.draws])
            weights = np.array(ensemble.weights)
            row[fitted] = abc.quantiles(values, weights, (0.05, 0.5, 0.95))
            row[f"{fitted} shrinkage"] = float(abc.shrinkage(posteriors[fitted])[k])
        rows.append(row)
    return rows


def identified(chosen: Setting, posterior: abc.Population) -> list[str]:
    """The parameters that the published figures tell something about."""
    return [name for name, shrunk in zip(chosen.names, abc.shrinkage(posterior), strict=True) if shrunk >= IDENTIFIED]


def page(chosen: Setting, told: Any, ensembles: dict[str, Ensemble], arms: dict[str, cs.Scenario],
         workers: int | None) -> str:  # fmt: skip
    """The report in Markdown."""
    tried, rows = told["synthetic"], told["learned"]
    lines = [
        "# Calibration", "",
        "Made by `python experiments/calibration/calibrate.py --ship`; ranges and numbers of runs stand in",
        "`experiments/calibration/free.toml`, published figures and their tolerances in",
        "`src/clustersim/ensemble/observed.py`.",
        f"{chosen.points:,} parameter sets of a Latin hypercube, {chosen.replications} histories of each on "
        f"{' and '.join(chosen.cases)}; {chosen.rounds} further rounds of {chosen.again:,} around the nearest "
        f"{chosen.keep}; seed {chosen.seed}.",
        "The patterns then weigh what is left by the share of their claims that lean the right way.", "",
        "## What was learned", "",
        "*Shrinkage*: one less posterior over prior standard deviation, by the published figures alone. Under "
        f"{IDENTIFIED:.2f} the figures say nothing: the parameter is **not identified**, and the ensemble carries its "
        "whole doubt. *Found*: how often the 90 % interval of the first round held a known truth, over "
        f"{tried['truths']} truths drawn from the prior (90 % is right), and how much it shrank then.", "",
        "| parameter | before | ensemble, 90 % (median) | shrinkage | identified | found, known truth | shrunk there |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for k, row in enumerate(rows):
        low, median, high = row["all"]
        shrunk = row["all shrinkage"]
        before = f"{row['prior'][0]:g}–{row['prior'][1]:g}"
        lines.append(f"| `{row['parameter']}` | {before} | {low:.3g}–{high:.3g} ({median:.3g}) "
                     f"| {shrunk:.2f} | {'yes' if shrunk >= IDENTIFIED else 'no'} | {tried['held'][k]:.0%} "
                     f"| {tried['shrinkage'][k]:.2f} |")  # fmt: skip
    lines += ["", "## Each case predicted by a fit that left it out", "",
              "Nine in ten of 200 histories; *before* is the width of the same range under the prior, *narrow* whether "
              "the interval is at most half as wide.", "",
              "| case | measure | observed | fitted to all | fitted without the case | inside | before | narrow |",
              "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for case, scenario in arms.items():
        inside, left = (
            {row.measure: row for row in predict(scenario, replications=200, seed=chosen.seed + 3, workers=workers,
                                                 ensemble=ensembles[name]).rows}
            for name in ("all", f"without-{case}")
        )  # fmt: skip
        for known in observed_of(case):
            out = left[known.measure]
            width = ensembles["all"].about["prior_width"][case].get(known.measure, math.nan)
            narrow = "" if math.isnan(width) else "yes" if out.high - out.low <= 0.5 * width else "no"
            cells = [case, known.measure, f"{known.value:g}", _span(inside[known.measure]), _span(out),
                     "yes" if out.inside else "no", f"{width:.3g}".replace("nan", "–"), narrow]  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _span(row: Any) -> str:
    return f"{row.low:.3g}–{row.high:.3g}"
