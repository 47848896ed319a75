"""Paired differences: numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clustersim.experiment import statistics
from clustersim.study.analysis.contrast import contrast, relative
from clustersim.study.analysis.outcome import Outcome

NAN = np.nan


def outcome(own: list[list[float]], other: list[list[float]], measure: str = "trust", *, design: str = "grid",
            **left_out: int) -> Outcome:  # fmt: skip
    return Outcome(measure, "end", "taper", "flat", np.array(own), np.array(other), design=design, **left_out)


def points(*gains: float) -> pd.DataFrame:
    return pd.DataFrame({"trust.gain": gains})


def test_one_point_is_paired_by_replication() -> None:
    # the two arms have the same mean luck: unpaired the difference of 1 would drown in a spread of 100
    found = contrast(outcome([[101.0, 202.0, 303.0]], [[100.0, 200.0, 300.0]]), points(0.1))
    # differences 1, 2, 3: mean 2, deviation 1, t(2) = 4.302653 -> half width 4.302653 / sqrt(3) = 2.484138
    assert found.overall == pytest.approx((2.0, -0.484138, 4.484138, 3), abs=1e-6)
    assert (found.over, found.higher) == ("luck", 1.0)
    row = found.table.iloc[0]
    assert (row["point"], row["trust.gain"], row["n"], row["share_higher"]) == (0, 0.1, 3, 1.0)
    assert (row["difference"], row["low"], row["high"]) == pytest.approx((2.0, -0.484138, 4.484138), abs=1e-6)


def test_points_that_were_chosen_are_no_sample() -> None:
    own = [[1.0, 3.0], [4.0, 6.0], [0.0, 2.0]]
    found = contrast(outcome(own, [[0.0, 0.0]] * 3), points(0.1, 0.2, 0.3))
    # means of the replications 5/3 and 11/3: mean 8/3, deviation sqrt(2), half width 12.706205 * 1 = 12.706205
    assert found.over == "luck, for these points"
    assert found.overall == pytest.approx((8 / 3, 8 / 3 - 12.706205, 8 / 3 + 12.706205, 2), abs=1e-5)


def test_a_missing_value_does_not_tilt_the_mean_over_chosen_points() -> None:
    own = [[1.0, 3.0], [4.0, 6.0], [NAN, 102.0]]
    found = contrast(outcome(own, [[0.0, 0.0]] * 3), points(0.1, 0.2, 0.3))
    # the second replication is worth 2 more where both are there: 100 is missing, so the replications are 35 and 37
    assert found.overall.mean == pytest.approx(36.0)
    assert found.overall.high - found.overall.mean == pytest.approx(12.706205, abs=1e-5)


def test_points_that_were_drawn_are_a_sample_and_so_is_their_luck() -> None:
    own = [[1.0, 3.0], [4.0, 6.0], [0.0, 2.0]]
    found = contrast(outcome(own, [[0.0, 0.0]] * 3, design="lhs"), points(0.1, 0.2, 0.3))
    # point means 2, 5, 1, replications 5/3 and 11/3, no rest: variance 13/9 + 1, squared over (13/9)²/2 + 1/1: 2.924471
    assert found.over == "points and luck"
    half = 3.2294527 * np.sqrt(22 / 9)
    assert found.overall == pytest.approx((8 / 3, 8 / 3 - half, 8 / 3 + half, 2), abs=1e-5)
    assert found.higher == pytest.approx(5 / 6)  # the difference of 0 is not higher
    assert found.table["share_higher"].tolist() == [1.0, 1.0, 0.5]


def test_pairs_without_a_value_are_dropped_whole_and_counted() -> None:
    own, other = [[NAN, 2.0, 5.0, 9.0], [NAN] * 4], [[1.0, 1.0, NAN, 5.0], [1.0] * 4]
    found = contrast(outcome(own, other, design="lhs", failed=2, pending=1), points(0.1, 0.2))
    assert found.table["n"].tolist() == [2, 0]
    assert found.table["difference"][0] == 2.5  # (1 + 4) / 2: 5.0 and the 1.0 beside them count in neither mean
    assert found.overall.n == 2  # replications 1 and 3 of the one point that has any
    assert found.over == "luck, for these points"
    assert np.isnan(found.table["share_higher"][1])
    assert found.outcome.dropped == 5  # six of eight pairs have no value, one of them has not been run
    assert "5 of 8 pairs left out (2 failed, 3 empty); 1 of 8 pairs have not been run yet." in str(found)


def test_money_is_also_told_as_a_share() -> None:
    found = contrast(outcome([[110.0, 121.0]], [[100.0, 110.0]], "income"), points(0.1))
    assert found.relative.mean == pytest.approx(0.1)  # 231 / 210
    assert "10.0 %" in str(found)
    assert "%]" not in str(contrast(outcome([[1.1, 1.2]], [[1.0, 1.0]]), points(0.1)))


def test_a_share_is_of_the_same_pairs_as_the_difference() -> None:
    # the second pair lacks one side: 9000 is in neither mean
    own, other = [[110.0, NAN, 132.0]], [[100.0, 9000.0, 120.0]]
    found = contrast(outcome(own, other, "income"), points(0.1))
    assert found.relative.mean == pytest.approx(242 / 220 - 1.0)
    assert found.relative[:3] == pytest.approx(statistics.relative_change([110.0, 132.0], [100.0, 120.0])[:3])
    own, other = [[110.0, 9000.0, 135.0]], [[100.0, NAN, 120.0]]
    found = contrast(outcome(own, other, "income"), points(0.1))
    assert found.relative[:3] == pytest.approx(statistics.relative_change([110.0, 135.0], [100.0, 120.0])[:3])


def test_a_share_has_the_interval_that_points_and_luck_give_it() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(300):
        level = 100.0 + rng.normal(0.0, 10.0, (40, 1)) + rng.normal(0.0, 5.0, 6)
        effect = 0.1 + rng.normal(0.0, 0.02, (40, 1)) + rng.normal(0.0, 0.02, 6)
        found = relative(outcome((level * (1.0 + effect)).tolist(), level.tolist(), "income", design="lhs"))
        hits += found.low <= 0.1 <= found.high
    assert hits > 0.92 * 300  # of points alone it would be half of that
    assert relative(outcome([[1.0, 2.0]], [[-1.0, 1.0]], "income")).n == 2
    assert np.isnan(relative(outcome([[1.0, 2.0]], [[-1.0, 1.0]], "income")).mean)  # no share of nothing


def test_without_an_interval_none_is_claimed() -> None:
    text = str(contrast(outcome([[1.0], [2.0]], [[0.5], [0.5]]), points(0.1, 0.2)))
    assert "One replication has no interval." in text
    assert "95 %" not in text.partition("\n\n")[0]


def test_the_text_says_what_it_rests_on() -> None:
    text = str(contrast(outcome([[0.5, 0.7]] * 20, [[0.1, 0.1]] * 20, design="lhs"), points(*range(20))))
    assert text.startswith("trust, “taper” against “flat”, end of the run (0 to 1): +0.500 [−0.771, 1.771]")
    assert "Mean over 20 points × 2 replications, paired on common random numbers; higher in 100 % of pairs." in text
    assert "95 % interval over points and luck." in text
    assert "... and 8 more points" in text
