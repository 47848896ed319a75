"""A common facility: once it stands, fees must carry it month by month, or it closes (a white elephant).

A firm that may use it does so if saving·materials·output·felt worth·believed fit > fee and it has the fee.  Its till
takes in the fees and pays running + per_user·users as far as it can; a self-help group's savings are kept apart.
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.parameters.values import FACILITY


@rule
def run_facilities(firms, groups, ledger, for_all, materials, p, learning):
    """A month of every common facility: who uses it, what it takes in and pays out, whether it can go on."""
    somewhere = -1
    funds = False
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0:  # what is left in the till of a group that is no more goes home
            pay(ledger, books.COMMON_FUND, books.GROUPS, books.HOUSEHOLDS, groups.till[g])
            groups.till[g] = 0.0
            groups.facility[g] = -1
        elif groups.facility[g] >= 0:
            funds = True
            groups.users[g] = 0
            if somewhere < 0:
                somewhere = g
    for i in range(firms.alive.shape[0]):
        firms.treated[i] = 0.0
    if not funds:
        return
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0:
            continue
        where = -1
        for slot in range(firms.group.shape[1]):
            g = firms.group[i, slot]
            if g >= 0 and groups.facility[g] >= 0:
                where = g
        if where < 0 and for_all > 0.0 and firms.assigned[i] == 1:
            where = somewhere
        saved = p.saving * materials * firms.output[i]
        thinks = firms.felt[i, FACILITY] * firms.guess[i, FACILITY]
        if where < 0 or saved * thinks <= p.fee or ledger.balance[FIRST_FIRM + i] < p.fee:
            continue
        pay(ledger, books.FACILITY_FEE, FIRST_FIRM + i, books.GROUPS, p.fee)
        groups.till[where] += p.fee
        groups.users[where] += 1
        firms.treated[i] = p.saving * firms.fit[i, FACILITY]
        firms.quality[i] += p.quality * (1.0 - firms.quality[i])
        firms.felt[i, FACILITY] += learning.use * (1.0 - firms.felt[i, FACILITY])
        firms.guess[i, FACILITY] += learning.use * (firms.fit[i, FACILITY] - firms.guess[i, FACILITY])
    for g in range(groups.alive.shape[0]):
        if groups.facility[g] < 0:
            continue
        due = p.running + p.per_user * groups.users[g]
        paid = min(due, groups.till[g])
        pay(ledger, books.UPKEEP, books.GROUPS, books.WORLD, paid)
        groups.till[g] -= paid
        groups.short[g] = groups.short[g] + 1 if paid < due else 0
        if groups.short[g] >= p.patience:
            groups.facility[g] = -1
