"""What knowing more would be worth: of everything unknown, and of each unknown by itself.

Net benefit B_d(θ, ω) = worth·effect − cost of policy d with unknowns θ and luck ω; only θ can be studied.

    with luck  E[max_d B_d] − max_d E[B_d]             a ceiling: nobody can foresee luck
    EVPI       E_θ[max_d E(B_d | θ)] − max_d E[B_d]
    EVPPI      the same with one unknown in place of θ

E(B_d | θ) is estimated by regression on splines of the draws (Strong, Oakley and Brennan 2014), the estimate of
heormodel, which a test holds it against; here the curves are built once for the many fits that the floor takes.  A
regression finds something in pure noise too, so each value has a floor: what the same estimate reaches once in 20
times k with the values shuffled, k the number of unknowns that are looked at.  What is not above
its floor cannot be told from nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SHUFFLES = 400
KNOTS, DEGREE = 3, 2
"""so few that a curve, and not each draw, is followed"""


@dataclass(frozen=True)
class Worth:
    """What perfect information on something is worth, in the money of the net benefit, and its noise floor."""

    name: str
    value: float
    floor: float

    @property
    def real(self) -> bool:
        """Whether it can be told from nothing."""
        return self.value > self.floor and self.value > 0.0


def with_luck(benefit: Mapping[str, Array]) -> float:
    """E[max_d B_d] − max_d E[B_d]: what foresight of everything, luck included, would be worth."""
    table = np.column_stack(list(benefit.values()))
    return float(table.max(axis=1).mean() - table.mean(axis=0).max())


def of_unknowns(benefit: Mapping[str, Array], unknowns: Mapping[str, Sequence[float]], seed: int = 1) -> list[Worth]:
    """All unknowns together (named "everything studied"), then each by itself, the dearest first; empty without any."""
    if not unknowns:
        return []
    names = list(unknowns)
    values = np.column_stack([np.asarray(unknowns[name], float) for name in names])
    table = np.column_stack(list(benefit.values()))
    found = [_worth("everything studied", values, table, seed, 0.95)]
    level = 1.0 - 0.05 / len(names)
    single = [_worth(name, values[:, [k]], table, seed, level) for k, name in enumerate(names)]
    return found + sorted(single, key=lambda one: (not one.real, -one.value))


def _worth(name: str, values: Array, table: Array, seed: int, level: float) -> Worth:
    from sklearn.preprocessing import SplineTransformer

    # over the best on average: ups and downs that all policies share decide nothing and cost precision
    gaps = table - table[:, [int(table.mean(axis=0).argmax())]]
    splines = SplineTransformer(n_knots=KNOTS, degree=DEGREE, include_bias=False).fit_transform(values)
    curves = np.column_stack([np.ones(len(values)), splines])
    rng = np.random.default_rng(seed)
    shuffled = [_estimate(curves[rng.permutation(len(curves))], gaps) for _ in range(SHUFFLES)]
    return Worth(name, _estimate(curves, gaps), float(np.quantile(shuffled, level)))


def _estimate(curves: Array, gaps: Array) -> float:
    """E[max_d g_d] − max_d E[g_d] with g the regression of each policy's gap on the curves."""
    fitted = curves @ np.linalg.lstsq(curves, gaps, rcond=None)[0]
    return max(0.0, float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max()))
