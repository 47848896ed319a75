"""Middlemen: an advance in hard times binds a small firm, which then sells to the middleman at his price.

margin = cut·price·quantity sold in ordinary trade + interest·advance outstanding.  A loan of a bank or of the own
self-help group frees it, or much cash does.  Source: UNIDO Cluster Development Programme and microfinance (about 2004).
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.randomness import ADVANCING, uniform


@rule
def bind_first(firms, key, i, p):
    """At the start: small firms by lot owe an advance that was paid before."""
    if p.share <= 0.0 or firms.alive[i] == 0 or firms.workers[i] > p.largest:
        return
    if uniform(key, 0, ADVANCING, 0, i, firms.life[i]) < p.share:
        firms.bound[i] = 1
        firms.advanced[i] = p.advance


@rule
def margin_of(firms, i, revenue, p):
    """What the middleman of firm i keeps of a month's ordinary sales, and never more than these."""
    if firms.bound[i] == 0:
        return 0.0
    return min(revenue, p.cut * revenue + p.interest * firms.advanced[i])


@rule
def settle_advances(firms, ledger, subsistence, key, t, p):
    """Who has the money of a loan, or much of its own, repays and is free; who has next to nothing takes an advance."""
    if p.share <= 0.0:
        return
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0:
            continue
        me = FIRST_FIRM + i
        cash = ledger.balance[me]
        borrowed = firms.debt[i] > 0.0 or firms.micro[i] > 0.0
        if firms.bound[i] == 1:
            kept = 0.0 if borrowed else p.release * subsistence
            if cash >= firms.advanced[i] + kept:
                pay(ledger, books.ADVANCE_REPAID, me, books.MIDDLEMEN, firms.advanced[i])
                firms.advanced[i] = 0.0
                firms.bound[i] = 0
            continue
        hungry = firms.workers[i] <= p.largest and not borrowed and cash < p.hunger * subsistence
        if hungry and uniform(key, t, ADVANCING, 1, i, firms.life[i]) < p.offer:
            pay(ledger, books.ADVANCE, books.MIDDLEMEN, me, p.advance)
            firms.advanced[i] = p.advance
            firms.bound[i] = 1
