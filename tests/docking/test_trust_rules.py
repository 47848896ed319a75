"""Each selectable trust rule docks to the closed form of its source."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.rules.trust import ASYMMETRIC, AVERAGE, BETA, LOYALTY
from tests.docking.adapters import loyalty_trust, trust_path

D = 0.3


@pytest.mark.parametrize("speed", [0.1, 0.5, 0.9])
def test_loyalty_is_concave_in_uninterrupted_dealings(speed: float) -> None:
    path = np.array([loyalty_trust(D, speed, kept) for kept in range(1, 60)])
    published = [D + (1 - D) * (1 - 1 / (speed * x + 1 - speed)) for x in range(1, 60)]
    assert path == pytest.approx(published)
    assert path[0] == pytest.approx(D)
    assert (np.diff(path) > 0.0).all()
    assert (np.diff(path, 2) < 0.0).all()


def test_loyalty_follows_its_form_and_a_broken_promise_starts_it_anew() -> None:
    path = trust_path(LOYALTY, [True] * 5 + [False] + [True] * 2, D)
    climb = [loyalty_trust(D, 0.5, kept) for kept in range(1, 7)]
    assert path == pytest.approx([*climb, D, *climb[1:3]])


def test_beta_is_the_mean_of_the_beta_distribution() -> None:
    # Jøsang and Ismail 2002: (r + 1)/(r + s + 2) from a base rate of one half and a prior weight of two.
    path = trust_path(BETA, [True, True, False, True], disposition=0.5)
    assert path == pytest.approx([1 / 2, 2 / 3, 3 / 4, 3 / 5, 4 / 6])


def test_average_is_symmetric_and_exponential() -> None:
    rising = trust_path(AVERAGE, [True] * 10, disposition=0.5)
    falling = trust_path(AVERAGE, [False] * 10, disposition=0.5)
    assert rising == pytest.approx([1 - 0.5 * 0.9**k for k in range(11)])
    assert falling == pytest.approx([0.5 * 0.9**k for k in range(11)])


def test_asymmetric_falls_faster_than_it_rises() -> None:
    assert trust_path(ASYMMETRIC, [True] * 10, D) == pytest.approx([1 - (1 - D) * 0.9**k for k in range(11)])
    assert trust_path(ASYMMETRIC, [False] * 10, D) == pytest.approx([D * 0.7**k for k in range(11)])
