"""Investments of single firms that others help to pay: equipment and process, certificates.

A firm takes part only if its margin above subsistence carries its share: own ≤ payback·(income − subsistence), and it
has the cash.  So help of this kind passes by those who live from hand to mouth.
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.levers import CERTIFICATE, TECHNOLOGY
from clustersim.randomness import INVESTING, uniform
from clustersim.rules.phases import due


@rule
def wants(firms, market, i, kind, p):
    """Whether there is something in it: equipment has aged, or a certificate would show quality to advantage."""
    if kind == TECHNOLOGY:
        return firms.process[i] < p.renewal * p.saving
    s = firms.segment[i]  # after the sales of the month the market holds a sum, weighted by output
    return firms.certified[i] == 0 and firms.quality[i] * market.weight[s] > market.quality[s]


@rule
def co_finance(firms, market, ledger, grants, subsistence, key, t, p):
    """Firms take up standing offers, beginning at a firm drawn by lot, until the places are gone."""
    for o in range(grants.kind.shape[0]):
        if not due(grants, o, t) or grants.taken[o] >= grants.places[o]:
            continue
        kind, cost = grants.kind[o], grants.cost[o]
        own = grants.participants[o] * cost
        purpose = books.CERTIFICATION if kind == CERTIFICATE else books.TECHNOLOGY
        n = firms.alive.shape[0]
        from_here = int(uniform(key, t, INVESTING, 2 + kind, grants.first[o], 0) * n)
        for k in range(n):
            i = (from_here + k) % n
            if grants.taken[o] >= grants.places[o]:
                break
            if firms.alive[i] == 0 or firms.assigned[i] == 0:
                continue
            if grants.members[o] == 1 and firms.group[i, 0] < 0 and firms.group[i, 1] < 0:
                continue
            if uniform(key, t, INVESTING, kind, i, firms.life[i]) >= p.interest or not wants(firms, market, i, kind, p):
                continue
            margin = firms.income_year[i] - subsistence
            if margin <= 0.0 or own > p.payback * margin or ledger.balance[FIRST_FIRM + i] < own:
                continue
            pay(ledger, purpose, FIRST_FIRM + i, books.WORLD, own)
            pay(ledger, purpose, books.PROGRAMME, books.WORLD, grants.programme[o] * cost)
            pay(ledger, purpose, books.INSTITUTIONS, books.WORLD, grants.institutions[o] * cost)
            pay(ledger, purpose, books.UNRECORDED, books.WORLD, grants.unrecorded[o] * cost)
            grants.taken[o] += 1
            if grants.programme[o] > 0.0:
                firms.served[i] = 1
            if kind == TECHNOLOGY:
                firms.process[i] = max(firms.process[i], p.saving)
                firms.quality[i] += p.quality * (1.0 - firms.quality[i])
            else:
                firms.certified[i] = grants.term[o]
