"""The points of a study as an analysis of sensitivity sees them: coordinates, and points that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.study.design.factors import Value

Array = NDArray[np.float64]
NOISE = "(random column)"
"""name of the column of noise that stands in where the design has no factor ``luck``"""


class Axis(NamedTuple):
    """One factor in coordinates in which numbers have the width 1 and any two names the distance 1."""

    name: str
    points: Array
    """(points, columns): one column, or one fewer than there are names"""
    rises: bool
    """the unit interval maps to it as it is; else by steps through the values of the points"""

    def at(self, unit: Array) -> Array:
        """(samples,) of the unit interval -> (samples, columns), by the distribution that the points have."""
        if self.rises:
            return unit[:, None]
        order = np.lexsort(self.points.T[::-1])
        step = np.minimum((unit * len(order)).astype(int), len(order) - 1)
        found: Array = self.points[order[step]]
        return found


@dataclass(frozen=True)
class Sample:
    """The points of a design, without their outcomes."""

    factors: tuple[str, ...]
    columns: tuple[Sequence[Value], ...]
    """for each factor its value at every point"""
    listed: tuple[bool, ...]
    """for each factor whether it has a list of levels, so that it jumps between them"""
    design: str
    unit: Array
    """(points, factors) in the unit cube; (points, 0) for designs that are not drawn there"""
    levels: int = 4
    """levels of a Morris design"""
    luck: str | None = None
    """the factor that changes nothing but the random numbers"""

    @property
    def block(self) -> int:
        """Points that only tell something together: a Morris trajectory, a block of the Saltelli scheme; else 1."""
        return len(self.factors) + {"morris": 1, "sobol": 2}.get(self.design, 1 - len(self.factors))

    @cached_property
    def lucks(self) -> int:
        """Levels of luck among the points, each with replications of its own."""
        return 1 if self.luck is None else len(set(self.columns[self.factors.index(self.luck)]))

    def whole(self, y: Array) -> NDArray[np.bool_]:
        """(points,) which have an outcome, and so have all others of their block."""
        has = np.isfinite(y).reshape(-1, self.block).all(axis=1)
        return np.repeat(has, self.block)

    def axes(self, kept: NDArray[np.bool_], seed: int) -> tuple[list[Axis], str, list[str]]:
        """The factors that vary among the kept points, with the dummy last; its name; and those that do not vary."""
        found, still = [], []
        for k, name in enumerate(self.factors):
            values = [value for value, keep in zip(self.columns[k], kept, strict=True) if keep]
            if len(set(values)) < 2:
                still.append(name)
            elif self.unit.shape[1] and not self.listed[k]:
                found.append(Axis(name, self.unit[kept, k : k + 1], True))
            else:
                found.append(Axis(name, coordinates(values), False))
        if self.luck is not None and self.luck not in still:
            return sorted(found, key=lambda axis: axis.name == self.luck), self.luck, still
        noise = np.random.default_rng(seed).permutation((np.arange(kept.sum()) + 0.5) / kept.sum())
        return [*found, Axis(NOISE, noise[:, None], True)], NOISE, still


def coordinates(values: Sequence[Value]) -> Array:
    """(points, columns): numbers scaled to the unit interval, names as the corners of a simplex with edges of 1."""
    if not any(isinstance(value, str) for value in values):
        numbers = np.asarray(values, dtype=float)
        scaled: Array = ((numbers - numbers.min()) / np.ptp(numbers))[:, None]
        return scaled
    from scipy.linalg import helmert

    names = sorted(set(map(str, values)))
    corners = helmert(len(names)).T / np.sqrt(2.0)
    placed: Array = corners[[names.index(str(value)) for value in values]]
    return placed


def resampled(points: int, block: int, times: int, seed: int) -> NDArray[np.int64]:
    """(times, points) positions of points, whole blocks drawn with replacement."""
    drawn = np.random.default_rng(seed).integers(points // block, size=(times, points // block))
    found: NDArray[np.int64] = (drawn[:, :, None] * block + np.arange(block)).reshape(times, points)
    return found
