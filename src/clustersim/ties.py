"""Who knows whom: rows of directed ties by firm, with room at the end of each row for ties made later.

Ties of firm i are ``start[i] .. start[i] + degree[i] - 1``; ``back[e]`` is the same tie seen from the other side, so
that i's trust in j and j's trust in i find each other at once.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from clustersim.agents import Array, Column
from clustersim.compile import rule

ROOM = 6  # ties that a firm can gain beyond those of the start


class Ties(NamedTuple):
    """Directed ties; ``start`` and ``degree`` have one entry a firm, the others one a tie."""

    start: Any
    degree: Any
    to: Annotated[Array, Column("i8", "row", "the firm that is known", -1)]
    back: Annotated[Array, Column("i8", "tie", "the same tie from the other side", -1)]
    trust: Annotated[Array, Column("f8", "0 to 1", "trust of the owner of the row in the other")]
    damage: Annotated[Array, Column("f8", "0 to 1", "reputation damage left by broken promises")]
    kept: Annotated[Array, Column("f8", "dealings", "kept promises: remembered (beta) or in a row (loyalty)")]
    broken: Annotated[Array, Column("f8", "dealings", "broken promises remembered (beta)")]
    familiarity: Annotated[Array, Column("f8", "dealings", "dealings so far")]
    kin: Annotated[Array, Column("i1", "flag", "kin")]
    rival: Annotated[Array, Column("f8", "0 to 1", "closeness as rivals: same segment")]
    made: Annotated[Array, Column("i8", "month", "month it was made, counted from the burn-in; 0 for those of the start")]


@rule
def find(start, degree, to, i, j):
    """The tie from i to j, or -1."""
    for e in range(start[i], start[i] + degree[i]):
        if to[e] == j:
            return e
    return -1


@rule
def connect(ties, i, j, trust_ij, trust_ji, rival, month):
    """Make i and j contacts of each other if both have room; the new tie from i, or -1."""
    start, degree = ties.start, ties.degree
    e, f = start[i] + degree[i], start[j] + degree[j]
    if i == j or e >= start[i + 1] or f >= start[j + 1]:
        return -1
    degree[i] += 1
    degree[j] += 1
    ties.to[e], ties.to[f] = j, i
    ties.back[e], ties.back[f] = f, e
    ties.trust[e], ties.trust[f] = trust_ij, trust_ji
    for k in (e, f):
        ties.damage[k] = 0.0
        ties.kept[k] = 0.0
        ties.broken[k] = 0.0
        ties.familiarity[k] = 0.0
        ties.kin[k] = 0
        ties.rival[k] = rival
        ties.made[k] = month
    return e
