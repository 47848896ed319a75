"""A small question and runs without a model: what the desk reckons is known beforehand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from clustersim.desk.study_file import DeskStudy, read_desk_study
from clustersim.experiment.result import NO_FLOWS, position
from clustersim.ledger import PURPOSES, SECTORS
from clustersim.measures import MEASURES
from clustersim.scenario import Scenario

SMALL = """
format = 1
base = "stagnant"
title = "A small question"
replications = 6
seed = 3
[money]
currency = "USD"
[policies.flat]
shape = "flat"
from_share = 0.5
[policies.cliff]
shape = "cliff"
from_share = 0.5
end = "2001-12"
[policies.none]
shape = "none"
[uncertain]
"cluster.initial_trust" = { low = 0.2, high = 0.4 }
"""


def study_of(text: str, folder: Path, name: str = "small.toml", **changes: Any) -> DeskStudy:
    """The study that a text describes."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_desk_study(path, **changes)


def run(scenario: Scenario, *, seed: int = 0, replication: int = 0) -> Any:
    """A run in the model's place: joint action follows trust and the months with a programme; 1,000 a year are paid."""
    months = scenario.run.months
    measures = np.zeros((months, len(MEASURES)))
    with_one = scenario.programme.end is not None
    paid = (
        sum(offer["shares"]["programme"] if "shares" in offer else 0.25 for offer in _offers(scenario))
        if with_one
        else 0
    )
    level = scenario.cluster.initial_trust + (0.2 if with_one else 0.0) + 0.01 * replication
    measures[:, position("joint_action")] = level
    measures[:, position("trust")] = level
    measures[:, position("income")] = 100.0 + 10.0 * with_one
    flows = NO_FLOWS
    if with_one:
        flows = np.zeros(months // 12, NO_FLOWS.dtype)
        flows["month"], flows["amount"] = np.arange(months // 12) * 12, 1000.0 + 100.0 * paid
        flows["purpose"], flows["payer"] = PURPOSES.index("fair"), SECTORS.index("programme")
        flows["payee"] = SECTORS.index("rest of world")
    log = SimpleNamespace(count=np.array([1, 0]), month=np.array([12]), happened=np.array([1]), kind=np.array([0]),
                          assisted=np.array([int(with_one)]), funded=np.array([int(with_one)]))  # fmt: skip
    return SimpleNamespace(scenario=scenario, measures=measures, flows=flows, world=SimpleNamespace(log=log, burn_in=0))


def _offers(scenario: Scenario) -> list[dict[str, Any]]:
    return [dict(table.model_dump()) for table in scenario.interventions.values() if hasattr(table, "taper")]
