"""The first firms, ties, groups, providers and banks, drawn by address from what the scenario says.

Rows follow the streets: neighbours have neighbouring rows, so that most ties are short and memory stays close by.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from clustersim.agents import ASSOCIATION, NETWORK, Banks, Brokers, Firms, Groups, Institutions, Providers, new_table
from clustersim.compile import entry, rule
from clustersim.ledger import FIRST_FIRM
from clustersim.parameters.values import KINDS
from clustersim.randomness import BIRTH, FIT, GROUPING, KINSHIP, MEMORY, TIE, normal, uniform, uniforms
from clustersim.rules.heirs import beget
from clustersim.rules.market import Market
from clustersim.rules.membership import enter, new_group
from clustersim.rules.middlemen import bind_first
from clustersim.rules.needs import first_needs
from clustersim.rules.supply import Bds
from clustersim.rules.trust import anchor
from clustersim.ties import ROOM, Ties, connect, find

LONG_TIES = 0.12  # share of tries that reach across the whole cluster
STREET = 18.0  # mean distance, in workshops, of the other tries


@rule
def clip(value, low, high):
    """``value``, not under ``low`` and not over ``high``."""
    return min(high, max(low, value))


@rule
def pick(shares, luck):
    """The index in which a draw falls, given the shares."""
    total = 0.0
    for s in range(shares.shape[0]):
        total += shares[s]
    below = 0.0
    for s in range(shares.shape[0]):
        below += shares[s] / total
        if luck < below:
            return s
    return shares.shape[0] - 1


@rule
def draw_firm(firms, ledger, key, i, living, segments, villages, communities, c, p):
    """One firm as it is found."""
    n = firms.alive.shape[0]
    u0, u1, u2, u3 = uniforms(key, 0, BIRTH, 0, i, 0)
    v0, v1, v2, v3 = uniforms(key, 0, BIRTH, 1, i, 0)
    w0, w1, w2, w3 = uniforms(key, 0, BIRTH, 2, i, 0)
    firms.alive[i] = living
    firms.segment[i] = pick(segments, u0)
    firms.village[i] = pick(villages, (i + 0.5) / n)
    firms.community[i] = pick(communities, u1)
    firms.woman[i] = 1 if u2 < c.women_owners else 0
    firms.served_before[i] = 1 if u3 < c.served_before else 0
    # A spiral round each village's middle, so that neighbours in the rows are neighbours on the map.
    middle = (firms.village[i] + 0.5) / villages.shape[0]
    before = total = 0.0
    for v in range(villages.shape[0]):
        total += villages[v]
        before += villages[v] if v < firms.village[i] else 0.0
    inside = ((i + 0.5) / n * total - before) / villages[firms.village[i]]  # how far down the village's street
    turn = 3.5 * math.sqrt(clip(inside, 0.0, 1.0) * n * villages[firms.village[i]] / total)
    far = 0.04 + 0.4 / villages.shape[0] * math.sqrt(clip(inside, 0.0, 1.0))
    firms.x[i] = middle + far * math.cos(turn) + 0.02 * (v0 - 0.5)
    firms.y[i] = 0.5 + 1.1 * far * math.sin(turn) + 0.02 * (v1 - 0.5)
    spread = c.size_spread
    size = math.exp(math.log(c.mean_workers) - 0.5 * spread * spread + spread * normal(key, 0, BIRTH, 3, i, 0))
    if firms.workers[i] == 0.0:  # unless a survey has counted them
        firms.workers[i] = max(1.0, math.floor(size + 0.5))
    firms.family[i] = min(firms.workers[i], 1.0 + math.floor(2.0 * v2 + 0.3))
    firms.women[i] = clip(0.3 + 0.2 * (v3 - 0.5) + 0.2 * firms.woman[i], 0.0, 1.0)
    firms.free_rider[i] = 1 if w0 < p.joint_action.free_riders else 0
    firms.able[i] = 1 if w1 < p.groups.leaders else 0
    firms.quality[i] = clip(p.market.common_quality + 0.1 * (w2 - 0.3), 0.05, 0.95)
    firms.reach[i, 0] = 1.0
    big = min(1.0, firms.workers[i] / 40.0)
    firms.reach[i, 1] = 0.2 * w3 * w3 + 0.25 * big
    firms.reach[i, 2] = 0.3 * big * big * w2
    firms.habit[i, 1] = firms.reach[i, 1]
    firms.habit[i, 2] = firms.reach[i, 2]
    firms.custom[i] = math.exp(p.market.custom_spread * normal(key, 0, BIRTH, 4, i, 0))
    firms.disposition[i] = clip(c.disposition + c.trust_spread * normal(key, 0, MEMORY, 0, i, 0), 0.02, 0.95)
    firms.climate[i] = clip(c.initial_trust + 0.5 * c.trust_spread * normal(key, 0, MEMORY, 1, i, 0), 0.02, 0.95)
    x0, x1, x2, x3 = uniforms(key, 0, MEMORY, 2, i, 0)
    firms.bitter[i] = clip(c.bad_history * (0.6 + 0.8 * x0), 0.0, 1.0)
    beget(firms, key, i, firms.climate[i], p.heirs)
    firms.climate[i] *= 1.0 - 0.6 * firms.bitter[i]
    firms.collateral[i] = 60.0 * firms.workers[i] if x1 < c.collateral else 0.0
    for k in range(firms.felt.shape[1]):
        firms.fit[i, k] = clip(1.0 + p.joint_action.fit_spread * normal(key, 0, FIT, k, i, 0), 0.1, 2.0)
        firms.guess[i, k] = 1.0 + p.joint_action.fit_known * (firms.fit[i, k] - 1.0)
        firms.felt[i, k] = p.joint_action.prior_value * clip(1.0 + 0.2 * normal(key, 0, FIT, k, i, 1), 0.3, 1.7)
    firms.belief[i] = p.services.belief * (0.5 + x2)
    first_needs(firms, key, i, p.services)
    firms.income_year[i] = p.households.subsistence
    sales = p.market.use * p.market.capacity * firms.workers[i]
    bind_first(firms, key, i, p.middlemen)
    ledger.balance[FIRST_FIRM + i] = living * p.households.working_capital * sales * (0.5 + x3)


@rule
def draw_ties(firms, ties, key, c):
    """Each firm looks for half of its contacts among its neighbours, mostly of its own segment and community."""
    n = firms.alive.shape[0]
    tries = int(c.contacts * 0.5)
    rest = c.contacts * 0.5 - tries
    for i in range(n):
        wanted = tries + (1 if uniform(key, 0, TIE, 0, i, 0) < rest else 0)
        found = 0
        for k in range(1, 60):
            if found >= wanted:
                break
            far, where, keep, same = uniforms(key, 0, TIE, k, i, 0)
            if far < LONG_TIES:
                j = int(where * n)
            else:
                step = 1 + int(-math.log(where) * STREET)
                j = i + step if keep < 0.5 else i - step
                keep = 2.0 * keep if keep < 0.5 else 2.0 * keep - 1.0
            if j < 0 or j >= n or j == i:
                continue
            if firms.segment[i] != firms.segment[j] and same < c.segment_closeness:
                continue
            if firms.community[i] != firms.community[j] and keep < c.community_closeness:
                continue
            if firms.village[i] != firms.village[j] and far > 0.5 * LONG_TIES:
                continue
            if find(ties.start, ties.degree, ties.to, i, j) >= 0:
                continue
            rival = 1.0 if firms.segment[i] == firms.segment[j] else 0.0
            if connect(ties, i, j, 0.0, 0.0, rival, 0) >= 0:
                found += 1


@rule
def first_trust(firms, ties, key, c, p):
    """Trust at the start: around the scenario's mean, kin a little higher; rival rules get evidence that matches it."""
    for i in range(firms.alive.shape[0]):
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            j = ties.to[e]
            if i < j and uniform(key, 0, KINSHIP, 0, i, j) < c.kinship:
                ties.kin[e] = 1
                ties.kin[ties.back[e]] = 1
            d = firms.disposition[i]
            if ties.trust[e] == 0.0:  # unless a survey has asked
                level = c.initial_trust + 0.5 * (d - c.disposition)
                level += 0.6 * c.trust_spread * normal(key, 0, TIE, 90, i, j)
                ties.trust[e] = level * (1.0 - 0.5 * firms.bitter[i]) + 0.1 * ties.kin[e]
            ties.trust[e] = clip(ties.trust[e], 0.01, 0.97)
            anchor(ties, e, d, p)


@rule
def first_groups(firms, ties, groups, key, c, p):
    """The association with its members, and networks that already work (each a leader and those it knows)."""
    groups.kind[0] = ASSOCIATION
    groups.founder[0] = firms.alive.shape[0]  # nobody in particular
    if c.association_members > 0:
        groups.alive[0] = 1
        groups.capacity[0] = c.association_capacity
        groups.success[0] = -6
        n = firms.alive.shape[0]
        chance = c.association_members / max(1.0, 1.0 * c.firms)
        for i in range(n):
            lot = uniform(key, 0, GROUPING, 0, i, 0)
            if firms.alive[i] == 1 and lot < chance * 1.05 and groups.size[0] < c.association_members:
                enter(firms, groups, i, 0, 0)
                if firms.able[i] == 1 and groups.leader[0] < 0:
                    groups.leader[0] = i
    made = 0
    for k in range(4 * c.networks):
        if made >= c.networks:
            break
        i = int(uniform(key, 0, GROUPING, 1, k, 0) * firms.alive.shape[0])
        if firms.alive[i] == 0 or firms.group[i, 1] >= 0:
            continue
        g = new_group(groups, NETWORK, firms.segment[i], i, 0, c.network_capacity, 0)
        if g < 0:
            break
        firms.able[i] = 1
        enter(firms, groups, i, g, 0)
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            j = ties.to[e]
            if firms.alive[j] == 1 and firms.group[j, 1] < 0 and groups.size[g] < p.network_size:
                enter(firms, groups, j, g, 0)
        groups.wins[g] = 1
        made += 1


@entry
def settle(firms, ledger, key, segments, villages, communities, c, p, living):
    """Draw the firms."""
    for i in range(firms.alive.shape[0]):
        # empty workshops lie scattered along the streets
        open_now = 1 if living[i] == 1 else 0
        draw_firm(firms, ledger, key, i, open_now, segments, villages, communities, c, p)


@entry
def acquaint(firms, ties, groups, key, c, p):
    """Draw who knows whom, then trust, then groups; what a survey has brought along stays."""
    draw_ties(firms, ties, key, c)
    first_trust(firms, ties, key, c, p.trust)
    first_groups(firms, ties, groups, key, c, p.groups)


def rows_of(firms: int, spare: float) -> int:
    """Workshops in the cluster: the firms of the start and the empty ones."""
    return firms + math.ceil(firms * spare)


def new_ties(rows: int, contacts: float) -> Ties:
    """Empty rows of ties with room for the contacts of the start (unevenly spread) and for new ones."""
    room = math.ceil(1.6 * contacts) + 2 + ROOM
    size = rows * room
    return Ties(
        start=np.arange(rows + 1, dtype=np.int64) * room, degree=np.zeros(rows, np.int64),
        to=np.full(size, -1, np.int64), back=np.full(size, -1, np.int64), trust=np.zeros(size), damage=np.zeros(size),
        kept=np.zeros(size), broken=np.zeros(size), familiarity=np.zeros(size), kin=np.zeros(size, np.int8),
        rival=np.zeros(size), made=np.zeros(size, np.int64),
    )  # fmt: skip


def new_market(firms: int, segments: int) -> Market:
    """A market with nothing in it yet."""
    channels = 3
    return Market(
        size=np.zeros((segments, channels)), outside=np.zeros((segments, channels)),
        elsewhere=np.zeros((segments, channels)), pull=np.zeros((segments, channels)),
        quality=np.zeros(segments), weight=np.zeros(segments), crowd=np.zeros((segments, len(KINDS))),
        firms=np.zeros(segments), appeal=np.zeros(segments), attraction=np.zeros((firms, channels)),
    )  # fmt: skip


def new_providers(segments: int, able: np.ndarray) -> Any:
    """An adviser to each segment, then those able to make each service of the catalogue fit small firms."""
    service = np.concatenate([np.full(segments, -1, np.int64), np.repeat(np.arange(able.size), able.astype(np.int64))])
    providers = new_table(Providers, service.size)
    providers.service[:] = service
    for k, count in enumerate(able.astype(np.int64)):  # evenly from 0 to twice the mean, the boldest first
        providers.boldness[service == k] = 2.0 * (count - np.arange(count) - 0.5) / count
    return providers


def new_bds(services: int) -> Bds:
    """The market for the services of the catalogue before anybody has asked."""
    counts = ("able", "active", "since", "best", "users", "sold", "helped", "generic", "orders", "buyers")
    bds = Bds(**{name: np.zeros(services, np.int64 if name in counts else np.float64) for name in Bds._fields})
    bds.since[:] = -1
    return bds


def tables(rows: int, segments: int, able: np.ndarray) -> dict[str, Any]:
    """Every table of actors at its start values; ``able`` providers for each service of the catalogue."""
    return {
        "firms": new_table(Firms, rows),
        "groups": new_table(Groups, max(24, rows // 6)),
        "providers": new_providers(segments, able),
        "banks": new_table(Banks, 1),
        "institutions": new_table(Institutions, 1),
        "brokers": new_table(Brokers, 2),
    }
