"""The yardstick's rules: a small trust game on a network, told here and written three times beside.

Each month every firm, in random order, picks one neighbour, likelier the more it trusts it, and pays its living.  Both
keep their word or not: firm i with chance ``trust[i, j]``.  Payoffs are Axelrod's, and each trusts the other more or
less by what it saw.  At the end of the month all trust drifts towards a common disposition, and its mean is recorded.
"""

from __future__ import annotations

from typing import Any

import networkx as nx

FIRMS, DEGREE = 550, 8
TEMPTATION, REWARD, PUNISHMENT, SUCKER = 5.0, 3.0, 1.0, 0.0
LIVING = 2.0
START, DISPOSITION, DRIFT = 0.5, 0.4, 0.01
GAIN, LOSS = 0.08, 0.24

# What the first firm gets, by whether the first and whether the second kept its word.
PAYOFF = ((PUNISHMENT, TEMPTATION), (SUCKER, REWARD))


def network(firms: int, seed: int) -> Any:
    """A small-world graph, as clusters are: neighbours know each other's neighbours."""
    return nx.watts_strogatz_graph(firms, DEGREE, 0.1, seed=seed)
