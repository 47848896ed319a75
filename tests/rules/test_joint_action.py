"""One joint activity by hand: who pays what, and who thinks what of whom afterwards.

Firms 0 to 4 are the association and know each other.  0, 1 and 2 say yes and come, 3 says yes and breaks its word,
4 says no.  5 is a contact of the breaker, 6 a contact of firm 0, and nobody asked them.
"""

from __future__ import annotations

from typing import Any

import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM, PURPOSES
from clustersim.month import World
from clustersim.parameters.values import CATALOGUE, EXCHANGE, FAIR, GUARANTEE, KINDS, TOUR, TRAINING
from clustersim.rules.joint_action import attempt
from clustersim.rules.membership import list_members
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

CAME, BREAKER, REFUSER, WITNESS, ADMIRER = (0, 1, 2), 3, 4, 5, 6
MEMBERS = (*CAME, BREAKER, REFUSER)
SHARE, FUNDED, INSTITUTIONS, UNRECORDED = 0.4, 0.3, 0.2, 0.1
SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 2, "run.burn_in": 0,
    "turnover.spare": 0.0, "joint_action.noise": 0.0, "joint_action.break_free_rider": 1.0,
    "joint_action.break_conditional": 0.0,
}  # fmt: skip
FAILING = {"joint_action.threshold": 1.0}  # all five would have to come


@entry
def try_it(w: World, t: int, kind: int, share: float, funded: float, by: float, other: float, assisted: int) -> int:
    """The association is asked to do it."""
    list_members(w.firms, w.groups, w.scratch)
    happened: int = attempt(w, t, 0, kind, 24, share, funded, (by, other), assisted, True, False)
    return happened


def acquaint(ties: Any, i: int, j: int, trust_ij: float, trust_ji: float) -> None:
    e, f = ties.start[i] + ties.degree[i], ties.start[j] + ties.degree[j]
    ties.degree[i] += 1
    ties.degree[j] += 1
    ties.to[e], ties.to[f], ties.back[e], ties.back[f] = j, i, f, e
    ties.trust[e], ties.trust[f] = trust_ij, trust_ji


def trust(world: World, i: int, j: int) -> float:
    ties = world.ties
    first = ties.start[i]
    return float(next(ties.trust[e] for e in range(first, first + ties.degree[i]) if ties.to[e] == j))


def before(i: int, j: int) -> float:
    """Trust of i in j at the start: another one in each direction, so that taking one for the other shows."""
    return 0.5 + 0.02 * i - 0.03 * j


def cluster(kind: int, values: dict[str, Any] | None = None) -> World:
    world = new_world(Scenario().with_values({**SMALL, **(values or {})}))
    firms, groups, ties = world.firms, world.groups, world.ties
    ties.degree[:] = 0
    pairs = [(i, j) for i in MEMBERS for j in MEMBERS if i < j]
    for i, j in [*pairs, (BREAKER, WITNESS), (CAME[0], ADMIRER)]:
        acquaint(ties, i, j, before(i, j), before(j, i))
    for column in (ties.damage, ties.kept, ties.broken, firms.grievance, firms.favour, firms.bitter):
        column[:] = 0
    firms.group[:], firms.free_rider[:], firms.reference[:] = -1, 0, 1.0
    firms.climate[:], firms.standing[:], firms.disposition[:], firms.trust_broker[:] = 0.8, 0.9, 0.3, 0.7
    firms.felt[:], firms.guess[:], firms.fit[:] = 50.0, 1.0, 1.0
    members = list(MEMBERS)
    firms.group[members, 0] = 0
    firms.felt[REFUSER, kind] = 0.0
    firms.free_rider[BREAKER] = 1
    groups.alive[0], groups.kind[0], groups.leader[0], groups.size[0] = 1, 0, 0, len(MEMBERS)
    world.ledger.balance[FIRST_FIRM:] = 5000.0
    return world


def play(world: World, kind: int, assisted: int = 0) -> bool:
    return bool(try_it(world, 1, kind, SHARE, FUNDED, INSTITUTIONS, UNRECORDED, assisted))


def payments(world: World) -> dict[tuple[int, int, int], float]:
    """(purpose, payer, payee) and how much; no two payments alike."""
    ledger = world.ledger
    rows = range(ledger.count[0])
    found = {
        (int(ledger.purpose[r]), int(ledger.payer[r]), int(ledger.payee[r])): float(ledger.amount[r]) for r in rows
    }
    assert len(found) == len(rows), "somebody paid twice"
    return {key: amount for key, amount in found.items() if amount != 0.0}


def own_cost(world: World, kind: int) -> float:
    """What each of five asked expects to pay."""
    a = world.p.activities
    return float(SHARE * (a.fixed[kind] / 3.5 + a.per_head[kind]))


def total_cost(world: World, kind: int) -> float:
    a = world.p.activities
    return float(a.fixed[kind] + a.per_head[kind] * len(CAME))


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_a_success_is_paid_for_by_those_who_came_and_those_who_support_it(kind: int) -> None:
    world = cluster(kind)
    assert play(world, kind)
    assert [int(c) for c in world.scratch.comes[: len(MEMBERS)]] == [1, 1, 1, -1, 0]
    total = total_cost(world, kind)
    each = SHARE * total / len(CAME)
    payee = books.PROVIDERS if kind == TRAINING else books.WORLD
    purpose = PURPOSES.index(KINDS[kind])
    deposit = min(each, float(world.p.activities.per_head[kind])) if kind == GUARANTEE else 0.0
    expected = {
        (purpose, books.PROGRAMME, payee): FUNDED * total,
        (purpose, books.INSTITUTIONS, payee): INSTITUTIONS * total,
        (purpose, books.UNRECORDED, payee): UNRECORDED * total,
    }
    for i in CAME:
        expected[purpose, FIRST_FIRM + i, payee] = each - deposit
        expected[books.DEPOSIT, FIRST_FIRM + i, books.FUND] = deposit
    found = payments(world)
    assert found == pytest.approx({key: amount for key, amount in expected.items() if amount > 0.0})
    assert sum(found.values()) == pytest.approx(total)
    assert world.log.cost[0] == pytest.approx(total)
    for i in MEMBERS:
        assert world.ledger.balance[FIRST_FIRM + i] == pytest.approx(5000.0 - (each if i in CAME else 0.0))


def test_the_household_helps_out_where_fewer_came_than_hoped() -> None:
    world = cluster(FAIR)
    own, each = own_cost(world, FAIR), SHARE * total_cost(world, FAIR) / len(CAME)
    assert own < each
    world.ledger.balance[FIRST_FIRM] = own
    assert play(world, FAIR)
    found = payments(world)
    assert found[books.CAPITAL, books.HOUSEHOLDS, FIRST_FIRM] == pytest.approx(each - own)
    assert found[books.FAIR, FIRST_FIRM, books.WORLD] == pytest.approx(each)
    assert [key for key in found if key[0] == books.CAPITAL] == [(books.CAPITAL, books.HOUSEHOLDS, FIRST_FIRM)]
    assert world.ledger.balance[FIRST_FIRM] == pytest.approx(0.0)


def test_who_cannot_pay_does_not_say_yes() -> None:
    world = cluster(FAIR)
    world.ledger.balance[FIRST_FIRM] = own_cost(world, FAIR) - 0.01
    assert not play(world, FAIR)  # two are too few
    assert world.scratch.comes[0] == 0
    assert not [key for key in payments(world) if FIRST_FIRM in key[1:]]


@pytest.mark.parametrize("values", [{}, FAILING], ids=["success", "failure"])
def test_a_word_kept_raises_trust_and_a_word_broken_costs_it(values: dict[str, float]) -> None:
    world = cluster(FAIR, values)
    happened = play(world, FAIR)
    assert happened == (not values)
    p = world.p
    gain, loss, witness = p.trust.gain * (1.0 if happened else 0.5), p.trust.loss, p.information.witness

    def expected(i: int, j: int) -> float:
        start = before(i, j)
        if i in CAME and j in CAME:
            return float(start + gain * (1.0 - start))
        if i in CAME and j == BREAKER:
            return float(start - loss * start)
        if (i, j) == (WITNESS, BREAKER):
            return float(start - loss * witness * start)
        if (i, j) == (ADMIRER, CAME[0]) and happened:
            return float(start + p.trust.gain * witness * (1.0 - start))
        return start  # above all the breaker's own trust, and trust in and of the one who said no

    pairs = [(i, j) for i in MEMBERS for j in MEMBERS if i != j]
    pairs += [(WITNESS, BREAKER), (BREAKER, WITNESS), (ADMIRER, CAME[0]), (CAME[0], ADMIRER)]
    found = {(i, j): trust(world, i, j) for i, j in pairs}
    assert found == pytest.approx({(i, j): expected(i, j) for i, j in pairs})
    lost = p.information.standing_loss
    assert 0.0 < lost < 1.0
    for i in range(12):
        assert world.firms.standing[i] == pytest.approx(0.9 * (1.0 - lost) if i == BREAKER else 0.9)


def test_a_success_raises_the_climate_of_those_who_came_and_of_those_who_saw_it() -> None:
    world = cluster(FAIR)
    assert play(world, FAIR, assisted=1)
    climate, learning = world.firms.climate, world.p.learning
    seen = before(ADMIRER, CAME[0]) + world.p.trust.gain * world.p.information.witness * (1 - before(ADMIRER, CAME[0]))
    for i in CAME:
        assert climate[i] == pytest.approx(0.8 + learning.success * 0.2)
    low, high = sorted((before(ADMIRER, CAME[0]), seen))  # trust before or after this sight of a word kept
    assert 0.8 + learning.observe * low * 0.2 - 1e-9 <= climate[ADMIRER] <= 0.8 + learning.observe * high * 0.2 + 1e-9
    for i in (BREAKER, REFUSER, WITNESS):
        assert climate[i] == 0.8
    assert (world.firms.trust_broker == 0.7).all()


@pytest.mark.parametrize("refund", [0.0, 0.3, 1.0])
def test_a_failure_costs_those_who_came_what_is_not_refunded_and_nobody_else_anything(refund: float) -> None:
    world = cluster(FAIR, {**FAILING, "joint_action.refund": refund})
    own = own_cost(world, FAIR)
    world.ledger.balance[FIRST_FIRM] = own  # all it has
    assert not play(world, FAIR)
    assert world.log.came[0] == len(CAME)
    lost = (1.0 - refund) * own
    expected = {(books.FAILED_TRY, FIRST_FIRM + i, books.WORLD): lost for i in CAME if lost > 0.0}
    assert payments(world) == pytest.approx(expected)
    assert world.ledger.balance[FIRST_FIRM] == pytest.approx(refund * own, abs=1e-9)
    assert world.log.cost[0] == 0.0


@pytest.mark.parametrize("assisted", [0, 1])
def test_a_failure_lowers_the_climate_and_costs_the_broker_trust_if_it_had_a_hand_in_it(assisted: int) -> None:
    world = cluster(FAIR, FAILING)
    assert not play(world, FAIR, assisted)
    firms, p = world.firms, world.p
    assert p.broker.failure_cost > 0.0
    for i in range(12):
        assert firms.climate[i] == pytest.approx(0.8 * (1.0 - p.learning.failure) if i in CAME else 0.8)
        blames = assisted == 1 and i in MEMBERS
        assert firms.trust_broker[i] == pytest.approx(0.7 * (1.0 - p.broker.failure_cost) if blames else 0.7)
    assert (firms.trust_agent == 0.0).all()


@pytest.mark.parametrize(("kind", "own_eyes"), [(TOUR, 1.0), (EXCHANGE, 0.7), (CATALOGUE, 0.0)])
def test_who_sees_another_cluster_learns_what_other_things_are_worth(kind: int, own_eyes: float) -> None:
    """On a tour with own eyes, from guests as far as the broker who brings them is trusted (.7), else not at all."""
    world = cluster(kind, {"learning.demonstration": 0.0, "exposure.told": 0.0})
    world.firms.felt[:, FAIR] = 0.4
    assert play(world, kind)
    for i in MEMBERS:
        seen = own_eyes if i in CAME else 0.0
        assert world.firms.felt[i, FAIR] == pytest.approx(0.4 + world.p.exposure.worth * seen * 0.6)


def test_those_in_a_catalogue_carry_the_brand_of_their_group() -> None:
    world = cluster(CATALOGUE)
    assert play(world, CATALOGUE)
    term = world.p.brand.term
    assert world.firms.branded[: len(MEMBERS)].tolist() == [term if i in CAME else 0 for i in MEMBERS]
    assert world.firms.brand[: len(MEMBERS)].tolist() == [0 if i in CAME else -1 for i in MEMBERS]
