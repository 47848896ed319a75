"""The market for the services of the catalogue: who makes them fit small firms, and what they ask for it.

A provider with n − 1 rivals asks  p = c + power·max(0, v̄ − c)/n,  v̄ what those who asked lately thought it worth, not
under c·(1 + least mark-up), and held to the cap of a contract.  One more enters if
caution·boldness·(requests a month)/n·(p′ − c)·horizon ≥ development (×``imitation`` once somebody has made it fit),
n and p′ with the entrant; of n able providers the m-th boldest has boldness 2(n − m + ½)/n: among many
there are bolder ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import pay


class Bds(NamedTuple):
    """What is known in the market of each service of the catalogue; one row a service."""

    requests: Any  # running mean of requests a month that are worth a fair price
    worth: Any  # USD, running mean of what those who asked thought it worth if it fitted
    able: Any  # providers able to make it
    active: Any  # of them have made it fit small firms
    since: Any  # month in which the first did, -1 before
    best: Any  # row of the provider that asks least, -1 if none
    users: Any  # uses of it so far, by anybody
    sold: Any  # fitting services sold, at full price
    helped: Any  # fitting or generic services sold with help
    generic: Any  # generic ones sold at full price
    orders: Any  # joint orders
    buyers: Any  # firms in them
    revenue: Any  # USD paid in joint orders
    listed: Any  # USD that the same firms would have paid one by one


@rule
def asking(cost, worth, rivals, p):
    """The price that a provider with so many rivals aims at."""
    return max(cost * (1.0 + p.least_mark_up), cost + p.power * max(0.0, worth - cost) / (1.0 + rivals))


@rule
def survey_market(bds, providers):
    """Count the providers of each service, and find who asks least."""
    for k in range(bds.active.shape[0]):
        bds.active[k] = 0
        bds.able[k] = 0
        bds.best[k] = -1
    for r in range(providers.service.shape[0]):
        k = providers.service[r]
        if k < 0:
            continue
        bds.able[k] += 1
        if providers.customised[r] == 1:
            bds.active[k] += 1
            if bds.best[k] < 0 or providers.price[r] < providers.price[bds.best[k]]:
                bds.best[k] = r


@rule
def next_able(providers, k):
    """The boldest provider able to make service k fit who has not done so; -1 if there is none."""
    for r in range(providers.service.shape[0]):
        if providers.service[r] == k and providers.customised[r] == 0:
            return r
    return -1


@rule
def make_fit(providers, bds, r, price, t):
    """A provider has made its service fit small firms and puts it on sale."""
    providers.customised[r] = 1
    providers.price[r] = price
    if bds.since[providers.service[r]] < 0:
        bds.since[providers.service[r]] = t
    survey_market(bds, providers)


@rule
def supply(providers, bds, ledger, catalogue, t, p):
    """Providers forget a little, decide whether to enter, and set their prices."""
    survey_market(bds, providers)
    for k in range(bds.requests.shape[0]):
        bds.requests[k] -= p.attention * bds.requests[k]
        if bds.requests[k] <= 0.0:
            continue
        cost = catalogue.cost[k]
        entrant = next_able(providers, k)
        if entrant >= 0:
            rivals = bds.active[k]
            price = asking(cost, bds.worth[k], rivals, p)
            daring = min(1.0, p.caution * providers.boldness[entrant])
            back = daring * bds.requests[k] / (1.0 + rivals) * (price - cost) * p.horizon
            development = catalogue.development[k] * (p.imitation if rivals > 0 else 1.0)
            if back >= development:
                pay(ledger, books.DEVELOPMENT, books.PROVIDERS, books.WORLD, development)
                make_fit(providers, bds, entrant, price, t)
    for r in range(providers.service.shape[0]):
        k = providers.service[r]
        if k < 0 or providers.customised[r] == 0:
            continue
        aim = asking(catalogue.cost[k], bds.worth[k], bds.active[k] - 1, p)
        providers.price[r] += p.price_step * (aim - providers.price[r])
        if t < providers.capped[r] and providers.price[r] > providers.cap[r]:
            providers.price[r] -= p.contract * (providers.price[r] - providers.cap[r])
    survey_market(bds, providers)
