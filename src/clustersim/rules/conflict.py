"""Envy and conflict inside a group (Fehr and Schmidt 1999; only visible, private, unagreed gains count)."""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.randomness import QUARREL, uniform
from clustersim.rules.trust import wound
from clustersim.ties import find


@rule
def quarrel(firms, ties, groups, scratch, mediation, key, t, p, trust):
    """Grievances against a favoured peer cost trust in it and in the broker; enough of them, and conflict breaks out.

    Mediation, while there is any, shrinks grievances in proportion to trust in the broker.
    """
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0:
            continue
        if groups.standstill[g] > 0:
            groups.standstill[g] -= 1
        first, last = scratch.first[g], scratch.first[g + 1]
        mean = 0.0
        favoured = -1
        for k in range(first, last):
            i = scratch.members[k]
            mean += firms.grievance[i]
            if firms.favour[i] > 1.0 and (favoured < 0 or firms.favour[i] > firms.favour[favoured]):
                favoured = i
        if last - first < 3 or mean <= 1e-6:
            continue
        mean /= last - first
        for k in range(first, last):
            i = scratch.members[k]
            if firms.grievance[i] <= 0.01:
                continue
            if favoured >= 0 and i != favoured:
                e = find(ties.start, ties.degree, ties.to, i, favoured)
                if e >= 0:
                    wound(ties, e, min(0.5, p.trust_cost * firms.grievance[i]), firms.disposition[i], trust)
            firms.trust_broker[i] -= 0.5 * min(1.0, p.trust_cost * firms.grievance[i]) * firms.trust_broker[i]
            if mediation > 0.0:
                firms.grievance[i] -= 0.35 * firms.trust_broker[i] * firms.grievance[i]
        if groups.standstill[g] == 0 and uniform(key, t, QUARREL, 0, groups.founder[g], 0) < p.conflict * mean:
            groups.standstill[g] = p.standstill
            groups.conflicts[g] += 1
            for k in range(first, last):
                i = scratch.members[k]
                firms.climate[i] *= 0.85
                firms.grievance[i] *= 0.5  # what has been said aloud weighs less
                for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
                    j = ties.to[e]
                    if firms.group[j, 0] == g or firms.group[j, 1] == g:
                        wound(ties, e, p.conflict_cost, firms.disposition[i], trust)
                        ties.damage[e] += 0.5 * p.conflict_cost * (1.0 - ties.damage[e])
