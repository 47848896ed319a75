"""The trust game in plain Mesa, as its documentation would write it: agents, a networkx graph, a DataCollector."""

from __future__ import annotations

from typing import Any

import mesa
import networkx as nx

from benchmarks import trust_game as game


class Firm(mesa.Agent):
    """A firm that plays with one neighbour a month."""

    def __init__(self, model: TrustModel, node: int) -> None:
        super().__init__(model)
        self.node = node
        self.cash = 0.0

    def play(self) -> None:
        """Pick a partner, keep the word or not, learn from what the other did, pay the living."""
        model, ties = self.model, self.model.graph[self.node]
        [node] = self.random.choices(list(ties), weights=[tie["trust"] for tie in ties.values()])
        partner = model.firm_at[node]
        mine, theirs = ties[node], model.graph[node][self.node]
        i_keep = self.random.random() < mine["trust"]
        they_keep = self.random.random() < theirs["trust"]
        self.cash += game.PAYOFF[i_keep][they_keep] - game.LIVING
        partner.cash += game.PAYOFF[they_keep][i_keep]
        learn(mine, they_keep)
        learn(theirs, i_keep)

    def drift(self) -> None:
        """Let trust move towards the common disposition."""
        for tie in self.model.graph[self.node].values():
            tie["trust"] += game.DRIFT * (game.DISPOSITION - tie["trust"])


def learn(tie: dict[str, Any], kept: bool) -> None:
    """A kept word raises trust with diminishing steps, a broken one cuts it in proportion."""
    if kept:
        tie["trust"] += game.GAIN * (1.0 - tie["trust"])
    else:
        tie["trust"] -= game.LOSS * tie["trust"]


class TrustModel(mesa.Model):
    """A cluster of firms on a network."""

    def __init__(self, firms: int = game.FIRMS, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.graph = nx.DiGraph(game.network(firms, seed))
        nx.set_edge_attributes(self.graph, game.START, "trust")
        self.firm_at = {node: Firm(self, node) for node in self.graph}
        self.datacollector = mesa.DataCollector(model_reporters={"trust": TrustModel.mean_trust})

    def step(self) -> None:
        """One month."""
        self.agents.shuffle_do("play")
        self.agents.do("drift")
        self.datacollector.collect(self)

    def mean_trust(self) -> float:
        """Mean over all directed ties."""
        return float(sum(trust for _, _, trust in self.graph.edges.data("trust")) / self.graph.number_of_edges())
