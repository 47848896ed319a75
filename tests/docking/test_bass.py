"""Demonstration docks to the Bass (1969) model: hazard p + q F, closed-form curve and peak."""

from __future__ import annotations

import numpy as np
import pytest

from tests.docking.adapters import adoption_hazard

STEPS_A_YEAR = 1000


def adopters(p: float, q: float, years: float) -> np.ndarray:
    """Cumulative share of adopters, step by step."""
    share = [0.0]
    for _ in range(round(years * STEPS_A_YEAR)):
        hazard = adoption_hazard(p / STEPS_A_YEAR, q / STEPS_A_YEAR, share[-1])
        share.append(share[-1] + hazard * (1.0 - share[-1]))
    return np.array(share)


@pytest.mark.parametrize(("p", "q"), [(0.03, 0.38), (0.01, 0.5), (0.001, 0.3)])
def test_peak_and_curve(p: float, q: float) -> None:
    peak = np.log(q / p) / (p + q)
    share = adopters(p, q, 2.0 * peak)
    rate = np.diff(share)
    assert np.argmax(rate) / STEPS_A_YEAR == pytest.approx(peak, rel=2e-3)
    # S-shaped: the rate rises to its peak and falls after it, and nowhere else turns.
    assert np.count_nonzero(np.diff(np.sign(np.diff(rate)))) <= 2
    years = np.arange(share.size) / STEPS_A_YEAR
    decay = np.exp(-(p + q) * years)
    assert share == pytest.approx((1.0 - decay) / (1.0 + q / p * decay), abs=1e-3)


def test_nobody_starts_without_innovators() -> None:
    assert adopters(0.0, 0.5, 20.0)[-1] == 0.0
