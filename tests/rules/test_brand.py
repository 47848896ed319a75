"""A common brand by hand: what buyers take it for, that it needs policing, and that certificates work without."""

from __future__ import annotations

import math

import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.parameters.values import EXPORT, LOCAL
from clustersim.rules.brand import judge_brands, police
from clustersim.rules.market import attract
from clustersim.scenario import Scenario
from clustersim.simulation import live, new_world

CARRIERS, OTHER = (0, 1, 2, 3), 5
WEAK = 3
SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 4, "run.burn_in": 0,
    "turnover.spare": 0.0, "cluster.segments": [1.0], "brand.listing": 0.0,
}  # fmt: skip


@entry
def look(w: World) -> None:
    """Buyers judge brands and firms."""
    judge_brands(w.firms, w.groups, w.p.brand)
    attract(w.firms, w.market, w.p.market, w.p.brand, w.p.channels)


@entry
def inspect(w: World, cost: float, t: int) -> None:
    """The group inspects those who carry its brand."""
    police(w.firms, w.groups, w.ledger, cost, w.plan.policing_shares, t, w.p.brand)


def cluster(name: float = 0.5, carriers: tuple[int, ...] = CARRIERS, **values: float) -> World:
    """Firms of quality .6 but for the weak one of .2; ``name`` is what the cluster's goods are taken for."""
    world = new_world(Scenario().with_values({**SMALL, **{f"brand.{key}": value for key, value in values.items()}}))
    firms, groups = world.firms, world.groups
    firms.quality[:], firms.quality[WEAK] = 0.6, 0.2
    firms.reach[:], firms.custom[:], firms.workers[:] = 0.5, 1.0, 10.0
    groups.alive[0] = 1
    firms.branded[list(carriers)], firms.brand[list(carriers)] = 12, 0
    world.market.quality[:], world.market.weight[:] = name, 1.0
    world.ledger.balance[FIRST_FIRM:] = 5000.0
    return world


def drawn(world: World, firm: int, channel: int = EXPORT) -> float:
    look(world)
    return float(world.market.attraction[firm, channel])


def test_the_weak_count_twice_in_what_a_brand_is_taken_for() -> None:
    world = cluster()
    look(world)
    assert world.groups.carriers[0] == len(CARRIERS)
    assert world.groups.brand[0] == pytest.approx(0.5)
    assert world.firms.brand_name[list(CARRIERS)] == pytest.approx(0.5 - 0.3 / 4)
    assert world.firms.brand_name[OTHER] == 0.0


def test_a_brand_of_firms_like_all_others_adds_nothing_and_its_weak_carrier_takes_from_the_rest() -> None:
    alike = cluster(0.6, (0, 1, 2))
    assert drawn(alike, 0) == drawn(cluster(0.6, ()), 0)
    assert drawn(cluster(), 0) < drawn(cluster(0.5, ()), 0)  # carriers as good as the cluster on average


def test_a_control_of_a_trial_is_not_inspected_at_the_programmes_cost() -> None:
    world = cluster(0.5)
    world.firms.assigned[[0, WEAK]] = 0
    world.plan.policing_shares[1] = (0.4, 0.6, 0.0, 0.0)
    look(world)
    inspect(world, 10.0, 1)
    assert world.firms.branded[list(CARRIERS)].tolist() == [12, 12, 12, 12]
    assert world.firms.quality[WEAK] == 0.2
    assert -world.ledger.balance[books.PROGRAMME] == pytest.approx(2 * 6.0)


def test_policing_makes_a_brand_worth_carrying() -> None:
    world = cluster(0.5)
    world.ledger.balance[FIRST_FIRM + WEAK] = 20.0  # it cannot pay for coming up to the standard
    world.plan.policing_shares[1] = (1.0, 0.0, 0.0, 0.0)
    look(world)
    inspect(world, 15.0, 1)
    assert world.firms.branded[list(CARRIERS)].tolist() == [12, 12, 12, 0]
    assert world.firms.quality[WEAK] == 0.2
    world.market.quality[:], world.market.weight[:] = 0.5, 1.0
    policed = drawn(world, 0)
    assert world.firms.brand_name[0] == pytest.approx(0.6)
    p, channel = world.p, world.p.channels.quality[EXPORT]
    usual = drawn(cluster(0.5, ()), 0)
    better = p.brand.share * (1.0 - p.market.verified) * 0.1
    assert policed / usual == pytest.approx(math.exp(channel * better))


def test_who_can_pay_comes_up_to_the_standard_and_keeps_the_brand() -> None:
    world = cluster()
    look(world)
    world.plan.policing_shares[1] = (0.4, 0.3, 0.2, 0.1)
    inspect(world, 15.0, 1)
    assert (world.firms.branded[list(CARRIERS)] == 12).all()
    assert world.firms.quality[WEAK] == pytest.approx(0.5)
    bill = 0.3 * world.p.brand.correction
    for i in (*CARRIERS, OTHER):
        inspected = 6.0 if i in CARRIERS else 0.0
        assert 5000.0 - world.ledger.balance[FIRST_FIRM + i] == pytest.approx(inspected + (bill if i == WEAK else 0.0))
    assert world.ledger.balance[books.PROGRAMME] == pytest.approx(-4 * 4.5)
    assert world.ledger.balance[books.INSTITUTIONS] == pytest.approx(-4 * 3.0)
    assert world.ledger.balance[books.UNRECORDED] == pytest.approx(-4 * 1.5)


def test_without_inspections_nobody_is_put_out() -> None:
    world = cluster()
    look(world)
    inspect(world, 0.0, 1)
    assert (world.firms.branded[list(CARRIERS)] == 12).all()
    assert world.ledger.count[0] == 0


def test_a_certificate_shows_a_firms_own_quality_whatever_the_others_do() -> None:
    usual, certified = cluster(0.4, ()), cluster(0.4, ())
    certified.firms.certified[[0, WEAK]] = 12
    p = certified.p
    shown = p.brand.certified - p.market.verified
    assert shown > 0.0
    for firm, channel in ((0, EXPORT), (0, LOCAL), (WEAK, EXPORT)):
        ratio = drawn(certified, firm, channel) / drawn(usual, firm, channel)
        gap = certified.firms.quality[firm] - 0.4
        assert ratio == pytest.approx(math.exp(p.channels.quality[channel] * shown * gap))
        for world in (usual, certified):
            world.market.quality[:], world.market.weight[:] = 0.4, 1.0
    assert drawn(certified, OTHER) == drawn(usual, OTHER)


def test_a_catalogue_reaches_distant_buyers_and_only_them() -> None:
    usual, listed = cluster(0.6, ()), cluster(0.6, (0, 1), listing=0.2)
    assert drawn(listed, 0) / drawn(usual, 0) == pytest.approx((0.5 + 0.2 * 0.5) / 0.5)
    for world in (usual, listed):
        world.market.quality[:], world.market.weight[:] = 0.6, 1.0
    assert drawn(listed, 0, LOCAL) == drawn(usual, 0, LOCAL)
    for world in (usual, listed):
        world.market.quality[:], world.market.weight[:] = 0.6, 1.0
    assert drawn(listed, OTHER) == drawn(usual, OTHER)


def test_brands_and_certificates_run_out_and_a_brand_dies_with_its_group() -> None:
    world = cluster()
    world.firms.branded[:], world.firms.certified[:] = 0, 0
    world.firms.branded[[0, 1]], world.firms.brand[[0, 1]] = (2, 12), (0, 1)  # there is no group 1
    world.firms.certified[2] = 3
    live(world, 0, 2)
    assert world.firms.branded[[0, 1]].tolist() == [0, 0]
    assert world.firms.certified[2] == 1
