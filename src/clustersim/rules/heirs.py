"""Heirs beside the owners: the young carry no memory of a joint venture that failed, and their elders listen to them.

Where the direct way is closed, a broker may begin with the heirs: a course, visits to them, and news of what showrooms
and fairs pay, each of which a plan can leave out.  Source of the story: Clara, Russo and Gulati 2000, Box 2.
"""

from __future__ import annotations

import math

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import pay
from clustersim.parameters.values import FAIR, SHOWROOM
from clustersim.randomness import HEIRS, uniform
from clustersim.rules.selection import pick_highest


@rule
def beget(firms, key, i, climate, p):
    """At the start: whether a grown-up heir works in firm i, who believes what the owner would without the memory."""
    firms.heir[i] = 1 if uniform(key, 0, HEIRS, 0, i, firms.life[i]) < p.share else 0
    firms.heir_climate[i] = climate * (1.0 - 0.6 * p.memory * firms.bitter[i])


@rule
def hold_course(firms, ledger, scratch, seats, cost, key, t, p):
    """Heirs of the circle who have not taken the course are asked by lot until the seats are full; keen ones come.

    Those who come learn the trade and the broker: T_hb += course·(1 − T_hb), skill += ``skill``, and that others come:
    climate_h += together·(1 − climate_h).  The programme pays ``cost`` USD a head.  Fewer than three are no course.
    """
    size = 0
    for i in range(firms.alive.shape[0]):
        free = firms.alive[i] == 1 and firms.heir[i] == 1 and firms.heir_trained[i] == 0 and firms.in_circle[i] == 1
        if free and uniform(key, t, HEIRS, 1, i, firms.life[i]) < p.keen * (1.0 - p.memory * firms.bitter[i]):
            scratch.invited[size] = i
            scratch.score[size] = uniform(key, 0, HEIRS, 2, i, firms.life[i])
            size += 1
    came = pick_highest(scratch, size, seats)
    if came < 3:
        return 0
    for k in range(came):
        i = scratch.invited[k]
        firms.heir_trained[i] = 1
        firms.heir_seen[i] = t
        firms.served[i] = 1
        firms.heir_trust[i] += p.course * (1.0 - firms.heir_trust[i])
        firms.heir_climate[i] += p.together * (1.0 - firms.heir_climate[i])
        firms.skill[i] += p.skill * (1.0 - firms.skill[i])
    pay(ledger, books.TRAINING, books.PROGRAMME, books.PROVIDERS, came * cost)
    return came


@rule
def visit_heirs(firms, scratch, days, key, t, skill, memory, p):
    """Calls on heirs of the circle, those not seen for longest first; returns the days spent.

    T_hb += effect·(½ + ½·skill)·(1 − .7·memory·bitter)·(1 − T_hb): as with owners (rules/brokerage.py), whose memory is
    their own.
    """
    calls = math.floor(days * p.visits_per_day + uniform(key, t, HEIRS, 3, 0, 0))
    size = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1 and firms.heir[i] == 1 and firms.in_circle[i] == 1 and firms.heir_seen[i] < t:
            scratch.invited[size] = i
            scratch.score[size] = float(t - max(firms.heir_seen[i], t - 240)) - 4.0 * firms.heir_trust[i]
            size += 1
    done = pick_highest(scratch, size, calls)
    for k in range(done):
        i = scratch.invited[k]
        firms.heir_seen[i] = t
        effect = p.visit_effect * (0.5 + 0.5 * skill) * (1.0 - 0.7 * memory * firms.bitter[i])
        firms.heir_trust[i] += effect * (1.0 - firms.heir_trust[i])
    return done / max(0.1, p.visits_per_day)


@rule
def listen_to_heirs(firms, news, t, forgetting, p):
    """Elders follow the young, and news that these bring home move the felt worth of fairs and a showroom.

    With v = follow·T_hb: bitter −= v·bitter, climate += v·max(0, climate_h − climate),
    T_b += v·(1 − bitter)·max(0, T_hb − T_b).
    """
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0 or firms.heir[i] == 0:
            continue
        if news > 0.0 and firms.in_circle[i] == 1:
            firms.felt[i, FAIR] += p.news * max(0.0, 1.0 - firms.felt[i, FAIR])
            firms.felt[i, SHOWROOM] += p.news * max(0.0, 1.0 - firms.felt[i, SHOWROOM])
        if firms.heir_trust[i] <= 0.0:
            continue
        voice = p.follow * firms.heir_trust[i]
        firms.bitter[i] -= voice * firms.bitter[i]
        firms.climate[i] += voice * max(0.0, firms.heir_climate[i] - firms.climate[i])
        open_minded = voice * (1.0 - firms.bitter[i])
        firms.trust_broker[i] += open_minded * max(0.0, firms.heir_trust[i] - firms.trust_broker[i])
        if firms.heir_seen[i] != t:
            firms.heir_trust[i] *= 1.0 - forgetting
