"""The umbrella organisation: groups unite, their leaders meet, and the cluster speaks to the regulator with one voice.

A request is met with chance v/(v + half), v = share of the firms represented times capacity: of the umbrella where at
least two groups have united, else of the one group that speaks for most.  What is met opens distant markets a little
to the firms represented (an information point, a rule changed).
"""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.randomness import COUNCIL, REQUEST, UNITING, uniform
from clustersim.rules.membership import head_of
from clustersim.rules.trust import introduce, kept
from clustersim.ties import find

SELVES = 0  # row of the support institutions that stands for them all
FEWEST = 2  # groups that make an umbrella


@rule
def unite(firms, groups, days, key, t, p):
    """The broker wins one group after another: a leader who trusts it and others joins; returns the days spent."""
    spent = 0.0
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0 or groups.united[g] == 1 or groups.leader[g] < 0 or spent + p.days > days:
            continue
        leader = groups.leader[g]
        if firms.assigned[leader] == 0:
            continue
        spent += p.days
        wish = p.joining * firms.trust_broker[leader] * firms.climate[leader] * (1.0 - firms.bitter[leader])
        if uniform(key, t, UNITING, 0, groups.founder[g], leader) < wish:
            groups.united[g] = 1
    return spent


@rule
def united(groups):
    """How many groups belong to the umbrella."""
    count = 0
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 1 and groups.united[g] == 1:
            count += 1
    return count


@rule
def hold_council(firms, ties, groups, institutions, scratch, key, t, p, trust):
    """Leaders of the united groups who believe that others will come meet; they get to know and trust each other."""
    came = 0
    for g in range(groups.alive.shape[0]):
        leader = groups.leader[g]
        if groups.alive[g] == 0 or groups.united[g] == 0 or leader < 0:
            continue
        wish = p.coming + (1.0 - p.coming) * firms.climate[leader]
        if uniform(key, t, COUNCIL, 0, leader, groups.founder[g]) < wish:
            scratch.invited[came] = leader
            came += 1
    voice = institutions.voice
    if came < FEWEST:
        voice[SELVES] -= p.fading * voice[SELVES]
        return
    voice[SELVES] += p.growth * (1.0 - voice[SELVES])
    for k in range(came):
        i = scratch.invited[k]
        for m in range(came):
            j = scratch.invited[m]
            if i == j:
                continue
            e = find(ties.start, ties.degree, ties.to, i, j)
            if e >= 0:
                kept(ties, e, p.weight, firms.disposition[i], trust)
            elif m > k and uniform(key, t, COUNCIL, 1, i, j) < p.introductions:
                introduce(firms, ties, i, j, 1.0 if firms.segment[i] == firms.segment[j] else 0.0, t, trust)


@rule
def speaks_for(firms, groups, g, i):
    """Whether firm i is represented by group g, or by the umbrella if g is -1."""
    for slot in range(firms.group.shape[1]):
        mine = firms.group[i, slot]
        if mine >= 0 and (mine == g or (g < 0 and groups.united[mine] == 1)):
            return True
    return False


@rule
def ask(firms, groups, institutions, scratch, key, t, p):
    """The voice that stands for most asks the regulator; no group does whose head is a control of a trial."""
    alive = represented = 0
    for i in range(firms.alive.shape[0]):
        alive += firms.alive[i]
        if firms.alive[i] == 1 and speaks_for(firms, groups, -1, i):
            represented += 1
    voice, speaker = 0.0, -2
    if united(groups) >= FEWEST and alive > 0:
        voice, speaker = represented / alive * institutions.voice[SELVES], -1
    for g in range(groups.alive.shape[0]):
        mine = groups.size[g] * groups.capacity[g]
        if groups.alive[g] == 1 and mine > voice * alive and firms.assigned[head_of(groups, scratch, g)] == 1:
            voice, speaker = groups.size[g] * groups.capacity[g] / alive, g
    if speaker == -2:
        return
    institutions.requests[SELVES] += 1
    if uniform(key, t, REQUEST, 0, 0, 0) >= voice / (voice + p.half):
        return
    institutions.heeded[SELVES] += 1
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1 and speaks_for(firms, groups, speaker, i):
            for c in range(1, firms.reach.shape[1]):
                firms.reach[i, c] += p.benefit * (1.0 - firms.reach[i, c])


@rule
def speak(w, t):
    """The umbrella's month: its council, and what there is to ask of the regulator."""
    if united(w.groups) >= FEWEST:
        hold_council(w.firms, w.ties, w.groups, w.institutions, w.scratch, w.key, t, w.p.umbrella, w.p.trust)
    if w.plan.requests[t] > 0.0:
        ask(w.firms, w.groups, w.institutions, w.scratch, w.key, t, w.p.umbrella)
