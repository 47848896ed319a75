"""Predictions: nine in ten histories at each date, beside what was observed; doubt about parameters widens them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import clustersim as cs
from clustersim.ensemble import Ensemble
from clustersim.experiment.predict import CHECKED, Predictions, held, predict
from clustersim.experiment.statistics import nine_in_ten, share_between

TINY = {"cluster.firms": 40, "run.months": 40, "run.burn_in": 6, "cluster.association_members": 8}


def tiny() -> cs.Scenario:
    return cs.load_scenario("jaipur").with_values(TINY)


@pytest.mark.filterwarnings("ignore::clustersim.errors.InputWarning")
def test_observations_of_a_case_stand_beside_its_predictions(tmp_path: Path) -> None:
    found = predict(tiny(), replications=3, seed=5)
    assert {row.date for row in found.rows} == {"1999-12"}
    assert [row.measure for row in found.rows] == list(CHECKED)
    served = next(row for row in found.rows if row.measure == "firms_served")
    assert served.observed == 155.0
    assert served.inside is False  # forty firms cannot be 155
    found.save(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "predictions.json").read_text())[0]["measure"] == "firms_served"
    assert "155 outside" in found.table()


@pytest.mark.filterwarnings("ignore::clustersim.errors.InputWarning")
def test_a_prediction_is_the_quantiles_of_its_histories() -> None:
    found = predict(tiny(), replications=5, seed=2, dates=["1998-06"])
    row = next(row for row in found.rows if row.measure == "members")
    members = [cs.run(tiny(), seed=2, replication=r).monthly["members"].iloc[17] for r in range(5)]
    assert (row.low, row.median, row.high) == pytest.approx(tuple(np.quantile(members, [0.05, 0.5, 0.95])))


@pytest.mark.filterwarnings("ignore::clustersim.errors.InputWarning")
def test_a_date_outside_the_run_is_refused() -> None:
    with pytest.raises(cs.InputError, match="outside the run"):
        predict(tiny(), replications=2, dates=["2040-01"])


@pytest.mark.filterwarnings("ignore::clustersim.errors.InputWarning")
def test_few_histories_are_said_to_give_too_narrow_an_interval() -> None:
    few, enough = (Predictions(tiny(), (), 0, n, None).sentence for n in (20, 100))
    assert "on average it holds 81% of histories, not 90 %; ask for 100 or more" in few
    assert "narrow" not in enough


def test_what_is_said_to_be_held_on_average_is() -> None:
    luck = np.random.default_rng(4).exponential(size=(4000, 20))  # of which the truth is known: F = 1 − exp(−x)
    ends = [nine_in_ten(row) for row in luck.tolist()]
    shares = [np.exp(-low) - np.exp(-high) for low, _, high, _ in ends]
    assert np.mean(shares) == pytest.approx(held(20), abs=0.01)


@pytest.mark.parametrize("date", ["yesterday", "2000-13", "2000-1", "", "2000-01-05"])
def test_what_is_no_month_is_refused(date: str) -> None:
    with pytest.raises(cs.InputError, match="not a month"):
        predict(cs.load_scenario("stagnant"), dates=[date], replications=2)


def test_the_share_of_the_spread_between_parameter_sets() -> None:
    luck = np.random.default_rng(1).normal(size=(40, 25))
    sets = np.random.default_rng(2).normal(size=(40, 1))
    groups = [k for k in range(40) for _ in range(25)]
    assert share_between(luck.ravel().tolist(), groups) < 0.03
    assert share_between((luck + sets).ravel().tolist(), groups) == pytest.approx(0.5, abs=0.15)
    assert np.isnan(share_between([1.0, 2.0], [0, 1]))


def test_nine_in_ten_leaves_out_what_is_empty() -> None:
    assert nine_in_ten([float("nan"), *range(101)])[:3] == pytest.approx((5.0, 50.0, 95.0))
    assert nine_in_ten([])[3] == 0


def test_doubt_widens() -> None:
    scenario = cs.load_scenario("stagnant").with_values({"cluster.firms": 60, "run.months": 30, "run.burn_in": 6})
    doubt = Ensemble("wide", ("broker.visit_effect",), ((0.0,), (0.6,)), (0.5, 0.5))
    rows = [next(r for r in predict(scenario, replications=12, seed=1, dates=["2002-06"], ensemble=e).rows
                 if r.measure == "members") for e in (None, doubt)]  # fmt: skip
    assert rows[1].high - rows[1].low > rows[0].high - rows[0].low
