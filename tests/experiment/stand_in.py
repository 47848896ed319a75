"""A stand-in for scenarios and runs with the shapes of the real ones, and with results that are known beforehand.

A run's luck depends on seed and replication alone, never on the arm: so are the common random numbers of the real one.
"""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import Field

from clustersim.experiment.result import NO_FLOWS
from clustersim.ledger import PURPOSES, SECTORS
from clustersim.measures import MEASURES
from clustersim.parameters.declare import Section, param
from clustersim.parameters.programme import Programme, Run

FIRMS = 120


class StandInScenario(Section):
    """As much of a scenario as experiments and reports look at."""

    name: str = "toy"
    title: str = "A toy cluster"
    about: str = "Made up for tests.\n\nNothing in it is from life."
    run: Run = Run(months=72)
    programme: Programme = Programme(start="1997-01", end="1999-12")
    effect: float = param(0.1, unit="trust, 0 to 1", meaning="what the programme adds to trust", source="made up")
    interventions: dict[str, Any] = Field(default_factory=dict)
    shocks: dict[str, Any] = Field(default_factory=dict)

    def without_programme(self) -> StandInScenario:
        return self.model_copy(update={"programme": Programme(), "effect": 0.0, "interventions": {}})

    def to_toml(self) -> str:
        return f'format = 1\nname = "{self.name}"\neffect = {self.effect}\n'

    def origin(self, path: str) -> str:
        return "toy.toml:3" if path == "effect" else "default"

    def digest(self) -> str:
        return hashlib.sha256(self.to_toml().encode()).hexdigest()


def scenario(months: int = 72, end: str = "1999-12", **values: Any) -> Any:
    """A scenario whose programme adds .2 to trust."""
    given: dict[str, Any] = {"run": Run(months=months), "programme": Programme(start="1997-01", end=end), "effect": 0.2}
    return StandInScenario(**(given | values))


def luck(seed: int, replication: int, months: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(months,) normal draws for an address."""
    return np.random.default_rng([seed, replication]).normal(0.0, 0.02, months)


def run(scenario: Any, *, seed: int = 0, replication: int = 0, record_network: bool = False) -> Any:
    """A run whose trust is .3 + the scenario's effect, growing over three years, + luck; the rest follows trust."""
    months = scenario.run.months
    effect = getattr(scenario, "effect", 0.0) * (1.0 + 20.0 * luck(seed, replication, months).mean())
    trust = 0.3 + effect * np.minimum(1.0, np.arange(months) / 36.0) + np.cumsum(luck(seed, replication, months)) / 8
    made = {"trust": trust, "joint_action": trust / 2, "income": 80 + 60 * trust, "members": np.round(300 * trust),
            "cost_recovery": trust + 0.2 if effect else np.full(months, np.nan)}  # fmt: skip
    measures = np.stack([made.get(measure.name, trust * 3) for measure in MEASURES], axis=1)
    snapshots = {month: snapshot(trust[month]) for month in (0, months - 1)} if record_network else {}
    flows = payments(months, trust) if effect else NO_FLOWS
    return SimpleNamespace(measures=measures, flows=flows, snapshots=snapshots, seed=seed, replication=replication)


def payments(months: int, trust: Any) -> Any:
    """A fair a quarter, paid by firms, programme and institutions; a training a month; the broker's salary."""
    def row(month: int, purpose: str, payer: str, payee: str, amount: float) -> tuple[int, int, int, int, float]:
        return month, PURPOSES.index(purpose), SECTORS.index(payer), SECTORS.index(payee), amount

    rows = []
    for month in range(months - 1, -1, -1):  # last month first: whoever reads must put them in order
        rows.append(row(month, "training", "firms", "providers", 400 * trust[month]))
        if month < 36:
            rows.append(row(month, "broker", "programme", "workers", 500.0))
            rows.append(row(month, "training", "programme", "providers", 300.0 - 5 * month))
        if month % 3 == 0:
            rows += [row(month, "fair", payer, "rest of world", share * 3000.0)
                     for payer, share in (("firms", 0.4), ("programme", 0.35), ("institutions", 0.25), ("banks", 0.0))]
    return np.array(rows, NO_FLOWS.dtype)


def snapshot(trust: float) -> Any:
    """Firms in two villages, tied to whom they are near."""
    rng = np.random.default_rng(5)
    village = rng.integers(0, 2, FIRMS)
    x, y = rng.normal(village * 3.0, 0.8), rng.normal(0.0, 0.8, FIRMS)
    firms = {"row": np.arange(FIRMS), "x": x, "y": y, "segment": village, "trust": trust,
                          "groups": (rng.random(FIRMS) < trust).astype(int), "alive": rng.random(FIRMS) < 0.95,
                          "served": rng.random(FIRMS) < trust / 2}  # fmt: skip
    near = np.argsort((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2, axis=1, kind="stable")[:, 1:7]
    ties = {"source": np.repeat(np.arange(FIRMS), 6), "target": near.ravel(),
            "trust": np.clip(rng.normal(trust, 0.2, 6 * FIRMS), 0.0, 1.0)}  # fmt: skip
    return SimpleNamespace(firms=firms, ties=ties)
