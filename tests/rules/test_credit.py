"""A loan given, refused and lost, by hand."""

from __future__ import annotations

import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.rules import credit
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

BORROWER = 2
ACCOUNT = FIRST_FIRM + BORROWER
SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 2, "run.burn_in": 0,
    "turnover.spare": 0.0, "credit.need": 1.0, "credit.resale": 0.5, "credit.cover": 0.65,
}  # fmt: skip


@entry
def lose(w: World, i: int) -> None:
    """The loan of firm i is lost."""
    credit.write_off(w.firms, w.banks, w.ledger, i, w.p.credit)


@entry
def pays(w: World, loss: float, security: float, cover: float) -> bool:
    """Whether a loan pays for the bank."""
    worth_it: bool = credit.lends(loss, security, cover, w.p.credit)
    return worth_it


@entry
def apply_for_loans(w: World, t: int) -> None:
    """Everybody in business applies who may."""
    p = w.p
    credit.borrow(w.firms, w.groups, w.banks, w.ledger, w.scratch.luck, p.households.subsistence, w.key, t, p.credit)


def cluster() -> World:
    world = new_world(Scenario().with_values(SMALL))
    world.firms.alive[:], world.firms.debt[:], world.ledger.balance[:] = 0, 0.0, 0.0
    world.firms.alive[BORROWER] = 1
    return world


def break_even(world: World, security: float, cover: float) -> float:
    """The chance of loss at which a loan neither pays nor costs: (1 − P)(1 + r) + P·back = 1 + cost."""
    p = world.p.credit
    half = p.term / 24.0
    back = security + cover * (1.0 - security)
    return float((p.interest * half - p.funds * half - p.handling / p.loan) / (1.0 + p.interest * half - back))


@pytest.mark.parametrize(("security", "cover"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.65), (0.4, 0.65)])
def test_a_bank_lends_below_the_loss_that_it_can_bear_and_not_above(security: float, cover: float) -> None:
    world = cluster()
    border = break_even(world, security, cover)
    assert 0.0 < border < 1.0
    assert pays(world, border - 1e-6, security, cover)
    assert not pays(world, border + 1e-6, security, cover)


@pytest.mark.parametrize("above", [False, True])
def test_what_the_books_of_a_class_say_decides_whether_a_bank_lends(above: bool) -> None:
    world = cluster()
    firms, banks, p = world.firms, world.banks, world.p.credit
    firms.collateral[BORROWER] = p.loan
    firms.income_year[BORROWER] = p.loan
    border = break_even(world, p.resale, 0.0)
    loans = 1e6  # so many loans that the prior hardly weighs
    banks.bad[0, credit.ALONE] = loans * border * (1.01 if above else 0.99)
    banks.good[0, credit.ALONE] = loans - banks.bad[0, credit.ALONE]
    apply_for_loans(world, 1)
    assert banks.applied[0] == 1
    assert banks.loans[0] == (0 if above else 1)
    assert firms.debt[BORROWER] == (0.0 if above else p.loan)
    count = world.ledger.count[0]
    loan = [
        (int(world.ledger.payer[r]), int(world.ledger.payee[r]), float(world.ledger.amount[r]))
        for r in range(count) if world.ledger.purpose[r] == books.LOAN
    ]  # fmt: skip
    assert loan == ([] if above else [(books.BANKS, ACCOUNT, p.loan)])


@pytest.mark.parametrize(("insured", "fund", "claim"), [(1, 1000.0, 195.0), (1, 50.0, 50.0), (0, 1000.0, 0.0)])
def test_a_lost_loan(insured: int, fund: float, claim: float) -> None:
    """400 owed, a pledge of 200 sold at half; the fund pays .65 of the other 300 if it can, the bank the rest."""
    world = cluster()
    firms, banks, ledger = world.firms, world.banks, world.ledger
    firms.debt[BORROWER], firms.insured[BORROWER] = 400.0, insured
    firms.pledged[BORROWER] = firms.collateral[BORROWER] = 200.0
    firms.standing[BORROWER] = 1.0
    banks.lent[0], banks.guaranteed[0], ledger.balance[books.FUND] = 900.0, 700.0, fund
    banks.bad[:] = 0.0
    lose(world, BORROWER)
    assert ledger.balance[books.FUND] == pytest.approx(fund - claim)
    assert ledger.balance[books.BANKS] == pytest.approx(100.0 + claim)
    assert ledger.balance[books.WORLD] == pytest.approx(-100.0)
    assert ledger.balance[ACCOUNT] == 0.0
    rows = range(ledger.count[0])
    found = {
        (int(ledger.purpose[r]), int(ledger.payer[r]), int(ledger.payee[r])): float(ledger.amount[r]) for r in rows
    }
    expected = {(books.COLLATERAL, books.WORLD, ACCOUNT): 100.0, (books.PRINCIPAL, ACCOUNT, books.BANKS): 100.0}
    if claim:
        expected[books.CLAIM, books.FUND, books.BANKS] = claim
    assert found == pytest.approx(expected)
    assert banks.written_off[0] == pytest.approx(300.0 - claim)
    assert banks.bad.tolist() == [[1.0 - insured, float(insured)]]
    assert banks.lent[0] == pytest.approx(500.0)
    assert banks.guaranteed[0] == pytest.approx(300.0 if insured else 700.0)
    assert firms.debt[BORROWER] == 0.0
    assert firms.insured[BORROWER] == 0
    assert firms.collateral[BORROWER] == 0.0
    assert firms.standing[BORROWER] < 1.0
