"""What is reckoned from runs: windows, money, additionality, the books; on runs whose numbers are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clustersim.desk.draws import draws_of, from_ranges, over_ensemble
from clustersim.desk.findings import findings
from clustersim.desk.lives import MEASURED, PAYERS, Lives, kept_of, live_all
from clustersim.desk.outcomes import OUTCOMES, Table
from clustersim.desk.study_file import DeskStudy
from clustersim.desk.taper import answer, check_budget
from clustersim.desk.weigh import best_of, if_counted
from clustersim.desk.words import if_counted as if_counted_in_words
from clustersim.errors import InputError, ModelFault
from clustersim.experiment.result import position
from clustersim.simulation import run as simulate
from tests.desk.desk_stand_in import SMALL, run, study_of

JOINT = next(outcome for outcome in OUTCOMES if outcome.name == "joint_action")


def lived(study: DeskStudy, **more: Any) -> Lives:
    draws = from_ranges(study.factors, study.replications, study.seed)
    return live_all(study.scenarios, replications=study.replications, seed=study.seed, draws=draws, run=run, **more)


@pytest.fixture
def study(tmp_path: Path) -> DeskStudy:
    return study_of(SMALL, tmp_path)


def test_effects_are_paired_and_in_percentage_points(study: DeskStudy) -> None:
    table = Table(study, lived(study))
    assert table.effect("flat") == pytest.approx(np.full(6, 20.0))  # .2 more in every draw, whatever else differs
    row = table.row("flat", JOINT, "5 years after")
    assert row.gain.mean == pytest.approx(0.2)
    assert row.gain.high - row.gain.low == pytest.approx(0.0, abs=1e-9)
    assert row.level.high - row.level.low > 0.02
    none = np.mean(table.values(study.none, "joint_action", "exit", at="flat"))
    assert row.deadweight.mean == pytest.approx(none / (none + 0.2))
    assert row.level.n == 6


def test_windows_are_the_twelve_months_that_end_so_many_years_after_the_exit(study: DeskStudy) -> None:
    table = Table(study, lived(study))
    stop = study.exit_of("flat")
    assert [table.window("flat", when) for when in ("exit", "2 years after", "5 years after")] == [
        (stop - 12, stop),
        (stop + 12, stop + 24),
        (stop + 48, stop + 60),
    ]
    assert study.months >= stop + 60


def test_money_is_the_programmes(tmp_path: Path) -> None:
    plain = study_of(SMALL, tmp_path)
    rupees = study_of(
        SMALL.replace('"USD"', '"INR"\nexchange = 43.0\nprice_year = 2010\nprice_index = 2.0'), tmp_path, "r.toml"
    )
    later = study_of(SMALL.replace('"USD"', '"USD"\ndiscount = 0.1'), tmp_path, "d.toml")
    usd, inr, less = (Table(one, lived(one)).costs("flat")[0] for one in (plain, rupees, later))
    assert inr == pytest.approx(86.0 * usd)
    years = plain.months // 12
    assert less == pytest.approx(usd / years * sum(1.1**-year for year in range(years)))
    assert Table(later, lived(later)).costs("flat", discounted=False)[0] == pytest.approx(usd)
    last = (Table(later, lived(later)).window("flat", "5 years after")[1] - 1) // 12
    assert Table(later, lived(later)).effect("flat")[0] == pytest.approx(20.0 * 1.1**-last)


def test_the_books_agree_with_the_measures(tmp_path: Path) -> None:
    study = study_of(
        SMALL.replace('base = "stagnant"', 'base = "stagnant"\nvalues = { "cluster.firms" = 60, "run.burn_in" = 6 }'),
        tmp_path,
    )
    done = simulate(study.scenarios["flat"], seed=5)
    kept = kept_of(done)
    measured = kept.measures[MEASURED.index("programme_cost"), -1]
    assert measured > 1000.0
    assert kept.ledger[PAYERS.index("programme")].sum() == pytest.approx(measured)
    for payer, measure in (("firms", "spent_private"), ("institutions", "spent_institutions")):
        assert kept.ledger[PAYERS.index(payer)].sum() >= kept.measures[MEASURED.index(measure)].sum() - 1e-6
    happened = (done.world.log.kind[: done.world.log.count[0]] == 0) & (
        done.world.log.happened[: done.world.log.count[0]] == 1
    )
    before = done.world.log.month[: done.world.log.count[0]] < done.world.burn_in
    assert kept.fairs[0].sum() == (happened & ~before).sum()
    assert (kept.fairs[1] <= kept.fairs[0]).all()


def test_a_run_that_fails_takes_its_replication_everywhere(study: DeskStudy) -> None:
    def fails_once(scenario: Any, *, seed: int, replication: int) -> Any:
        if replication == 2 and scenario.programme.end is not None:
            raise ModelFault("not a finite number", month=3, variable="price")
        return run(scenario, seed=seed, replication=replication)

    lives = live_all(study.scenarios, replications=6, seed=1, run=fails_once)
    assert lives.kept == (0, 1, 3, 4, 5)
    assert {len(measures) for measures in lives.measures.values()} == {5}
    assert len(lives.failed) == 2
    draws = draws_of(study)
    found = findings(study, lives, {"command": "", "versions": {}})
    assert found["study"]["draws"] == 5
    assert found["runs"][2]["replication"] == 3
    assert draws is not None
    assert found["runs"][2]["cluster.initial_trust"] == draws(3)["cluster.initial_trust"]


def test_workers_change_nothing(study: DeskStudy) -> None:
    one, four = lived(study, workers=1), lived(study, workers=4)
    assert all((one.measures[name] == four.measures[name]).all() for name in study.policies)


def test_draws_of_ones_own_reach_every_policy(study: DeskStudy) -> None:
    lives = live_all(
        study.scenarios, replications=3, seed=1, draws=lambda r: {"cluster.initial_trust": 0.1 * (r + 1)}, run=run
    )
    for name, more in (("flat", 0.2), (study.none, 0.0)):
        assert lives.series(name, "trust")[:, 0] == pytest.approx([0.1 + more, 0.21 + more, 0.32 + more])


def test_an_ensemble_stands_in_for_defaults_and_ranges_for_the_rest(study: DeskStudy) -> None:
    from clustersim.ensemble import Ensemble

    fitted = Ensemble("two", ("trust.gain", "learning.use"), ((0.05, 0.2), (0.10, 0.4)), (0.5, 0.5))
    left = over_ensemble(study, fitted)
    draws = draws_of(left)
    assert draws is not None
    assert [factor.name for factor in left.factors] == ["cluster.initial_trust"]
    assert {(draws(r)["trust.gain"], draws(r)["learning.use"]) for r in range(2)} == {(0.05, 0.2), (0.10, 0.4)}
    assert draws(0)["trust.gain"] == draws(2)["trust.gain"]
    assert draws(0)["cluster.initial_trust"] != draws(2)["cluster.initial_trust"]
    lives = live_all(left.scenarios, replications=6, seed=1, draws=draws, run=run)
    found = findings(left, lives, {"command": "", "versions": {}})
    said = {row["name"]: row for row in found["assumptions"]}
    assert said["learning.use"]["range"] == "0.2 to 0.4"
    assert said["learning.use"]["source"] == "ensemble “two”, fitted, not identified"
    assert found["ensemble"]["taken"] == ["trust.gain", "learning.use"]
    assert "calibrated" not in said["cluster.initial_trust"]["source"]


def test_what_the_base_sets_is_not_taken_from_an_ensemble(tmp_path: Path) -> None:
    from clustersim.ensemble import Ensemble

    own = SMALL.replace('base = "stagnant"', 'base = "stagnant"\nvalues = { "trust.gain" = 0.07 }')
    left = over_ensemble(
        study_of(own, tmp_path), Ensemble("one", ("trust.gain", "learning.use"), ((0.1, 0.3),), (1.0,))
    )
    draws = draws_of(left)
    assert draws is not None
    assert set(draws(0)) == {"learning.use", "cluster.initial_trust"}


def test_the_answer_if_another_outcome_counted(study: DeskStudy) -> None:
    # the programme adds .2 to trust and 10 a month to income, and .05 less in poverty where it pays to the end;
    # the cliff costs a third, so it is the answer wherever it gains as much, and doing nothing where nothing is gained
    def lives_of(scenario: Any, **more: Any) -> Any:
        done = run(scenario, **more)
        months = np.arange(scenario.run.months)
        flat = scenario == study.scenarios["flat"]
        done.measures[:, position("poverty")] = 0.3 - 0.05 * flat * (months > 12)
        done.flows["amount"] *= 3.0 if flat else 1.0
        return done

    lives = live_all(study.scenarios, replications=6, seed=study.seed, run=lives_of)
    table = Table(study, lives)
    costs = {name: table.costs(name) for name in study.policies}
    assert costs["cliff"].mean() < costs["flat"].mean()
    rows = {row["outcome"]: row for row in if_counted(table, costs, list(study.policies), "cliff")}
    assert set(rows) == {"trust", "unassisted", "income", "poverty"}
    assert (rows["trust"]["policy"], rows["income"]["policy"]) == ("cliff", "cliff")
    assert rows["income"]["gain"] == pytest.approx(10.0)
    assert (rows["trust"]["odds"], rows["trust"]["odds_of_the_answer"]) == (1.0, 1.0)
    assert rows["unassisted"]["policy"] == study.none
    assert (rows["unassisted"]["odds"], rows["unassisted"]["odds_of_the_answer"]) == (1.0, 0.0)
    assert rows["poverty"]["gain"] == pytest.approx(-0.05)
    assert rows["poverty"]["policy"] == "flat"
    (within,) = [row for row in if_counted(table, costs, ["cliff", study.none], "cliff") if row["outcome"] == "poverty"]
    assert within["policy"] == study.none  # what is over the budget is no answer either
    found = {"if_counted": list(rows.values()), "money": {"currency": "USD"}, "best": "cliff",
             "study": {"none": study.none}}  # fmt: skip
    said = dict(zip(rows, if_counted_in_words(found), strict=True))
    assert "it would be “cliff” as well" in said["trust"]
    assert f"no policy would be worth its money: “{study.none}” is the best in 100%" in said["unassisted"]
    assert "it would be “flat”: −5.0" in said["poverty"]
    paying = {name: policy.model_copy(update={"activity": ("services",)}) for name, policy in study.policies.items()}
    more = if_counted(Table(replace(study, policies=paying), lives), costs, list(paying), "cliff")
    assert {row["outcome"] for row in more} - set(rows) == {"services_paid"}


def test_doing_nothing_is_no_better_than_its_equal() -> None:
    assert best_of({"a": np.array([1.0, -1.0 + 1e-12]), "none": np.zeros(2)}, "none") == "a"
    assert best_of({"a": np.array([1.0, -1.1]), "none": np.zeros(2)}, "none") == "none"


def test_a_budget_under_the_cheapest_policy_names_it(study: DeskStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clustersim.simulation.run", run)
    poor = replace(study, money=study.money.model_copy(update={"budget": 10.0}))
    with pytest.raises(InputError, match=r"under the cheapest policy: “(flat|cliff)” costs about [\d,]+ USD"):
        check_budget(poor, 1)
    check_budget(replace(study, money=study.money.model_copy(update={"budget": 1e9})), 1)


def test_policies_over_the_budget_are_out_of_the_choice_and_named(
    study: DeskStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dear_flat(scenario: Any, *, seed: int, replication: int) -> Any:
        done = run(scenario, seed=seed, replication=replication)
        if scenario == study.scenarios["flat"]:
            done.flows["amount"] *= 3.0
        return done

    monkeypatch.setattr("clustersim.simulation.run", dear_flat)
    usual = Table(study, lived(study)).costs("cliff").mean()
    found = answer(replace(study, factors=(), money=study.money.model_copy(update={"budget": 2.0 * usual})))
    assert found["over_budget"] == ["flat"]
    assert "flat" not in [row["policy"] for row in found["ranking"]]
    assert "“flat”" in found["answer"][-1]
    assert any(row["policy"] == "flat" for row in found["rows"])
