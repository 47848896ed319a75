"""A scenario as a trial: lots, what controls may not get, the evaluator's figures, and the truth beside them."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clustersim as cs
from clustersim.cli import main
from clustersim.errors import InputError, InputWarning
from clustersim.experiment.trial import trial
from clustersim.experiment.trial_data import Lived, asked, live_both, treated_clusters
from clustersim.rules.assignment import ASSIGNMENT, drawn, lots
from clustersim.scenario import Scenario, parse_scenario

TABLES = {"tables": {"kind": "business_groups", "start": "2000-01", "size": 8}}


def meeting(values: dict[str, Any] | None = None) -> Scenario:
    """A small cluster with nothing but business groups for a year, asked again after 12 months."""
    small = {"cluster.firms": 48, "run.start": "2000-01", "run.months": 12, "run.burn_in": 3, "trial.unit": "firm",
             "trial.follow_up": (12,), "trial.outcomes": ("trust", "quality"), **(values or {})}  # fmt: skip
    return Scenario().with_values(small).with_programme(TABLES)


def line(result: cs.TrialResult, outcome: str, estimator: str) -> Any:
    (found,) = [one for one in result.lines if (one.outcome, one.estimator) == (outcome, estimator)]
    return found


# -- lots -----------------------------------------------------------------------------------------------------------


def test_lots_have_an_address_and_draw_the_share() -> None:
    a = lots((1, 2), ASSIGNMENT, 0, np.arange(50))
    assert a.tolist() == lots((1, 2), ASSIGNMENT, 0, np.arange(50)).tolist()
    assert a.tolist() != lots((1, 3), ASSIGNMENT, 0, np.arange(50)).tolist()
    assert drawn(a, 0.3).sum() == 15
    assert drawn(a, 0.001).sum() == 1
    assert drawn(a, 0.999).sum() == 49
    assert drawn(a, 1.0).sum() == 50


def test_by_village_whole_villages_are_drawn() -> None:
    found = live_both(meeting({"trial.unit": "village", "cluster.villages": (0.25, 0.25, 0.25, 0.25)}), 0, 0)
    per_village = [set(found.assigned[found.unit == v].tolist()) for v in range(4)]
    assert sorted(map(sorted, per_village)) == [[False], [False], [True], [True]]


def test_by_group_members_share_their_lot() -> None:
    found = live_both(meeting({"trial.unit": "group", "cluster.networks": 4, "cluster.association_members": 6}), 0, 0)
    names, counts = np.unique(found.unit, return_counts=True)
    assert counts.max() > 2
    assert all(len(set(found.assigned[found.unit == name].tolist())) == 1 for name in names)


def test_lots_inside_pairs_treat_one_of_each() -> None:
    scenario = meeting({"trial.unit": "cluster", "trial.clusters": 8, "trial.pairs": True})
    means = [3.0, 1.0, 8.0, 2.0, 7.0, 4.0, 6.0, 5.0]
    worlds = [Lived(*[None] * 3, {"trust": np.array([mean])}, *[None] * 4) for mean in means]  # type: ignore[arg-type, call-arg]
    gets = treated_clusters(worlds, scenario.trial, 0, 0)
    for pair in ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.0)):
        assert sum(gets[means.index(mean)] for mean in pair) == 1
    assert any(not np.array_equal(gets, treated_clusters(worlds, scenario.trial, 0, k)) for k in range(1, 6))


# -- what controls may not get --------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["firm", "group"])
def test_controls_get_nothing_from_a_whole_programme(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from clustersim import simulation

    scenario = cs.load_scenario("stagnant").with_values({
        "cluster.firms": 80, "run.burn_in": 6, "run.months": 60, "cluster.networks": 3, "trial.unit": unit,
        "trial.follow_up": (12, 60), "interventions.tables.kind": "business_groups",
        "interventions.tables.start": "2000-02", "interventions.visit.kind": "single_firm_support",
        "interventions.visit.date": "2002-01",
    })  # fmt: skip
    worlds = []
    make = simulation.new_world

    def watched(*a: Any, **k: Any) -> Any:
        worlds.append(make(*a, **k))
        return worlds[-1]

    monkeypatch.setattr(simulation, "new_world", watched)
    live_both(scenario, 0, 0)
    firms = worlds[0].firms
    control = firms.assigned == 0
    assert 10 < control.sum() < len(control) - 10
    assert not firms.in_circle[control].any()
    assert not firms.served[control].any()
    assert not firms.trust_broker[control].any()
    assert (firms.table[control] < 0).all()
    assert firms.in_circle[~control].any()
    assert firms.served[~control].any()


# -- trials ---------------------------------------------------------------------------------------------------------


def test_a_programme_that_does_nothing_has_no_true_effect_and_is_mostly_not_found() -> None:
    idle = {"business_groups.weight": 0.0, "business_groups.introductions": 0.0, "business_groups.observe": 0.0,
            "business_groups.learning": 0.0}  # fmt: skip
    found = trial(meeting(idle), replications=40, workers=2)
    for outcome in ("trust", "quality"):
        one = line(found, outcome, "difference")
        assert set(one.truths) == {0.0}
        assert one.covered >= 0.85  # of 40; 38 are expected
        assert one.covered == 1.0 - one.found


def test_the_evaluator_finds_the_effect_that_the_model_knows() -> None:
    found = trial(meeting(), replications=20, workers=2)
    one = line(found, "trust", "ancova")
    assert min(one.truths) > 0.02
    assert np.mean([e.effect for e in one.estimates]) == pytest.approx(np.mean(one.truths), abs=0.01)
    assert one.covered >= 0.8
    assert one.found >= 0.9


def test_the_same_seed_gives_the_same_trial_whatever_the_workers() -> None:
    first, again = (trial(meeting(), replications=3, seed=5, workers=w).estimates for w in (1, 2))
    assert first.equals(again)
    assert not first.equals(trial(meeting(), replications=3, seed=6).estimates)


def test_closed_firms_and_those_not_found_are_lost_to_the_evaluator_alone() -> None:
    scenario = meeting({"trial.attrition": 0.4, "turnover.patience": 1, "trial.outcomes": ("income", "trust")})
    world = live_both(scenario, 0, 0)
    one = asked([world], scenario, 0, 0)
    closed, missing = world.gone[0][12], world.lost[12]
    assert missing.mean() == pytest.approx(0.4, abs=0.2)
    assert closed.any()
    assert np.array_equal(np.isnan(one.seen["income", 12]), closed | missing)
    assert (one.helped["income", 12][closed] == 0.0).all(), "a closed firm earns nothing, and that is known"
    assert np.isnan(one.helped["trust", 12][closed]).all()


def test_across_clusters_treated_ones_are_seen_with_the_programme_and_controls_without() -> None:
    scenario = meeting({"trial.unit": "cluster", "trial.clusters": 6, "trial.within": 0.5, "trial.attrition": 0.0})
    worlds = [live_both(scenario, 0, k) for k in range(6)]
    one = asked(worlds, scenario, 0, 0)
    gets = treated_clusters(worlds, scenario.trial, 0, 0)
    assert gets.sum() == 3
    for k, world in enumerate(worlds):
        rows = one.cluster == k
        there = np.isfinite(one.seen["trust", 12][rows])
        life = world.helped if gets[k] else world.alone
        assert np.array_equal(one.seen["trust", 12][rows][there], life["trust", 12][there])
        assert one.pure[rows].all() == (not gets[k])
        assert one.treated[rows].sum() == (world.assigned.sum() if gets[k] else 0)
    near = ~one.treated & ~one.pure
    assert near.any(), "half of a treated cluster is not treated: on them spillovers are read"
    assert (one.exposed[one.pure] == 0).all()


def test_spillover_on_controls_is_compared_by_whom_they_know() -> None:
    scenario = meeting({"cluster.firms": 200, "cluster.contacts": 3.0, "trial.share": 0.2})
    world = live_both(scenario, 0, 0)
    one = asked([world], scenario, 0, 0)
    near = ~one.treated
    some, none = near & (one.exposed > 0), near & (one.exposed == 0)
    assert none.sum() >= 10
    found = line(trial(scenario, replications=1), "quality", "spillover")
    y = one.seen["quality", 12]
    assert found.estimates[0].effect == pytest.approx(np.nanmean(y[some]) - np.nanmean(y[none]), abs=1e-12)


def test_a_run_and_a_comparison_do_not_read_the_trial() -> None:
    with_trial, without = meeting(), meeting({"trial.unit": "none"})
    assert cs.run(with_trial).measures.tobytes() == cs.run(without).measures.tobytes()


# -- bad input and files --------------------------------------------------------------------------------------------

PLAIN = '[run]\nstart = "2000-01"\nmonths = 24\n[trial]\n'


@pytest.mark.parametrize(("text", "key", "words"), [
    ('unit = "street"\n', "trial.unit", "must be one of none, firm, village, group, cluster"),
    ('unit = "firm"\nshare = 1.5\n', "trial.share", "must be a number"),
    ('unit = "firm"\nfollow_up = [12, 36]\n', "trial.follow_up", "beyond the run"),
    ('unit = "firm"\nfollow_up = [12, 6]\n', "trial.follow_up", "each later than the one before"),
    ('unit = "firm"\nfollow_up = "12"\n', "trial.follow_up", "must be a list of whole numbers; at most 12"),
    ('unit = "firm"\nfollow_up = []\n', "trial.follow_up", "each later than the one before"),
    ('unit = "firm"\noutcomes = ["happiness"]\n', "trial.outcomes[0]", "must be"),
    ('unit = "firm"\noutcomes = []\n', "trial.outcomes", "nothing is asked"),
    ('unit = "firm"\nstart = "2009-01"\n', "trial.start", "outside the run"),
    ('unit = "firm"\nstart = "2000-03"\nfollow_up = [6]\n[programme]\nstart = "2000-01"\nend = "2000-12"\n',
     "trial.start", "after the programme has begun"),
    ('unit = "village"\n', "trial.unit", "there is one village"),
    ('unit = "firm"\npairs = true\n', "trial.pairs", "pairs need clusters"),
    ('unit = "cluster"\nclusters = 7\npairs = true\n', "trial.pairs", "an even number"),
    ('unit = "cluster"\nclusters = 2\n', "trial.clusters", "must be a whole number from 4"),
    ('unit = "firm"\n[cluster]\nfirms = 3\n', "trial.share", "leaves 1.5 firms of 3 to the treated arm"),
    ('unit = "firm"\nshare = 0.96\n', "trial.share", "leaves 8 firms of 200 to the control arm"),
    ('unit = "group"\n[cluster]\nfirms = 19\n', "trial.share", "leaves 9.5 firms of 19 to the treated arm"),
    ('unit = "village"\n[cluster]\nvillages = [0.4, 0.3, 0.3]\n', "trial.share", "leaves 1.5 villages to the treated"),
    ('unit = "cluster"\nclusters = 4\nshare = 0.25\n', "trial.share", "leaves 1 clusters to the treated arm"),
    ('unit = "cluster"\nclusters = 4\nwithin = 0.02\n', "trial.share", "leaves 8 firms of 800 to the treated arm"),
])  # fmt: skip
def test_a_trial_that_cannot_be_is_refused_in_words(text: str, key: str, words: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        with pytest.raises(InputError) as error:
            parse_scenario(PLAIN + text, "x.toml")
    problem = error.value.problems[0]
    assert {one.key for one in error.value.problems} == {key}
    assert words in problem.message
    assert problem.line is not None


@pytest.mark.parametrize(("firms", "good"), [(19, False), (20, True)])
def test_arms_of_ten_firms_are_the_least(firms: int, good: bool, tmp_path: Path) -> None:
    values = {"cluster.firms": firms, "run.burn_in": 0}
    if good:
        assert meeting(values).cluster.firms == firms
    else:
        with pytest.raises(InputError, match=r"trial\.share = 0\.5: leaves 9\.5 firms of 19 to the treated arm"):
            meeting(values)
    roster = tmp_path / "firms.csv"
    roster.write_text("id\n" + "".join(f"{k}\n" for k in range(firms)), encoding="utf-8")
    # of two numbers of firms the survey's counts
    surveyed = meeting({"cluster.roster": str(roster), "run.burn_in": 0, "cluster.firms": 12})
    if good:
        assert trial(surveyed, replications=1).lines
    else:
        with pytest.raises(InputError, match=r"leaves 9\.5 firms of 19"):
            trial(surveyed, replications=1)


def test_the_command_reports_and_leaves_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    Path("mine.toml").write_text(meeting().to_toml(), encoding="utf-8")
    command = ["trial", "mine.toml", "--replications", "2", "--quiet"]
    assert main([*command, "--out", "found"]) == 0
    assert "difference in means, by intention to treat" in capsys.readouterr().out
    assert sorted(path.name for path in Path("found").iterdir()) == [
        "estimates.csv", "manifest.json", "scenario.toml", "summary.csv"]  # fmt: skip
    assert main([*command, "--out", "found"]) == 2
    capsys.readouterr()
    assert main([*command, "--out", "found", "--force"]) == 0
    capsys.readouterr()
    assert main([*command, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["estimator"] for row in rows} == {"difference", "ancova", "spillover"}
    assert len(rows) == 6


def test_a_scenario_without_a_trial_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert main(["trial", "stagnant", "--out", "found"]) == 2
    assert "the scenario declares no trial" in capsys.readouterr().err
    assert not Path("found").exists()
