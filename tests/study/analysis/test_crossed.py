"""Means over points and replications: numbers worked out by hand, and intervals that contain what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.study.analysis.crossed import filled, grouped, mean_of
from clustersim.study.analysis.outcome import Outcome

NAN = np.nan
Array = np.ndarray


def crossed(rng: np.random.Generator, points: int, replications: int, *deviations: float) -> Array:
    """Points, luck that all points share, and the rest, each of its deviation around zero."""
    of_points, of_luck, of_rest = deviations
    drawn: Array = (rng.normal(0.0, of_points, (points, 1)) + rng.normal(0.0, of_luck, replications)
                    + rng.normal(0.0, of_rest, (points, replications)))  # fmt: skip
    return drawn


def covered(values: Array, drawn: bool = True) -> bool:
    found = mean_of(filled(values)[0], drawn)
    return found.low <= 0.0 <= found.high


def test_by_hand() -> None:
    # rows 2, 5, 2 and columns 2, 4 around 3: squares 6 and 2; of the rest 0, 0, -1, 1, 1, -1: 4
    values = np.array([[1.0, 3.0], [3.0, 7.0], [2.0, 2.0]])
    found = mean_of(values, drawn=True)
    # terms 6/2/3 = 1, 2/1/2 = 1, rest 4/2/6 = 1/3: V = 5/3, V² / (1/2 + 1/1 + (1/9)/2) = 1.785714
    assert (found.mean, found.n) == (3.0, 2)
    # t(1.785714) = 4.837365 -> half width 4.837365 * sqrt(5/3)
    assert found.high - found.mean == pytest.approx(4.837365 * np.sqrt(5 / 3), rel=1e-5)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_no_part_is_smaller_than_it_would_be_alone() -> None:
    # the rest is larger than what the points' means differ by: nothing but rest, and not a negative variance
    values = np.array([[0.0, 1.0, -1.0], [1.0, -1.0, 0.1], [-1.0, 0.1, 1.0]])
    found = mean_of(values, drawn=True)
    alone = max(np.var(values.mean(axis=k), ddof=1) / 3 for k in (0, 1))
    assert found.high - found.mean >= 1.96 * np.sqrt(alone)
    assert mean_of(np.full((3, 4), 0.1), drawn=True)[:3] == pytest.approx((0.1, 0.1, 0.1))


@pytest.mark.parametrize("deviations", [(1.0, 1.0, 1.0), (1.0, 0.1, 1.0), (0.1, 1.0, 1.0), (0.0, 0.0, 1.0)])
@pytest.mark.parametrize(("points", "replications"), [(100, 5), (20, 10)])
def test_an_interval_over_points_and_luck_contains_the_mean(
    points: int, replications: int, deviations: tuple[float, float, float]
) -> None:
    rng = np.random.default_rng(1)
    hits = [covered(crossed(rng, points, replications, *deviations)) for _ in range(400)]
    assert np.mean(hits) > 0.92  # over points alone: 36 % of the first


def test_one_luck_is_said_to_be_one() -> None:
    rng = np.random.default_rng(2)
    other_luck = [crossed(rng, 100, 1, 1.0, 1.0, 0.0) for _ in range(400)]
    same_luck = [crossed(rng, 100, 1, 1.0, 0.0, 0.0) for _ in range(400)]
    assert np.mean([covered(values) for values in same_luck]) > 0.92
    assert np.mean([covered(values) for values in other_luck]) < 0.5  # it cannot know of it, and must not claim to
    assert Outcome("trust", "end", "a", None, other_luck[0], design="lhs").over == "points, for one draw of luck"


@pytest.mark.parametrize("drawn", [True, False])
def test_missing_values_neither_tilt_the_mean_nor_narrow_the_interval(drawn: bool) -> None:
    rng = np.random.default_rng(3)
    hits, means = [], []
    for _ in range(400):
        values = crossed(rng, 20, 6, 1.0 if drawn else 0.0, 1.0, 0.5)
        values[rng.random(values.shape) < 0.2] = NAN
        values[:10, 0] = NAN  # the first luck is missing at half of the points
        hits.append(covered(values, drawn))
        means.append(mean_of(filled(values)[0], drawn).mean)
    assert np.mean(hits) > 0.92
    assert abs(np.mean(means)) < 0.08


def test_gaps_are_filled_by_what_the_point_and_the_luck_are_worth() -> None:
    effects = np.array([[2.0], [5.0], [100.0], [7.0]]) + np.array([-1.0, 0.0, 1.0])
    values = effects.copy()
    values[2, 0] = values[1, 2] = NAN
    for table, expected in ((values, effects), (values.T, effects.T)):  # whichever side has fewer equations
        found, kept = filled(table)
        np.testing.assert_allclose(found, expected)
        assert kept.all()
    values[3] = NAN
    found, kept = filled(np.column_stack([values, np.full(4, NAN)]))
    np.testing.assert_allclose(found, effects[:3])
    assert kept.tolist() == [True, True, True, False]
    nothing = mean_of(filled(np.full((2, 2), NAN))[0], drawn=True)
    assert nothing.n == 0
    assert np.isnan(nothing.mean)


def test_points_that_share_nothing_still_have_a_mean() -> None:
    found, _ = filled(np.array([[1.0, NAN], [NAN, 3.0]]))  # no point has both lucks: they cannot be told apart
    assert np.isfinite(found).all()
    assert mean_of(found, drawn=True).mean == pytest.approx(2.0)


def test_what_was_drawn_together_is_one_draw() -> None:
    values = np.array([[1.0, 2.0], [3.0, 4.0], [10.0, 20.0], [30.0, 40.0]])
    assert grouped(values, np.array([0, 0, 1, 1])).tolist() == [[2.0, 3.0], [20.0, 30.0]]
    trajectories = Outcome("trust", "end", "a", None, values, design="morris", block=2)
    assert trajectories.over == "trajectories and luck"
    assert trajectories.overall == mean_of(np.array([[2.0, 3.0], [20.0, 30.0]]), drawn=True)
    # a point that is missing does not drag its trajectory along
    values[0] = NAN
    cut = Outcome("trust", "end", "a", None, values, design="morris", block=2)
    assert cut.overall == mean_of(np.array([[3.0, 4.0], [20.0, 30.0]]), drawn=True)


def test_trajectories_are_the_draws_and_not_their_points() -> None:
    rng = np.random.default_rng(4)
    hits = {1: 0, 5: 0}
    for _ in range(300):
        values = np.repeat(crossed(rng, 30, 4, 1.0, 0.2, 0.0), 5, axis=0) + rng.normal(0.0, 0.2, (150, 4))
        for block in hits:
            found = Outcome("trust", "end", "a", None, values, design="morris", block=block).overall
            hits[block] += found.low <= 0.0 <= found.high
    assert hits[5] > 0.91 * 300
    assert hits[1] < 0.8 * 300


@pytest.mark.parametrize(("shape", "more", "over"), [
    ((1, 4), {}, "luck"),
    ((3, 4), {}, "luck, for these points"),
    ((3, 1), {}, ""),
    ((3, 4), {"design": "lhs"}, "points and luck"),
    ((1, 4), {"design": "lhs"}, "luck"),
    ((3, 1), {"design": "lhs"}, "points, for one draw of luck"),
    ((30, 1), {"design": "morris", "block": 3, "lucks": 4}, "trajectories, for 4 draws of luck"),
    ((30, 1), {"design": "sobol", "block": 5, "lucks": 12}, "Saltelli blocks and their luck"),
])  # fmt: skip
def test_what_an_interval_is_over_is_said(shape: tuple[int, int], more: dict[str, object], over: str) -> None:
    values = np.random.default_rng(5).normal(size=shape)
    outcome = Outcome("trust", "end", "a", None, values, **more)  # type: ignore[arg-type]
    assert outcome.over == over
    assert np.isfinite(outcome.overall.low) == bool(over)
    assert outcome.overall.n == shape[1]
