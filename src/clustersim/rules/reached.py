"""Who is reached: the poorest, the smaller communities, women of the family, the bound, members of self-help groups.

Each outcome's definition stands in measures.py.
"""

from __future__ import annotations

import math

from clustersim.compile import rule


@rule
def unpaid_women(firms, i):
    """Women of the family, beside the owner, who work in the firm; those who share in its draw are counted out."""
    women = max(0.0, min(firms.family[i] - 1.0, firms.women[i] * firms.workers[i]))
    return women * (1.0 - firms.recognised[i])


@rule
def kept_from_women(firms, i, unpaid):
    """What of the household's draw women of the family would have for their work, but do not get, USD a month."""
    if unpaid <= 0.0 or firms.family[i] <= 0.0:
        return 0.0
    draw = max(0.0, firms.earnings[i] * firms.workers[i] - firms.wage[i] * (firms.workers[i] - firms.family[i]))
    return unpaid * unpaid_women(firms, i) * draw / firms.family[i]


@rule
def smoothed(monthly, m):
    """Mean of a measure of single months over the last 12."""
    total = 0.0
    first = max(0, m - 11)
    for k in range(first, m + 1):
        total += monthly[k]
    return total / (m - first + 1)


@rule
def measure_people(firms, groups, institutions, brokers, measures, m, p):
    """Who is reached: the poorest fifth and the smaller communities, the bound, the unpaid, heirs, self-help groups."""
    poorest = minority = advances = received = lent = women = 0.0
    poor = few = alive = bound = members = trained = 0
    for i in range(firms.alive.shape[0]):
        there = firms.cohort[i] == 1
        if firms.founder[i] == 1 and firms.quintile[i] == 0:
            poor += 1
            poorest += firms.income[i] if there else 0.0
        if firms.founder[i] == 1 and firms.community[i] > 0:
            few += 1
            minority += firms.income[i] if there else 0.0
        if firms.alive[i] == 0:
            continue
        alive += 1
        trained += firms.heir_trained[i]
        advances += firms.advanced[i]
        bound += firms.bound[i]
        received += firms.price[i] - (firms.margin[i] / firms.output[i] if firms.output[i] > 0.0 else 0.0)
        lent += firms.micro[i]
        g = firms.group[i, 1]
        if g >= 0 and groups.saving[g] > 0.0:
            members += 1
        if p.households.unpaid > 0.0:
            women += unpaid_women(firms, i)
    measures.trust_institutions[m] = institutions.trust[0]
    measures.income_poorest_month[m] = poorest / poor if poor > 0 else math.nan
    measures.income_poorest[m] = smoothed(measures.income_poorest_month, m)
    measures.income_minority_month[m] = minority / few if few > 0 else math.nan
    measures.income_minority[m] = smoothed(measures.income_minority_month, m)
    measures.advances[m] = advances
    measures.bound[m] = bound / alive if alive > 0 else math.nan
    measures.price_received[m] = received / alive if alive > 0 else math.nan
    measures.self_help_members[m] = members
    measures.group_loans[m] = lent
    measures.unpaid_women[m] = women
    measures.heirs_trained[m] = trained
    measures.closed_unserved[m] = brokers.unserved_gone[0]
