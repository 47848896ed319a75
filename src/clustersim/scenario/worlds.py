"""Many clusters as many worlds: how large each is, which of them get the programme, and what cannot be.

Sizes are not drawn by lot: they are the equally spaced quantiles of a lognormal, scaled and kept within the bounds so
that they add up to the published number of firms, then rounded by largest remainder so that they do so exactly.  They
are a fact of the case as far as the total goes, and the same in every replication and in every arm.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from clustersim.parameters.programme import Programme, Worlds

if TYPE_CHECKING:
    from clustersim.scenario.model import Scenario

HALVINGS = 200  # of the interval in which the scale lies: to the last bit


class Share(NamedTuple):
    """One world's part of the whole."""

    firms: int
    supported: bool


@lru_cache(maxsize=32)
def divided(worlds: Worlds) -> tuple[Share, ...]:
    """Size of each world, the largest first, and whether it gets the programme.

    n_k = min(largest, max(smallest, s·exp(σ·Φ⁻¹((k + ½)/count)))), the scale s such that Σ n_k = firms; rounded down,
    and the firms still missing go to the largest remainders.  World k is supported if ⌊(k + 1)·a + ½⌋ > ⌊k·a + ½⌋, a
    the share supported: one in so many all the way from the largest to the smallest.  Raises ValueError for what
    :func:`impossible` finds.
    """
    if worlds.firms is None or list(impossible(worlds)):
        raise ValueError("these worlds cannot be made")
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    shape = [math.exp(-worlds.spread * quantile((k + 0.5) / worlds.count)) for k in range(worlds.count)]

    def sizes(scale: float) -> list[float]:
        return [min(float(worlds.largest), max(float(worlds.smallest), scale * one)) for one in shape]

    low, high = 0.0, worlds.largest / min(shape)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if math.fsum(sizes(middle)) <= worlds.firms else (low, middle)
    exact = sizes(low)
    whole = [math.floor(one) for one in exact]
    missing = worlds.firms - sum(whole)
    order = sorted(range(worlds.count), key=lambda k: (whole[k] - exact[k], k))  # the largest remainder first
    while missing > 0:
        for k in order:
            if missing > 0 and whole[k] < worlds.largest:
                whole[k] += 1
                missing -= 1
    upto = [math.floor(k * worlds.supported + 0.5) for k in range(worlds.count + 1)]
    helped = [upto[k + 1] > upto[k] for k in range(worlds.count)]
    return tuple(map(Share, whole, helped))


def world_of(scenario: Scenario, share: Share) -> Scenario:
    """One of the worlds as a scenario of its own: so many firms, and no programme where none is given."""
    cluster = scenario.cluster.model_copy(update={"firms": share.firms})
    changes: dict[str, Any] = {"worlds": Worlds(), "cluster": cluster}
    if not share.supported:
        changes |= {"interventions": {}, "programme": Programme()}
    return scenario.model_copy(update=changes)


def impossible(worlds: Worlds) -> Iterator[tuple[str, str, str]]:
    """Field, what is wrong with it, and what is allowed, where the numbers contradict each other."""
    if worlds.count == 1:
        return
    if worlds.smallest > worlds.largest:
        yield "smallest", "is above the size of the largest world", f"{worlds.largest:,} or less"
        return
    least, most = worlds.count * worlds.smallest, worlds.count * worlds.largest
    if worlds.firms is None:
        yield "firms", "is missing: several worlds divide a number of firms among them", f"{least:,} to {most:,}"
    elif not least <= worlds.firms <= most:
        message = f"cannot be divided among {worlds.count:,} worlds of {worlds.smallest:,} to {worlds.largest:,} firms"
        yield "firms", message, f"{least:,} to {most:,}"
