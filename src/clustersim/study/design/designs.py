"""Where in the space of its factors a study looks: the points of each design, the same for the same seed.

grid     every combination of the levels (full factorial); of a range ``steps`` values
lhs      Latin hypercube: each factor has one point in each of as many equal strata as there are points
sobol    Saltelli's sampling for Sobol indices, without second order: N base points give N·(k + 2); twice the base
         points keep the first half
morris   trajectories in each of whose steps one factor changes: r of them give r·(k + 1) points; more trajectories keep
         the first ones
table    the points that somebody has written down
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clustersim.study.design.distribution import Distribution
from clustersim.study.design.factors import Factor, Luck, Value
from clustersim.study.design.plan import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Units = NDArray[np.float64]

DESIGNS = ("grid", "lhs", "sobol", "morris", "table")
COUNTED = {"lhs": "points", "sobol": "base points", "morris": "trajectories"}
"""the designs that have to be told how many, and of what"""
STEPS = 5
"""values of a range in a grid"""
LEVELS = 4
"""levels of a Morris design"""
SOBOL_LUCK = 1024
"""levels of the dummy factor of a Sobol design: so many that hardly any two points share their luck"""
MOST_POINTS = 1_000_000


def with_luck(design: str, factors: Sequence[Factor], levels: int = LEVELS) -> tuple[Factor, ...]:
    """The factors with the dummy at the end, for the designs whose analysis needs one."""
    count = {"morris": levels, "sobol": SOBOL_LUCK}.get(design)
    return tuple(factors) if count is None or not factors else (*factors, Luck(count=count))


def size(design: str, factors: Sequence[Factor], count: int, *, steps: int = STEPS, rows: int = 0) -> int:
    """How many points a design has."""
    if not factors:
        return 1
    if design == "grid":
        return math.prod(len(factor.spread(steps)) for factor in factors)
    return {"lhs": count, "sobol": count * (len(factors) + 2), "morris": count * (len(factors) + 1)}.get(design, rows)


def points(
    design: str,
    factors: Sequence[Factor],
    count: int,
    seed: int,
    *,
    steps: int = STEPS,
    levels: int = LEVELS,
    rows: Sequence[Sequence[Value]] = (),
) -> tuple[Point, ...]:
    """The points of a design, in its order; a single one where nothing varies.

    ``count`` are the points of a Latin hypercube, the base points of a Sobol design (a power of two), or the
    trajectories of a Morris design with so many ``levels`` (even); ``rows`` the values of a table.  Grids and tables
    do not lie in the unit cube, and their points have no place there.
    """
    if not factors:
        return (Point(()),)
    if design == "grid":
        return tuple(map(Point, itertools.product(*(factor.spread(steps) for factor in factors))))
    if design == "table":
        return tuple(Point(tuple(row)) for row in rows)
    units = {"lhs": _lhs, "sobol": _sobol, "morris": _morris}[design](len(factors), count, seed, levels)
    columns = []
    for factor, column in zip(factors, units.T, strict=True):
        if design == "morris" and isinstance(factor, Distribution):
            column = (column * (levels - 1) + 0.5) / levels  # the ends of a distribution are nowhere, or far away
        columns.append(factor.values(column.tolist()))
    return tuple(Point(values, tuple(place)) for values, place in
                 zip(zip(*columns, strict=True), units.tolist(), strict=True))  # fmt: skip


def _lhs(dimensions: int, count: int, seed: int, levels: int) -> Units:
    import numpy as np
    from scipy.stats import qmc

    drawn: Units = qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(count)
    return drawn


def _sobol(dimensions: int, count: int, seed: int, levels: int) -> Units:
    from SALib.sample import sobol

    drawn: Units = sobol.sample(_cube(dimensions), count, calc_second_order=False, seed=seed)
    return drawn


def _morris(dimensions: int, count: int, seed: int, levels: int) -> Units:
    """SALib draws one trajectory after the other from one stream, so more of them keep the first ones."""
    import numpy as np
    from SALib.sample import morris

    drawn: Units = morris.sample(_cube(dimensions), count, num_levels=levels, seed=seed)
    return np.round(drawn * (levels - 1)) / (levels - 1)  # exactly on the levels: each is one value


def _cube(dimensions: int) -> dict[str, Any]:
    return {"num_vars": dimensions, "names": [f"x{k}" for k in range(dimensions)], "bounds": [[0.0, 1.0]] * dimensions}
