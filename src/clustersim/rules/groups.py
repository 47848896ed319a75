"""Groups: who belongs, who leads, what they propose by themselves, how they grow, split, quarrel and fall asleep."""

from __future__ import annotations

from clustersim.agents import ASSOCIATION, NETWORK
from clustersim.compile import rule
from clustersim.parameters.values import FACILITY, SHOWROOM
from clustersim.randomness import (
    ADMISSION,
    FOUNDING,
    JOINING,
    LEADING,
    LEAVING,
    PROPOSAL,
    draw_for_all,
    uniform,
)
from clustersim.rules.information import adoption_hazard
from clustersim.rules.institutions import bill, grants, judge_success
from clustersim.rules.joint_action import attempt
from clustersim.rules.membership import enter, free_to_join, head_of, leave, new_group, slot_of
from clustersim.rules.phases import stands

DARING = 8  # successes before a group thinks of a strategic project by itself
DORMANT = 30  # months without anything done after which an unled group is given up


@rule
def usable_offer(offers, t, kind, group_kind):
    """An offer that stands this month for this kind of activity and group, or -1."""
    for o in range(offers.kind.shape[0]):
        if not stands(offers, o, t):
            continue
        if offers.kind[o] == kind and (offers.audience[o] < 0 or offers.audience[o] == slot_of(group_kind)):
            return o
    return -1


@rule
def propose(w, t, announced):
    """Each group, with chance propose·capacity·(1 − reliance), is asked by its leader to do what he believes in most.

    A group without a leader hardly moves.  A standing offer of the programme for that activity is used, unless whoever
    asks is a control of a trial: then the group does it, or not, as it would without the programme.
    """
    firms, groups, scratch, offers, key, p = w.firms, w.groups, w.scratch, w.plan.offers, w.key, w.p
    institutions = w.institutions
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0 or groups.standstill[g] > 0 or groups.size[g] < 3:
            continue
        leader = groups.leader[g]
        chance = p.groups.propose * groups.capacity[g] * (1.0 - groups.reliance[g])
        if leader < 0:
            chance *= 0.2
        moves = uniform(key, t, PROPOSAL, 0, groups.founder[g], 0)
        if moves >= chance or t - groups.tried[g] < 2:
            continue
        who = head_of(groups, scratch, g)
        best, kind = -1.0, 0
        a = p.activities
        for k in range(a.gain.shape[0]):
            if offers.known[k] > t or (k == FACILITY and groups.facility[g] >= 0):
                continue  # nobody has heard of it, or it stands already
            strategic = k in (SHOWROOM, FACILITY)
            if strategic and groups.wins[g] < DARING:
                continue  # nobody dares a strategic project first
            since = t - firms.taken_part[who, k]
            fresh = min(1.0, since / (60.0 if strategic else 12.0))
            cost = a.fixed[k] / max(3.0, 0.7 * min(p.groups.invited, groups.size[g])) + a.per_head[k]
            luck = uniform(key, t, PROPOSAL, 1 + k, groups.founder[g], 0)
            appeal = fresh * firms.felt[who, k] * a.gain[k] / cost * (0.5 + luck)
            if appeal > best:
                best, kind = appeal, k
        o = usable_offer(offers, t, kind, groups.kind[g]) if firms.assigned[who] == 1 else -1
        programme = institutions_share = unrecorded = 0.0
        seats = p.groups.invited
        if o >= 0:
            seats = offers.seats[o]
            programme, unrecorded = offers.programme[o], offers.unrecorded[o]
            institutions_share = offers.institutions[o]
        elif groups.wins[g] >= 3:
            institutions_share = 0.25 * max(0.0, institutions.trust[0] - 0.3)  # a known group finds some support
        own = offers.participants[o] if o >= 0 else 1.0 - institutions_share
        granted = grants(institutions, institutions_share, p.institutions)
        more, rest = bill(institutions_share, granted, p.institutions)
        if o < 0:  # no plan of the programme's: the group bears it
            more, rest = more + rest, 0.0
        others = (granted, unrecorded)
        happened = attempt(w, t, g, kind, seats, own + more, programme + rest, others, 0, o >= 0, announced)
        judge_success(institutions, happened, institutions_share, granted, 0.02, p.institutions)
        if o >= 0:
            offers.tries[o] += 1
            if happened == 1:
                offers.done[o] = t


@rule
def admitted(firms, ties, groups, i, g, bar):
    """Whether members who know i trust it enough, on average and with its public standing, to let it in."""
    slot = slot_of(groups.kind[g])
    known = 0
    total = 0.0
    for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
        j = ties.to[e]
        if firms.group[j, slot] == g:
            known += 1
            total += ties.trust[ties.back[e]]
    return known > 0 and total / known * firms.standing[i] >= bar


@rule
def join(firms, ties, groups, scratch, key, t, p):
    """Firms ask to join with chance p + q·F·S, F the trust-weighted share of contacts inside, S recent success.

    Groups take in only as many as they can absorb, and only those whom the members who know them trust.  Where a
    network is full, a candidate who can lead takes the others waiting around it into a network of its own (budding).
    """
    luck = scratch.luck
    attracts = False
    for g in range(groups.alive.shape[0]):
        open_now = groups.alive[g] == 1 and t - groups.success[g] <= 18 and groups.wins[g] > 0
        scratch.open[g] = 1 if open_now else 0
        attracts = attracts or open_now
        groups.newcomers[g] = p.absorption * groups.size[g] + uniform(key, t, ADMISSION, 0, groups.founder[g], 0)
    if not attracts:
        return
    most = adoption_hazard(p.innovation, p.imitation, 1.0)
    for slot in range(2):
        draw_for_all(luck, key, t, JOINING, slot, firms.life)
        for i in range(firms.alive.shape[0]):
            asks = luck[0, i]
            if asks >= most or not free_to_join(firms, i, slot):
                continue  # most months nobody could bring it to ask
            inside = all_trust = most_trust = 0.0
            target = -1
            for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
                j = ties.to[e]
                all_trust += ties.trust[e]
                g = firms.group[j, slot]
                if g >= 0 and scratch.open[g] == 1:
                    inside += ties.trust[e]
                    if ties.trust[e] > most_trust:  # it asks where its most trusted contact is
                        most_trust, target = ties.trust[e], g
            if target < 0:
                continue
            share = inside / (all_trust + 1e-9)
            # S-shaped: a lone contact inside is hardly followed
            pull = share * share / (share * share + 0.09)
            if asks >= adoption_hazard(p.innovation, p.imitation, pull):
                continue
            if not admitted(firms, ties, groups, i, target, p.admission):
                continue
            full = slot == 1 and groups.size[target] >= p.network_size
            if full:
                if firms.able[i] == 1:
                    gather(firms, ties, groups, key, t, i, p, groups.capacity[target] * 0.7)
            elif groups.newcomers[target] >= 1.0:
                groups.newcomers[target] -= 1.0
                enter(firms, groups, i, target, t)


@rule
def gather(firms, ties, groups, key, t, i, p, capacity):
    """Firm i founds a network with those contacts, not yet in one, who trust it enough; needs four of them."""
    ready = 0
    for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
        j = ties.to[e]
        if free_to_join(firms, j, 1) and ties.trust[ties.back[e]] >= p.admission:
            ready += 1
    if ready < 4:
        return -1
    g = new_group(groups, NETWORK, firms.segment[i], i, t, capacity, 0)
    if g < 0:
        return -1
    enter(firms, groups, i, g, t)
    for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
        j = ties.to[e]
        ready_now = free_to_join(firms, j, 1) and ties.trust[ties.back[e]] >= p.admission
        if ready_now and groups.size[g] < p.network_size:
            enter(firms, groups, j, g, t)
    return g


@rule
def found(firms, ties, groups, key, t, p):
    """Now and then a firm able to lead founds a network by itself, the rarer the less its contacts trust it."""
    for i in range(firms.alive.shape[0]):
        if firms.able[i] == 0 or ties.degree[i] == 0 or not free_to_join(firms, i, 1):
            continue
        total = 0.0
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            total += ties.trust[ties.back[e]]
        mean = total / ties.degree[i]
        if uniform(key, t, FOUNDING, 0, i, firms.life[i]) < p.founding * mean * firms.climate[i]:
            gather(firms, ties, groups, key, t, i, p, 0.3)


@rule
def lead(firms, groups, scratch, key, t, p):
    """Leaders tire and quit; another member who can lead may follow, or the group loses half of what it could do."""
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0:
            continue
        leader = groups.leader[g]
        quits = leader >= 0 and uniform(key, t, LEADING, 0, groups.founder[g], leader) < p.tiring
        if quits:
            groups.leader[g] = -1
        if groups.leader[g] < 0:
            for k in range(scratch.first[g], scratch.first[g + 1]):
                i = scratch.members[k]
                if firms.able[i] == 0 or i == leader:
                    continue
                if uniform(key, t, LEADING, 1, groups.founder[g], i) < 0.15 * firms.climate[i]:
                    groups.leader[g] = i
                    break
        if quits and groups.leader[g] < 0:
            groups.capacity[g] *= 0.5
        groups.capacity[g] -= p.capacity_decay * groups.capacity[g]


@rule
def thin_out(firms, groups, key, t, p):
    """Members leave what does not pay; a group of fewer than three, or long idle and without a leader, is given up."""
    for i in range(firms.alive.shape[0]):
        for slot in range(2):
            g = firms.group[i, slot]
            if g < 0:
                continue
            gone = firms.alive[i] == 0
            if not gone and t - groups.success[g] > 18 and t - firms.joined[i, slot] > 18:
                gone = uniform(key, t, LEAVING, slot, i, firms.life[i]) < p.leaving and groups.kind[g] != ASSOCIATION
            if gone:
                leave(firms, groups, i, slot)
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0 or groups.kind[g] == ASSOCIATION:
            continue
        idle = t - groups.success[g]
        if groups.size[g] < 3 or (idle > DORMANT and groups.leader[g] < 0) or idle > 2 * DORMANT:
            groups.alive[g] = 0
            for i in range(firms.alive.shape[0]):
                if firms.group[i, 1] == g:
                    leave(firms, groups, i, 1)
