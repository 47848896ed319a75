"""Self-help groups: poor neighbours save together, lend to each other, and borrow from a bank as one.

Every member pays its saving into the group's fund; the fund lends to one member after another, to those bound to a
middleman first, the poorest first.  A bank lends the group ``linkage`` dollars for each dollar saved, and the whole
fund is liable for it.  Source: UNIDO Cluster Development Programme and microfinance (about 2004).
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.agents import SELF_HELP
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.randomness import SAVING, uniform
from clustersim.rules.membership import enter, new_group

TRIES = 4  # founders sought for each group that may be formed


@rule
def may_join(firms, i, p):
    """A small firm in business that is in no network or self-help group yet, and may receive help."""
    return firms.alive[i] == 1 and firms.assigned[i] == 1 and firms.group[i, 1] < 0 and firms.workers[i] <= p.largest


@rule
def form_self_help(firms, ties, groups, scratch, most, days_each, saving, left, key, t, p):
    """Start with a small firm and those of its small contacts who are willing; returns the days spent.

    The poorest are asked first, with some luck in it: those with the lowest income·(½ + u).  A contact joins with
    chance willing + (1 − willing)·T, T its trust in the founder.
    """
    if most <= 0.0:
        return 0.0
    n = firms.alive.shape[0]
    for i in range(n):
        lot = 0.5 + uniform(key, t, SAVING, 1, i, firms.life[i])
        scratch.comes[i] = 0  # 1 once tried as a founder
        scratch.score[i] = lot * max(0.0, firms.income_year[i])
    spent = 0.0
    formed = 0
    for _ in range(int(most) * TRIES):
        if formed >= most or spent + days_each > left:
            break
        founder = -1
        for i in range(n):
            poorest = founder < 0 or scratch.score[i] < scratch.score[founder]
            if poorest and scratch.comes[i] == 0 and may_join(firms, i, p):
                founder = i
        if founder < 0:
            break
        scratch.comes[founder] = 1
        ready = 1
        scratch.invited[0] = founder
        for e in range(ties.start[founder], ties.start[founder] + ties.degree[founder]):
            j = ties.to[e]
            if ready >= p.size or not may_join(firms, j, p):
                continue
            if uniform(key, t, SAVING, 0, j, founder) < p.willing + (1.0 - p.willing) * ties.trust[ties.back[e]]:
                scratch.invited[ready] = j
                ready += 1
        if ready < p.fewest:
            continue
        g = new_group(groups, SELF_HELP, firms.segment[founder], founder, t, 0.25, 1)
        if g < 0:
            break
        groups.saving[g] = saving
        for k in range(ready):
            enter(firms, groups, scratch.invited[k], g, t)
        formed += 1
        spent += days_each
    return spent


@rule
def repay_group(firms, groups, ledger, i, g, p):
    """Member i pays an instalment and interest into the fund; after too many missed the fund bears the loss."""
    me = FIRST_FIRM + i
    due = min(firms.micro[i], p.loan / p.term)
    interest = p.interest * firms.micro[i]
    if ledger.balance[me] >= due + interest:
        pay(ledger, books.GROUP_REPAYMENT, me, books.GROUPS, due + interest)
        groups.fund[g] += due + interest
        firms.micro[i] -= due
        firms.micro_late[i] = 0
        return
    firms.micro_late[i] += 1
    if firms.micro_late[i] >= p.missed:
        firms.micro[i] = 0.0
        firms.micro_late[i] = 0
        firms.standing[i] *= 0.8


@rule
def bank_with(groups, ledger, g, t, linkage, interest, p):
    """The group borrows up to ``linkage`` times its savings, and pays interest and instalments out of its fund."""
    if groups.owed[g] > 0.0:
        charge = min(groups.fund[g], groups.owed[g] * interest / 12.0)
        pay(ledger, books.INTEREST, books.GROUPS, books.BANKS, charge)
        groups.fund[g] -= charge
        back = min(groups.fund[g], groups.owed[g] / p.bank_term)
        pay(ledger, books.PRINCIPAL, books.GROUPS, books.BANKS, back)
        groups.fund[g] -= back
        groups.owed[g] -= back
    room = linkage * groups.saved[g] - groups.owed[g]
    if linkage > 0.0 and t - groups.founded[g] >= p.wait and room >= p.loan:
        pay(ledger, books.LOAN, books.BANKS, books.GROUPS, room)
        groups.fund[g] += room
        groups.owed[g] += room


@rule
def lend_to_members(firms, groups, ledger, scratch, g, subsistence, p):
    """While the fund lasts: a loan to the neediest member, those bound to a middleman first, then the poorest."""
    first, last = scratch.first[g], scratch.first[g + 1]
    for _ in range(last - first):
        who = -1
        for k in range(first, last):
            i = scratch.members[k]
            if firms.group[i, 1] != g or firms.micro[i] > 0.0:
                continue
            if firms.assigned[i] == 0 and groups.owed[g] > 0.0:
                continue  # a control of a trial, whom the group took in later, has its savings but not the programme's
            if firms.bound[i] == 0 and ledger.balance[FIRST_FIRM + i] >= subsistence:
                continue
            better = who < 0 or firms.bound[i] > firms.bound[who]
            if not better and firms.bound[i] == firms.bound[who]:
                better = firms.income_year[i] < firms.income_year[who]
            if better:
                who = i
        if who < 0:
            return
        loan = max(p.loan, firms.advanced[who])
        if groups.fund[g] < loan:
            return
        pay(ledger, books.GROUP_LOAN, books.GROUPS, FIRST_FIRM + who, loan)
        groups.fund[g] -= loan
        firms.micro[who] = loan
        firms.micro_late[who] = 0


@rule
def save_and_lend(firms, groups, ledger, scratch, linkage, literacy, subsistence, interest, t, p):
    """A month of every self-help group that saves; women who learn to read, reckon and lead are recognised at home."""
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0 or groups.saving[g] <= 0.0:
            continue
        for k in range(scratch.first[g], scratch.first[g + 1]):
            i = scratch.members[k]
            if firms.alive[i] == 0 or firms.group[i, 1] != g:
                continue
            if firms.micro[i] > 0.0:
                repay_group(firms, groups, ledger, i, g, p)
            me = FIRST_FIRM + i
            if ledger.balance[me] >= groups.saving[g]:
                pay(ledger, books.SAVING, me, books.GROUPS, groups.saving[g])
                groups.fund[g] += groups.saving[g]
                groups.saved[g] += groups.saving[g]
                groups.success[g] = t  # a group that saves is awake
            if firms.assigned[i] == 1:
                firms.recognised[i] += literacy * p.recognition * (1.0 - firms.recognised[i])
        bank_with(groups, ledger, g, t, linkage, interest, p)
        lend_to_members(firms, groups, ledger, scratch, g, subsistence, p)


@rule
def close_funds(firms, groups, ledger):
    """A self-help group that is no more: the bank gets what is owed as far as the fund goes, the rest goes home.

    Loans to members who have left lapse.
    """
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 1 or groups.saving[g] <= 0.0:
            continue
        back = min(groups.fund[g], groups.owed[g])
        pay(ledger, books.PRINCIPAL, books.GROUPS, books.BANKS, back)
        pay(ledger, books.SAVINGS_BACK, books.GROUPS, books.HOUSEHOLDS, groups.fund[g] - back)
        groups.saving[g] = 0.0
        groups.saved[g] = 0.0
        groups.fund[g] = 0.0
        groups.owed[g] = 0.0
    for i in range(firms.alive.shape[0]):
        if firms.micro[i] > 0.0:
            g = firms.group[i, 1]
            if firms.alive[i] == 0 or g < 0 or groups.saving[g] <= 0.0:
                firms.micro[i] = 0.0
