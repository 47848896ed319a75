"""Support institutions that decide, by hand."""

from __future__ import annotations

import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.month import World
from clustersim.rules import institutions
from clustersim.simulation import run
from tests.rules.by_hand import cluster


@entry
def asked(w: World, wanted: float) -> float:
    """What institutions grant."""
    granted: float = institutions.grants(w.institutions, wanted, w.p.institutions)
    return granted


@entry
def others_pay(w: World, wanted: float, granted: float) -> tuple[float, float]:
    """Who pays the rest."""
    return institutions.bill(wanted, granted, w.p.institutions)  # type: ignore[no-any-return]


@entry
def tell(w: World, happened: int, wanted: float, granted: float) -> None:
    """They hear how an activity ended."""
    institutions.judge_success(w.institutions, happened, wanted, granted, 0.04, w.p.institutions)


@entry
def meet(w: World, kind: float, t: int) -> None:
    """A meeting with them."""
    institutions.meet_institutions(w.institutions, kind, 0.9, w.key, t, w.p.institutions)


def test_they_pay_nothing_then_a_token_then_all() -> None:
    world = cluster(institutions__decides=True)
    found = []
    for trust in (0.05, 0.2, 0.44, 0.46):
        world.institutions.trust[0] = trust
        found.append((asked(world, 0.3), asked(world, 0.1)))
    assert found == [(0.0, 0.0), (0.15, 0.1), (0.15, 0.1), (0.3, 0.1)]
    assert asked(cluster(institutions__trust=0.0), 0.3) == 0.3  # where they do not decide, the plan does


def test_what_they_refuse_falls_to_participants_or_to_the_programme() -> None:
    assert others_pay(cluster(), 0.3, 0.1) == pytest.approx((0.2, 0.0))
    assert others_pay(cluster(institutions__rest="programme"), 0.3, 0.1) == pytest.approx((0.0, 0.2))


def test_a_success_that_they_helped_with_moves_them_most() -> None:
    moved = []
    for decides, granted in ((True, 0.15), (True, 0.0), (False, 0.15)):
        world = cluster(institutions__decides=decides)
        tell(world, 1, 0.3, granted)
        moved.append(float(world.institutions.trust[0]) - 0.3)
    assert moved == pytest.approx([0.12 * 0.7, 0.01 * 0.7, 0.04 * 0.7])
    world = cluster(institutions__decides=True)
    tell(world, 0, 0.3, 0.15)
    assert world.institutions.trust[0] == pytest.approx(0.27)
    assert world.institutions.granted[0] == 0.0


@pytest.mark.parametrize(("kind", "chaired", "least", "most"), [(2.0, 0.0, 0.72, 0.88), (1.0, 1.0, 0.15, 0.30)])
def test_a_chair_keeps_most_meetings_from_failing(kind: float, chaired: float, least: float, most: float) -> None:
    world = cluster()
    failed = 0
    for t in range(400):
        world.institutions.trust[0], world.institutions.chaired[0] = 0.2, chaired
        meet(world, kind, t)
        failed += world.institutions.trust[0] < 0.2
    assert failed == world.institutions.failed[0]
    assert least < failed / 400 < most  # .8 without a chair, .8·(1 − .8·.9) with one


def test_institutions_that_trust_nobody_leave_the_whole_bill_to_firms() -> None:
    from clustersim.scenario import load_scenario

    base = load_scenario("stagnant").with_values({"cluster.firms": 80, "run.months": 36, "cluster.initial_trust": 0.5})
    given = run(base, seed=3)
    never = {"institutions.decides": True, "institutions.trust": 0.0, "institutions.afar": 0.0}
    refused = run(base.with_values(never), seed=3)
    pays = [done.flows[done.flows["payer"] == books.INSTITUTIONS] for done in (given, refused)]
    assert books.FAIR in pays[0]["purpose"]
    assert books.FAIR not in pays[1]["purpose"]
