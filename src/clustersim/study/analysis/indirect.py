"""Sensitivity for designs that were made for no method: by ranks, or by a method's own samples of a surrogate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import InputError, Problem
from clustersim.study.analysis.indices import METHODS, RESAMPLES, morris_indices, sobol_indices, tabulated
from clustersim.study.analysis.ranks import partial_rank_correlations
from clustersim.study.analysis.sample import Axis, Sample, resampled
from clustersim.study.analysis.surrogate import MOST_POINTS, Surrogate, fitted, surface

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Found = tuple["pd.DataFrame", str, str]
LEVELS = 8
"""of the Morris trajectories through a surrogate"""
REFITS = 200
"""bootstrap samples where a surrogate is fitted to each"""
TRAJECTORIES, BASE = 128, 512
"""samples taken of a surrogate: Morris trajectories, base of the Saltelli scheme"""


def by_rank(y: Array, kept: NDArray[np.bool_], sample: Sample, method: str, seed: int) -> Found:
    """Partial rank correlations, bootstrap over points (whole blocks, where points belong together)."""
    axes, dummy, still = sample.axes(kept, seed)
    y = y[kept]
    wide = sum(axis.points.shape[1] for axis in axes)
    if len(y) < wide + 4:
        raise InputError(Problem(f"{len(y)} points with an outcome are too few for {wide} columns of factors; at least "
                                 f"{wide + 4} are needed", key="method", value=method))  # fmt: skip
    columns = [axis.points for axis in axes]
    best = partial_rank_correlations(columns, y)
    again = np.array([
        partial_rank_correlations([column[rows] for column in columns], y[rows])
        for rows in resampled(len(y), sample.block, RESAMPLES // 2, seed)
    ])  # fmt: skip
    table = tabulated([axis.name for axis in axes], {"prcc": best}, {"prcc": np.percentile(again, [2.5, 97.5], axis=0)})
    said = f"Partial rank correlations over {len(y)} points, bootstrap over points: how monotone, not how much."
    if any(axis.points.shape[1] > 1 for axis in axes):
        said += " A factor of several names has no sign, and more columns look stronger by chance."
    return table, dummy, f"{said}{_left_out(still)}"


def by_surrogate(y: Array, kept: NDArray[np.bool_], sample: Sample, method: str, seed: int) -> Found:
    """A method's own samples of a thin-plate surrogate; the surrogate is refitted to bootstrap samples of points.

    The intervals are of the normal kind: a bootstrap sample has fewer different points, so that its surrogate is
    smoother than the real one and percentiles would lie beside the estimate.
    """
    axes, dummy, still = sample.axes(kept, seed)
    x, y = np.column_stack([axis.points for axis in axes]), y[kept]
    total = len(y)
    if total > MOST_POINTS:
        blocks = np.random.default_rng(seed).permutation(total // sample.block)[: MOST_POINTS // sample.block]
        rows = (np.sort(blocks)[:, None] * sample.block + np.arange(sample.block)).ravel()
        x, y = x[rows], y[rows]
    fit = fitted(x, y, np.arange(len(y)) // sample.block, seed)
    unit = _unit_samples(len(axes), method, seed)
    at = _placed(axes, unit)
    names = METHODS[method]
    best = _indices(fit(at), unit, method, seed)
    again: dict[str, list[Array]] = {name: [] for name in names}
    for rows in resampled(len(y), sample.block, REFITS, seed):
        try:
            refit = Surrogate(surface(x[rows], y[rows], fit.smoothing), fit.smoothing, fit.r2)
        except np.linalg.LinAlgError:  # a level that this sample does not have
            continue
        for name, values in _indices(refit(at), unit, method, seed).items():
            again[name].append(values)
    if len(again[names[0]]) < REFITS // 2:
        raise InputError(Problem("too few points at each level of the factors for an interval; take more points, or "
                                 'method="rank"', key="method", value=method))  # fmt: skip
    half = {name: 1.96 * np.std(again[name], axis=0, ddof=1) for name in names}
    ends = {name: np.stack([best[name] - half[name], best[name] + half[name]]) for name in names}
    for name in ("mu_star", "sigma", "ST"):  # none of them can be negative
        if name in ends:
            ends[name] = np.maximum(ends[name], 0.0)
    some = f" of {total}" if len(y) < total else ""
    said = (f"Through a surrogate, as the design ({sample.design}) was not made for this method: a thin-plate spline "
            f"through {len(y)}{some} points with a cross-validated R² of {fit.r2:.2f}; what "
            "it does not predict is in no index. Refitted to bootstrap samples of the points.")  # fmt: skip
    return tabulated([axis.name for axis in axes], best, ends), dummy, f"{said}{_left_out(still)}"


def _unit_samples(factors: int, method: str, seed: int) -> Array:
    """The points in the unit cube that a method wants."""
    problem = {"num_vars": factors, "names": [f"x{k}" for k in range(factors)], "bounds": [[0.0, 1.0]] * factors}
    if method == "morris":
        from SALib.sample import morris

        found: Array = morris.sample(problem, TRAJECTORIES, num_levels=LEVELS, seed=seed)
        return found
    from SALib.sample import sobol

    found = sobol.sample(problem, BASE, calc_second_order=False, seed=seed)
    return found


def _placed(axes: list[Axis], unit: Array) -> Array:
    return np.column_stack([axis.at(unit[:, k]) for k, axis in enumerate(axes)])


def _indices(y: Array, unit: Array, method: str, seed: int) -> dict[str, Array]:
    if method == "morris":
        return morris_indices(unit, y, LEVELS)
    return sobol_indices(y, unit.shape[1], seed, resamples=2)[0]


def _left_out(still: list[str]) -> str:
    return f" {', '.join(still)} did not vary." if still else ""
