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
def talk(firms, ties, luck, key, t, p, trust):
    """i hears from contact k what k thinks of j; in a closed triad i's trust moves towards it.

    T_ij += v/(n + v)·(T_kj − T_ij), v = T_ik, times ``bad_news`` if the news is worse than i's own opinion
    (Burt and Knez 1995).  They also talk of one kind of activity: the believed worth moves towards k's.
    """
    kinds = firms.felt.shape[1]
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
        a = int(what * kinds)
        firms.felt[i, a] += p.talk_of_needs * voice * (firms.felt[k, a] - firms.felt[i, a])


@rule
def forget(firms, t, p, learning, fairness):
    """Climate beliefs return to the disposition, standing recovers, grievances fade."""
    for i in range(firms.alive.shape[0]):
        firms.climate[i] += learning.forget * (firms.disposition[i] - firms.climate[i])
        firms.standing[i] += p.standing_recovery * (1.0 - firms.standing[i])
        firms.grievance[i] -= fairness.fading * firms.grievance[i]
        firms.favour[i] -= fairness.fading * firms.favour[i]
