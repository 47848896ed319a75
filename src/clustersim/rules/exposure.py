"""Seeing a better cluster: those who go, or receive its people, believe more, and say so to contacts who trust them.

climate += climate_gain·own_eyes·(1 − climate), felt worth of each known kind += worth·own_eyes·max(0, 1 − felt); a
contact j then moves by told·T_ji of the gap to the traveller, worth less so between rivals.
"""

from __future__ import annotations

from clustersim.compile import rule


@rule
def see_elsewhere(firms, ties, known, t, i, own_eyes, p, learning):
    """What firm i takes home and tells; ``own_eyes`` is 1 for who went there, else trust in who brought the guests."""
    firms.climate[i] += p.climate * own_eyes * (1.0 - firms.climate[i])
    for k in range(known.shape[0]):
        if known[k] <= t:
            firms.felt[i, k] += p.worth * own_eyes * max(0.0, 1.0 - firms.felt[i, k])
    for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
        j = ties.to[e]
        if firms.alive[j] == 0:
            continue
        told = p.told * ties.trust[ties.back[e]]
        firms.climate[j] += told * max(0.0, firms.climate[i] - firms.climate[j])
        told *= 1.0 - learning.rival_damping * ties.rival[e]
        for k in range(known.shape[0]):
            if known[k] <= t:
                firms.felt[j, k] += told * max(0.0, firms.felt[i, k] - firms.felt[j, k])
