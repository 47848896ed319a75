"""Reciprocity docks to Axelrod (1984): tit for tat is stable if and only if the game goes on with chance 2/3 or more.

T, R, P, S = 5, 3, 1, 0.  Against tit for tat some strategy with a memory of one round is always among the best, so
it is enough to try these.
"""

from __future__ import annotations

from itertools import product

import pytest

from clustersim.rules.trust import LOYALTY
from tests.docking.adapters import trust_path

T, R, P, S = 5.0, 3.0, 1.0, 0.0
PAYOFF = {(True, True): R, (True, False): S, (False, True): T, (False, False): P}


def against_tit_for_tat(first: bool, reply: dict[tuple[bool, bool], bool], continuation: float) -> float:
    """Expected total of a strategy that answers to the last round, (own move, other's move), by ``reply``."""
    total, weight, mine, theirs = 0.0, 1.0, first, True
    for _ in range(400):
        total += weight * PAYOFF[mine, theirs]
        weight *= continuation
        mine, theirs = reply[mine, theirs], mine
    return total


def best_invader(continuation: float) -> float:
    """The most that any strategy with a memory of one round gets."""
    return max(
        against_tit_for_tat(first, dict(zip(PAYOFF, replies, strict=True)), continuation)
        for first in (True, False)
        for replies in product((True, False), repeat=4)
    )


@pytest.mark.parametrize("continuation", [0.3, 0.5, 0.66, 0.667, 0.7, 0.9])
def test_stable_from_two_thirds(continuation: float) -> None:
    kept_on = R / (1.0 - continuation)
    stable = best_invader(continuation) <= kept_on * (1.0 + 1e-9)
    assert stable == (continuation >= 2.0 / 3.0)


@pytest.mark.parametrize("dealings", list(product((True, False), repeat=6)))
def test_a_firm_that_keeps_its_word_while_trust_is_above_its_disposition_plays_tit_for_tat(
    dealings: tuple[bool, ...],
) -> None:
    # The credit of one kept promise, given at the start, is what makes tit for tat open with a kept one.
    disposition = 0.3
    path = trust_path(LOYALTY, [True, *dealings], disposition)[1:]
    assert [trust > disposition + 1e-9 for trust in path] == [True, *dealings]
