"""A common brand: what buyers take it for, and how a group keeps those who live off it to its standard.

B = q̄_g − dilution·mean(max(0, q̄_g − q_i)) over the firms that carry the brand of g, q̄_g their mean quality.  Without
policing q̄_g is near the cluster's own name, so a brand adds nothing to it and the weak lean on it; a standard that is
enforced (Σ of those below it corrected or put out) lifts both terms.  After what Clara et al. 2000 tell of common
design and brand, and the economics of collective reputation (Tirole 1996); the form is an assumption.
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay


@rule
def judge_brands(firms, groups, p):
    """What buyers take each common brand for this month; a brand ends with its group."""
    any_carrier = False
    for g in range(groups.alive.shape[0]):
        groups.carriers[g] = 0
        groups.brand[g] = 0.0
    for i in range(firms.alive.shape[0]):
        if firms.branded[i] == 0:
            continue
        g = firms.brand[i]
        if firms.alive[i] == 0 or groups.alive[g] == 0:
            firms.branded[i] = 0
            continue
        any_carrier = True
        groups.carriers[g] += 1
        groups.brand[g] += firms.quality[i]
        firms.brand_name[i] = 0.0
    if not any_carrier:
        return
    for g in range(groups.alive.shape[0]):
        groups.brand[g] /= max(1, groups.carriers[g])
    for g in range(groups.alive.shape[0]):
        if groups.carriers[g] == 0:
            continue
        below = 0.0
        for i in range(firms.alive.shape[0]):
            if firms.branded[i] > 0 and firms.brand[i] == g:
                below += max(0.0, groups.brand[g] - firms.quality[i])
        name = max(0.0, groups.brand[g] - p.dilution * below / groups.carriers[g])
        for i in range(firms.alive.shape[0]):
            if firms.branded[i] > 0 and firms.brand[i] == g:
                firms.brand_name[i] = name


@rule
def police(firms, groups, ledger, cost, shares, t, p):
    """Every carrier is inspected at ``cost`` USD; one below the standard pays to come up to it, or loses the brand.

    ``shares`` (months, 4): what carrier, programme, institutions and an unrecorded payer bear of the inspection.  The
    standard is the mean quality of the carriers when the month began.  No control of a trial is inspected.
    """
    if cost <= 0.0:
        return
    for i in range(firms.alive.shape[0]):
        if firms.branded[i] == 0 or firms.alive[i] == 0 or groups.carriers[firms.brand[i]] == 0:
            continue
        if firms.assigned[i] == 0:
            continue
        me = FIRST_FIRM + i
        own = shares[t, 0] * cost
        if ledger.balance[me] < own:  # who does not pay for the inspection does not carry the brand
            firms.branded[i] = 0
            continue
        pay(ledger, books.POLICING, me, books.WORLD, own)
        pay(ledger, books.POLICING, books.PROGRAMME, books.WORLD, shares[t, 1] * cost)
        pay(ledger, books.POLICING, books.INSTITUTIONS, books.WORLD, shares[t, 2] * cost)
        pay(ledger, books.POLICING, books.UNRECORDED, books.WORLD, shares[t, 3] * cost)
        short = groups.brand[firms.brand[i]] - firms.quality[i]
        if short <= 0.0:
            continue
        bill = short * p.correction
        if ledger.balance[me] >= bill:
            pay(ledger, books.UPGRADING, me, books.WORLD, bill)
            firms.quality[i] += short
        else:
            firms.branded[i] = 0
