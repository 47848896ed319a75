"""What one participant gets out of a joint activity.

Worth = gain·fit·luck; for marketing activities times 1 − x + x/(1 + A/A½), A the share of the segment that took part
in the last year or so: they share one market.  Learning by use: felt += use·(worth experienced over promised − felt).
"""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.parameters.values import CATALOGUE, EXPO, EXPORT, FAIR, NATIONAL, PURCHASE, SHOWROOM, TRAINING
from clustersim.randomness import DELIVERY, normal


@rule
def deliver(firms, market, key, t, i, kind, g, came, p, gain, market_p, brand_term, learning):
    """What one participant gets out of it; the believed worth moves to what it was worth (learning by use)."""
    s = firms.segment[i]
    luck = 1.0 + 0.25 * normal(key, t, DELIVERY, kind, i, 0)
    luck = max(0.1, luck)
    ratio = luck
    if kind in (FAIR, SHOWROOM, EXPO):
        crowd = market.crowd[s, kind] / p.crowding_half
        ratio *= 1.0 - p.crowding + p.crowding / (1.0 + crowd)
        ratio *= 1.0 + 1.5 * (firms.quality[i] - market_p.common_quality)
        ratio = max(0.0, ratio)
    worth = gain * firms.fit[i, kind] * ratio
    if kind in (FAIR, EXPO):
        margin = market_p.order_price - market_p.materials - 0.7 * market_p.wage / market_p.capacity
        firms.orders[i] += worth / max(0.05, margin)
        c = EXPORT if kind == EXPO else NATIONAL
        firms.reach[i, c] += 0.03 * ratio * (1.0 - firms.reach[i, c])
    elif kind == PURCHASE:
        firms.discount[i] = 0.03 + 0.05 * min(1.0, came / 20.0)
        firms.discount_left[i] = 6
        worth = firms.discount[i] * market_p.materials * firms.output[i] * 6.0
        ratio = worth / gain
    elif kind == TRAINING:
        firms.skill[i] += 0.05 * ratio * max(0.0, 1.0 - firms.skill[i] / 0.4)
        firms.quality[i] += min(1.0, 0.5 * 0.05 * ratio) * max(0.0, 1.0 - firms.quality[i])
    elif kind == SHOWROOM:
        firms.reach[i, 1] += 0.15 * ratio * (1.0 - firms.reach[i, 1])
        firms.reach[i, 2] += 0.05 * ratio * (1.0 - firms.reach[i, 2])
    elif kind == CATALOGUE:
        firms.branded[i] = brand_term
        firms.brand[i] = g
    firms.felt[i, kind] += learning.use * (min(2.0, ratio) - firms.felt[i, kind])
    firms.guess[i, kind] += learning.use * (firms.fit[i, kind] - firms.guess[i, kind])
    market.crowd[s, kind] += 1.0 / max(1.0, market.firms[s])
