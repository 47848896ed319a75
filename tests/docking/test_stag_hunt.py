"""Joint action docks to the N-person stag hunt of Pacheco, Santos, Souza and Skyrms (2009).

N players; who co-operates pays c.  If at least M do, everybody gets F c / N for each of the k who did.  In an infinite,
well-mixed population the share x of co-operators grows where co-operating pays better than not.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from tests.docking.adapters import chance_of_at_least, gain_from_joining


def advantage(x: float, F: float, N: int, M: int) -> float:
    """Payoff of a co-operator less that of a defector, in units of c.

    A defector's share of the return is missing what its own contribution would have added, F/N, where the threshold is
    met without it; where it is the one that is missing (K = M - 1), it forgoes all of M F/N.
    """
    met_with_me = gain_from_joining(chance_of_at_least(M - 1, N - 1, x), M * F / N, cost=1.0)
    met_anyway = gain_from_joining(chance_of_at_least(M, N - 1, x), (M - 1) * F / N, cost=0.0)
    return met_with_me - met_anyway


def equilibria(F: float, N: int, M: int) -> list[tuple[float, str]]:
    """Interior fixed points of the replicator equation, and whether they hold."""
    grid = np.linspace(0.02, 0.95, 2000)
    sign = np.sign([advantage(x, F, N, M) for x in grid])
    return [
        (brentq(advantage, grid[k], grid[k + 1], args=(F, N, M), xtol=1e-12), "unstable" if sign[k] < 0 else "stable")
        for k in np.flatnonzero(sign[:-1] != sign[1:])
    ]


@pytest.mark.parametrize(
    ("F", "N", "M", "expected"),
    [
        (5.7, 10, 5, []),
        (8.0, 10, 5, [(0.3467, "unstable"), (0.7067, "stable")]),
        (10.0, 10, 5, [(0.3066, "unstable")]),
        (8.0, 10, 7, [(0.5014, "unstable"), (0.9016, "stable")]),
    ],
)
def test_published_equilibria(F: float, N: int, M: int, expected: list[tuple[float, str]]) -> None:
    found = equilibria(F, N, M)
    assert [kind for _, kind in found] == [kind for _, kind in expected]
    # The paper cuts its figures after four places.
    assert [math.floor(x * 1e4) / 1e4 for x, _ in found] == [x for x, _ in expected]


def test_below_the_critical_return_nobody_cooperates() -> None:
    # The advantage is F times a curve in x, less one: it first touches zero where that curve is highest.
    highest = minimize_scalar(lambda x: -(advantage(x, 1.0, 10, 5) + 1.0), bounds=(0.02, 0.95), method="bounded")
    critical = -1.0 / highest.fun
    assert critical == pytest.approx(5.779, abs=5e-4)
    assert equilibria(critical * 0.999, 10, 5) == []
    assert len(equilibria(critical * 1.001, 10, 5)) == 2


@pytest.mark.parametrize(("start", "end"), [(0.30, 0.0), (0.36, 0.7067), (0.95, 0.7067)])
def test_the_population_goes_where_the_equilibria_send_it(start: float, end: float) -> None:
    x = start
    for _ in range(4000):
        x += 0.05 * x * (1.0 - x) * advantage(x, 8.0, 10, 5)
    assert x == pytest.approx(end, abs=1e-3)
