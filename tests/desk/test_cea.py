"""Cost-effectiveness against examples worked by hand, and against heormodel where the desk reckons itself."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from clustersim.desk import cea, voi


def one(value: float) -> np.ndarray:
    return np.array([value, value])


def test_increments_by_hand() -> None:
    # cost, effect: none (0, 0), a (100, 10), b (200, 11), c (300, 30), d (400, 25), e (600, 40)
    # d costs more than c and brings less: dominated
    # b: 100/1 = 100 a point, c over b 100/19 = 5.26: b is dominated by a mix
    # along the frontier: a 100/10 = 10, c (300 - 100)/(30 - 10) = 10, e (600 - 300)/(40 - 30) = 30
    table = {"none": (0, 0), "a": (100, 10), "b": (200, 11), "c": (300, 30), "d": (400, 25), "e": (600, 40)}
    costs = {name: one(cost) for name, (cost, _) in table.items()}
    effects = {name: one(effect) for name, (_, effect) in table.items()}
    rows = {row.policy: row for row in cea.increments(costs, effects)}
    assert [row.policy for row in cea.increments(costs, effects)] == ["none", "a", "b", "c", "d", "e"]
    assert math.isnan(rows["none"].icer)
    assert rows["a"].icer == pytest.approx(10.0)
    assert rows["c"].icer == pytest.approx(10.0)
    assert rows["e"].icer == pytest.approx(30.0)
    assert rows["b"].status == "dominated by a mix of two others"
    assert rows["d"].status == "dominated"
    assert math.isnan(rows["b"].icer)
    assert math.isnan(rows["d"].icer)


def test_extended_dominance_is_looked_for_again_once_one_is_out() -> None:
    # a 50/10 = 5; b (90 - 50)/(12 - 10) = 20; c (120 - 90)/(16 - 12) = 7.5: b is out; then c over a 70/6 = 11.7;
    # d (130 - 120)/(18 - 16) = 5: c is out too; d over a (130 - 50)/(18 - 10) = 10
    costs = {"none": one(0), "a": one(50), "b": one(90), "c": one(120), "d": one(130)}
    effects = {"none": one(0), "a": one(10), "b": one(12), "c": one(16), "d": one(18)}
    rows = {row.policy: row for row in cea.increments(costs, effects)}
    assert rows["b"].status == rows["c"].status == "dominated by a mix of two others"
    assert rows["d"].icer == pytest.approx(10.0)


def test_a_policy_that_saves_and_gains_leaves_no_ratio() -> None:
    rows = cea.increments({"dear": one(10), "cheap": one(5)}, {"dear": one(1), "cheap": one(2)})
    assert [(row.policy, row.status) for row in rows] == [("cheap", "on the frontier"), ("dear", "dominated")]


def test_acceptability_and_odds_by_hand() -> None:
    # at 10 a point: a's benefit 10, -10, 10, 10 against 0: best in three draws of four; at 0 its cost decides
    costs = {"none": np.zeros(4), "a": np.full(4, 10.0)}
    effects = {"none": np.zeros(4), "a": np.array([2.0, 0.0, 2.0, 2.0])}
    assert cea.acceptability(costs, effects, [0.0, 10.0]) == {"none": [1.0, 0.25], "a": [0.0, 0.75]}
    benefit = {name: 10.0 * effects[name] - costs[name] for name in costs}
    assert cea.odds(benefit) == {"none": 0.25, "a": 0.75}
    assert cea.odds({"a": np.zeros(3), "b": np.zeros(3)}) == {"a": 0.5, "b": 0.5}  # a tie is nobody's win


def test_perfect_foresight_by_hand() -> None:
    # means: a 5, b 4; the best of each draw: 10, 8 -> mean 9; 9 - 5 = 4
    assert voi.with_luck({"a": np.array([10.0, 0.0]), "b": np.array([0.0, 8.0])}) == pytest.approx(4.0)


def drawn(draws: int = 4000) -> tuple[dict[str, np.ndarray], dict[str, list[float]]]:
    rng = np.random.default_rng(3)
    matters, idle, luck = rng.normal(size=(3, draws))
    return {"a": np.zeros(draws), "b": matters + luck}, {"matters": list(matters), "idle": list(idle)}


def test_one_unknown_is_worth_what_theory_says_and_luck_is_not_counted() -> None:
    # b - a is normal with mean 0: E[max(0, x)] = sd/sqrt(2 pi); of what matters sd 1, with luck sd sqrt(2)
    benefit, unknowns = drawn()
    everything, first, second = voi.of_unknowns(benefit, unknowns)
    assert first.name == "matters"
    assert first.value == pytest.approx(1.0 / math.sqrt(2.0 * math.pi), abs=0.03)
    assert everything.value == pytest.approx(first.value, abs=0.03)
    assert voi.with_luck(benefit) == pytest.approx(1.0 / math.sqrt(math.pi), abs=0.03)
    assert first.real
    assert not second.real


def test_the_estimate_is_that_of_heormodel() -> None:
    import pandas as pd
    from heormodel.models import Outcomes
    from heormodel.voi import evppi

    benefit, unknowns = drawn(400)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pd.DataFrame(benefit)
        outcomes = Outcomes.from_wide(-table, 0.0 * table, effect="effect")
        known = pd.DataFrame(unknowns).rename_axis("iteration")
        theirs = evppi(outcomes, known, "matters", 0.0, n_knots=voi.KNOTS, degree=voi.DEGREE)
    ours = next(found for found in voi.of_unknowns(benefit, unknowns) if found.name == "matters")
    assert ours.value == pytest.approx(theirs, rel=1e-6)


def test_grid_reaches_beyond_what_was_said_to_be_the_worth() -> None:
    rows = cea.increments({"none": one(0), "a": one(100)}, {"none": one(0), "a": one(10)})
    assert cea.grid_of(rows, 40.0)[-1] == 60.0
    assert cea.grid_of(rows, None)[-1] == 15.0
    assert len(cea.grid_of(rows[:1], None)) == cea.GRID
