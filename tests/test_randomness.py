"""Draws by address: Philox gives its published answers, and neighbouring addresses give independent draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from clustersim import randomness
from clustersim.compile import entry

SIXTEEN_BITS = 1 << 16


def opened(rule: Any) -> Any:
    """The same rule with a door to Python."""
    return entry(getattr(rule, "py_func", rule))


lanes, uniform, uniforms, normal = (
    opened(getattr(randomness, name)) for name in ("lanes", "uniform", "uniforms", "normal")
)


# Known answers of Random123 (kat_vectors) for philox 4x32-10: counter, key, result.
@pytest.mark.parametrize(
    ("counter", "key", "result"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_philox_gives_the_published_answers(counter: str, key: str, result: str) -> None:
    numbers = [int(word, 16) for word in f"{key} {counter}".split()]
    assert " ".join(f"{int(lane):08x}" for lane in lanes(*numbers)) == result


def test_no_two_events_share_a_code() -> None:
    codes = {name: value for name, value in vars(randomness).items() if name.isupper() and type(value) is int}
    assert len(codes) > 30
    assert len(set(codes.values())) == len(codes)
    assert all(0 < code < SIXTEEN_BITS for code in codes.values())


@pytest.mark.parametrize("months", [0, SIXTEEN_BITS - 1])
def test_month_and_event_do_not_run_into_each_other(months: int) -> None:
    """They share one word of the counter: the last month of one event is not the first of the next."""
    assert uniform((1, 2), months, 3, 0, 0, 0) != uniform((1, 2), SIXTEEN_BITS - 1 - months, 4, 0, 0, 0)
    assert uniform((1, 2), SIXTEEN_BITS - 1, 3, 0, 0, 0) != uniform((1, 2), 0, 4, 0, 0, 0)


# The coordinates of an address: seed, replication, month, event, occurrence, firm, other firm.
HERE = (7, 3, 24, 5, 1, 40, 9)
COORDINATES = ("seed", "replication", "month", "event", "occurrence", "a", "b")
MANY = 20_000


def draws(coordinate: int, draw: Any) -> np.ndarray:
    """Draws at addresses that differ in one coordinate only, each one further than the one before."""
    found = []
    for k in range(MANY):
        address = list(HERE)
        address[coordinate] += k
        found.append(draw((address[0], address[1]), *address[2:]))
    return np.array(found)


@pytest.mark.parametrize("coordinate", range(7), ids=COORDINATES)
def test_neighbouring_addresses_give_uniform_independent_draws(coordinate: int) -> None:
    four = draws(coordinate, uniforms)
    assert four.min() > 0.0
    assert four.max() < 1.0
    assert np.array_equal(four[:, 0], draws(coordinate, uniform))
    for lane in four.T:
        # chi-square of 50 equal cells, 49 degrees of freedom: mean 49, deviation 9.9
        cells = np.bincount((lane * 50).astype(int), minlength=50)
        assert 15 < ((cells - MANY / 50) ** 2 / (MANY / 50)).sum() < 100
        # pairs of neighbours in 10 by 10 cells, 99 degrees of freedom: mean 99, deviation 14.1
        pairs = np.bincount((lane[:-1] * 10).astype(int) * 10 + (lane[1:] * 10).astype(int), minlength=100)
        assert 45 < ((pairs - (MANY - 1) / 100) ** 2 / ((MANY - 1) / 100)).sum() < 165
    # between lanes and between neighbours, correlations within five standard errors
    lagged = np.corrcoef(np.hstack([four[:-1], four[1:]]).T)
    assert np.abs(lagged[np.triu_indices(8, 1)]).max() < 5 / math.sqrt(MANY)


def test_normal_draws_have_the_moments_of_a_normal() -> None:
    z = draws(5, normal)
    assert abs(z.mean()) < 5 / math.sqrt(MANY)
    assert abs(z.std() - 1.0) < 5 / math.sqrt(2 * MANY)
    assert abs((z**3).mean()) < 5 * math.sqrt(15 / MANY)
    # eight uniform lanes: the fourth moment is 3 - 1.2/8 instead of 3
    assert abs((z**4).mean() - 2.85) < 5 * math.sqrt(80 / MANY)
    assert abs(z).max() <= math.sqrt(24.0)
