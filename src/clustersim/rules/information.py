"""What firms hear and see: talk about others, talk about what an activity is worth, the return of old beliefs."""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.randomness import TALK, draw_for_lives
from clustersim.rules.trust import hear
from clustersim.ties import find


@rule
def adoption_hazard(innovation, imitation, share):
    """Chance of taking a thing up in a month: p + q·F, F the share of contacts who have (Bass 1969)."""
    return innovation + imitation * share


@rule
def known_kinds(known, t):
    """How many kinds of joint activity are known in the cluster: the common ones, and those that have been offered."""
    count = 0
    for k in range(known.shape[0]):
        if known[k] <= t:
            count += 1
    return count


@rule
def nth_known(known, t, n):
    """The n-th known kind, counted from 0."""
    for k in range(known.shape[0]):
        if known[k] <= t:
            if n == 0:
                return k
            n -= 1
    return 0


@rule
def talk(firms, ties, known, luck, key, t, p, trust):
    """i hears from contact k what k thinks of j; in a closed triad i's trust moves towards it.

    T_ij += v/(n + v)·(T_kj − T_ij), v = T_ik, times ``bad_news`` if the news is worse than i's own opinion
    (Burt and Knez 1995).  They also talk of one kind of activity that is known: the believed worth moves towards k's.
    """
    kinds = known_kinds(known, t)
    draw_for_lives(luck, key, t, TALK, firms.life)
    for i in range(firms.alive.shape[0]):
        talks, who, whom, what = luck[0, i], luck[1, i], luck[2, i], luck[3, i]
        if firms.alive[i] == 0 or ties.degree[i] == 0 or talks >= p.talk:
            continue
        e = ties.start[i] + int(who * ties.degree[i])
        k = ties.to[e]
        if firms.alive[k] == 0:
            continue
        voice = ties.trust[e]
        about = ties.start[k] + int(whom * ties.degree[k])
        j = ties.to[about]
        if j != i:
            own = find(ties.start, ties.degree, ties.to, i, j)
            if own >= 0:
                weight = voice * p.bad_news if ties.trust[about] < ties.trust[own] else voice
                hear(ties, own, ties.trust[about], weight / (p.own_weight + weight), firms.disposition[i], trust)
        a = nth_known(known, t, int(what * kinds))
        firms.felt[i, a] += p.talk_of_needs * voice * (firms.felt[k, a] - firms.felt[i, a])


@rule
def forget(firms, t, p, learning, fairness):
    """Climate beliefs return to the disposition, standing recovers, grievances fade."""
    for i in range(firms.alive.shape[0]):
        firms.climate[i] += learning.forget * (firms.disposition[i] - firms.climate[i])
        firms.standing[i] += p.standing_recovery * (1.0 - firms.standing[i])
        firms.grievance[i] -= fairness.fading * firms.grievance[i]
        firms.favour[i] -= fairness.fading * firms.favour[i]
