"""A survey in place of drawn firms: taken over as it is, its gaps filled by stated rules, its mistakes all named."""

from __future__ import annotations

import pickle
import random
import re
import warnings
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from clustersim.errors import InputError, InputWarning, Problem
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.parameters.programme import Cluster
from clustersim.roster import COLUMNS, Survey, from_graph, import_survey, read_survey
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import new_world, run

FIRMS = """id,segment,village,community,workers,family_workers,woman_owned,quality,\
cash,debt,collateral,association,network,leader,x,y
Asha,block,Bagru,A,4,2,yes,0.6,120,0,0,yes,,no,0,0
Binod,screen,Bagru,A,30,1,no,0.4,900,250,2000,yes,North,no,100,0
Chand,block,Sanganer,B,,1,no,,,,,no,North,yes,200,50
Devi,block,Sanganer,B,6,1,yes,0.3,80,0,0,,North,no,50,20
Ela,screen,Bagru,,9,2,,0.5,,,,,,,,
"""
TIES = """source,target,trust,kin
Asha,Binod,0.8,yes
Binod,Asha,0.3,
Chand,Devi,,no
Ela,Asha,0.5,
"""


def written(folder: Path, firms: str = FIRMS, ties: str | None = TIES, encoding: str = "utf-8") -> Scenario:
    """A scenario that starts from these files, without any burn-in."""
    (folder / "firms.csv").write_bytes(firms.encode(encoding))
    values: dict[str, object] = {"cluster.roster": str(folder / "firms.csv"), "run.burn_in": 0, "run.months": 6}
    if ties is not None:
        (folder / "ties.csv").write_bytes(ties.encode(encoding))
        values["cluster.ties"] = str(folder / "ties.csv")
    return Scenario().with_values(values)


def firms_of(world: World) -> np.ndarray:
    return np.flatnonzero(world.firms.alive)


def trust(world: World, i: int, j: int) -> float | None:
    rows, ties = firms_of(world), world.ties
    known = list(ties.to[ties.start[rows[i]] :][: ties.degree[rows[i]]])
    return float(ties.trust[ties.start[rows[i]] + known.index(rows[j])]) if rows[j] in known else None


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


def test_the_order_of_ties_changes_nothing(tmp_path: Path) -> None:
    head, *rows = TIES.splitlines()
    once = run(written(tmp_path), seed=1).measures.tobytes()
    random.Random(0).shuffle(rows)
    assert run(written(tmp_path, ties="\n".join([head, *rows])), seed=1).measures.tobytes() == once


def test_spreadsheets_of_all_countries_are_read(tmp_path: Path) -> None:
    plain = run(written(tmp_path), seed=1).measures.tobytes()
    windows = ("\ufeff" + FIRMS.replace("\n", "\r\n"), "\ufeff" + TIES.replace("\n", "\r\n"))
    assert run(written(tmp_path, *windows), seed=1).measures.tobytes() == plain
    european = tuple(text.replace(".", "#").replace(",", ";").replace("#", ",") for text in (FIRMS, TIES))
    assert run(written(tmp_path, *european), seed=1).measures.tobytes() == plain
    tabbed = tuple(text.replace(",", "\t") for text in (FIRMS, TIES))
    assert run(written(tmp_path, *tabbed), seed=1).measures.tobytes() == plain


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


BAD: dict[str, tuple[str, str | None, list[str]]] = {
    "same id": ("id\na\nb\na\n", None, ["firms.csv:4: id", "twice", "line 2"]),
    "no id column": ("name\na\nb\nc\n", None, ["firms.csv:1: id: this column is missing", "unknown column"]),
    "empty id": ("id,workers\na,1\n,2\nc,1\n", None, ["firms.csv:3: id: is empty"]),
    "unknown column": ("id,wrokers\na,1\nb,1\nc,1\n", None, ["firms.csv:1: wrokers", "did you mean 'workers'"]),
    "column twice": ("id,x,x\na,1,1\nb,1,1\nc,1,1\n", None, ["the same column twice"]),
    "negative": ("id,cash\na,-1\nb,1\nc,1\n", None, ['firms.csv:2: cash = "-1"', "from 0 to 1e9"]),
    "not a number": ("id,workers\na,many\nb,1\nc,1\n", None, ['firms.csv:2: workers = "many"', "must be a number"]),
    "share above one": ("id,quality\na,1.5\nb,1\nc,1\n", None, ['quality = "1.5"', "from 0 to 1"]),
    "nan": ("id,cash\na,nan\nb,inf\nc,1e400\n", None, ['"nan"', '"inf"', '"1e400"']),
    "flag": ("id,leader\na,maybe\nb,no\nc,no\n", None, ['leader = "maybe"', "yes or no"]),
    "too few": ("id\na\nb\n", None, ["2 firms", "3 or more"]),
    "empty": ("", None, ["firms.csv: the file is empty"]),
    "cells": ("id,cash\na,1\nb\nc,1,1\n", None, ["firms.csv:3: 1 cells", "firms.csv:4: 3 cells"]),
    "segments": ("id,segment\n" + "".join(f"{k},s{k}\n" for k in range(9)), None, ["one name too many", "at most 8"]),
    "family": ("id,workers,family_workers\na,2,3\nb,1,1\nc,1,1\n", None, [":2: family_workers = 3", "2 or less"]),
    "quotes": ('id\n"a\nb\nc\n', None, ["not a CSV file"]),
    "unknown tie": ("id\na\nb\nc\n", "source,target\na,z\n", ['ties.csv:2: target = "z"', "not in the roster"]),
    "self tie": ("id\na\nb\nc\n", "source,target\na,a\n", ["ties.csv:2", "tied to itself"]),
    "tie twice": ("id\na\nb\nc\n", "source,target\na,b\na,b\n", ["ties.csv:3", "the same tie twice", "line 2"]),
    "tie trust": ("id\na\nb\nc\n", "source,target,trust\na,b,2\n", ['ties.csv:2: trust = "2"', "from 0 to 1"]),
    "tie column": ("id\na\nb\nc\n", "source,trust\na,0.5\n", ["ties.csv:1: target: this column is missing"]),
    "both files": ("id,cash\na,-1\nb,1\nc,1\n", "source,target\na,q\n", ["firms.csv:2", "ties.csv:2"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_surveys_are_refused_with_every_problem(tmp_path: Path, case: str) -> None:
    firms, ties, expected = BAD[case]
    with pytest.raises(InputError) as caught:
        new_world(written(tmp_path, firms, ties))
    text = str(caught.value)
    assert caught.value.exit_code == 2
    assert all(part in text for part in expected), text
    assert all(isinstance(problem, Problem) and problem.file for problem in caught.value.problems)


def test_other_encodings_are_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"firms.csv:2: the file is not UTF-8 text .*CSV UTF-8"):
        new_world(written(tmp_path, "id\nJürgen\nb\nc\n", None, encoding="cp1252"))


def test_thousands_of_problems_are_cut_short(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        new_world(written(tmp_path, "id,cash\n" + "".join(f"{k},x\n" for k in range(5000)), None))
    assert len(caught.value.problems) == 101
    assert "4,900 more" in str(caught.value)


def test_ties_without_a_roster_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text(TIES, encoding="utf-8")
    with pytest.raises(InputError, match="ties need a roster"):
        read_survey(Cluster(ties=str(tmp_path / "ties.csv")))


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_survey(Cluster(roster=str(tmp_path / "nowhere.csv")))
    with pytest.raises(InputError, match="a folder"):
        read_survey(Cluster(roster=str(tmp_path)))


def graph_of_five() -> nx.DiGraph:
    graph = nx.DiGraph()
    for name, workers in (("a", 4), ("b", 12), ("c", 3), ("d", 7), ("e", 20)):
        graph.add_node(name, workers=workers, colour="blue")
    graph.add_edge("a", "b", trust=0.9, kin=True)
    graph.add_edge("c", "d", trust=0.2)
    graph.add_edge("e", "a", weight=7)
    return graph


def test_graphml_says_who_knows_whom(tmp_path: Path) -> None:
    scenario = written(tmp_path, "id\na\nb\nc\nd\ne\n", None)
    nx.write_graphml(graph_of_five(), tmp_path / "ties.graphml")
    world = new_world(scenario.with_values({"cluster.ties": str(tmp_path / "ties.graphml")}))
    assert (trust(world, 0, 1), trust(world, 2, 3)) == (0.9, 0.2)
    assert trust(world, 4, 0) is not None
    assert trust(world, 1, 2) is None


@pytest.mark.parametrize("text", ["", "<graphml", "<html/>", "a,b\nc,d\n"])
def test_broken_graphml_is_refused(tmp_path: Path, text: str) -> None:
    scenario = written(tmp_path, "id\na\nb\nc\n", None)
    (tmp_path / "ties.graphml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"ties\.graphml.*not a GraphML file"):
        new_world(scenario.with_values({"cluster.ties": str(tmp_path / "ties.graphml")}))


def test_a_graph_in_python_becomes_a_scenario_of_values_and_files(tmp_path: Path) -> None:
    scenario = from_graph(graph_of_five(), Scenario().with_values({"run.burn_in": 0, "run.months": 6}), tmp_path)
    world = new_world(scenario)
    assert world.firms.workers[firms_of(world)].tolist() == [4, 12, 3, 7, 20]
    assert (trust(world, 0, 1), trust(world, 2, 3)) == (0.9, 0.2)
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy.digest() == scenario.digest()
    assert run(copy).measures.tobytes() == run(scenario).measures.tobytes()
    with pytest.raises(InputError, match="is there already"):
        from_graph(graph_of_five(), scenario, tmp_path)


def test_an_undirected_graph_is_trust_both_ways(tmp_path: Path) -> None:
    graph = nx.Graph(graph_of_five())
    world = new_world(from_graph(graph, Scenario(), tmp_path))
    assert trust(world, 0, 1) == trust(world, 1, 0) == 0.9


def test_the_firms_of_a_model_start_another(tmp_path: Path) -> None:
    from clustersim.model import ClusterModel

    model = ClusterModel(Scenario().with_values({"cluster.firms": 20, "run.burn_in": 0, "run.months": 12}))
    model.run()
    world = new_world(from_graph(model.graph, Scenario(), tmp_path))
    alive = model.world.firms.alive == 1
    assert np.array_equal(world.firms.quality[firms_of(world)], model.world.firms.quality[alive])


def test_an_imported_survey_is_a_scenario(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "deep").mkdir()
    out = tmp_path / "deep" / "mine.toml"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        survey = import_survey(tmp_path / "firms.csv", tmp_path / "ties.csv", out)
    assert [str(warning.message) for warning in caught] == [str(gap) for gap in survey.filled]
    assert "workers is missing for 1 of 5 firms" in str(caught[1].message)
    text = out.read_text(encoding="utf-8")
    assert 'roster = "../firms.csv"' in text
    assert str(tmp_path) not in text
    assert not re.search("Asha|Binod|Devi", text)
    assert run(load_scenario(out).with_values({"run.months": 3})).measures.shape[0] == 3
    with pytest.raises(InputError, match="already"):
        import_survey(tmp_path / "firms.csv", None, out)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        import_survey(tmp_path / "firms.csv", None, out, force=True)
    assert "\nties" not in out.read_text(encoding="utf-8")


def test_a_bad_survey_leaves_no_scenario(tmp_path: Path) -> None:
    written(tmp_path, "id\na\na\na\n", None)
    with pytest.raises(InputError, match="twice"):
        import_survey(tmp_path / "firms.csv", None, tmp_path / "mine.toml")
    assert not (tmp_path / "mine.toml").exists()


def test_names_stay_out_of_results(tmp_path: Path) -> None:
    done = run(written(tmp_path))
    everything = done.firms.to_csv() + done.ledger.to_csv() + done.monthly.to_csv()
    assert not re.search("Asha|Binod|North|Bagru", everything)


def test_the_columns_are_described() -> None:
    from clustersim.reference import in_full, roster_columns

    text = in_full(roster_columns())
    assert all(column.name in text and column.meaning in text for column in COLUMNS)
    assert [column.name for column in COLUMNS if column.required] == ["id"]
    assert all(column.filled or column.required for column in COLUMNS)
