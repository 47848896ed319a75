"""A survey in place of drawn firms: taken over as it is, its gaps filled by stated rules."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from clustersim.ledger import FIRST_FIRM
from clustersim.roster import Survey, read_survey
from clustersim.scenario import Scenario
from clustersim.simulation import new_world, run
from tests.roster.survey import firms_of, trust, written


def test_what_the_survey_says_is_what_the_model_starts_with(tmp_path: Path) -> None:
    world = new_world(written(tmp_path))
    rows, firms = firms_of(world), world.firms
    assert rows.size == 5
    assert firms.segment[rows].tolist() == [0, 1, 0, 0, 1]
    assert firms.village[rows].tolist() == [0, 0, 1, 1, 0]
    assert firms.community[rows[:4]].tolist() == [0, 0, 1, 1]
    assert firms.workers[rows[[0, 1, 3, 4]]].tolist() == [4, 30, 6, 9]
    assert firms.family[rows].tolist() == [2, 1, 1, 1, 2]
    assert firms.woman[rows[:4]].tolist() == [1, 0, 0, 1]
    assert firms.quality[rows[[0, 1, 3, 4]]].tolist() == [0.6, 0.4, 0.3, 0.5]
    assert world.ledger.balance[FIRST_FIRM + rows[[0, 1, 3]]].tolist() == [120, 900, 80]
    assert firms.debt[rows].tolist() == [0, 250, 0, 0, 0]
    assert world.banks.lent[0] == 250
    assert firms.x[rows[:4]].tolist() == [0, 0.5, 1, 0.25]
    assert firms.y[rows[:4]].tolist() == [0.375, 0.375, 0.625, 0.475]


def test_groups_are_those_of_the_survey(tmp_path: Path) -> None:
    world = new_world(written(tmp_path))
    rows, firms, groups = firms_of(world), world.firms, world.groups
    assert firms.group[rows].tolist() == [[0, -1], [0, 1], [-1, 1], [-1, 1], [-1, -1]]
    assert groups.alive[:3].tolist() == [1, 1, 0]
    assert groups.size[:2].tolist() == [2, 3]
    assert groups.leader[1] == rows[2]  # who says that she leads
    assert groups.leader[0] in rows[:2]


def test_ties_are_those_of_the_survey_in_both_directions(tmp_path: Path) -> None:
    world = new_world(written(tmp_path))
    assert (trust(world, 0, 1), trust(world, 1, 0), trust(world, 4, 0)) == (0.8, 0.3, 0.5)
    assert trust(world, 0, 4) not in (None, 0.5)  # not asked, so drawn
    assert trust(world, 2, 3) is not None
    assert trust(world, 0, 2) is None
    ties = world.ties
    used = np.concatenate([np.arange(s, s + d) for s, d in zip(ties.start, ties.degree, strict=False)])
    assert (ties.back[ties.back[used]] == used).all()
    assert (ties.trust[used] > 0).all()
    kin = {(int(ties.to[ties.back[e]]), int(ties.to[e])) for e in used if ties.kin[e]}
    rows = firms_of(world)
    assert kin == {(rows[0], rows[1]), (rows[1], rows[0])}


def test_gaps_are_filled_as_drawn_and_listed(tmp_path: Path) -> None:
    survey = survey_of(written(tmp_path))
    said = {gap.column: (gap.count, gap.of) for gap in survey.filled}
    assert said["workers"] == (1, 5)
    assert said["served_before"] == (5, 5)
    assert said["ties.trust"] == (1, 4)
    assert "segment" not in said
    assert all(gap.rule for gap in survey.filled)
    world, other = new_world(written(tmp_path), seed=1), new_world(written(tmp_path), seed=2)
    rows = firms_of(world)
    assert world.firms.workers[rows[2]] >= 1
    assert not np.array_equal(world.firms.disposition[rows], other.firms.disposition[rows])
    assert all(np.isfinite(column).all() for column in world.firms)


def survey_of(scenario: Scenario) -> Survey:
    survey = read_survey(scenario.cluster)
    assert survey is not None
    return survey


def test_ids_alone_are_enough(tmp_path: Path) -> None:
    scenario = written(tmp_path, "id\n1\n2\n3\n4\n", None)
    world = new_world(scenario)
    assert firms_of(world).size == 4
    assert world.ties.degree.sum() > 0
    assert run(scenario).measures.shape[0] == 6


def test_the_roster_decides_how_many_firms_there_are(tmp_path: Path) -> None:
    assert firms_of(new_world(written(tmp_path).with_values({"cluster.firms": 777}))).size == 5


@pytest.mark.parametrize("rule", ["asymmetric", "beta", "loyalty", "average"])
def test_a_surveyed_cluster_lives_under_every_trust_rule(tmp_path: Path, rule: str) -> None:
    done = run(written(tmp_path).with_values({"trust.rule": rule, "run.months": 36}))
    assert 0 < done.monthly["trust"].iloc[0] < 1


def test_a_firm_may_know_very_many(tmp_path: Path) -> None:
    firms = "id\n" + "".join(f"{k}\n" for k in range(150))
    ties = "source,target\n" + "".join(f"0,{k}\n" for k in range(1, 150))
    world = new_world(written(tmp_path, firms, ties))
    rows = firms_of(world)
    assert world.ties.degree[rows[0]] >= 149
    assert world.ties.start[rows[0] + 1] > world.ties.start[rows[0]] + world.ties.degree[rows[0]]
    assert run(written(tmp_path, firms, ties)).measures.shape[0] == 6


def test_many_networks_find_room(tmp_path: Path) -> None:
    firms = "id,network\n" + "".join(f"{k},n{k // 3}\n" for k in range(90))
    world = new_world(written(tmp_path, firms, None))
    assert world.groups.alive.sum() == 30


def test_empty_workshops_know_their_neighbours(tmp_path: Path) -> None:
    world = new_world(written(tmp_path).with_values({"turnover.spare": 1.0}))
    empty = np.flatnonzero(world.firms.alive == 0)
    assert empty.size == 5
    assert (world.ties.degree[empty] > 0).all()


def test_names_stay_out_of_results(tmp_path: Path) -> None:
    done = run(written(tmp_path))
    everything = done.firms.to_csv() + done.ledger.to_csv() + done.monthly.to_csv()
    assert not re.search("Asha|Binod|North|Bagru", everything)
