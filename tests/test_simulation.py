"""One run: what it returns, and what a broken one says."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim.errors import InputError, ModelFault
from clustersim.scenario import load_scenario, parse_scenario
from clustersim.simulation import live, new_world, plan_of, run


def test_a_breakdown_counts_every_living_firm_once() -> None:
    done = run(load_scenario("stagnant").with_values({"run.months": 24}), seed=3)
    for by in ("size", "community", "sex", "segment", "village"):
        table = done.breakdown(by)
        assert table["firms"].sum() == done.world.firms.alive.sum()
        assert table["joint_action"].between(0, 1).all()
    pooled = (table["firms"] * table["quality"]).sum() / table["firms"].sum()
    assert pooled == pytest.approx(done.monthly["quality"].iloc[-1])
    with pytest.raises(InputError, match="size, community"):
        done.breakdown("star sign")


def test_a_seed_outside_the_generators_key_is_refused() -> None:
    with pytest.raises(InputError, match="seed"):
        run(load_scenario("stagnant"), seed=2**32)


def test_a_number_that_is_not_finite_stops_the_run_with_month_firm_and_variable() -> None:
    world = new_world(load_scenario("stagnant"), seed=1)
    live(world, 0, 40)
    world.firms.quality[7] = np.nan
    world.firms.alive[7] = 1
    with pytest.raises(ModelFault) as caught:
        live(world, 40, 60)
    assert (caught.value.month, caught.value.variable) == (40 - world.burn_in, caught.value.variable)
    assert caught.value.variable in ("quality", "income", "price", "cash")


def test_a_log_that_is_full_stops_the_run() -> None:
    world = new_world(load_scenario("thriving"), seed=1)
    world.log.count[0] = world.log.month.shape[0]
    with pytest.raises(ModelFault, match="joint activities"):
        live(world, 0, 60)


def test_a_shock_and_an_intervention_of_one_name_both_happen() -> None:
    text = 'extends = "stagnant"\n[shocks.visits]\nkind = "demand_shock"\ndate = "2001-01"\nlasts = 12\n'
    plan, plain = plan_of(parse_scenario(text)), plan_of(load_scenario("stagnant"))
    assert len(plan.offers.kind) == len(plain.offers.kind)
    assert plain.visits.sum() > 0
    assert (plan.visits == plain.visits).all()
    assert (plan.demand != plain.demand).sum() == 12
