"""What a study takes is told before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

import clustersim as cs
from clustersim.study.execute.forecast import Forecast, forecast


def need(**asked: Any) -> Forecast:
    return forecast(cs.Study("stagnant", arms={"programme": {}}, replications=10, **asked).plan(), 2)


def test_the_largest_of_what_varies_counts() -> None:
    small, large = need(), need(vary={"cluster.firms": [50, 50_000]})
    assert large.memory > small.memory + 2 * 49_000 * 4_000
    assert large.seconds_a_run > 100 * small.seconds_a_run


def test_sizes_inside_bundles_count_too() -> None:
    bundled = need(vary={"size": {"a": {"cluster.firms": 50}, "b": {"cluster.firms": 50_000}}})
    plain = need(vary={"cluster.firms": [50, 50_000]})
    assert bundled.memory == plain.memory
    assert bundled.seconds_a_run == plain.seconds_a_run


def test_the_months_before_the_first_count() -> None:
    scenario = cs.load_scenario("stagnant")
    longer = cs.Study(scenario.with_values({"run.burn_in": 600}), arms={"programme": {}}, replications=10)
    run = forecast(longer.plan(), 2).seconds_a_run - need().seconds_a_run
    assert run == pytest.approx(200 * (600 - 36) / 2.5e6)


def test_series_take_their_room() -> None:
    assert need(series="all").disk > 5 * need(series=()).disk
