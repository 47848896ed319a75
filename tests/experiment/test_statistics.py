"""What may be said from paired replications, against values worked out by hand or known from tables."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.experiment import statistics

NAN = math.nan


def test_an_interval_worked_out_by_hand() -> None:
    found = statistics.interval([1.0, 2.0, 3.0, 4.0])  # sd = sqrt(5/3), standard error = .645497, t(3, .975) = 3.182446
    assert found.mean == 2.5
    assert found.low == pytest.approx(2.5 - 3.182446 * 0.6454972, abs=1e-6)
    assert found.high == pytest.approx(2.5 + 3.182446 * 0.6454972, abs=1e-6)
    assert found.n == 4
    assert found.excludes_zero


def test_pairs_are_paired_and_not_pooled() -> None:
    baseline = [0.0, 10.0, 20.0, 30.0]  # differences 1, 2, 1, 2: sd = .577350, standard error .288675
    found = statistics.paired([1.0, 12.0, 21.0, 32.0], baseline).difference
    assert found.mean == 1.5
    assert found.high - found.mean == pytest.approx(3.182446 * 0.2886751, abs=1e-6)


def test_the_sign_of_a_difference_is_arm_minus_baseline() -> None:
    found = statistics.paired([1.0, 1.0, 5.0], [2.0, 3.0, 4.0])
    assert found.difference.mean == pytest.approx(-2.0 / 3.0)
    assert found.higher == 1


def test_a_pair_with_an_empty_value_on_either_side_is_dropped_and_counted() -> None:
    found = statistics.paired([1.0, NAN, 3.0, 4.0], [0.0, 0.0, NAN, 1.0])
    assert found.dropped == 2
    assert found.difference[0] == 2.0
    assert found.difference.n == 2


def test_identical_arms_differ_by_exactly_nothing() -> None:
    found = statistics.paired([0.1, 0.7, 0.3], [0.1, 0.7, 0.3])
    assert found.difference == (0.0, 0.0, 0.0, 3)
    assert found.higher == 0
    assert not found.difference.excludes_zero


@pytest.mark.parametrize(("values", "n"), [([], 0), ([NAN], 0), ([3.0], 1), ([3.0, NAN], 1)])
def test_too_few_values_have_no_interval(values: list[float], n: int) -> None:
    found = statistics.interval(values)
    assert found.n == n
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert not found.excludes_zero


def test_sums_are_exact_whatever_the_order() -> None:
    assert statistics.mean([1e16, 1.0, -1e16, 1.0]) == 0.5  # a running sum loses the ones


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.randoms())
def test_the_order_of_replications_does_not_matter(values: list[float], random: Random) -> None:
    shuffled = random.sample(values, len(values))
    assert statistics.interval(values) == statistics.interval(shuffled)


def test_a_relative_change_is_a_ratio_of_means() -> None:
    found = statistics.relative_change([2.0, 40.0], [1.0, 39.0])  # 42 / 40, not the mean of 2 and 1.026
    assert found.mean == pytest.approx(0.05)
    error = abs(2.0 - 1.05 * 1.0) / 20.0  # the residuals are +.95 and -.95; over the baseline's mean of 20
    assert found.high - found.mean == pytest.approx(12.706205 * error, rel=1e-6)


@pytest.mark.parametrize("baseline", [[0.0, 0.0], [-1.0, -2.0], [NAN, NAN]])
def test_there_is_no_relative_change_from_nothing(baseline: list[float]) -> None:
    assert math.isnan(statistics.relative_change([1.0, 2.0], baseline).mean)


def test_equivalence_needs_the_90_percent_interval_inside_the_margin() -> None:
    differences = [0.01, -0.02, 0.03, 0.0, -0.01, 0.02]
    around = statistics.interval(differences, 0.90)
    reach = max(abs(around.low), abs(around.high))
    assert statistics.equivalent(differences, reach * 1.001).holds
    assert statistics.equivalent(differences, reach).interval == around
    assert not statistics.equivalent(differences, reach * 0.999).holds


def test_no_evidence_is_not_evidence_of_equivalence() -> None:
    assert not statistics.equivalent([0.0], 0.1).holds
    assert not statistics.equivalent([-5.0, 5.0], 0.1).holds  # a mean of zero that is known badly
    assert statistics.equivalent([0.0, 0.0], 0.1).holds
    with pytest.raises(ValueError, match="margin"):
        statistics.equivalent([0.0, 0.0], 0.0)
