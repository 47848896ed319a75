"""Every payment has a payer, a payee and a purpose; money measures are computed from these rows alone.

Accounts are numbered: 0 the rest of the world, 1 workers, 2 owners' households, 3 the programme, 4 support
institutions, 5 payers that a source does not record, 6 the guarantee fund, 7 the banks, 8 service providers, 9 the
common funds of groups, 10 middlemen, and from ``FIRST_FIRM`` on the firms, one account each.  A payment moves money
from one account to another, so the sum over all accounts never changes. """

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from clustersim.compile import rule
from clustersim.parameters.values import KINDS

SECTORS = (
    "rest of world", "workers", "households", "programme", "institutions",
    "unrecorded", "guarantee fund", "banks", "providers", "groups", "middlemen", "firms",
)  # fmt: skip
WORLD, WORKERS, HOUSEHOLDS, PROGRAMME, INSTITUTIONS, UNRECORDED, FUND, BANKS, PROVIDERS, GROUPS, MIDDLEMEN = range(11)
FIRST_FIRM = 11

PURPOSES = (
    "sales", "materials", "overhead", "wages", "draw", "upgrading", "interest", "principal", "loan",
    "guarantee claim", "collateral sold", "guarantee deposit", "capital", "closing", "broker", "study",
    *KINDS,
    "failed try", "service", "service development", "service cost", "export visit",
    "loan handling", "cost of funds", "local agent",
    "voucher", "information point",
    "advance", "advance repaid", "middleman's margin", "saving", "group loan", "group repayment", "savings returned",
    "business group",
    "technology", "certification", "policing", "facility fee", "facility upkeep", "common fund", "fraud",
)  # fmt: skip
(
    SALES, MATERIALS, OVERHEAD, WAGES, DRAW, UPGRADING, INTEREST, PRINCIPAL, LOAN,
    CLAIM, COLLATERAL, DEPOSIT, CAPITAL, CLOSING, BROKER, STUDY,
    FAIR, PURCHASE, TRAINING, SHOWROOM, GUARANTEE, EXPO, TOUR, EXCHANGE, CATALOGUE, FACILITY,
    FAILED_TRY, SERVICE, DEVELOPMENT, SERVICE_COST, EXPORT_VISIT,
    HANDLING, FUNDING, LOCAL_AGENT,
    VOUCHER, POINT,
    ADVANCE, ADVANCE_REPAID, MARGIN, SAVING, GROUP_LOAN, GROUP_REPAYMENT, SAVINGS_BACK,
    BUSINESS_GROUP,
    TECHNOLOGY, CERTIFICATION, POLICING, FACILITY_FEE, UPKEEP, COMMON_FUND, FRAUD,
) = range(len(PURPOSES))  # fmt: skip
FIRST_ACTIVITY = FAIR  # purposes of joint activities follow the order of the kinds of activity
# Spending on cluster activities, as the published tables count it: the programme's own consultants are not in it.
ACTIVITY = (
    STUDY, FAIR, PURCHASE, TRAINING, SHOWROOM, GUARANTEE, EXPO, TOUR, EXCHANGE, CATALOGUE, FACILITY, DEVELOPMENT,
    EXPORT_VISIT, VOUCHER, POINT, BUSINESS_GROUP, TECHNOLOGY, CERTIFICATION, POLICING, FACILITY_FEE,
)  # fmt: skip
ACTIVITY_PURPOSES = tuple(PURPOSES[code] for code in ACTIVITY)


class Ledger(NamedTuple):
    """The books: every payment of the current month, balances, and sums by month, purpose and kind of actor."""

    count: Any  # [0] payments this month, [1] payments that found no row (a fault: the run stops)
    purpose: Any  # (rows,)
    payer: Any  # (rows,) account
    payee: Any  # (rows,) account
    amount: Any  # (rows,) USD
    balance: Any  # (accounts,) USD
    opening: Any  # (accounts,) USD at the start of the month
    flow: Any  # (months, purposes, sectors, sectors) USD, payer first


def new_ledger(firms: int, months: int) -> Ledger:
    """Empty books for ``firms`` firms and ``months`` months."""
    rows = 16 * firms + 4000
    accounts = FIRST_FIRM + firms
    sectors = len(SECTORS)
    return Ledger(
        count=np.zeros(2, np.int64),
        purpose=np.zeros(rows, np.int32),
        payer=np.zeros(rows, np.int32),
        payee=np.zeros(rows, np.int32),
        amount=np.zeros(rows),
        balance=np.zeros(accounts),
        opening=np.zeros(accounts),
        flow=np.zeros((months, len(PURPOSES), sectors, sectors)),
    )


@rule
def pay(ledger, purpose, payer, payee, amount):
    """Move ``amount`` USD from one account to another and write it down; nothing is written for nothing."""
    if amount == 0.0:
        return
    row = ledger.count[0]
    if row >= ledger.amount.shape[0]:
        ledger.count[1] += 1
        return
    ledger.purpose[row] = purpose
    ledger.payer[row] = payer
    ledger.payee[row] = payee
    ledger.amount[row] = amount
    ledger.balance[payer] -= amount
    ledger.balance[payee] += amount
    ledger.count[0] = row + 1


@rule
def open_books(ledger):
    """Start a month: remember the balances, forget last month's rows (they are summed in ``flow``)."""
    ledger.count[0] = 0
    for a in range(ledger.balance.shape[0]):
        ledger.opening[a] = ledger.balance[a]


@rule
def close_books(ledger, t):
    """Sum the month's payments by purpose and kind of actor."""
    for row in range(ledger.count[0]):
        payer = min(ledger.payer[row], FIRST_FIRM)
        payee = min(ledger.payee[row], FIRST_FIRM)
        ledger.flow[t, ledger.purpose[row], payer, payee] += ledger.amount[row]
