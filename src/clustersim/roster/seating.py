"""A survey's firms in their workshops: what it says goes in place of what was drawn, before the first month."""

from __future__ import annotations

from typing import Any

import numpy as np

from clustersim.agents import ASSOCIATION, NETWORK, Groups, new_table
from clustersim.ledger import FIRST_FIRM
from clustersim.parameters.programme import Cluster
from clustersim.roster.columns import FIELDS
from clustersim.roster.reading import KnownTies, Survey
from clustersim.ties import ROOM, Ties

SHARED = {"segment": "segments", "village": "villages", "community": "communities"}


def described(cluster: Cluster, survey: Survey) -> Cluster:
    """The cluster as the survey has it: so many firms, with its segments, villages and communities in their shares.

    Whatever the survey brings along (members, networks, ties, kin) is not drawn besides.
    """
    said: dict[str, Any] = {"firms": survey.firms}
    for column, shares in SHARED.items():
        if column in survey.values:
            codes = survey.values[column]
            counts = np.bincount(codes[~np.isnan(codes)].astype(np.int64))
            said[shares] = tuple((counts / counts.sum()).tolist())
    if "association" in survey.values:
        said["association_members"] = 0
    if "network" in survey.values:
        said["networks"] = 0
    if survey.ties is not None:
        said["contacts"] = 0.0
        if survey.ties.kin is not None:
            said["kinship"] = 0.0
    return cluster.model_copy(update=said)


def count_workers(survey: Survey, firms: Any, rows: np.ndarray) -> None:
    """Write down the firms' sizes, on which much of what is drawn depends; ``rows`` are the firms' workshops."""
    if "workers" in survey.values:
        firms.workers[rows] = np.nan_to_num(survey.values["workers"])


def seat(survey: Survey, cluster: Cluster, found: dict[str, Any], ties: Ties, ledger: Any, rows: np.ndarray,
         term: int) -> Ties:  # fmt: skip
    """Put the survey's firms into their workshops ``rows``; returns the ties, the survey's own if it has any.

    ``found`` are the tables of actors, ``term`` the months to repay a loan.  A table of groups that is too small for
    the survey's networks is replaced by a larger one.
    """
    firms, values = found["firms"], survey.values
    for field in FIELDS:
        name = field.column.name
        into = name if name in SHARED else field.into
        if into and name in values:
            column, said = getattr(firms, into), ~np.isnan(values[name])
            cells = _as_map(values)[name] if name in ("x", "y") else values[name]
            column[rows[said]] = cells[said].astype(column.dtype)
    counted = ~np.isnan(values["workers"]) if "workers" in values else np.zeros(len(rows), bool)
    drawn = rows[~counted]
    firms.workers[drawn] = np.maximum(firms.workers[drawn], firms.family[drawn])
    if "cash" in values:
        said = ~np.isnan(values["cash"])
        ledger.balance[FIRST_FIRM + rows[said]] = values["cash"][said]
    if "debt" in values:
        debt = np.nan_to_num(values["debt"])
        firms.debt[rows], firms.instalment[rows] = debt, debt / term
        firms.pledged[rows] = np.where(debt > 0, firms.collateral[rows], 0.0)
        found["banks"].lent[0] = firms.debt.sum()
    _seat_groups(survey, found, rows, (cluster.association_capacity, cluster.network_capacity))
    return ties if survey.ties is None else _tied(survey.ties, firms.segment, rows)


def _as_map(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Places on any scale as places from 0 to 1, the longer side filling it."""
    axes = {name: values[name] for name in ("x", "y") if name in values}
    extent = max(np.nanmax(axis) - np.nanmin(axis) for axis in axes.values())
    scale = 1.0 / extent if extent > 0 else 0.0
    return {name: 0.5 + scale * (axis - 0.5 * (np.nanmax(axis) + np.nanmin(axis))) for name, axis in axes.items()}


def _seat_groups(survey: Survey, found: dict[str, Any], rows: np.ndarray, capacities: tuple[float, float]) -> None:
    """The survey's association and networks, each led by its first member who can, else by its first member."""
    firms, values = found["firms"], survey.values
    networks = len(survey.names.get("network", ()))
    if 2 * networks >= len(found["groups"].alive):
        found["groups"] = new_table(Groups, 2 * networks + 2)  # room for as many again
    groups = found["groups"]
    members: list[tuple[int, int, np.ndarray]] = []
    if "association" in values:
        members.append((0, ASSOCIATION, rows[values["association"] == 1.0]))
    members += [(1 + k, NETWORK, rows[values["network"] == k]) for k in range(networks)]
    for g, kind, inside in members:
        if inside.size == 0:
            continue
        able = inside[firms.able[inside] == 1]
        leader = able[0] if able.size else inside[0]
        slot = 0 if kind == ASSOCIATION else 1
        firms.able[leader] = 1
        firms.group[inside, slot], firms.joined[inside, slot] = g, 0
        groups.alive[g], groups.kind[g], groups.leader[g], groups.size[g] = 1, kind, leader, inside.size
        groups.segment[g] = np.bincount(firms.segment[inside]).argmax()
        groups.capacity[g] = capacities[slot]
        if kind == ASSOCIATION:  # as with those that are drawn
            groups.success[g] = -6
        else:
            groups.success[g] = groups.founded[g] = 0
            groups.tried[g], groups.wins[g] = -1000, 1


def _tied(known: KnownTies, segment: np.ndarray, rows: np.ndarray) -> Ties:
    """The survey's ties, each in both directions; an empty workshop knows its neighbour, and whom that one knows.

    Rows of ties are in the order of the partners' rows, so the order of the file changes nothing.  Each firm has room
    for as many ties as it has, and for ``ROOM`` more.  Trust of which the survey says nothing is left 0, to be drawn.
    """
    n = segment.size
    source, target = rows[known.source], rows[known.target]
    pairs = _and_back(source, target, n)
    empty = np.setdiff1d(np.arange(n), rows)
    neighbour = rows[np.searchsorted(rows, empty) - 1]  # row 0 is never empty
    heirs = [(np.full(len(whom), e), whom) for e, i in zip(empty, neighbour, strict=True)
             for whom in [np.append(pairs[pairs // n == i] % n, i)]]  # fmt: skip
    if heirs:
        one, other = (np.concatenate(side) for side in zip(*heirs, strict=True))
        pairs = np.union1d(pairs, _and_back(one, other, n))
    i, j = pairs // n, pairs % n
    degree = np.bincount(i, minlength=n)
    start = np.concatenate([[0], np.cumsum(degree + ROOM)])
    first = np.concatenate([[0], np.cumsum(degree)])
    place = start[i] + np.arange(i.size) - first[i]
    mirror = np.searchsorted(pairs, j * n + i)
    room = int(start[-1])
    ties = Ties(
        start, degree, to=np.full(room, -1), back=np.full(room, -1), trust=np.zeros(room), damage=np.zeros(room),
        kept=np.zeros(room), broken=np.zeros(room), familiarity=np.zeros(room), kin=np.zeros(room, np.int8),
        rival=np.zeros(room), made=np.zeros(room, np.int64),
    )  # fmt: skip
    ties.to[place], ties.back[place] = j, place[mirror]
    ties.rival[place] = segment[i] == segment[j]
    said = np.searchsorted(pairs, source * n + target)
    ties.trust[place[said]] = np.where(np.isnan(known.trust), 0.0, np.maximum(known.trust, 0.01))
    if known.kin is not None:
        kin = np.zeros(i.size, np.int8)
        kin[said] = known.kin
        ties.kin[place] = np.maximum(kin, kin[mirror])
    return ties


def _and_back(one: np.ndarray, other: np.ndarray, n: int) -> np.ndarray:
    """Each pair in both directions and once, as sorted numbers: row · n + row of the other."""
    pairs: np.ndarray = np.unique(np.concatenate([one * n + other, other * n + one]))
    return pairs
