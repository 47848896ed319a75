"""Shocks inside groups: a lead firm that leaves for a global buyer, a keeper of common money who runs off with it."""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.agents import ASSOCIATION, NETWORK
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.parameters.values import EXPORT
from clustersim.rules.membership import head_of, leave, list_members, slot_of
from clustersim.rules.trust import broke

EXPORTER, CONNECTED = 1.0, 2.0  # codes of the lever `departure`
ANY_GROUP, THE_ASSOCIATION, A_NETWORK = 1.0, 2.0, 3.0  # codes of the lever `fraud`


@rule
def largest_group(groups, slot):
    """The living group with most members that uses this slot of firms (-1: either), or -1."""
    found, most = -1, 0
    for g in range(groups.alive.shape[0]):
        fits = slot < 0 or slot_of(groups.kind[g]) == slot
        if groups.alive[g] == 1 and fits and groups.size[g] > most:
            found, most = g, groups.size[g]
    return found


@rule
def lose_faith(firms, ties, scratch, g, lost, weight, witness, learning, trust):
    """Members of g count it against firm ``lost`` and against others in general; its other contacts hear of it."""
    scratch.stamp[0] += 1
    for k in range(scratch.first[g], scratch.first[g + 1]):
        i = scratch.members[k]
        scratch.asked[i] = scratch.stamp[0]
        if i != lost:
            firms.climate[i] -= learning.failure * firms.climate[i]
    for e in range(ties.start[lost], ties.start[lost] + ties.degree[lost]):
        i = ties.to[e]
        heard = weight if scratch.asked[i] == scratch.stamp[0] else weight * witness
        broke(ties, ties.back[e], heard, firms.disposition[i], trust)


@rule
def depart(firms, ties, groups, scratch, which, reach, p):
    """A leading firm of the largest network leaves every group for a global buyer, and its members feel let down.

    It is the one with the largest access to export times its size, or the one with most contacts.  It gains ``reach``
    of the gap in access to export, for good, and belongs to no group again.
    """
    if which <= 0.0:
        return
    g = largest_group(groups, slot_of(NETWORK))
    if g < 0:
        return
    lead, most = -1, -1.0
    for k in range(scratch.first[g], scratch.first[g + 1]):
        i = scratch.members[k]
        rank = firms.reach[i, EXPORT] * firms.workers[i] if which == EXPORTER else 1.0 * ties.degree[i]
        if rank > most:
            lead, most = i, rank
    if lead < 0:
        return
    lose_faith(firms, ties, scratch, g, lead, 1.0, p.information.witness, p.learning, p.trust)
    for slot in range(firms.group.shape[1]):
        if firms.group[lead, slot] >= 0:
            leave(firms, groups, lead, slot)
    firms.departed[lead] = 1
    firms.reach[lead, EXPORT] += reach * (1.0 - firms.reach[lead, EXPORT])
    firms.habit[lead, EXPORT] = max(firms.habit[lead, EXPORT], firms.reach[lead, EXPORT])
    list_members(firms, groups, scratch)


@rule
def abscond(firms, ties, groups, scratch, ledger, which, deposit, p):
    """Who keeps the common money of the largest group, its leader, takes it and what members had put in.

    That is its fund and the till of its facility; what was saved no longer backs a loan of the bank.  Each member is
    out of ``deposit`` USD, as far as it has cash.  The keeper leaves the group and loses its public standing and the
    members' trust; talk carries that on (step 4).
    """
    if which <= 0.0:
        return
    slot = -1
    if which == THE_ASSOCIATION:
        slot = slot_of(ASSOCIATION)
    elif which == A_NETWORK:
        slot = slot_of(NETWORK)
    g = largest_group(groups, slot)
    if g < 0 or scratch.first[g + 1] - scratch.first[g] < 2:
        return
    keeper = head_of(groups, scratch, g)
    taken = groups.fund[g] + groups.till[g]
    for k in range(scratch.first[g], scratch.first[g + 1]):
        i = scratch.members[k]
        if i != keeper:
            lost = max(0.0, min(deposit, ledger.balance[FIRST_FIRM + i]))
            pay(ledger, books.COMMON_FUND, FIRST_FIRM + i, books.GROUPS, lost)
            taken += lost
    pay(ledger, books.FRAUD, books.GROUPS, books.HOUSEHOLDS, taken)
    groups.fund[g] = groups.till[g] = groups.saved[g] = 0.0
    information = p.information
    weight = information.fraud_weight
    lose_faith(firms, ties, scratch, g, keeper, weight, information.witness, p.learning, p.trust)
    firms.standing[keeper] -= information.fraud_loss * firms.standing[keeper]
    leave(firms, groups, keeper, slot_of(groups.kind[g]))
    list_members(firms, groups, scratch)
