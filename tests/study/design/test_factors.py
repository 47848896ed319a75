"""Factors: from the unit interval to values, evenly, within bounds, and through JSON unchanged."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import InputError, StoreError
from clustersim.study.design.factor import tidy
from clustersim.study.design.factors import Bundles, Distribution, Factor, Levels, Luck, Range, factor_from_dict

MORRIS = (0.0, 1 / 3, 2 / 3, 1.0)
BUNDLES: Any = {"two years": {"programme.end": "2001-12", "broker.local_days": 3.0},
                "four": {"cluster.villages": [1.0]}}  # fmt: skip
EVERY: list[Factor] = [
    Range("trust.gain", 0.02, 0.15),
    Range("trust.healing", 0.001, 0.1, log=True),
    Range("broker.circle", 5, 500, integer=True),
    Range("broker.circle", 5, 500, log=True, integer=True),
    Levels("broker.days_per_month", (4.0, 8.0, 16.0)),
    Levels("trust.rule", ("beta", "average")),
    Levels("programme.announced_exit", (True, False)),
    Levels("broker.circle", (10, 20, 3)),
    Bundles("length", BUNDLES),
    Distribution("trust.gain", "normal", {"mean": 0.1, "sd": 0.05}, 0.0, 0.5),
    Distribution("trust.gain", "normal", {"mean": 0.1, "sd": 1 / 3}),
    Distribution("broker.circle", "triangular", {"mode": 30}, 10, 90, integer=True),
    Luck(count=8),
]
units = st.floats(0, 1)


@pytest.mark.parametrize("factor", EVERY, ids=lambda factor: f"{factor.kind}-{factor.name}")
def test_a_factor_survives_json_exactly(factor: Factor) -> None:
    again = factor_from_dict(json.loads(json.dumps(factor.to_dict(), sort_keys=True)))
    assert again == factor
    assert type(again) is type(factor)
    assert [again.value(u / 7) for u in range(8)] == [factor.value(u / 7) for u in range(8)]
    assert again.column_type == factor.column_type


@pytest.mark.parametrize("factor", EVERY, ids=lambda factor: f"{factor.kind}-{factor.name}")
def test_every_value_is_of_the_type_of_its_column(factor: Factor) -> None:
    kind = {"double": float, "int64": int, "bool": bool, "string": str}[factor.column_type]
    seen = [*factor.values([0.0, 0.3, 0.999, 1.0]), *factor.spread(3), *factor.probes(), factor.value(0.5)]
    assert {type(value) for value in seen} == {kind}
    assert factor.values([0.0, 0.3, 1.0]) == [factor.value(0.0), factor.value(0.3), factor.value(1.0)]


@given(units, units)
def test_numbers_rise_with_their_coordinate_and_stay_between_the_ends(one: float, other: float) -> None:
    for factor in EVERY:
        if isinstance(factor, Range | Distribution):
            low, high = factor.value(min(one, other)), factor.value(max(one, other))
            assert low <= high  # type: ignore[operator]
            assert factor.low is None or low >= factor.low  # type: ignore[operator]
            assert factor.high is None or high <= factor.high  # type: ignore[operator]


@given(st.integers(1, 40))
def test_levels_share_the_interval_evenly(count: int) -> None:
    factor = Levels("x.y", tuple(range(count)))
    found = Counter(factor.values([(k + 0.5) / (10 * count) for k in range(10 * count)]))
    assert found == dict.fromkeys(range(count), 10)
    whole = Range("x.y", 3, 3 + count, integer=True)
    found = Counter(whole.values([(k + 0.5) / (10 * (count + 1)) for k in range(10 * (count + 1))]))
    assert found == dict.fromkeys(range(3, 4 + count), 10)


@pytest.mark.parametrize(("count", "met"), [(1, [0, 0, 0, 0]), (2, [0, 0, 1, 1]), (3, [0, 1, 2, 2]), (4, [0, 1, 2, 3]),
                                            (5, [0, 1, 3, 4]), (8, [0, 2, 5, 7])])  # fmt: skip
def test_the_four_coordinates_of_a_morris_design_meet_levels_as_evenly_as_can_be(count: int, met: list[int]) -> None:
    assert Levels("x.y", tuple(range(count))).values(MORRIS) == met
    assert Luck(count=count).values([0.0, 1 - 2 / 3, 0.6666666666666667, 1.0]) == met
    assert Luck(count=count).values([0.0, *(math.nextafter(u, 0) for u in MORRIS[1:])]) == met  # whatever the last bit


def test_whole_numbers_even_in_their_logarithm() -> None:
    factor = Range("x.y", 1, 1023, log=True, integer=True)
    drawn = np.array(factor.values([(k + 0.5) / 1000 for k in range(1000)]))
    assert [np.sum((drawn >= 2**k) & (drawn < 2 ** (k + 1))) for k in range(10)] == [100] * 10
    assert (factor.value(0.0), factor.value(1.0)) == (1, 1023)
    assert [factor.value(k / 10) for k in range(10)] == [2**k for k in range(10)]


def test_what_a_grid_takes_of_a_range() -> None:
    assert Range("x.y", 0.02, 0.15).spread(5) == (0.02, 0.0525, 0.085, 0.1175, 0.15)
    assert Range("x.y", 0.001, 0.1, log=True).spread(3) == (0.001, 0.01, 0.1)
    assert Range("x.y", 1, 4, integer=True).spread(9) == (1, 2, 3, 4)
    assert Levels("x.y", (3, 1)).spread(9) == (3, 1)
    middle = Distribution("x.y", "uniform", {}, 0.0, 1.0).spread(2)
    assert middle == (0.25, 0.75)


@pytest.mark.parametrize(("shape", "parameters", "law"), [
    ("normal", {"mean": 1.0, "sd": 0.5}, ("truncnorm", (-2.0, 1.0, 1.0, 0.5))),
    ("truncnorm", {"mean": 1.0, "sd": 0.5}, ("truncnorm", (-2.0, 1.0, 1.0, 0.5))),
    ("uniform", {}, ("uniform", (0.0, 1.5))),
    ("triangular", {"mode": 0.5}, ("triang", (1 / 3, 0.0, 1.5))),
    ("beta", {"a": 2.0, "b": 3.0}, ("beta", (2.0, 3.0, 0.0, 1.5))),
])  # fmt: skip
def test_a_distribution_is_cut_at_its_bounds(shape: str, parameters: dict[str, float], law: Any) -> None:
    from scipy import stats

    factor = Distribution("x.y", shape, parameters, 0.0, 1.5)
    expected = getattr(stats, law[0])(*law[1])
    at = [0.0, 0.01, 0.2, 0.5, 0.77, 0.99, 1.0]
    np.testing.assert_allclose(np.array(factor.values(at), float), expected.ppf(at), rtol=1e-9, atol=1e-12)


def test_a_lognormal_has_its_median_and_no_end_that_is_infinite() -> None:
    factor = Distribution("x.y", "lognormal", {"median": 3.0, "log_sd": 0.4})
    assert factor.value(0.5) == pytest.approx(3.0)
    assert all(isinstance(end, float) and math.isfinite(end) for end in (factor.value(0.0), factor.value(1.0)))


def test_luck_sets_nothing_and_is_luck() -> None:
    luck = Luck()
    assert luck.settings(3) == {}
    assert [factor.is_luck for factor in EVERY] == [False] * (len(EVERY) - 1) + [True]
    assert Luck(count=4294).value(1.0) == 4293
    with pytest.raises(InputError, match="1 to 4294"):
        Luck(count=4295)


def test_bundles_set_all_their_values() -> None:
    factor = Bundles("length", BUNDLES)
    assert factor.levels == ("two years", "four")
    assert factor.settings("two years") == {"programme.end": "2001-12", "broker.local_days": 3.0}
    assert factor.settings("four") == {"cluster.villages": (1.0,)}


def test_no_negative_zero_and_no_number_of_sixteen_digits() -> None:
    value = Range("x.y", -1.0, 1.0).value(0.5)
    assert repr(value) == repr(tidy(-0.0)) == "0.0"
    assert repr(Levels("x.y", (-0.0, 1.0)).value(0.0)) == "0.0"
    assert repr(Range("x.y", 0.1, 0.7).value(1 / 3)) == "0.3"


@pytest.mark.parametrize(("make", "text"), [
    (lambda: Range("x.y", 2, 1), "low below high"),
    (lambda: Range("x.y", 1, 1), "low below high"),
    (lambda: Range("x.y", math.nan, 1), "must be a number"),
    (lambda: Range("x.y", 0, math.inf), "must be a number"),
    (lambda: Range("x.y", True, 2), "must be a number"),
    (lambda: Range("x.y", 0.0, 1.0, log=True), "above 0"),
    (lambda: Range("x.y", 1.5, 3, integer=True), "whole number"),
    (lambda: Levels("x.y", ()), "empty list"),
    (lambda: Levels("x.y", (1, 2, 1)), "twice"),
    (lambda: Levels("x.y", (1, 1.0)), "twice"),
    (lambda: Levels("x.y", (1, "a")), "several kinds"),
    (lambda: Levels("x.y", (1, True)), "several kinds"),
    (lambda: Levels("x.y", ([1],)), "not a level"),  # type: ignore[arg-type]
    (lambda: Levels("x.y", (math.nan,)), "must be a number"),
    (lambda: Distribution("x.y", "nromal", {}), "did you mean 'normal'"),
    (lambda: Distribution("x.y", "normal", {"mean": 1.0}), "needs 'sd'"),
    (lambda: Distribution("x.y", "normal", {"mean": 1.0, "sd": 0}), "above 0"),
    (lambda: Distribution("x.y", "normal", {"mean": 1.0, "sd": 1, "std": 1}), "no 'std'"),
    (lambda: Distribution("x.y", "normal", {"mean": "a", "sd": 1}), "must be a number"),  # type: ignore[dict-item]
    (lambda: Distribution("x.y", "uniform", {}, 0.0), "needs 'high'"),
    (lambda: Distribution("x.y", "triangular", {"mode": 3.0}, 0, 1), "'mode' must lie"),
    (lambda: Distribution("x.y", "normal", {"mean": 0.0, "sd": 1.0}, 1.0, 0.0), "low below high"),
    (lambda: Distribution("x.y", "normal", {"mean": 0.0, "sd": 1.0}, 20.0, 30.0), "millionth"),
    (lambda: Distribution("x.y", "normal", {"mean": 5.0, "sd": 1.0}, 0.5, 9, integer=True), "whole number"),
    (lambda: Bundles("x", ()), "no levels"),
])  # fmt: skip
def test_what_is_no_factor_is_refused(make: Any, text: str) -> None:
    with pytest.raises(InputError, match=text):
        make()


@pytest.mark.parametrize("said", [{}, {"kind": "cube", "name": "a"}, {"kind": "range", "name": "a", "low": 1},
                                  {"kind": "levels", "name": "a", "choices": [], "more": 1}])  # fmt: skip
def test_a_factor_of_another_version_is_a_matter_of_the_store(said: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="not a factor"):
        factor_from_dict(said)
