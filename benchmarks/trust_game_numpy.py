"""The trust game in numpy: all firms at once, so all decide by the trust they had when the month began."""

from __future__ import annotations

import numpy as np

from benchmarks import trust_game as game


class TrustModel:
    """Ties lie firm after firm in flat arrays; ``first[i]`` is where firm i's ties begin."""

    def __init__(self, firms: int = game.FIRMS, seed: int = 1) -> None:
        graph = game.network(firms, seed)
        ties = [(i, j) for i in range(firms) for j in graph[i]]
        place = {tie: k for k, tie in enumerate(ties)}
        self.random = np.random.default_rng(seed)
        self.target = np.array([j for _, j in ties])
        self.back = np.array([place[j, i] for i, j in ties])
        self.first = np.concatenate(([0], np.cumsum([len(graph[i]) for i in range(firms)])))
        self.trust = np.full(len(ties), game.START)
        self.cash = np.zeros(firms)
        self.recorded: list[float] = []
        self.payoff = np.array(game.PAYOFF)

    def step(self) -> None:
        """One month."""
        firms = self.cash.size
        # Each firm throws a dart at its own stretch of the running sum of trust.
        running = np.concatenate(([0.0], np.cumsum(self.trust)))
        low, high = running[self.first[:-1]], running[self.first[1:]]
        dart = low + self.random.random(firms) * (high - low)
        mine = np.searchsorted(running, dart, side="right") - 1
        np.clip(mine, self.first[:-1], self.first[1:] - 1, out=mine)  # a dart may round on to the edge
        theirs, partner = self.back[mine], self.target[mine]
        i_keep = self.random.random(firms) < self.trust[mine]
        they_keep = self.random.random(firms) < self.trust[theirs]
        first, second = i_keep.astype(np.intp), they_keep.astype(np.intp)
        self.cash += self.payoff[first, second] - game.LIVING
        self.cash += np.bincount(partner, weights=self.payoff[second, first], minlength=firms)
        # No tie occurs twice within one line, though two firms that pick each other meet in both.
        self._learn(mine, they_keep)
        self._learn(theirs, i_keep)
        self.trust += game.DRIFT * (game.DISPOSITION - self.trust)
        self.recorded.append(self.mean_trust())

    def _learn(self, ties: np.ndarray, kept: np.ndarray) -> None:
        trust = self.trust[ties]
        self.trust[ties] = np.where(kept, trust + game.GAIN * (1.0 - trust), trust - game.LOSS * trust)

    def mean_trust(self) -> float:
        """Mean over all directed ties."""
        return float(self.trust.mean())
