"""Approximate Bayesian computation: which parameter sets come near what was observed (Beaumont et al. 2009).

Plain functions of arrays; who runs the model stands in calibrate.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Parameter sets with their weights (adding up to 1) and how far each is from what was observed."""

    unit: Floats  # (sets, parameters) in the unit cube: 0 the low end of a range, 1 the high one
    weights: Floats  # (sets,)
    distance: Floats  # (sets,)

    @property
    def mean(self) -> Floats:
        """Of each parameter, in the unit cube."""
        found: Floats = self.weights @ self.unit
        return found


def distance(simulated: Floats, observed: Floats, tolerance: Floats) -> Floats:
    """How far sets are off: root mean square over targets of (simulated − observed) in standard deviations.

    ``simulated`` (sets, targets) are means over histories; a target that a set never produced counts as 10.
    """
    off = np.minimum(10.0, np.abs(np.where(np.isnan(simulated), np.inf, simulated) - observed) / tolerance)
    found: Floats = np.sqrt(np.mean(off * off, axis=1))
    return found


def nearest(unit: Floats, away: Floats, keep: int) -> Population:
    """Rejection: the ``keep`` sets that are nearest, all alike."""
    chosen = np.argsort(away, kind="stable")[:keep]
    return Population(unit[chosen], np.full(len(chosen), 1.0 / len(chosen)), away[chosen])


def spread(population: Population) -> Floats:
    """Twice the weighted covariance: the kernel that costs least (Beaumont et al. 2009)."""
    centred = population.unit - population.mean
    found: Floats = 2.0 * (population.weights[:, None] * centred).T @ centred
    return found + 1e-9 * np.eye(len(found))


def around(population: Population, sets: int, seed: int) -> Floats:
    """New sets near those of a population, inside the cube."""
    random = np.random.default_rng(seed)
    root = np.linalg.cholesky(spread(population))
    found: list[Floats] = []
    while len(found) < sets:
        parents = random.choice(len(population.weights), size=sets, p=population.weights)
        moved = population.unit[parents] + random.standard_normal((sets, root.shape[0])) @ root.T
        found += list(moved[np.all((moved >= 0.0) & (moved <= 1.0), axis=1)])
    return np.array(found[:sets])


def reweighed(unit: Floats, away: Floats, keep: int, former: Population) -> Population:
    """The nearest of sets drawn around a former population, weighed so that the prior stays even over the cube."""
    chosen = np.argsort(away, kind="stable")[:keep]
    inverse = np.linalg.inv(spread(former))
    gaps = unit[chosen][:, None, :] - former.unit[None, :, :]
    kernel = np.exp(-0.5 * np.einsum("ijk,kl,ijl->ij", gaps, inverse, gaps))
    weights = 1.0 / (kernel @ former.weights)
    return Population(unit[chosen], weights / weights.sum(), away[chosen])


def quantiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> list[float]:
    """Weighted quantiles."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return [float(values[order][min(len(values) - 1, int(np.searchsorted(reached, share)))]) for share in shares]


def shrinkage(population: Population) -> Floats:
    """Of each parameter, one less the ratio of its posterior to its prior standard deviation: 0 nothing was learned."""
    centred = population.unit - population.mean
    sd = np.sqrt(population.weights @ (centred * centred))
    found: Floats = 1.0 - sd / np.sqrt(1.0 / 12.0)
    return found


def systematic(weights: Floats, count: int) -> NDArray[np.int64]:
    """``count`` rows drawn in proportion to their weights, as evenly as can be."""
    return np.searchsorted(np.cumsum(weights), (np.arange(count) + 0.5) / count).clip(0, len(weights) - 1)
