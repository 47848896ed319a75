"""Loyalty docks to Klos and Nooteboom (2001): what their market of buyers and suppliers shows, it shows here.

Buyers and suppliers are matched every period by deferred acceptance.  Each ranks the other side by
profit^a · trust^(1−a), and by chance, and learns which a pays.  Profit rises with the supplier's scale and with what
the pair has learned together.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from tests.docking.adapters import loyalty_trust

SIZE, QUOTA, PERIODS = 12, 3, 100
DIFFERENTIATION, START, SPEED, NOISE = 0.45, 0.3, 0.5, 0.3
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)


@cache
def learned(x: int) -> float:
    """Efficiency from x periods together, or from a scale of x: nought at the first, towards one."""
    return 1.0 - 1.0 / (SPEED * x + 1.0 - SPEED) if x > 0 else 0.0


@cache
def trust_after(x: int) -> float:
    """Trust in a partner of x periods in a row."""
    return loyalty_trust(START, SPEED, max(x, 1))


def profit(together: int, scale: int) -> float:
    """Profit of a tie: differentiated products need specific assets, whose cost falls as the pair learns."""
    d = DIFFERENTIATION
    return (1.0 + d) - (d / (1.0 + learned(together)) + (1.0 - d) / (1.0 + learned(scale)))


def score(weight: float, together: int, scale: int, luck: random.Random) -> float:
    """How one side sees a tie."""
    seen: float = profit(together, scale) ** weight * trust_after(together) ** (1.0 - weight)
    return seen + NOISE * luck.random()


def match(buyers: list[list[int]], suppliers: list[list[float]]) -> list[int]:
    """Deferred acceptance: buyers ask in the order of their lists, suppliers keep the best they were asked by."""
    held: list[list[int]] = [[] for _ in range(SIZE)]
    asked = [0] * SIZE
    free = list(range(SIZE))
    while free:
        i = free.pop()
        j = buyers[i][asked[i]]
        asked[i] += 1
        held[j].append(i)
        if len(held[j]) > QUOTA:
            worst = min(held[j], key=lambda k: suppliers[j][k])
            held[j].remove(worst)
            free.append(worst)
    partner = [0] * SIZE
    for j, those in enumerate(held):
        for i in those:
            partner[i] = j
    return partner


def history(seed: int) -> tuple[list[list[int]], list[float]]:
    """Each period's partner of each buyer, and the mean profit."""
    luck = random.Random(seed)
    together = [[0] * SIZE for _ in range(SIZE)]
    strength = [[1.0] * len(WEIGHTS) for _ in range(2 * SIZE)]
    scale, partners, profits = [1] * SIZE, [], []
    for _ in range(PERIODS):
        chosen = [luck.choices(range(len(WEIGHTS)), weights=row)[0] for row in strength]
        weight = [WEIGHTS[k] for k in chosen]
        asks = [[score(weight[i], together[i][j], scale[j], luck) for j in range(SIZE)] for i in range(SIZE)]
        lists = [sorted(range(SIZE), key=row.__getitem__, reverse=True) for row in asks]
        ranks = [[score(weight[SIZE + j], together[i][j], scale[j], luck) for i in range(SIZE)] for j in range(SIZE)]
        partner = match(lists, ranks)
        together = [[together[i][j] + 1 if partner[i] == j else 0 for j in range(SIZE)] for i in range(SIZE)]
        scale = [max(1, partner.count(j)) for j in range(SIZE)]
        gained = [profit(together[i][j], scale[j]) for i, j in enumerate(partner)]
        for i, j in enumerate(partner):
            strength[i][chosen[i]] += gained[i] / 2.0
            strength[SIZE + j][chosen[SIZE + j]] += gained[i] / 2.0
        partners.append(partner)
        profits.append(sum(gained) / SIZE)
    return partners, profits


@pytest.fixture(scope="module")
def runs() -> list[tuple[list[list[int]], list[float]]]:
    return [history(seed) for seed in range(20)]


def test_switching_falls_with_the_age_of_a_tie(runs: list[tuple[list[list[int]], list[float]]]) -> None:
    at_risk, left = np.zeros(PERIODS + 1), np.zeros(PERIODS + 1)
    for partners, _ in runs:
        age = [1] * SIZE
        for before, after in pairwise(partners):
            for i in range(SIZE):
                at_risk[age[i]] += 1
                left[age[i]] += before[i] != after[i]
                age[i] = 1 if before[i] != after[i] else age[i] + 1
    bins = [slice(1, 2), slice(2, 4), slice(4, 8), slice(8, 16), slice(16, 32)]
    switching = [left[ages].sum() / at_risk[ages].sum() for ages in bins]
    assert switching == sorted(switching, reverse=True)
    assert switching[0] > 2.0 * switching[-1]


def test_realised_profit_rises_but_stays_below_the_optimum(runs: list[tuple[list[list[int]], list[float]]]) -> None:
    mean = np.mean([profits for _, profits in runs], axis=0)
    # The best there is: every supplier that has buyers is full, and no pair ever parted.
    optimum = profit(PERIODS, QUOTA)
    assert mean[:3].mean() < mean[-25:].mean() < 0.99 * optimum
