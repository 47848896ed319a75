"""Days of the broker beside owners and groups: heirs, support institutions, poor households, making things known."""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.randomness import AWARENESS, uniform
from clustersim.rules.heirs import hold_course
from clustersim.rules.self_help import form_self_help

CHAIRING = 2.0  # days to prepare and chair a meeting with institutions, as with a bank


@rule
def make_known(firms, days, key, t, talks, p):
    """Sensitisation of firms: each is reached with chance talks·days/firms; it learns what could be done together.

    felt += awareness_effect·(1 − bitter)·(1 − felt) for each kind, T_b += awareness_trust·(1 − bitter)·(1 − T_b).
    Who is reached counts as served: published tables count those made aware.
    """
    alive = 0
    for i in range(firms.alive.shape[0]):
        alive += firms.alive[i]
    chance = min(1.0, days * talks / max(1, alive))
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0 or firms.assigned[i] == 0 or uniform(key, t, AWARENESS, 0, i, firms.life[i]) >= chance:
            continue
        firms.served[i] = 1
        hears = 1.0 - firms.bitter[i]
        for k in range(firms.felt.shape[1]):
            firms.felt[i, k] += p.awareness_effect * hears * max(0.0, 1.0 - firms.felt[i, k])
        firms.trust_broker[i] += p.awareness_trust * hears * (1.0 - firms.trust_broker[i])


@rule
def spend_beside(w, left, t):
    """What the plan has beside owners and groups, as far as the days go; returns the days spent."""
    firms, institutions, brokers, plan, key, p = w.firms, w.institutions, w.brokers, w.plan, w.key, w.p
    institutions.chaired[0] = 0.0
    spent = 0.0
    if 0.0 < plan.institution_meeting[t] < 1.5 and left >= CHAIRING:
        institutions.chaired[0] = 1.0
        spent += CHAIRING
    days = min(left - spent, plan.institution_days[t])
    if days > 0.0:
        rise = min(1.0, p.institutions.awareness * days * brokers.skill[0])
        institutions.trust[0] += rise * (1.0 - institutions.trust[0])
        spent += days
    days = min(left - spent, plan.awareness[t])
    if days > 0.0:
        make_known(firms, days, key, t, p.broker.awareness_talks, p.broker)
        spent += days
    if plan.youth_seats[t] > 0.0 and left - spent >= plan.youth_days[t]:
        hold_course(firms, w.ledger, w.scratch, int(plan.youth_seats[t]), plan.youth_cost[t], key, t, p.heirs)
        spent += plan.youth_days[t]
    return spent + form_self_help(
        firms, w.ties, w.groups, w.scratch, plan.self_help[t], plan.self_help_days[t], plan.self_help_saving[t],
        left - spent, key, t, p.self_help,
    )
