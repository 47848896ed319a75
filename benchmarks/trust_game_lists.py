"""The trust game in plain Python lists: what anybody gets who writes the loop without a framework."""

from __future__ import annotations

import random

from benchmarks import trust_game as game


class TrustModel:
    """Firms are row numbers; ``partners[i][k]`` is i's k-th neighbour, ``back[i][k]`` where it keeps i."""

    def __init__(self, firms: int = game.FIRMS, seed: int = 1) -> None:
        graph = game.network(firms, seed)
        self.random = random.Random(seed)
        self.partners = [list(graph[i]) for i in range(firms)]
        place = [{j: k for k, j in enumerate(row)} for row in self.partners]
        self.back = [[place[j][i] for j in row] for i, row in enumerate(self.partners)]
        self.trust = [[game.START] * len(row) for row in self.partners]
        self.cash = [0.0] * firms
        self.order = list(range(firms))
        self.recorded: list[float] = []
        self.slots = [range(len(row)) for row in self.partners]

    def step(self) -> None:
        """One month."""
        uniform, choices = self.random.random, self.random.choices
        trust, cash = self.trust, self.cash
        self.random.shuffle(self.order)
        for i in self.order:
            row = trust[i]
            [k] = choices(self.slots[i], weights=row)
            j, back = self.partners[i][k], self.back[i][k]
            other = trust[j]
            i_keep, they_keep = uniform() < row[k], uniform() < other[back]
            cash[i] += game.PAYOFF[i_keep][they_keep] - game.LIVING
            cash[j] += game.PAYOFF[they_keep][i_keep]
            row[k] += game.GAIN * (1.0 - row[k]) if they_keep else -game.LOSS * row[k]
            other[back] += game.GAIN * (1.0 - other[back]) if i_keep else -game.LOSS * other[back]
        drift, target = game.DRIFT, game.DRIFT * game.DISPOSITION
        for row in trust:
            row[:] = [value - drift * value + target for value in row]
        self.recorded.append(self.mean_trust())

    def mean_trust(self) -> float:
        """Mean over all directed ties."""
        return sum(map(sum, self.trust)) / sum(map(len, self.trust))
