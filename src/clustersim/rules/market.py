"""Production and sales: prices by rule of thumb, buyers weigh price and quality, owners live off the rest.

Share of firm i in channel c of its segment: a_ic / (O_c + Σ_j a_jc) with
a = custom·Q·reach·exp(β_q·(q̃ − q₀) − β_p·(p − 1)), Q = capacity, q̃ = v·q + (1−v)·q̄: buyers verify a share v of
quality (of a certified firm more), the rest is the cluster's name, in part the brand's for a firm under a common brand.
O is an outside good, set once so that at the reference price capacity is used as ``use`` says; where goods from
elsewhere become cheaper by f, it is O·exp(β_p·f).  Price: p ← p·(1 + η·(use − target)), not below what leaves the owner
the squeezed subsistence.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.rules.middlemen import margin_of


class Market(NamedTuple):
    """Demand by segment and channel."""

    size: Any  # (segments, channels) USD a month at price 1
    outside: Any  # (segments, channels) attraction of buying elsewhere, as it was set at the start
    elsewhere: Any  # (segments, channels) the same this month, with what imports have added
    pull: Any  # (segments, channels) sum of the attractions of the cluster's firms
    quality: Any  # (segments,) mean quality weighted by output
    weight: Any  # (segments,) output
    crowd: Any  # (segments, kinds) share of the segment that took part in the last year or so
    firms: Any  # (segments,) living firms
    appeal: Any  # (segments,) 0 to 2: how well the segment feeds its small owners, for those who think of opening
    attraction: Any  # (firms, channels) scratch


@rule
def import_pressure(market, imports, t, channels):
    """Goods from elsewhere that are cheaper by a share f draw more buyers: O·exp(β_p·f)."""
    segments, width = market.outside.shape
    for c in range(width):
        cheaper = math.exp(channels.price[c] * imports[t, c])
        for s in range(segments):
            market.elsewhere[s, c] = market.outside[s, c] * cheaper


@rule
def attract(firms, market, p, brand, channels):
    """How much each firm draws the buyers of each channel."""
    segments, width = market.pull.shape
    for s in range(segments):
        market.quality[s] = market.quality[s] / market.weight[s] if market.weight[s] > 0.0 else p.common_quality
        market.firms[s] = 0.0
        for c in range(width):
            market.pull[s, c] = 0.0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0:
            continue
        s = firms.segment[i]
        market.firms[s] += 1.0
        capacity = p.capacity * firms.workers[i]
        verified, name = p.verified, market.quality[s]
        if firms.certified[i] > 0:
            verified = max(verified, brand.certified)
        if firms.branded[i] > 0:
            name += brand.share * (firms.brand_name[i] - name)
        quality = verified * firms.quality[i] + (1.0 - verified) * name - p.common_quality
        dear = firms.price[i] - 1.0
        for c in range(width):
            reach = firms.reach[i, c]
            if c > 0 and firms.branded[i] > 0:
                reach += brand.listing * (1.0 - reach)
            if reach < 0.005:
                market.attraction[i, c] = 0.0
                continue
            a = firms.custom[i] * capacity * reach * math.exp(channels.quality[c] * quality - channels.price[c] * dear)
            market.attraction[i, c] = a
            market.pull[s, c] += a


@rule
def open_market(firms, market, p, brand, channels):
    """Before the first month: size of each channel, and the outside good that makes today's capacity use normal."""
    segments, width = market.pull.shape
    market.weight[:] = 0.0
    attract(firms, market, p, brand, channels)
    for s in range(segments):
        full = 0.0
        for i in range(firms.alive.shape[0]):
            if firms.alive[i] == 1 and firms.segment[i] == s:
                full += p.capacity * firms.workers[i]
        distant = 0.0
        for c in range(1, width):
            market.size[s, c] = channels.size[c] * full
            market.outside[s, c] = 0.3 * full + 1e-9
            distant += market.size[s, c] * market.pull[s, c] / (market.outside[s, c] + market.pull[s, c])
        market.size[s, 0] = channels.size[0] * full
        wanted = max(0.05 * full, p.use * full - distant)
        market.outside[s, 0] = market.pull[s, 0] * max(0.0, market.size[s, 0] / (wanted + 1e-9) - 1.0) + 1e-9


@rule
def trade(firms, market, ledger, demand, p, households, credit, middlemen, ageing):
    """Each firm sells, pays materials, rent, wages and interest, draws its living, and sets next month's price."""
    segments, width = market.pull.shape
    for s in range(segments):
        market.quality[s] = 0.0
        market.weight[s] = 0.0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0:
            continue
        s = firms.segment[i]
        me = FIRST_FIRM + i
        capacity = p.capacity * firms.workers[i]
        wanted = 0.0
        for c in range(width):
            if market.attraction[i, c] > 0.0:
                share = market.attraction[i, c] / (market.elsewhere[s, c] + market.pull[s, c])
                wanted += demand * market.size[s, c] * share
        unit_materials = p.materials * (1.0 - (firms.discount[i] + firms.process[i] + firms.treated[i]))
        # Orders from fairs come first, as far as cash buys the materials for them.
        orders = min(firms.orders[i], 0.6 * capacity)
        orders = min(orders, max(0.0, ledger.balance[me]) / unit_materials)
        normal = min(wanted, capacity - orders)
        output = orders + normal
        price = firms.price[i]
        unit_wage = p.wage / p.capacity * (1.0 - firms.family[i] / firms.workers[i])
        sales = normal * price + orders * p.order_price
        materials = unit_materials * output
        overhead = p.overhead * capacity
        wages = unit_wage * output
        interest = firms.debt[i] * credit.interest / 12.0
        margin = margin_of(firms, i, normal * price, middlemen)
        firms.margin[i] = margin
        hired = firms.workers[i] - firms.family[i]
        if hired > 0.0:  # where there is more than the owner's household needs, workers get some of it
            spare = sales - materials - overhead - wages - interest - margin - households.subsistence
            wages += p.sharing * max(0.0, spare)
            firms.wage[i] = wages / hired
        pay(ledger, books.SALES, books.WORLD, me, sales)
        pay(ledger, books.MATERIALS, me, books.WORLD, materials)
        pay(ledger, books.OVERHEAD, me, books.WORLD, overhead)
        pay(ledger, books.WAGES, me, books.WORKERS, wages)
        pay(ledger, books.INTEREST, me, books.BANKS, interest)
        pay(ledger, books.MARGIN, me, books.MIDDLEMEN, margin)
        income = sales - materials - overhead - wages - interest - margin
        firms.orders[i] -= orders
        firms.output[i] = output
        firms.use[i] = output / capacity
        firms.income[i] = income
        firms.income_year[i] += (income - firms.income_year[i]) / 12.0
        market.quality[s] += firms.quality[i] * output
        market.weight[s] += output

        need = households.subsistence
        floor = households.squeeze * need
        upgrade = 0.0
        if income > need:
            draw = need + households.spending * max(0.0, income - need - min(firms.instalment[i], firms.debt[i]))
            upgrade = p.upgrading * (income - need)
        else:
            draw = max(floor, income)  # the owner takes less than the household needs (self-exploitation)
        due = min(firms.instalment[i], firms.debt[i])  # the next instalment is put aside before the family draws
        cash = ledger.balance[me] - due
        if cash > 2.0 * sales + need:  # idle cash goes home
            draw += 0.1 * (cash - 2.0 * sales - need)
        draw = max(0.0, min(draw, cash - upgrade))
        upgrade = max(0.0, min(upgrade, cash - draw))
        pay(ledger, books.DRAW, me, books.HOUSEHOLDS, draw)
        firms.earnings[i] = (wages + draw) / firms.workers[i]
        pay(ledger, books.UPGRADING, me, books.WORLD, upgrade)
        firms.starving[i] = firms.starving[i] + 1 if draw < 0.999 * floor else 0

        spent = upgrade / (100.0 * firms.workers[i])
        keep = min(1.0, p.common_quality + firms.skill[i])
        firms.quality[i] += min(1.0, p.upgrade_effect * spent) * (1.0 - firms.quality[i])
        firms.quality[i] -= p.wear * (firms.quality[i] - keep)
        firms.skill[i] -= 0.3 * p.wear * firms.skill[i]
        for c in range(1, width):
            firms.reach[i, c] -= p.reach_loss * (firms.reach[i, c] - firms.habit[i, c])
        if firms.discount_left[i] > 0:
            firms.discount_left[i] -= 1
            if firms.discount_left[i] == 0:
                firms.discount[i] = 0.0
        firms.process[i] -= ageing * firms.process[i]
        firms.certified[i] = max(0, firms.certified[i] - 1)
        firms.branded[i] = max(0, firms.branded[i] - 1)
        lowest = unit_materials + unit_wage + (p.overhead * capacity + floor) / (p.use * capacity)
        price *= 1.0 + p.adjustment * (firms.use[i] - p.use)
        firms.price[i] = min(2.0, max(price, min(lowest, 1.0)))
    for s in range(segments):
        for k in range(market.crowd.shape[1]):
            market.crowd[s, k] -= market.crowd[s, k] / 12.0
