"""A surrogate: a smooth function through the points of any design, cheap enough to ask a hundred thousand times.

A smoothed thin-plate spline; how smooth, cross-validation decides.  It may be used where it predicts points that it has
not seen: its R² on those is always reported, and below one half it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import InputError, Problem

Array = NDArray[np.float64]
SMOOTHINGS = (0.0, *(10.0**k for k in range(-4, 3)))
"""what cross-validation chooses from; 0 goes through every point"""
FOLDS = 5
LEAST = 0.5
"""cross-validated R² below which a surrogate says nothing"""
MOST_POINTS = 1200
"""points that a spline is fitted to: its cost grows with their cube"""


@dataclass(frozen=True)
class Surrogate:
    """A fitted surface; build one with :func:`fitted`."""

    surface: Any
    smoothing: float
    r2: float
    """cross-validated: the share of the points' variance that is predicted without having seen them"""

    def __call__(self, x: Array) -> Array:
        """(samples, columns) -> (samples,) predicted outcomes."""
        found: Array = self.surface(x)
        return found


def fitted(x: Array, y: Array, groups: NDArray[np.int64], seed: int = 1) -> Surrogate:
    """A surrogate of (points, columns) and (points,) outcomes; points of one group are left out together.

    Raises InputError where there are too few points or its cross-validated R² is below one half.
    """
    if len(np.unique(groups)) < 2 * FOLDS or len(y) < 2 * (x.shape[1] + 1):
        raise InputError(_refusal(f"{len(y)} points are too few for a surrogate of {x.shape[1]} columns"))
    if not np.ptp(y) > 0.0:
        raise InputError(_refusal("the outcome is the same at every point"))
    scores = {smoothing: _cross_validated(x, y, groups, smoothing, seed) for smoothing in SMOOTHINGS}
    smoothing = max(scores, key=lambda tried: scores[tried])
    r2 = scores[smoothing]
    if not r2 >= LEAST:
        raise InputError(_refusal(f"the surrogate predicts too little of the outcome (cross-validated R² {r2:.2f}, "
                                  f"at least {LEAST} is needed)"))  # fmt: skip
    return Surrogate(surface(x, y, smoothing), smoothing, r2)


def surface(x: Array, y: Array, smoothing: float) -> Any:
    """A thin-plate spline; a point that is there several times (a bootstrap's) counts so much more."""
    from scipy.interpolate import RBFInterpolator

    places, where, counts = np.unique(x, axis=0, return_inverse=True, return_counts=True)
    means = np.bincount(where.ravel(), weights=y) / counts
    return RBFInterpolator(places, means, smoothing=smoothing / counts, kernel="thin_plate_spline", degree=1)


def _cross_validated(x: Array, y: Array, groups: NDArray[np.int64], smoothing: float, seed: int) -> float:
    names, where = np.unique(groups, return_inverse=True)
    fold = (np.random.default_rng(seed).permutation(len(names)) % FOLDS)[where]
    predicted = np.empty_like(y)
    for k in range(FOLDS):
        try:
            predicted[fold == k] = surface(x[fold != k], y[fold != k], smoothing)(x[fold == k])
        except np.linalg.LinAlgError:  # too few points on one side of a plane: this surface does not exist
            return float("-inf")
    return float(1.0 - np.square(y - predicted).sum() / np.square(y - y.mean()).sum())


def _refusal(why: str) -> Problem:
    return Problem(f"{why}; take more points or more replications, or method=\"rank\", or a design made for the "
                   "method", key="method")  # fmt: skip
