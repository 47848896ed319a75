"""Surveys made of graphs and of models, and scenarios made of surveys."""

from __future__ import annotations

import pickle
import re
import warnings
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from clustersim.errors import InputError, InputWarning
from clustersim.roster import from_graph, import_survey
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import new_world, run
from tests.roster.survey import firms_of, graph_of_five, trust, written


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
