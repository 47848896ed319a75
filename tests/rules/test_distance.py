"""Distance: the middle of those asked, the way to it, and what a wide area does to visits and to wishes to come."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

import clustersim as cs
from clustersim.agents import Firms, new_table
from clustersim.rules.distance import middle, way


def test_the_way_is_measured_from_the_middle_of_those_asked() -> None:
    firms = new_table(Firms, 4)
    firms.x[:], firms.y[:] = [0.0, 0.6, 0.0, 9.0], [0.0, 0.0, 0.6, 9.0]
    x, y = cast(Any, middle).py_func(firms, np.array([0, 1, 2]), 3)
    assert (x, y) == pytest.approx((0.2, 0.2))
    assert cast(Any, way).py_func(firms, 0, x, y) == pytest.approx(np.hypot(0.2, 0.2))


def test_in_a_wide_area_fewer_visits_fit_into_a_day() -> None:
    near = cs.load_scenario("stagnant").with_values({"run.months": 12, "cluster.extent": 0.0})
    far = near.with_values({"cluster.extent": 80.0, "joint_action.travel": 0.0})
    seen = [int((cs.run(s, seed=1).world.firms.visited >= 36).sum()) for s in (near, far)]
    assert seen[1] < 0.75 * seen[0]


def test_a_long_way_keeps_firms_from_joint_activities() -> None:
    wide = {"run.months": 24, "cluster.extent": 80.0}
    near = cs.load_scenario("thriving").with_values(wide | {"joint_action.travel": 0.0})
    far = near.with_values({"joint_action.travel": 2.0})
    share = [cs.run(s, seed=1).monthly["joint_action"].iloc[-1] for s in (near, far)]
    assert share[1] < 0.7 * share[0]
