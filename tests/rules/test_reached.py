"""Who is reached: fifths by income, and women of the family who work unpaid."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.compile import entry
from clustersim.month import World
from clustersim.rules import inequality, reached
from clustersim.scenario import Scenario
from clustersim.simulation import run
from tests.rules.by_hand import cluster


@entry
def fifths(w: World) -> None:
    """The census of incomes."""
    inequality.take_fifths(w.firms, w.value, w.weight)


@entry
def withheld(w: World, i: int) -> float:
    """What women of the family do not get."""
    kept: float = reached.kept_from_women(w.firms, i, w.p.households.unpaid)
    return kept


def test_fifths_are_in_the_order_of_income() -> None:
    world = cluster(cluster__firms=15)
    world.firms.income_year[:] = np.arange(15)[::-1]
    world.firms.alive[0] = 0
    fifths(world)
    assert world.firms.quintile.tolist() == [-1, *[5 * k // 14 for k in range(14)][::-1]]


def test_unpaid_women_get_their_part_of_the_draw_as_far_as_they_are_recognised() -> None:
    world = cluster(households__unpaid=1.0)
    firms = world.firms
    firms.workers[0], firms.family[0], firms.women[0] = 4.0, 3.0, 0.25
    firms.earnings[0], firms.wage[0] = 20.0, 20.0  # 80 in all, 20 to the hired worker, 60 to three of the family
    assert withheld(world, 0) == pytest.approx(1.0 * 20.0)
    firms.recognised[0] = 0.75
    assert withheld(world, 0) == pytest.approx(0.25 * 20.0)
    world.firms.family[0] = 1.0  # the owner alone
    assert withheld(world, 0) == 0.0


def test_wages_of_women_and_men_share_out_what_is_earned() -> None:
    values = {"cluster.firms": 30, "run.months": 6, "cluster.mean_workers": 3.0}
    paid_all = run(Scenario().with_values(values), seed=1).monthly.iloc[-1]
    unpaid = run(Scenario().with_values({**values, "households.unpaid": 1.0}), seed=1).monthly.iloc[-1]
    assert unpaid["wage_women"] < 0.8 * paid_all["wage_women"]
    assert unpaid["wage_men"] > paid_all["wage_men"]
    assert unpaid["wage"] == paid_all["wage"]
    assert paid_all["unpaid_women"] == 0.0
    assert unpaid["unpaid_women"] > 0.0
