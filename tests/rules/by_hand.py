"""A small cluster to be set up by hand, and what was paid in it."""

from __future__ import annotations

from clustersim.month import World
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 2, "run.burn_in": 0,
    "turnover.spare": 0.0,
}  # fmt: skip


def cluster(**values: object) -> World:
    named = {key.replace("__", "."): value for key, value in values.items()}
    return new_world(Scenario().with_values({**SMALL, **named}))


def paid(world: World) -> list[tuple[int, int, int, float]]:
    """Purpose, payer, payee and amount of every payment so far."""
    ledger = world.ledger
    return [(int(ledger.purpose[r]), int(ledger.payer[r]), int(ledger.payee[r]), float(ledger.amount[r]))
            for r in range(ledger.count[0])]  # fmt: skip
