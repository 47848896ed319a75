"""Who belongs to which group: the books of membership, and rows for new groups."""

from __future__ import annotations

from clustersim.agents import ASSOCIATION
from clustersim.compile import rule


@rule
def slot_of(kind):
    """The slot of ``firms.group`` that a kind of group uses."""
    return 0 if kind == ASSOCIATION else 1


@rule
def list_members(firms, groups, scratch):
    """Write down the members of every group, group after group, in the order of their rows."""
    count = groups.alive.shape[0]
    first = scratch.first
    for g in range(count + 1):
        first[g] = 0
    n, slots = firms.group.shape
    for i in range(n):
        for k in range(slots):
            g = firms.group[i, k]
            if g >= 0:
                first[g + 1] += 1
    for g in range(count):
        groups.size[g] = first[g + 1]
        first[g + 1] += first[g]
    for i in range(n):
        for k in range(slots):
            g = firms.group[i, k]
            if g >= 0:
                scratch.members[first[g]] = i
                first[g] += 1
    for g in range(count, 0, -1):
        first[g] = first[g - 1]
    first[0] = 0


@rule
def list_newcomers(firms, groups, scratch):
    """List the members again if a group has gained any since."""
    for g in range(groups.alive.shape[0]):
        if groups.size[g] != scratch.first[g + 1] - scratch.first[g]:
            list_members(firms, groups, scratch)
            return


@rule
def head_of(groups, scratch, g):
    """Who decides for group g, which has members: its leader, or where it has none the first of them."""
    return groups.leader[g] if groups.leader[g] >= 0 else scratch.members[scratch.first[g]]


@rule
def list_helped(firms, scratch, g):
    """Put the members of g who may receive help of the programme into ``scratch.invited``; returns how many."""
    size = 0
    for n in range(scratch.first[g], scratch.first[g + 1]):
        i = scratch.members[n]
        if firms.assigned[i] == 1:
            scratch.invited[size] = i
            size += 1
    return size


@rule
def free_to_join(firms, i, slot):
    """Whether a firm is in business, in no group of this slot, and not bound to a buyer who wants it for himself."""
    return firms.alive[i] == 1 and firms.group[i, slot] < 0 and firms.departed[i] == 0


@rule
def enter(firms, groups, i, g, t):
    """Firm i becomes a member of group g."""
    slot = slot_of(groups.kind[g])
    firms.group[i, slot] = g
    firms.joined[i, slot] = t
    groups.size[g] += 1


@rule
def leave(firms, groups, i, slot):
    """Firm i leaves the group in this slot; a group loses its leader with it."""
    g = firms.group[i, slot]
    firms.group[i, slot] = -1
    groups.size[g] -= 1
    if groups.leader[g] == i:
        groups.leader[g] = -1


@rule
def new_group(groups, kind, segment, leader, t, capacity, brokered):
    """A free row for a new group, or -1 if there is none."""
    for g in range(1, groups.alive.shape[0]):  # row 0 is kept for the association
        if groups.alive[g] == 0 and groups.size[g] == 0:
            groups.alive[g] = 1
            groups.kind[g] = kind
            groups.segment[g] = segment
            groups.leader[g] = leader
            groups.founder[g] = leader
            groups.wins[g] = 0
            groups.capacity[g] = capacity
            groups.reliance[g] = 0.0
            groups.founded[g] = t
            groups.success[g] = t
            groups.tried[g] = -1000
            groups.standstill[g] = 0
            groups.brokered[g] = brokered
            groups.united[g] = 0
            groups.facility[g] = -1
            groups.short[g] = 0
            return g
    return -1
