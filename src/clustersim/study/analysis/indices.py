"""The indices themselves: Morris' elementary effects and Sobol's shares of variance, with bootstrap intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim.study.analysis.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
METHODS = {"morris": ("mu_star", "mu", "sigma"), "sobol": ("ST", "S1"), "rank": ("prcc",)}
"""each method's indices; the first decides the order and is held against the noise"""
RESAMPLES = 1000


def by_design(y: Array, unit: Array, sample: Sample, seed: int) -> tuple[pd.DataFrame, str | None, str]:
    """The method on the very points of its design."""
    blocks = len(y) // sample.block
    drawn = np.random.default_rng(seed).integers(blocks, size=(RESAMPLES, blocks))
    if sample.design == "morris":
        best = morris_indices(unit, y, sample.levels)
        effects = elementary_effects(unit, y, sample.levels)[drawn]
        again = {"mu_star": np.abs(effects).mean(axis=1), "mu": effects.mean(axis=1),
                 "sigma": effects.std(axis=1, ddof=1)}  # fmt: skip
        said = f"From {blocks} trajectories; effects are for a factor’s whole range, bootstrap over trajectories."
    else:
        best, again = sobol_indices(y, unit.shape[1], seed)
        said = f"From {blocks} blocks of the Saltelli scheme, bootstrap over blocks."
    names = METHODS[sample.design]
    ends = {name: np.percentile(again[name], [2.5, 97.5], axis=0) for name in names}
    return tabulated(sample.factors, best, ends), sample.luck, said


def morris_indices(unit: Array, y: Array, levels: int) -> dict[str, Array]:
    """Mean size, mean and standard deviation of the elementary effects, (factors,)."""
    from SALib.analyze import morris

    found = morris.analyze(_problem(unit.shape[1]), unit, y, num_levels=levels, num_resamples=2, seed=1)
    return {name: np.asarray(found[name], dtype=float) for name in METHODS["morris"]}


def elementary_effects(unit: Array, y: Array, levels: int) -> Array:
    """(trajectories, factors): the outcome's change along each step, over the step's length in the unit cube."""
    factors = unit.shape[1]
    # of one trajectory alone SALib's mean effect is its effect; twice, as the deviation of a single one is undefined
    return np.array([
        morris_indices(np.tile(x, (2, 1)), np.tile(out, 2), levels)["mu"]
        for x, out in zip(unit.reshape(-1, factors + 1, factors), y.reshape(-1, factors + 1), strict=True)
    ])  # fmt: skip


def sobol_indices(
    y: Array, factors: int, seed: int, resamples: int = RESAMPLES
) -> tuple[dict[str, Array], dict[str, Array]]:
    """First-order and total indices, (factors,), and of bootstrap samples of blocks, (resamples, factors)."""
    from SALib.analyze import sobol

    if not np.ptp(y) > 0.0:  # no variance, so no factor has a share in it
        return ({name: np.zeros(factors) for name in ("ST", "S1")},
                {name: np.zeros((resamples, factors)) for name in ("ST", "S1")})  # fmt: skip
    found = sobol.analyze(_problem(factors), y, calc_second_order=False, num_resamples=resamples, keep_resamples=True,
                          seed=max(1, seed))  # fmt: skip
    return ({name: np.asarray(found[name]) for name in ("ST", "S1")},
            {name: np.asarray(found[f"{name}_conf_all"]) for name in ("ST", "S1")})  # fmt: skip


def tabulated(factors: Any, best: dict[str, Array], ends: dict[str, Array]) -> pd.DataFrame:
    """A row a factor: each index and the ends of its interval; those of the first are ``low`` and ``high``."""
    import pandas as pd

    columns: dict[str, Any] = {"factor": list(factors)}
    for name in best:
        low, high = ends_of(tuple(best), name)
        columns |= {name: best[name], low: ends[name][0], high: ends[name][1]}
    return pd.DataFrame(columns)


def ends_of(names: tuple[str, ...], name: str) -> tuple[str, str]:
    """The columns of an index's interval, in a table of so many indices."""
    return ("low", "high") if name == names[0] else (f"{name}_low", f"{name}_high")


def _problem(factors: int) -> dict[str, Any]:
    return {"num_vars": factors, "names": [f"x{k}" for k in range(factors)], "bounds": [[0.0, 1.0]] * factors}
