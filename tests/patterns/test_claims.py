"""Each kind of claim against numbers worked out by hand: what makes it hold, and what makes it fail."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clustersim.experiment import statistics
from clustersim.patterns import claims, ranges, silverman
from clustersim.patterns.declare import Outcome

NAN = math.nan
TRUST = Outcome("trust", "0 to 1", lambda case: NAN)


def samples(**arms: list[float]) -> dict[tuple[str, Outcome], list[float]]:
    return {(name, TRUST): values for name, values in arms.items()}


def test_a_sign_needs_the_whole_interval_beyond_the_smallest_effect() -> None:
    # differences 1, 2, 1, 2: mean 1.5, standard error .288675, t(3, .975) = 3.182446, so [.5813, 2.4187]
    found = samples(a=[1.0, 12.0, 21.0, 32.0], b=[0.0, 10.0, 20.0, 30.0])
    judged = claims.Differs(TRUST, "a", "b", 0.58).judge(found)
    assert judged.holds
    assert judged.parts[0].interval.low == pytest.approx(0.58131, abs=1e-4)
    assert not claims.Differs(TRUST, "a", "b", 0.59).judge(found).holds
    assert not claims.Differs(TRUST, "a", "b", -0.1).judge(found).holds  # a fall was asked for
    assert claims.Differs(TRUST, "b", "a", -0.58).judge(found).holds


def test_a_level_is_asked_of_the_interval_and_not_of_the_mean() -> None:
    found = samples(a=[1.0, 2.0, 3.0, 4.0])  # [.4457, 4.5543]
    assert claims.Level(TRUST, "a", 0.44).judge(found).holds
    assert not claims.Level(TRUST, "a", 0.45).judge(found).holds
    assert claims.Level(TRUST, "a", 4.56, above=False).judge(found).holds
    assert not claims.Level(TRUST, "a", 4.55, above=False).judge(found).holds


def test_a_null_is_shown_by_equivalence_and_not_by_a_lack_of_evidence() -> None:
    # mean .5, standard error .288675, t(3, .95) = 2.353363: the 90 % interval is [-.179, 1.179]
    found = samples(a=[1.0, 0.0, 1.0, 0.0], b=[0.0, 0.0, 0.0, 0.0])
    assert claims.Within(TRUST, "a", 1.18, "b").judge(found).holds
    assert not claims.Within(TRUST, "a", 1.17, "b").judge(found).holds
    assert not claims.Within(TRUST, "a", 1.17).judge(samples(a=[-5.0, 5.0])).holds


def test_an_order_needs_every_step() -> None:
    found = samples(a=[0.0, 0.1, 0.0], b=[1.0, 1.1, 1.1], c=[2.0, 2.1, 2.1], d=[2.0, 2.0, 2.2])
    assert claims.Ordered(TRUST, ("a", "b", "c"), 0.5).judge(found).holds
    judged = claims.Ordered(TRUST, ("a", "b", "c", "d"), 0.0).judge(found)
    assert not judged.holds
    assert [part.words for part in judged.parts] == ["b − a", "c − b", "d − c"]


def test_an_order_of_effects_compares_paired_differences() -> None:
    # effects 0, 0, 1 and 1, 2, 1: differences 1, 2, 0, mean 1, standard error .57735, t(2, .975) = 4.302653
    found = samples(a=[5.0, 6.0, 8.0], a0=[5.0, 6.0, 7.0], b=[2.0, 4.0, 4.0], b0=[1.0, 2.0, 3.0])
    judged = claims.OrderedEffects(TRUST, (("a", "a0"), ("b", "b0")), 0.0).judge(found)
    assert judged.parts[0].words == "effect in b − in a"
    assert judged.parts[0].interval.mean == pytest.approx(1.0)
    assert judged.parts[0].interval.low == pytest.approx(1.0 - 4.302653 * 0.57735, abs=1e-4)
    assert not judged.holds
    clear = samples(a=[5.0, 6.0, 7.1], a0=[5.0, 6.0, 7.0], b=[3.0, 4.0, 5.1], b0=[1.0, 2.0, 3.0])
    assert claims.OrderedEffects(TRUST, (("a", "a0"), ("b", "b0")), 1.9).judge(clear).holds
    assert not claims.OrderedEffects(TRUST, (("b", "b0"), ("a", "a0")), 0.0).judge(clear).holds


def test_a_published_figure_lies_inside_nine_in_ten_histories_that_agree_well_enough() -> None:
    values = [float(v) for v in range(90, 111)]  # 90 to 110: 5 % and 95 % quantiles 91 and 109
    found = samples(a=values)
    assert statistics.nine_in_ten(values)[:3] == pytest.approx((91.0, 100.0, 109.0))
    assert ranges.Covers(TRUST, "a", 109.0).judge(found).holds
    assert not ranges.Covers(TRUST, "a", 109.5).judge(found).holds
    wide = samples(a=[3.0 * v - 200.0 for v in values])  # 73 to 127: 54 is more than half of 100
    assert not ranges.Covers(TRUST, "a", 100.0).judge(wide).holds
    assert not ranges.Covers(TRUST, "a", 100.0).judge(samples(a=[NAN] * 11 + [100.0] * 10)).holds
    assert not ranges.Covers(TRUST, "a", 100.0).judge(samples(a=[NAN] * 3)).holds


def test_equal_money_allows_a_tenth_more() -> None:
    base = [100.0, 110.0, 90.0]
    assert claims.NoMore(TRUST, "a", "b").judge(samples(a=[1.08 * v for v in base], b=base)).holds
    assert not claims.NoMore(TRUST, "a", "b").judge(samples(a=[1.12 * v for v in base], b=base)).holds
    assert claims.NoMore(TRUST, "a", "b").judge(samples(a=[0.5 * v for v in base], b=base)).holds


def test_a_claim_to_which_few_runs_can_speak_fails() -> None:
    few = samples(a=[1.0, 1.0, NAN, NAN, NAN], b=[0.0] * 5)
    assert not claims.Differs(TRUST, "a", "b", 0.5).judge(few).holds
    assert not claims.Level(TRUST, "a", 0.5).judge(few).holds
    assert not claims.Within(TRUST, "a", 2.0).judge(few).holds
    assert claims.Level(TRUST, "a", 0.5).judge(samples(a=[1.0, 1.0, 1.0, NAN, NAN])).holds


def test_a_curve_is_shown_and_not_scored() -> None:
    curve = claims.Curve(TRUST, ("a", "b"), ("b", "b"))
    judged = curve.judge(samples(a=[1.0, 2.0], b=[0.5, 1.5]))
    assert not curve.scored
    assert judged.holds is None
    assert [part.interval.mean for part in judged.parts] == [0.5, 0.0]


def test_one_hump_stays_one_hump_and_two_are_found() -> None:
    rng = np.random.default_rng(3)
    one = np.abs(rng.normal(0.0, 0.1, 200))  # piled up at zero, and skewed
    assert silverman.two_humps(one.tolist()).p > 0.05
    two = np.concatenate([np.zeros(90), rng.normal(0.5, 0.08, 110)])
    found = silverman.two_humps(two.tolist())
    assert found.p < 0.05
    assert found.centres == pytest.approx((0.0, 0.5), abs=0.02)
    assert found.below == pytest.approx(0.45, abs=0.02)


def test_the_critical_width_of_two_points_is_half_their_distance() -> None:
    # two normal densities of width h, 2d apart, have one hump from h = d on
    assert silverman.critical_width(np.array([0.0, 0.0, 1.0, 1.0])) == pytest.approx(0.5, abs=0.02)


def test_a_sample_without_spread_has_one_hump() -> None:
    assert silverman.two_humps([0.0] * 200).p == 1.0


def test_humps_are_looked_for_in_the_arm_nearest_to_half() -> None:
    rng = np.random.default_rng(4)
    split = [0.0] * 90 + np.clip(rng.normal(0.5, 0.08, 110), 0.2, 0.9).tolist()
    found = samples(low=[0.0] * 200, split=split, high=rng.normal(0.7, 0.05, 200).tolist())
    claim = claims.TwoHumps(TRUST, ("low", "split", "high"), 0.1, 0.2)
    judged = claim.judge(found)
    assert judged.holds
    assert judged.note.startswith("split: ")
    assert not claims.TwoHumps(TRUST, ("low", "split", "high"), 0.1, 0.6).judge(found).holds
    assert not claims.TwoHumps(TRUST, ("low", "high"), 0.1, 0.2).judge(found).holds
