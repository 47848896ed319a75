"""Silverman's test of one hump against more (Silverman 1981), and where the two humps are.

The more a density is smoothed, the fewer humps it has.  The critical width is the least smoothing that leaves one; if
even samples drawn from the density so smoothed hardly ever need as much, one hump is not what made the data.  Chosen
over the dip test because outcomes here pile up at zero and on a lattice of firm counts, which smoothing forgives, and
over a coefficient of bimodality because skewness alone raises that; it errs on the side of one hump (Hall and York
2001), which is the strict side here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GRID = 256
BOOTSTRAPS = 300


class Humps(NamedTuple):
    """p of one hump; means of the values on both sides of the valley between the two highest; share below it."""

    p: float
    centres: tuple[float, float]
    below: float


def _density(values: Floats, width: float, grid: Floats) -> Floats:
    heights: Floats = np.exp(-0.5 * ((grid[:, None] - values[None, :]) / width) ** 2).sum(axis=1)
    return heights


def _peaks(heights: Floats) -> NDArray[np.intp]:
    inside = heights[1:-1]
    return np.flatnonzero((inside > heights[:-2]) & (inside >= heights[2:])) + 1


def _grid(values: Floats, width: float) -> Floats:
    return np.linspace(values.min() - 3.0 * width, values.max() + 3.0 * width, GRID)


def humps(values: Floats, width: float) -> int:
    """How many humps a normal kernel of this width sees."""
    return len(_peaks(_density(values, width, _grid(values, width))))


def critical_width(values: Floats) -> float:
    """The least width at which one hump is left, to a part in a thousand of the spread."""
    spread = float(values.max() - values.min())
    low, high = spread / 200.0, spread
    while high - low > spread / 1000.0:
        middle = 0.5 * (low + high)
        if humps(values, middle) > 1:
            low = middle
        else:
            high = middle
    return high


def two_humps(sample: Sequence[float]) -> Humps:
    """The test on a sample; a sample without spread has one hump."""
    values = np.sort(np.asarray(sample, float))
    if values.size < 10 or values[-1] - values[0] <= 0.0:
        middle = float(values.mean()) if values.size else 0.0
        return Humps(1.0, (middle, middle), 0.5)
    width = critical_width(values)
    rng = np.random.default_rng(1981)
    centre, shrink = values.mean(), 1.0 / np.sqrt(1.0 + width**2 / values.var())
    more = 0
    for _ in range(BOOTSTRAPS):
        drawn = rng.choice(values, values.size) + width * rng.standard_normal(values.size)
        more += humps(centre + (drawn - centre) * shrink, width) > 1
    grid = _grid(values, 0.9 * width)
    heights = _density(values, 0.9 * width, grid)
    found = _peaks(heights)
    best = np.sort(found[np.argsort(-heights[found], kind="stable")[:2]])
    if best.size < 2:
        return Humps(more / BOOTSTRAPS, (float(centre), float(centre)), 0.5)
    low = values < grid[best[0] + np.argmin(heights[best[0] : best[1] + 1])]
    return Humps(more / BOOTSTRAPS, (float(values[low].mean()), float(values[~low].mean())), float(low.mean()))
