"""ClusterModel: a scenario as a Mesa model, month by month, for those who want to look inside or to step in.

The wiring only: the month itself is read in ``month.py``, and :func:`clustersim.simulation.run` gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import mesa
import networkx as nx
import numpy as np

from clustersim.agents import GROUP_KINDS
from clustersim.errors import ClusterSimError
from clustersim.scenario import Scenario
from clustersim.simulation import Run, live, new_world
from clustersim.state import (
    KINDS,
    AgentsByType,
    Bank,
    BDSProvider,
    Broker,
    Firm,
    Group,
    Institution,
    LocalAgent,
    View,
    Views,
)

if TYPE_CHECKING:
    import pandas as pd

NAMES = {Firm: "firm", Group: "group", BDSProvider: "provider", Bank: "bank", Institution: "institution",
         Broker: "broker", LocalAgent: "local agent"}  # fmt: skip
SHOWN = ("segment", "village", "community", "x", "y", "workers", "quality", "income")
"""columns of a firm that its node in the graph carries"""


class ClusterModel(mesa.Model):
    """A cluster as a Mesa model; the burn-in is lived when it is made, so that the first step is month 0.

    ``seed`` and ``replication`` are the address of its luck: the same address gives the same numbers as
    :func:`clustersim.simulation.run`, to the bit.  Raises ModelFault where a month gives a number that is not finite.
    """

    def __init__(self, scenario: Scenario, *, seed: int = 0, replication: int = 0) -> None:
        super().__init__(rng=seed)  # for Mesa's own shuffles; no rule draws from it
        self.description = scenario  # newer Mesa keeps a thing of its own under ``scenario``
        self.seed, self.replication = seed, replication
        self.world = new_world(scenario, seed=seed, replication=replication)
        self.months = 0
        self._views = Views(self)
        live(self.world, 0, scenario.run.burn_in)

    def step(self) -> None:
        """Live one month; raises ClusterSimError after the last month of the scenario."""
        if self.months >= self.description.run.months:
            raise ClusterSimError(f"all {self.months} months of the scenario are lived; run.months sets their number")
        now = self.description.run.burn_in + self.months
        self.running = False  # and stays so if the month goes wrong
        live(self.world, now, now + 1)
        self.months += 1
        self.running = self.months < self.description.run.months

    def run(self, months: int | None = None) -> None:
        """Live so many months, or all that are left; stops at the last month of the scenario."""
        left = self.description.run.months - self.months
        for _ in range(left if months is None else min(months, left)):
            self.step()

    @property
    def agents_by_type(self) -> AgentsByType:
        """For each kind of actor a Mesa AgentSet of those that exist now: ``model.agents_by_type[Firm]``."""
        return AgentsByType(self._views)

    @property
    def agent_types(self) -> list[type[View]]:
        """The kinds of actors."""
        return list(KINDS)

    @property
    def agents(self) -> mesa.agent.AgentSet:
        """All actors that exist now, kind after kind."""
        return mesa.agent.AgentSet([view for kind in KINDS for view in self._views.present(kind)], random=self.random)

    def view(self, kind: type[View], row: int) -> Any:
        """The view of the actor that is now in this row of its table."""
        return self._views.of(kind, np.array([row]))[0]

    @property
    def monthly(self) -> pd.DataFrame:
        """One row for each month lived so far, one column a measure."""
        return self.result.monthly.head(self.months)

    @property
    def result(self) -> Run:
        """The run as it stands: measures, ledger and firms; months to come are empty."""
        return Run(self.description, self.seed, self.replication, self.world)

    @property
    def graph(self) -> nx.DiGraph:
        """The true state as a graph: actors by ``unique_id``, who trusts whom, who belongs where; made when asked for.

        Nodes carry ``kind`` and ``label``, firms some of their columns too.  Edges carry ``kind``: a ``tie`` between
        two firms has ``trust`` (0 to 1), ``familiarity`` (dealings) and ``kin``; ``trust`` goes from a firm to the
        broker or the local agent and from a bank to the association; ``membership`` from a firm to its group.
        """
        graph = nx.DiGraph()
        for kind in KINDS:
            for view in self._views.present(kind):
                label = f"{GROUP_KINDS[view.kind] if kind is Group else NAMES[kind]} {view.unique_id}"
                more = {name: getattr(view, name) for name in SHOWN} if kind is Firm else {}
                graph.add_node(view.unique_id, kind=NAMES[kind], label=label, **more)
        graph.add_edges_from(self._ties())
        graph.add_edges_from(self._trust_in_others())
        graph.add_edges_from(self._memberships())
        return graph

    def _ties(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        ties, alive = self.world.ties, self.world.firms.alive == 1
        ids = self._views.ids(Firm, np.arange(alive.size))
        for i in np.flatnonzero(alive).tolist():
            for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
                j = int(ties.to[e])
                if alive[j]:
                    trust, familiarity, kin = float(ties.trust[e]), float(ties.familiarity[e]), bool(ties.kin[e])
                    yield ids[i], ids[j], {"kind": "tie", "trust": trust, "familiarity": familiarity, "kin": kin}

    def _trust_in_others(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        firms, banks, groups = self.world.firms, self.world.banks, self.world.groups
        for kind, trust in ((Broker, firms.trust_broker), (LocalAgent, firms.trust_agent)):
            rows = np.flatnonzero((firms.alive == 1) & (trust > 0))
            other = self._views.present(kind)[0].unique_id
            for one, value in zip(self._views.ids(Firm, rows), trust[rows].tolist(), strict=True):
                yield one, other, {"kind": "trust", "trust": value}
        if groups.alive[0]:
            association = self.view(Group, 0).unique_id
            for bank in self._views.present(Bank):
                yield bank.unique_id, association, {"kind": "trust", "trust": float(banks.trust[bank.row])}

    def _memberships(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        belongs = np.where((self.world.firms.alive == 1)[:, None], self.world.firms.group, -1)
        rows, slots = np.nonzero(belongs >= 0)
        firms, groups = self._views.ids(Firm, rows), self._views.ids(Group, belongs[rows, slots])
        for firm, group in zip(firms, groups, strict=True):
            yield firm, group, {"kind": "membership"}
