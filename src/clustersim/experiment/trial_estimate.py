"""What an evaluator may say from a randomised trial: least squares with intervals that allow for clusters.

With X the regressors, e the residuals and g the G clusters (Liang and Zeger 1986, with the usual small-sample factor):

    b = (X'X)⁻¹ X'y,   V = G/(G−1)·(N−1)/(N−K) · (X'X)⁻¹ (Σ_g X_g'e_g e_g'X_g) (X'X)⁻¹

and Student's t with G − 1 degrees of freedom.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from clustersim.experiment.statistics import EMPTY, t_quantile


class Estimate(NamedTuple):
    """An effect with its 95 % interval and standard error (NaN: none), and the firms and clusters behind it."""

    effect: float
    low: float
    high: float
    error: float
    firms: int
    clusters: int


NONE = Estimate(EMPTY, EMPTY, EMPTY, EMPTY, 0, 0)


def least_squares(y: Any, columns: list[Any], clusters: Any, which: int = 1, level: float = 0.95) -> Estimate:
    """The coefficient ``which`` (0 is the constant) of y on a constant and these columns.

    Rows with an empty value are left out.  Empty where there are no more rows than coefficients, fewer than two
    clusters, or columns that depend on each other.
    """
    x = np.column_stack([np.ones(len(y)), *columns]).astype(float)
    there = np.isfinite(x).all(axis=1) & np.isfinite(y)
    x, y, group = x[there], np.asarray(y, float)[there], np.asarray(clusters)[there]
    rows, size = x.shape
    names, member = np.unique(group, return_inverse=True)
    count = len(names)
    if rows <= size or count < 2 or np.linalg.matrix_rank(x) < size:
        return NONE._replace(firms=rows, clusters=count)
    bread = np.linalg.inv(x.T @ x)
    b = bread @ (x.T @ y)
    scores = np.zeros((count, size))
    np.add.at(scores, member, x * (y - x @ b)[:, None])
    factor = count / (count - 1) * (rows - 1) / (rows - size)
    error = math.sqrt(max(0.0, float((factor * bread @ (scores.T @ scores) @ bread)[which, which])))
    half = t_quantile(0.5 + level / 2.0, count - 1) * error
    effect = float(b[which])
    return Estimate(effect, effect - half, effect + half, error, rows, count)


def difference(y: Any, treated: Any, clusters: Any) -> Estimate:
    """Mean of the treated less mean of the others, by intention to treat."""
    return least_squares(y, [np.asarray(treated, float)], clusters)


def ancova(y: Any, treated: Any, baseline: Any, clusters: Any) -> Estimate:
    """The same, holding the baseline value of the outcome constant; where all began alike, the difference itself."""
    start = np.asarray(baseline, float)[np.isfinite(baseline)]
    if start.size == 0 or start.min() == start.max():
        return difference(y, treated, clusters)
    return least_squares(y, [np.asarray(treated, float), baseline], clusters)
