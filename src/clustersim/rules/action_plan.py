"""The action plan: days of preparation are spread over all items of the wish list.

With D the days kept for it and L items, each gets min(D/L, ``project_days``) a month; a joint activity can be put to a
group once ``project_days`` have gone into its kind.  Items that no offer answers take their days and come to nothing.
At a revision only the kinds for which some group was likely in the last year stay, unless that is none of them.
"""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.rules.phases import stands

BROKER = 0
YEAR = 12


@rule
def revise(brokers, items, t):
    """Keep the kinds of activity that found support; where none has, the list goes on as it was."""
    kinds = brokers.listed.shape[1]
    kept = 0
    for k in range(kinds):
        if t - brokers.supported[BROKER, k] <= YEAR:
            kept += 1
    if kept == 0:
        return items
    for k in range(kinds):
        brokers.listed[BROKER, k] = 1 if t - brokers.supported[BROKER, k] <= YEAR else 0
    return 1.0 * kept


@rule
def prepare(w, days, t):
    """Spread the days of preparation over the items of the plan; returns the days spent."""
    brokers, offers, plan = w.brokers, w.plan.offers, w.plan
    enough = w.p.broker.project_days
    if brokers.items[BROKER] == 0.0:
        brokers.items[BROKER] = plan.items[t]
    elif plan.revision[t] > 0.0:
        brokers.items[BROKER] = revise(brokers, brokers.items[BROKER], t)
    kinds = brokers.listed.shape[1]
    answered = 0
    for k in range(kinds):
        for o in range(offers.kind.shape[0]):
            if offers.kind[o] == k and brokers.listed[BROKER, k] == 1 and stands(offers, o, t):
                answered += 1
                break
    items = max(1.0, max(brokers.items[BROKER], 1.0 * answered))
    each = min(plan.preparation[t] * days / items, enough)
    for k in range(kinds):
        if brokers.listed[BROKER, k] == 1:  # what is prepared for more than two tries is out of date
            brokers.prepared[BROKER, k] = min(2.0 * enough, brokers.prepared[BROKER, k] + each)
    return each * items


@rule
def ready(brokers, kind, enough):
    """Whether an activity of this kind is on the plan and prepared."""
    return brokers.listed[BROKER, kind] == 1 and brokers.prepared[BROKER, kind] >= enough
