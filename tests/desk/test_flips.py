"""Scenario discovery: a planted corner is found and said, luck alone is not."""

from __future__ import annotations

import numpy as np

from clustersim.desk.flips import flip


def unknowns(draws: int, seed: int) -> dict[str, list[float]]:
    rng = np.random.default_rng(seed)
    return {name: list(rng.random(draws)) for name in ("trust", "memory", "value")}


def test_a_planted_corner_is_found() -> None:
    known = unknowns(300, 1)
    noise = np.random.default_rng(2).random(300) < 0.1
    found = flip("cliff", (np.array(known["trust"]) > 0.5) ^ noise, known)
    assert found is not None
    low, high = found.limits["trust"]
    assert low is not None
    assert 0.4 < low < 0.62
    assert high is None
    assert found.inside > 0.8 > found.overall
    assert "“cliff” is as good in" in found.sentence
    assert "trust is over 0." in found.sentence


def test_luck_alone_is_no_corner() -> None:
    found = [flip("x", np.random.default_rng(seed).random(200) < 0.5, unknowns(200, 100 + seed)) for seed in range(40)]
    assert (
        sum(one is not None for one in found) <= 4
    )  # one in twenty is what the test allows: 5 or more are no accident


def test_nothing_to_split_is_no_corner() -> None:
    known = unknowns(100, 5)
    assert flip("x", np.ones(100, bool), known) is None
    assert flip("x", np.zeros(100, bool), known) is None
    assert flip("x", np.arange(10) < 5, unknowns(10, 1)) is None
    assert flip("x", np.arange(100) < 50, {}) is None
