"""Heirs, institutions that decide, middlemen and self-help groups, each by hand."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim import ledger as books
from clustersim.agents import SELF_HELP
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.parameters.values import FAIR, SHOWROOM
from clustersim.rules import heirs, inequality, institutions, membership, middlemen, reached, self_help
from clustersim.scenario import Scenario
from clustersim.simulation import new_world, run

SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 2, "run.burn_in": 0,
    "turnover.spare": 0.0,
}  # fmt: skip


def cluster(**values: object) -> World:
    named = {key.replace("__", "."): value for key, value in values.items()}
    return new_world(Scenario().with_values({**SMALL, **named}))


def paid(world: World) -> list[tuple[int, int, int, float]]:
    """Purpose, payer, payee and amount of every payment so far."""
    ledger = world.ledger
    return [(int(ledger.purpose[r]), int(ledger.payer[r]), int(ledger.payee[r]), float(ledger.amount[r]))
            for r in range(ledger.count[0])]  # fmt: skip


# ---------------------------------------------------------------- heirs


@entry
def listen(w: World, news: float) -> None:
    """A month of listening."""
    heirs.listen_to_heirs(w.firms, news, 3, 0.02, w.p.heirs)


@entry
def call(w: World, days: float) -> float:
    """Visits to heirs."""
    spent: float = heirs.visit_heirs(w.firms, w.scratch, days, w.key, 3, 1.0, w.p.heirs.memory, w.p.broker)
    return spent


@entry
def course(w: World, seats: int) -> int:
    """A course at USD 20 a head."""
    came: int = heirs.hold_course(w.firms, w.ledger, w.scratch, seats, 20.0, w.key, 3, w.p.heirs)
    return came


def with_heirs(**values: object) -> World:
    world = cluster(cluster__bad_history=0.9, heirs__share=1.0, heirs__keen=1.0, **values)
    world.firms.in_circle[:] = 1
    return world


def test_elders_follow_an_heir_as_far_as_he_trusts_the_broker() -> None:
    world = with_heirs()
    firms, p = world.firms, world.p.heirs
    firms.bitter[:], firms.climate[:], firms.trust_broker[:] = 0.8, 0.1, 0.0
    firms.heir_climate[:], firms.heir_trust[:] = 0.5, 0.0
    firms.heir_trust[1] = 0.6
    listen(world, 0.0)
    voice = p.follow * 0.6
    assert firms.bitter[1] == pytest.approx(0.8 * (1 - voice))
    assert firms.climate[1] == pytest.approx(0.1 + voice * 0.4)
    assert firms.trust_broker[1] == pytest.approx(voice * (1 - firms.bitter[1]) * 0.6)
    assert firms.heir_trust[1] == pytest.approx(0.6 * 0.98)
    assert firms.bitter[0] == 0.8
    assert firms.climate[0] == 0.1
    assert firms.trust_broker[0] == 0.0


def test_news_moves_what_fairs_and_a_showroom_seem_worth_and_nothing_else() -> None:
    world = with_heirs()
    firms = world.firms
    firms.heir[0] = 0
    before = firms.felt.copy()
    listen(world, 1.0)
    moved = (firms.felt != before).any(axis=0)
    assert np.flatnonzero(moved).tolist() == [FAIR, SHOWROOM]
    assert (firms.felt[0] == before[0]).all()
    assert (firms.bitter > 0.5).all()


def test_a_course_takes_the_keen_up_to_its_seats_and_nobody_twice() -> None:
    world = with_heirs()
    assert course(world, 5) == 5
    assert course(world, 20) == 7
    assert course(world, 20) == 0
    assert paid(world) == [(books.TRAINING, books.PROGRAMME, books.PROVIDERS, 100.0),
                           (books.TRAINING, books.PROGRAMME, books.PROVIDERS, 140.0)]  # fmt: skip
    assert (world.firms.heir_trained == 1).all()
    assert world.firms.heir_trust == pytest.approx(world.p.heirs.course)


@pytest.mark.parametrize("memory", [0.0, 1.0])
def test_a_memory_stands_between_broker_and_heir_only_if_he_has_it(memory: float) -> None:
    world = with_heirs(heirs__memory=memory)
    firms, b = world.firms, world.p.broker
    bitter = firms.bitter.copy()
    assert call(world, 4.0) == pytest.approx(12 / b.visits_per_day)
    assert firms.heir_trust == pytest.approx(b.visit_effect * (1 - 0.7 * memory * bitter))
    assert (firms.heir_climate > 1.2 * firms.climate).all() == (memory == 0.0)


# ---------------------------------------------------------------- institutions


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


# ---------------------------------------------------------------- middlemen


@entry
def margin(w: World, i: int, revenue: float) -> float:
    """What the middleman keeps."""
    kept: float = middlemen.margin_of(w.firms, i, revenue, w.p.middlemen)
    return kept


@entry
def settle(w: World, t: int) -> None:
    """Advances are repaid and given."""
    middlemen.settle_advances(w.firms, w.ledger, w.p.households.subsistence, w.key, t, w.p.middlemen)


def bound_weavers() -> World:
    world = cluster(middlemen__share=1.0, middlemen__offer=1.0, cluster__mean_workers=2.0, cluster__size_spread=0.0)
    assert (world.firms.bound == 1).all()
    return world


def test_a_bound_firm_gets_less_by_the_cut_and_the_hidden_interest() -> None:
    world = bound_weavers()
    assert margin(world, 0, 100.0) == pytest.approx(0.08 * 100.0 + 0.02 * 50.0)
    assert margin(world, 0, 0.5) == pytest.approx(0.5)  # never more than there is
    world.firms.bound[0] = 0
    assert margin(world, 0, 100.0) == 0.0


def test_a_loan_frees_and_hunger_binds() -> None:
    world = bound_weavers()
    firms, ledger = world.firms, world.ledger
    ledger.balance[FIRST_FIRM:] = 60.0
    firms.micro[0], firms.debt[1] = 60.0, 60.0
    ledger.balance[FIRST_FIRM + 2] = 50.0 + 4.0 * 45.0  # enough of its own
    firms.bound[3], firms.advanced[3], ledger.balance[FIRST_FIRM + 3] = 0, 0.0, 10.0
    firms.bound[4], firms.advanced[4], ledger.balance[FIRST_FIRM + 4] = 0, 0.0, 30.0
    settle(world, 1)
    assert firms.bound[:5].tolist() == [0, 0, 0, 1, 0]
    assert firms.advanced[:5].tolist() == [0.0, 0.0, 0.0, 50.0, 0.0]
    assert (firms.bound[5:] == 1).all()
    repaid = [(books.ADVANCE_REPAID, FIRST_FIRM + i, books.MIDDLEMEN, 50.0) for i in range(3)]
    assert paid(world) == [*repaid, (books.ADVANCE, books.MIDDLEMEN, FIRST_FIRM + 3, 50.0)]


def test_without_middlemen_nobody_is_bound() -> None:
    done = run(Scenario().with_values({"cluster.firms": 30, "run.months": 12}), seed=1)
    assert not done.world.firms.bound.any()
    assert not (done.flows["payee"] == books.MIDDLEMEN).any()


# ---------------------------------------------------------------- self-help groups


@entry
def live_group(w: World, linkage: float, literacy: float, t: int) -> None:
    """A month of every group."""
    membership.list_members(w.firms, w.groups, w.scratch)
    self_help.save_and_lend(
        w.firms, w.groups, w.ledger, w.scratch, linkage, literacy, w.p.households.subsistence, 0.12, t, w.p.self_help
    )


@entry
def start_groups(w: World, most: float, left: float) -> float:
    """Groups are formed."""
    spent: float = self_help.form_self_help(
        w.firms, w.ties, w.groups, w.scratch, most, 1.0, 2.0, left, w.key, 5, w.p.self_help
    )
    return spent


@entry
def end_groups(w: World) -> None:
    """Funds of groups that are no more."""
    self_help.close_funds(w.firms, w.groups, w.ledger)


def group_of_three() -> World:
    """Firms 0 to 2 save a dollar a month; 1 is bound, 2 is the poorest."""
    world = cluster()
    firms, groups = world.firms, world.groups
    groups.alive[1], groups.kind[1], groups.saving[1], groups.founded[1], groups.size[1] = 1, SELF_HELP, 1.0, 0, 3
    firms.group[:3, 1] = 1
    world.ledger.balance[:] = 0.0
    world.ledger.balance[FIRST_FIRM : FIRST_FIRM + 3] = 10.0
    firms.income_year[:3] = [30.0, 25.0, 20.0]
    firms.bound[1], firms.advanced[1] = 1, 50.0
    return world


def test_members_save_and_the_bound_borrow_before_the_poorest() -> None:
    world = group_of_three()
    firms, groups = world.firms, world.groups
    groups.fund[1] = world.ledger.balance[books.GROUPS] = 97.0
    live_group(world, 0.0, 1.0, 1)
    assert groups.saved[1] == 3.0
    assert firms.micro[:3].tolist() == [0.0, 60.0, 0.0]
    assert groups.fund[1] == pytest.approx(40.0)
    assert world.ledger.balance[books.GROUPS] == pytest.approx(40.0)
    assert firms.recognised[:4] == pytest.approx([0.03, 0.03, 0.03, 0.0])
    assert groups.success[1] == 1
    groups.fund[1] = world.ledger.balance[books.GROUPS] = 57.0
    live_group(world, 0.0, 0.0, 2)
    assert firms.micro[:3] == pytest.approx([0.0, 55.0, 60.0])


def test_the_bank_lends_against_savings_and_the_fund_is_liable() -> None:
    world = group_of_three()
    firms, groups, ledger = world.firms, world.groups, world.ledger
    groups.saved[1] = 17.0
    live_group(world, 4.0, 0.0, 5)  # too young
    assert groups.owed[1] == 0.0
    live_group(world, 4.0, 0.0, 6)
    assert groups.owed[1] == pytest.approx(4.0 * 23.0)
    assert firms.micro[1] == 60.0
    ledger.balance[FIRST_FIRM : FIRST_FIRM + 3] = 0.0  # nobody can pay: the fund does
    fund = float(groups.fund[1])
    live_group(world, 4.0, 0.0, 7)
    assert groups.fund[1] == pytest.approx(fund - 92.0 * 0.01 - 92.0 / 24)
    assert groups.owed[1] == pytest.approx(92.0 - 92.0 / 24)
    assert firms.micro_late[1] == 1
    for t in (8, 9, 10):
        live_group(world, 0.0, 0.0, t)
    assert firms.micro[1] == 0.0
    assert firms.standing[1] < 1.0


def test_a_group_that_ends_pays_the_bank_first_and_the_rest_goes_home() -> None:
    world = group_of_three()
    firms, groups, ledger = world.firms, world.groups, world.ledger
    groups.fund[1] = ledger.balance[books.GROUPS] = 100.0
    groups.owed[1], firms.micro[2] = 30.0, 40.0
    end_groups(world)
    assert firms.micro[2] == 40.0  # alive: nothing ends
    groups.alive[1] = 0
    end_groups(world)
    assert paid(world) == [(books.PRINCIPAL, books.GROUPS, books.BANKS, 30.0),
                           (books.SAVINGS_BACK, books.GROUPS, books.HOUSEHOLDS, 70.0)]  # fmt: skip
    assert firms.micro[2] == 0.0
    assert ledger.balance[books.GROUPS] == 0.0


def test_groups_are_of_small_firms_and_take_days() -> None:
    world = cluster(cluster__firms=200, cluster__mean_workers=5.0, self_help__willing=1.0)
    assert start_groups(world, 3.0, 2.5) == 2.0
    firms, groups = world.firms, world.groups
    inside = firms.group[:, 1] >= 0
    assert inside.any()
    assert (firms.workers[inside] <= world.p.self_help.largest).all()
    found = np.flatnonzero(groups.saving > 0)
    assert (groups.kind[found] == SELF_HELP).all()
    assert ((groups.size[found] >= 5) & (groups.size[found] <= 12)).all()
    assert groups.size[found].tolist() == np.bincount(firms.group[inside, 1])[found].tolist()


# ---------------------------------------------------------------- who is reached


@entry
def fifths(w: World) -> None:
    """The census of incomes."""
    inequality.take_fifths(w.firms, w.value, w.weight)


@entry
def withheld(w: World, i: int) -> float:
    """What women of the family do not get."""
    kept: float = reached.kept_from_women(w.firms, i, w.p.households.unpaid)
    return kept


def test_fifths_are_in_the_order_of_income() -> None:
    world = cluster(cluster__firms=15)
    world.firms.income_year[:] = np.arange(15)[::-1]
    world.firms.alive[0] = 0
    fifths(world)
    assert world.firms.quintile.tolist() == [-1, *[5 * k // 14 for k in range(14)][::-1]]


def test_unpaid_women_get_their_part_of_the_draw_as_far_as_they_are_recognised() -> None:
    world = cluster(households__unpaid=1.0)
    firms = world.firms
    firms.workers[0], firms.family[0], firms.women[0] = 4.0, 3.0, 0.25
    firms.earnings[0], firms.wage[0] = 20.0, 20.0  # 80 in all, 20 to the hired worker, 60 to three of the family
    assert withheld(world, 0) == pytest.approx(1.0 * 20.0)
    firms.recognised[0] = 0.75
    assert withheld(world, 0) == pytest.approx(0.25 * 20.0)
    world.firms.family[0] = 1.0  # the owner alone
    assert withheld(world, 0) == 0.0


def test_wages_of_women_and_men_share_out_what_is_earned() -> None:
    values = {"cluster.firms": 30, "run.months": 6, "cluster.mean_workers": 3.0}
    paid_all = run(Scenario().with_values(values), seed=1).monthly.iloc[-1]
    unpaid = run(Scenario().with_values({**values, "households.unpaid": 1.0}), seed=1).monthly.iloc[-1]
    assert unpaid["wage_women"] < 0.8 * paid_all["wage_women"]
    assert unpaid["wage_men"] > paid_all["wage_men"]
    assert unpaid["wage"] == paid_all["wage"]
    assert paid_all["unpaid_women"] == 0.0
    assert unpaid["unpaid_women"] > 0.0
