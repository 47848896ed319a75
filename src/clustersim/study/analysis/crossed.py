"""The interval of a mean over design points and replications, which are crossed: replication k is one luck everywhere.

So the means of two points are not independent, however many points there are: the luck of the few replications is in
all of them.  With point p and replication k the value is taken to be

    y[p, k] = µ + a[p] + b[k] + e[p, k]           a: the point, b: the luck that all points share, e: the rest

**Points that were drawn** (a Latin hypercube; of a Morris or Saltelli design the trajectories or blocks, which are
drawn independently, while their points are not) are random, as luck is: the two-way random-effects model.  Of P points
and R replications the mean has the variance σ²a/P + σ²b/R + σ²e/(P·R).  The mean squares of the points' means, the
replications' means and the rest have the expectations R·σ²a + σ²e, P·σ²b + σ²e and σ²e, so that

    V = (MSa + MSb − MSe) / (P·R) = s²points/P + s²replications/R − s²rest/(P·R)

is unbiased for it.  Where MSe is above one of the others, that one alone is nothing but rest, and MSe is put down to
it: V is never below MSa/(P·R) nor MSb/(P·R).  Its degrees of freedom are Satterthwaite's, V² over the sum of each
term's square over that term's own: P − 1, R − 1, (P − 1)(R − 1).  (Searle, Casella and McCulloch, Variance Components,
1992, chapters 4 and 5; Satterthwaite, Biometrics Bulletin 2, 1946.)  Simulated, a 95 % interval covers 94 to 99 % from
five replications on, with three 93 % at worst, with two 87 %.  Strata and quasi-random blocks make a mean more precise
than independent draws, so that for a Latin hypercube and a Saltelli design the interval is on the wide side.  Where a
factor ``luck`` gives the points other luck, they share less of it, and MSb says so.  With R = 1 luck cannot be told
from the mean: the interval is over points alone, for this one luck.

**Points that were chosen** (a grid, a table) are the question itself, a fixed effect: the interval is Student's over
the R means of the replications, each over all points.

**Values that are missing** are filled with what the points' and the replications' effects, fitted by least squares to
the others, say (Yates, 1933), so that neither an easy point nor a lucky replication that is there more often tilts the
mean.  A point or replication without any value is left out.  What is filled has no rest, so MSe comes out too small
and V too large.  Without missing values nothing is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from clustersim.experiment import statistics
from clustersim.experiment.statistics import EMPTY, Interval

Array = NDArray[np.float64]


def filled(values: Array) -> tuple[Array, NDArray[np.bool_]]:
    """(points, replications) without gaps, those that are all empty left out; and which of the points are kept."""
    has = ~np.isnan(values)
    kept: NDArray[np.bool_] = np.any(has, axis=1)
    values = values[kept][:, has.any(axis=0)]
    gaps = np.isnan(values)
    if not gaps.any():
        return values, kept
    wide = values.shape[1] > values.shape[0]
    table, has = (values.T, ~gaps.T) if wide else (values, ~gaps)  # one equation for each of the fewer columns
    own = has / has.sum(axis=1, keepdims=True)
    rows = np.where(has, table, 0.0).sum(axis=1) / has.sum(axis=1)
    from_row = np.where(has, table - rows[:, None], 0.0)
    columns = np.linalg.lstsq(np.diag(has.sum(axis=0)) - has.T @ own, from_row.sum(axis=0), rcond=1e-10)[0]
    fitted = (rows - own @ columns)[:, None] + columns
    return np.where(gaps, fitted.T if wide else fitted, values), kept


def grouped(table: Array, groups: NDArray[np.int64]) -> Array:
    """(groups, replications): the means over the points of each group."""
    names, where, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) == len(groups):
        return table
    sums = np.zeros((len(names), table.shape[1]))
    np.add.at(sums, where, table)
    found: Array = sums / counts[:, None]
    return found


def mean_of(table: Array, drawn: bool, level: float = 0.95) -> Interval:
    """The mean of (points, replications) without gaps, its interval, and the replications behind it; see above."""
    units, repeats = table.shape
    if not table.size:
        return Interval(EMPTY, EMPTY, EMPTY, 0)
    rows = [statistics.mean(row) for row in table.tolist()]
    columns = [statistics.mean(column) for column in table.T.tolist()]
    if not drawn or units == 1:
        return statistics.interval(columns, level)
    if repeats == 1:
        return statistics.interval(rows, level)._replace(n=1)
    centre = statistics.mean(rows)
    rest = table - np.array(rows)[:, None] - np.array(columns) + centre
    terms = [_squares(mean - centre for mean in rows) / (units - 1) / units,
             _squares(mean - centre for mean in columns) / (repeats - 1) / repeats]  # fmt: skip
    terms.append(-min(*terms, _squares(rest.ravel().tolist()) / ((units - 1) * (repeats - 1)) / table.size))
    half = _half_width(terms, (units - 1, repeats - 1, (units - 1) * (repeats - 1)), level)
    return Interval(centre, centre - half, centre + half, repeats)


def _half_width(terms: list[float], freedom: tuple[int, ...], level: float) -> float:
    from scipy.special import stdtrit

    variance = math.fsum(terms)
    if not variance > 0.0:
        return 0.0
    shares = [term / variance for term in terms]  # as squares of small terms would be lost
    effective = 1.0 / math.fsum(share * share / own for share, own in zip(shares, freedom, strict=True))
    return float(stdtrit(effective, 0.5 + level / 2.0)) * math.sqrt(variance)


def _squares(values: Iterable[float]) -> float:
    return math.fsum(value * value for value in values)
