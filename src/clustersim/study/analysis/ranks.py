"""Partial rank correlation: how closely an outcome rises or falls with a factor, the other factors held still.

Needs no particular design, only more points than factors.  A factor of several names has no direction; its index is
the multiple partial correlation, between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def partial_rank_correlations(columns: Sequence[Array], y: Array) -> Array:
    """(factors,) between -1 and 1 from ``columns`` of (points, columns of the factor) and the (points,) outcome."""
    from scipy.stats import rankdata

    ranked = [rankdata(block, axis=0) if block.shape[1] == 1 else block for block in columns]
    table = np.column_stack([*ranked, rankdata(y)])
    table = table - table.mean(axis=0)
    spread = np.sqrt((table * table).sum(axis=0))
    table = table / np.where(spread > 0.0, spread, 1.0)
    shared = table.T @ table
    ends = np.cumsum([0, *(block.shape[1] for block in columns)])
    every = np.arange(ends[-1])
    slopes, full = _fitted(shared, every)
    found = np.zeros(len(columns))
    for k, (first, stop) in enumerate(pairwise(ends)):
        _, without = _fitted(shared, np.concatenate([every[:first], every[stop:]]))
        size = np.sqrt(max(0.0, 1.0 - full / without)) if without > 1e-12 else 0.0
        found[k] = size * (np.sign(slopes[first]) if stop - first == 1 else 1.0)
    return found


def _fitted(shared: Array, columns: NDArray[np.int64]) -> tuple[Array, float]:
    """The slopes of the last variable on these columns, and the share of its variance that they leave unexplained."""
    own = shared[columns, -1]
    slopes = np.linalg.lstsq(shared[np.ix_(columns, columns)], own, rcond=1e-10)[0]
    return slopes, max(0.0, float(shared[-1, -1] - own @ slopes))
