"""A survey of five firms, as files and as a graph."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np

from clustersim.month import World
from clustersim.scenario import Scenario

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


def graph_of_five() -> nx.DiGraph:
    graph = nx.DiGraph()
    for name, workers in (("a", 4), ("b", 12), ("c", 3), ("d", 7), ("e", 20)):
        graph.add_node(name, workers=workers, colour="blue")
    graph.add_edge("a", "b", trust=0.9, kin=True)
    graph.add_edge("c", "d", trust=0.2)
    graph.add_edge("e", "a", weight=7)
    return graph
