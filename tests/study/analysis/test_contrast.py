"""Paired differences: numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clustersim.study.analysis.contrast import contrast
from clustersim.study.analysis.outcome import Outcome

NAN = np.nan


def outcome(own: list[list[float]], other: list[list[float]], measure: str = "trust", *, drawn: bool = False,
            **left_out: int) -> Outcome:  # fmt: skip
    return Outcome(measure, "end", "taper", "flat", np.array(own), np.array(other), drawn=drawn, **left_out)


def points(*gains: float) -> pd.DataFrame:
    return pd.DataFrame({"trust.gain": gains})


def test_one_point_is_paired_by_replication() -> None:
    # the two arms have the same mean luck: unpaired the difference of 1 would drown in a spread of 100
    found = contrast(outcome([[101.0, 202.0, 303.0]], [[100.0, 200.0, 300.0]]), points(0.1))
    # differences 1, 2, 3: mean 2, deviation 1, t(2) = 4.302653 -> half width 4.302653 / sqrt(3) = 2.484138
    assert found.overall == pytest.approx((2.0, -0.484138, 4.484138, 3), abs=1e-6)
    assert (found.over, found.higher) == ("replications", 1.0)
    row = found.table.iloc[0]
    assert (row["point"], row["trust.gain"], row["n"], row["share_higher"]) == (0, 0.1, 3, 1.0)
    assert (row["difference"], row["low"], row["high"]) == pytest.approx((2.0, -0.484138, 4.484138), abs=1e-6)


def test_points_that_were_chosen_are_no_sample() -> None:
    own = [[1.0, 3.0], [4.0, 6.0], [0.0, 2.0]]
    found = contrast(outcome(own, [[0.0, 0.0]] * 3), points(0.1, 0.2, 0.3))
    # means of the replications 5/3 and 11/3: mean 8/3, deviation sqrt(2), half width 12.706205 * 1 = 12.706205
    assert found.over == "replications"
    assert found.overall == pytest.approx((8 / 3, 8 / 3 - 12.706205, 8 / 3 + 12.706205, 2), abs=1e-5)


def test_a_missing_value_does_not_tilt_the_mean_over_chosen_points() -> None:
    own = [[1.0, 3.0], [4.0, 6.0], [NAN, 102.0]]
    found = contrast(outcome(own, [[0.0, 0.0]] * 3), points(0.1, 0.2, 0.3))
    # point means 2, 5, 102; luck of the two replications -1 and +1 at the points that have both: (2/3 at the second)
    assert found.overall.mean == pytest.approx(109 / 3)
    assert found.overall.high - found.overall.mean == pytest.approx(12.706205 * (5 / 3) / 2, abs=1e-5)


def test_points_that_were_drawn_are_the_sample() -> None:
    own = [[1.0, 3.0], [4.0, 6.0], [0.0, 2.0]]
    found = contrast(outcome(own, [[0.0, 0.0]] * 3, drawn=True), points(0.1, 0.2, 0.3))
    # point means 2, 5, 1: mean 8/3, deviation 2.081666, half width 4.302653 * 2.081666 / sqrt(3) = 5.171144
    assert found.over == "points"
    assert found.overall == pytest.approx((8 / 3, 8 / 3 - 5.171144, 8 / 3 + 5.171144, 3), abs=1e-5)
    assert found.higher == pytest.approx(5 / 6)  # the difference of 0 is not higher
    assert found.table["share_higher"].tolist() == [1.0, 1.0, 0.5]


def test_pairs_without_a_value_are_dropped_whole_and_counted() -> None:
    own, other = [[NAN, 2.0, 5.0, 9.0], [NAN] * 4], [[1.0, 1.0, NAN, 5.0], [1.0] * 4]
    found = contrast(outcome(own, other, drawn=True, failed=2, pending=1), points(0.1, 0.2))
    assert found.table["n"].tolist() == [2, 0]
    assert found.table["difference"][0] == 2.5  # (1 + 4) / 2: 5.0 and the 1.0 beside them count in neither mean
    assert found.overall.n == 1
    assert np.isnan(found.overall.low)
    assert np.isnan(found.table["share_higher"][1])
    assert found.outcome.dropped == 5  # six of eight pairs have no value, one of them has not been run
    assert "5 of 8 pairs left out (2 failed, 3 empty); 1 of 8 pairs have not been run yet." in str(found)


def test_money_is_also_told_as_a_share() -> None:
    found = contrast(outcome([[110.0, 121.0]], [[100.0, 110.0]], "income"), points(0.1))
    assert found.relative.mean == pytest.approx(0.1)  # 231 / 210
    assert "10.0 %" in str(found)
    assert "%]" not in str(contrast(outcome([[1.1, 1.2]], [[1.0, 1.0]]), points(0.1)))


def test_the_text_says_what_it_rests_on() -> None:
    text = str(contrast(outcome([[0.5, 0.7]] * 20, [[0.1, 0.1]] * 20, drawn=True), points(*range(20))))
    assert text.startswith("trust, “taper” against “flat”, end of the run (0 to 1): +0.500 [0.500, 0.500]")
    assert "Mean over 20 points with its 95 % interval" in text
    assert "... and 8 more points" in text
