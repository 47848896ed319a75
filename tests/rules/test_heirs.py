"""Heirs beside the owners, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.month import World
from clustersim.parameters.values import FAIR, SHOWROOM
from clustersim.rules import heirs
from tests.rules.by_hand import cluster, paid


@entry
def listen(w: World, news: float) -> None:
    """A month of listening."""
    heirs.listen_to_heirs(w.firms, news, 3, 0.02, w.p.heirs)


@entry
def call(w: World, days: float) -> float:
    """Visits to heirs."""
    spent: float = heirs.visit_heirs(w.firms, w.scratch, days, w.key, 3, 1.0, w.p.heirs.memory, w.p.broker)
    return spent


@entry
def course(w: World, seats: int) -> int:
    """A course at USD 20 a head."""
    came: int = heirs.hold_course(w.firms, w.ledger, w.scratch, seats, 20.0, w.key, 3, w.p.heirs)
    return came


def with_heirs(**values: object) -> World:
    world = cluster(cluster__bad_history=0.9, heirs__share=1.0, heirs__keen=1.0, **values)
    world.firms.in_circle[:] = 1
    return world


def test_elders_follow_an_heir_as_far_as_he_trusts_the_broker() -> None:
    world = with_heirs()
    firms, p = world.firms, world.p.heirs
    firms.bitter[:], firms.climate[:], firms.trust_broker[:] = 0.8, 0.1, 0.0
    firms.heir_climate[:], firms.heir_trust[:] = 0.5, 0.0
    firms.heir_trust[1] = 0.6
    listen(world, 0.0)
    voice = p.follow * 0.6
    assert firms.bitter[1] == pytest.approx(0.8 * (1 - voice))
    assert firms.climate[1] == pytest.approx(0.1 + voice * 0.4)
    assert firms.trust_broker[1] == pytest.approx(voice * (1 - firms.bitter[1]) * 0.6)
    assert firms.heir_trust[1] == pytest.approx(0.6 * 0.98)
    assert firms.bitter[0] == 0.8
    assert firms.climate[0] == 0.1
    assert firms.trust_broker[0] == 0.0


def test_news_moves_what_fairs_and_a_showroom_seem_worth_and_nothing_else() -> None:
    world = with_heirs()
    firms = world.firms
    firms.heir[0] = 0
    before = firms.felt.copy()
    listen(world, 1.0)
    moved = (firms.felt != before).any(axis=0)
    assert np.flatnonzero(moved).tolist() == [FAIR, SHOWROOM]
    assert (firms.felt[0] == before[0]).all()
    assert (firms.bitter > 0.5).all()


def test_a_course_takes_the_keen_up_to_its_seats_and_nobody_twice() -> None:
    world = with_heirs()
    assert course(world, 5) == 5
    assert course(world, 20) == 7
    assert course(world, 20) == 0
    assert paid(world) == [(books.TRAINING, books.PROGRAMME, books.PROVIDERS, 100.0),
                           (books.TRAINING, books.PROGRAMME, books.PROVIDERS, 140.0)]  # fmt: skip
    assert (world.firms.heir_trained == 1).all()
    assert world.firms.heir_trust == pytest.approx(world.p.heirs.course)


@pytest.mark.parametrize("memory", [0.0, 1.0])
def test_a_memory_stands_between_broker_and_heir_only_if_he_has_it(memory: float) -> None:
    world = with_heirs(heirs__memory=memory)
    firms, b = world.firms, world.p.broker
    bitter = firms.bitter.copy()
    assert call(world, 4.0) == pytest.approx(12 / b.visits_per_day)
    assert firms.heir_trust == pytest.approx(b.visit_effect * (1 - 0.7 * memory * bitter))
    assert (firms.heir_climate > 1.2 * firms.climate).all() == (memory == 0.0)
