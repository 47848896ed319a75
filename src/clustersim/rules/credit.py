"""Credit: a bank lends if (1 − P)(1 + r) + P·(C + γ) ≥ 1 + cost of funds + handling.

P = chance that this loan is lost, learned from the books of its class (alone, or guaranteed by the fund and screened
by the association); C = what pledged assets would bring, γ = what the guarantee fund would pay; all per dollar lent,
interest and cost of funds on half the term's balance.
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.parameters.values import GUARANTEE
from clustersim.randomness import APPLYING, REPAYING, draw_for_all, uniform

ALONE, GUARANTEED = 0, 1
MISSED = 4  # instalments missed in a row before a loan is written off


@rule
def lends(loss, security, cover, p):
    """Whether a loan pays for the bank: ``loss`` = chance of loss, ``security`` and ``cover`` per dollar lent."""
    half = p.term / 24.0
    back = min(1.0, security + cover * max(0.0, 1.0 - security))
    return (1.0 - loss) * (1.0 + p.interest * half) + loss * back >= 1.0 + p.funds * half + p.handling / p.loan


@rule
def believed_loss(banks, k, p):
    """What the bank believes of a class of borrowers: losses over loans remembered, the prior counted in."""
    bad = banks.bad[0, k] + p.prior_default * p.prior_weight
    return bad / (banks.good[0, k] + banks.bad[0, k] + p.prior_weight)


@rule
def talk_to_bank(banks, ledger, brokers, plan, key, t, p):
    """Bank and association meet.  Chaired by a trusted go-between it helps; unchaired, old accusations may come up.

    The chance of a quarrel is 1 − trust, cut to a fifth under a fully skilled chair, who needs two days for it.
    """
    kind, deposit = plan.bank_meeting[t], plan.guarantee[t]
    if kind > 1.5 or brokers.chairs[0] > 0.0:
        quarrel = 1.0 - banks.trust[0]
        if kind < 1.5:
            quarrel *= 1.0 - 0.8 * brokers.skill[0]
        if uniform(key, t, APPLYING, 1, 0, 0) < quarrel:
            banks.trust[0] *= 0.8
        else:
            banks.trust[0] += 0.25 * (1.0 - banks.trust[0])
    pay(ledger, books.DEPOSIT, books.PROGRAMME, books.FUND, deposit)


@rule
def borrow(firms, groups, banks, ledger, luck, subsistence, key, t, p):
    """Firms with a use for a loan apply, with the guarantee fund behind them if they paid into it, else alone."""
    draw_for_all(luck, key, t, APPLYING, 0, firms.life)
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0 or firms.debt[i] > 0.0:
            continue
        tight = 1.0
        if firms.orders[i] > 0.0 and ledger.balance[FIRST_FIRM + i] < 0.5 * firms.orders[i]:
            tight = 3.0
        if t - firms.taken_part[i, GUARANTEE] <= 12:
            tight = 8.0  # who has just paid into a guarantee did so to borrow
        if luck[0, i] >= p.need * tight:
            continue
        if firms.income_year[i] < p.loan / p.term * 2.0:
            continue  # an income that could hardly carry the instalments
        banks.applied[0] += 1
        loss = believed_loss(banks, ALONE, p)
        security = p.resale * firms.collateral[i] / p.loan
        insured = 0
        ok = firms.collateral[i] >= p.loan and lends(loss, security, 0.0, p)
        # The association speaks only for members whose income carries the instalments beside a bare living.
        sound = firms.income_year[i] >= 0.3 * subsistence + 2.0 * p.loan / p.term
        if not ok and sound and firms.taken_part[i, GUARANTEE] > -1000 and groups.alive[0] == 1:
            room = ledger.balance[books.FUND] * p.fund_leverage - banks.guaranteed[0]
            if room >= p.loan:
                screened = p.screening * banks.trust[0] * firms.standing[i]
                loss = believed_loss(banks, GUARANTEED, p) * (1.0 - screened)
                if lends(loss, min(1.0, security), p.cover, p):
                    ok = True
                    insured = 1
        if not ok:
            continue
        firms.debt[i] = p.loan
        firms.instalment[i] = p.loan / p.term
        firms.arrears[i] = 0
        firms.insured[i] = insured
        firms.pledged[i] = firms.collateral[i]
        firms.quality[i] += p.use * (1.0 - firms.quality[i])
        banks.loans[0] += 1
        banks.lent[0] += p.loan
        if insured == 1:
            banks.guaranteed[0] += p.loan
        pay(ledger, books.LOAN, books.BANKS, FIRST_FIRM + i, p.loan)
        pay(ledger, books.UPGRADING, FIRST_FIRM + i, books.WORLD, p.equipment * p.loan)
        pay(ledger, books.HANDLING, books.BANKS, books.WORLD, p.handling)


@rule
def write_off(firms, banks, ledger, i, p):
    """A loan is lost: the pledge is sold, the guarantee fund pays what it covers and has, the bank bears the rest."""
    debt = firms.debt[i]
    me = FIRST_FIRM + i
    sold = min(debt, p.resale * min(firms.pledged[i], firms.collateral[i]))
    pay(ledger, books.COLLATERAL, books.WORLD, me, sold)
    pay(ledger, books.PRINCIPAL, me, books.BANKS, sold)
    firms.collateral[i] = max(0.0, firms.collateral[i] - sold / max(0.01, p.resale))
    if firms.insured[i] == 1:
        claim = min(max(0.0, ledger.balance[books.FUND]), p.cover * (debt - sold))
        pay(ledger, books.CLAIM, books.FUND, books.BANKS, claim)
        banks.written_off[0] += debt - sold - claim
        banks.guaranteed[0] -= debt
    else:
        banks.written_off[0] += debt - sold
    banks.bad[0, firms.insured[i]] += 1.0
    banks.lent[0] -= debt
    firms.debt[i] = 0.0
    firms.insured[i] = 0
    firms.standing[i] *= 0.8


@rule
def repay(firms, banks, ledger, subsistence, key, t, p):
    """A borrower pays its instalment if that leaves it cash and no mishap comes in between; else it falls behind."""
    for k in range(2):
        banks.good[0, k] *= p.forgetting
        banks.bad[0, k] *= p.forgetting
    pay(ledger, books.FUNDING, books.BANKS, books.WORLD, max(0.0, banks.lent[0]) * p.funds / 12.0)
    for i in range(firms.alive.shape[0]):
        if firms.debt[i] <= 0.0:
            continue
        me = FIRST_FIRM + i
        due = min(firms.instalment[i], firms.debt[i])
        mishap = uniform(key, t, REPAYING, 0, i, firms.life[i]) < p.trouble
        if ledger.balance[me] >= due and not mishap:
            pay(ledger, books.PRINCIPAL, me, books.BANKS, due)
            firms.debt[i] -= due
            firms.arrears[i] = 0
            banks.lent[0] -= due
            banks.good[0, firms.insured[i]] += 1.0 / p.term
            if firms.insured[i] == 1:
                banks.guaranteed[0] -= due
            if firms.debt[i] <= 1e-9:
                banks.lent[0] -= firms.debt[i]
                if firms.insured[i] == 1:
                    banks.guaranteed[0] -= firms.debt[i]
                firms.debt[i] = 0.0
                firms.insured[i] = 0
                firms.pledged[i] = 0.0
        else:
            # a mishap is the end of the business behind the loan
            firms.arrears[i] += 1
            if mishap or firms.arrears[i] >= MISSED:
                write_off(firms, banks, ledger, i, p)
                firms.arrears[i] = 0
