"""Partner choice docks to Santos, Pacheco and Lenaerts (2006): the faster ties are rewired, the more co-operation.

Prisoner's dilemma on a network.  With chance 1/(1 + W) a firm may imitate a neighbour (Fermi rule), otherwise one end
of a tie may leave a defector for a random neighbour of that defector; the better off of the two is likelier to decide.
"""

from __future__ import annotations

import math
import random

FIRMS, DEGREE, EVENTS = 100, 10, 40_000
TEMPTATION, REWARD, PUNISHMENT, SUCKER = 1.5, 1.0, 0.0, -0.5
INTENSITY = 0.02


def network(luck: random.Random) -> list[set[int]]:
    """A random graph of a given mean degree."""
    neighbours: list[set[int]] = [set() for _ in range(FIRMS)]
    for _ in range(FIRMS * DEGREE // 2):
        a, b = luck.sample(range(FIRMS), 2)
        while b in neighbours[a]:
            a, b = luck.sample(range(FIRMS), 2)
        neighbours[a].add(b)
        neighbours[b].add(a)
    return neighbours


def final_cooperation(rewiring: float, seed: int) -> float:
    """Share of co-operators at the end, from one half; ``rewiring`` = W, ties rewired for each imitation."""
    luck = random.Random(seed)
    neighbours = network(luck)
    cooperates = [i % 2 == 0 for i in range(FIRMS)]

    def payoff(i: int) -> float:
        kept = sum(cooperates[j] for j in neighbours[i])
        broken = len(neighbours[i]) - kept
        if cooperates[i]:
            return REWARD * kept + SUCKER * broken
        return TEMPTATION * kept + PUNISHMENT * broken

    for _ in range(EVENTS):
        a = luck.randrange(FIRMS)
        b = luck.choice(sorted(neighbours[a]))
        b_prevails = luck.random() < 1.0 / (1.0 + math.exp(-INTENSITY * (payoff(b) - payoff(a))))
        if luck.random() * (1.0 + rewiring) < 1.0:
            if b_prevails:
                cooperates[a] = cooperates[b]
                if len(set(cooperates)) == 1:
                    break
            continue
        leaver, left = (b, a) if b_prevails else (a, b)
        if cooperates[left] or len(neighbours[left]) == 1:  # content, or the last tie of the other: it stays
            continue
        new = luck.choice(sorted(neighbours[left]))
        if new == leaver or new in neighbours[leaver]:
            continue
        neighbours[leaver] ^= {left, new}
        neighbours[left].remove(leaver)
        neighbours[new].add(leaver)
    return sum(cooperates) / FIRMS


def test_faster_rewiring_raises_cooperation() -> None:
    slow, middling, fast = (
        sum(final_cooperation(rewiring, seed) for seed in range(12)) / 12 for rewiring in (0.0, 1.0, 4.0)
    )
    assert slow < 0.1
    assert slow < middling < fast
    assert fast > 0.9
