"""ClusterModel: the same numbers as a plain run, to the bit, whatever looks on; and Mesa's own tools work on it."""

from __future__ import annotations

import mesa
import networkx as nx
import numpy as np
import pytest

from clustersim.errors import ClusterSimError, ModelFault
from clustersim.model import ClusterModel
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import run
from clustersim.state import KINDS, Bank, Firm


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    values = {"cluster.firms": 60, "run.months": 24, "run.burn_in": 6, "cluster.association_members": 20}
    return load_scenario("stagnant").with_values(values)


def test_it_gives_the_numbers_of_a_run_to_the_bit(scenario: Scenario) -> None:
    model = ClusterModel(scenario, seed=3, replication=2)
    model.run()
    plain = run(scenario, seed=3, replication=2)
    assert model.result.measures.tobytes() == plain.measures.tobytes()
    assert model.result.flows.tobytes() == plain.flows.tobytes()
    assert model.monthly.equals(plain.monthly)


def test_looking_on_changes_nothing(scenario: Scenario) -> None:
    model = ClusterModel(scenario, seed=3)
    collector = collector_of_everything()
    while model.running:
        model.step()
        collector.collect(model)
        assert model.graph.number_of_nodes() == len(model.agents)
        model.agents.shuffle_do(lambda agent: agent.unique_id)
    assert model.result.measures.tobytes() == run(scenario, seed=3).measures.tobytes()


def collector_of_everything() -> mesa.DataCollector:
    return mesa.DataCollector(
        model_reporters={"trust": lambda model: float(model.monthly["trust"].iloc[-1]), "months": "months"},
        agent_reporters={"kind": lambda agent: type(agent).__name__},
        agenttype_reporters={Firm: {"quality": "quality", "cash": "cash", "known": lambda firm: len(firm.partners)}},
    )


def test_mesas_data_collector_sees_the_true_state(scenario: Scenario) -> None:
    model = ClusterModel(scenario, seed=3)
    collector = collector_of_everything()
    for _ in range(6):
        model.step()
        collector.collect(model)
    assert collector.get_model_vars_dataframe()["trust"].tolist() == model.monthly["trust"].tolist()
    assert collector.get_model_vars_dataframe()["months"].tolist() == [1, 2, 3, 4, 5, 6]
    firms = collector.get_agenttype_vars_dataframe(Firm)
    last = firms.loc[firms.index.get_level_values("Step").max()]
    assert last["quality"].tolist() == [firm.quality for firm in model.agents_by_type[Firm]]
    assert last["cash"].tolist() == [firm.cash for firm in model.agents_by_type[Firm]]
    kinds = collector.get_agent_vars_dataframe()["kind"]
    assert set(kinds) >= {"Firm", "Bank", "Broker", "LocalAgent", "Institution", "BDSProvider", "Group"}


def test_the_first_step_is_month_0(scenario: Scenario) -> None:
    model = ClusterModel(scenario)
    assert (model.months, model.steps, len(model.monthly)) == (0, 0, 0)
    model.step()
    assert (model.months, model.steps, len(model.monthly)) == (1, 1, 1)
    assert model.monthly["month"].tolist() == [0]
    model.run(months=5)
    assert (model.months, model.steps, model.running) == (6, 6, True)
    model.run(months=1000)
    assert (model.months, model.steps, model.running) == (24, 24, False)


def test_after_the_last_month_there_is_none(scenario: Scenario) -> None:
    model = ClusterModel(scenario)
    model.run_model()
    with pytest.raises(ClusterSimError, match=r"run\.months"):
        model.step()


def test_a_fault_stops_the_model(scenario: Scenario) -> None:
    model = ClusterModel(scenario)
    next(iter(model.agents_by_type[Firm])).quality = float("nan")
    with pytest.raises(ModelFault, match="month 0, firm 0"):
        model.step()
    assert not model.running


def test_agents_are_true_agent_sets(scenario: Scenario) -> None:
    model = ClusterModel(scenario)
    firms = model.agents_by_type[Firm]
    assert isinstance(firms, mesa.agent.AgentSet)
    assert isinstance(model.agents, mesa.agent.AgentSet)
    assert all(isinstance(firm, mesa.Agent) for firm in firms)
    assert len(firms) == 60 == model.world.firms.alive.sum()
    assert model.agent_types == list(model.agents_by_type) == list(KINDS)
    assert firms.agg("workers", sum) == model.world.firms.workers[model.world.firms.alive == 1].sum()
    assert len(firms.select(lambda firm: firm.woman)) == sum(firm.woman for firm in firms)
    with pytest.raises(KeyError):
        model.agents_by_type[int]  # type: ignore[index]


def test_the_graph_is_the_true_state(scenario: Scenario) -> None:
    model = ClusterModel(scenario, seed=3)
    model.run(12)
    graph = model.graph
    assert isinstance(graph, nx.DiGraph)
    assert set(graph) == {view.unique_id for view in model.agents}
    kinds = nx.get_node_attributes(graph, "kind")
    assert set(kinds.values()) <= {"firm", "group", "provider", "bank", "institution", "broker", "local agent"}
    assert all(data["label"] for _, data in graph.nodes(data=True))
    for firm in model.agents_by_type[Firm]:
        ties = {o: d for _, o, d in graph.out_edges(firm.unique_id, data=True) if d["kind"] == "tie"}
        assert set(ties) == {other.unique_id for other in firm.partners}
        assert all(ties[other.unique_id]["trust"] == firm.trust_in(other) for other in firm.partners)
        assert all({"familiarity", "kin"} <= set(data) for data in ties.values())
        member = {o for _, o, d in graph.out_edges(firm.unique_id, data=True) if d["kind"] == "membership"}
        assert member == {group.unique_id for group in firm.groups}
    bank = next(iter(model.agents_by_type[Bank]))
    assert [data["trust"] for _, _, data in graph.out_edges(bank.unique_id, data=True)] == [bank.trust]
    assert nx.read_graphml(_written(graph)).number_of_edges() == graph.number_of_edges()


def _written(graph: nx.DiGraph) -> object:
    import io

    text = io.BytesIO()
    nx.write_graphml(graph, text)
    text.seek(0)
    return text


def test_what_is_written_into_a_view_is_lived_with(scenario: Scenario) -> None:
    model, other = ClusterModel(scenario, seed=3), ClusterModel(scenario, seed=3)
    for firm in model.agents_by_type[Firm]:
        firm.quality = 0.9
    model.step()
    other.step()
    assert model.monthly["quality"].iloc[0] > other.monthly["quality"].iloc[0] + 0.3
    assert not np.array_equal(model.result.measures, other.result.measures)
