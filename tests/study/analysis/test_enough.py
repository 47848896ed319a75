"""How many replications: half widths worked out by hand, and projections that keep their promise."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.errors import InputError
from clustersim.experiment import statistics
from clustersim.study.analysis.enough import enough, projected, running
from clustersim.study.analysis.outcome import Outcome

NAN = np.nan


def deviation(values: list[float]) -> float:
    return float(np.std(values, ddof=1))


def outcome(values: object) -> Outcome:
    found = np.atleast_2d(np.array(values, dtype=float))
    return Outcome("trust", "end", "taper", "flat", found, np.zeros_like(found))


def test_running_half_widths_by_hand() -> None:
    mean, half, deviation = running(np.array([[1.0, 2.0, 3.0, 4.0]]))
    assert mean[0].tolist() == pytest.approx([1.5, 2.0, 2.5])
    # t(1) 12.706205 * .707107 / 1.414214; t(2) 4.302653 / 1.732051; t(3) 3.182446 * 1.290994 / 2
    assert half[0].tolist() == pytest.approx([6.353102, 2.484138, 2.054260], abs=1e-5)
    assert deviation[0] == pytest.approx(1.290994, abs=1e-6)


def test_running_agrees_with_the_interval_and_leaves_empty_values_out() -> None:
    values = np.random.default_rng(1).normal(1e6, 1.0, (3, 12))  # a large level must not cost precision
    values[1, [0, 1, 5]] = NAN
    mean, half, _ = running(values)
    for point in range(3):
        for n in range(2, 13):
            expected = statistics.interval(values[point, :n])
            if expected.n > 1:
                assert mean[point, n - 2] == pytest.approx(expected.mean, rel=1e-12)
                assert half[point, n - 2] == pytest.approx((expected.high - expected.low) / 2.0, rel=1e-6)
            else:
                assert np.isnan(half[point, n - 2])


def test_projection_is_the_smallest_that_suffices() -> None:
    assert projected(1.0, 0.1) == 387  # 1.96614 / sqrt(387) = .09994, and 386 give .10007
    assert projected(0.0, 0.1, least=5) == 5


def test_not_reached_is_projected_and_said_honestly() -> None:
    values = [0.0, 2.0] * 10  # deviation 1.025978 around 1
    found = enough(outcome(values), precision=0.1)
    assert not found.reached
    assert found.needed == found.needed_worst == projected(deviation(values), 0.1) == 407
    text = str(found)
    assert "With 20 replications the half width of its 95 % interval is 0.480; for 0.100 take about 410." in text
    assert "projection" in text


def test_reached_is_where_it_stays_narrow_and_not_where_it_once_was() -> None:
    # two equal values first: half width 0 at n = 2, which is chance
    values = [1.0, 1.0, 3.0, 2.0, 1.0, 2.0, 1.5, 1.6, 1.4, 1.5]
    _, half, _ = running(np.array([values]))
    assert half[0, 0] == 0.0
    assert half[0, 1] > 1.0
    found = enough(outcome(values), precision=0.5)
    assert found.reached
    assert half[0, found.needed - 2] <= 0.5 < half[0, found.needed - 3]
    assert found.needed > 5


def test_default_precision_is_a_tenth_of_the_mean() -> None:
    found = enough(outcome([1.0, 3.0, 2.0]))
    assert found.precision == pytest.approx(0.2)
    assert "10 % of the mean’s size" in str(found)
    assert "cannot be told from zero" in str(enough(outcome([-1.0, 1.2, -0.1])))


def test_several_points_give_the_median_and_the_worst() -> None:
    calm, usual, wild = [0.0, 0.02] * 5, [0.0, 0.2] * 5, [0.0, 2.0] * 5
    found = enough(outcome([calm, usual, wild]), precision=0.05)
    last = found.curve.iloc[-1]
    assert last["half_width"] == pytest.approx(10.0 * 0.0075411, rel=1e-3)  # 2.262157 * .105409 / sqrt(10)
    assert last["half_width_worst"] == pytest.approx(10.0 * last["half_width"])
    assert found.needed == projected(deviation(usual), 0.05)
    assert found.needed_worst == projected(deviation(wild), 0.05)
    assert "at the median point" in str(found)


def test_the_median_point_is_one_and_the_same_in_the_curve_and_the_number() -> None:
    spreads = (0.02, 0.2, 0.4, 2.0)  # of two middle points the upper one
    found = enough(outcome([[0.0, spread] * 5 for spread in spreads]), precision=0.05)
    third = enough(outcome([0.0, 0.4] * 5), precision=0.05)
    assert found.needed == third.needed
    assert found.curve["half_width"].tolist() == pytest.approx(third.curve["half_width"].tolist())


def test_no_precision_is_refused_and_a_hopeless_one_named() -> None:
    with pytest.raises(InputError, match="positive"):
        enough(outcome([1.0, 2.0]), precision=0.0)
    with pytest.raises(InputError, match="run more replications"):
        enough(outcome([[1.0], [2.0]]))
    assert "no number of replications is practical" in str(enough(outcome([-1.0, 1.0])))
