"""A small study whose numbers are known: six points of a grid in two arms, one run failed and one not run."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import numpy as np

from clustersim.errors import InputWarning
from clustersim.measures import MEASURES
from clustersim.scenario import Scenario, load_scenario
from clustersim.study.design.factors import Levels, Range
from clustersim.study.design.plan import Arm, Plan, Point
from clustersim.study.store.folder import Store
from clustersim.study.work import Batch

NAMES = [measure.name for measure in MEASURES]
TRUST, INCOME, EMPTY = NAMES.index("trust"), NAMES.index("income"), NAMES.index("first_meeting")
GAINS, RULES, REPLICATIONS, MONTHS = (0.1, 0.2, 0.3), ("beta", "wary"), 4, 30
POINTS = tuple(Point((gain, rule)) for gain in GAINS for rule in RULES)
FAILED, PENDING = 2, 45
"""positions: point 0, arm taper, replication 2 failed; point 5, arm none, replication 1 has not been run"""


@cache
def jaipur() -> Scenario:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return load_scenario("jaipur")


def plan() -> Plan:
    arms = (Arm("taper", jaipur()), Arm("none", jaipur().without_programme()))
    factors = (Range("trust.gain", low=0.0, high=1.0), Levels("trust.rule", choices=RULES))
    return Plan("try", arms, factors, POINTS, REPLICATIONS, seed=7, design="grid", series=("trust",))


def trust(arm: int, point: int, replication: int) -> float:
    """Luck is worth 10 a replication, the programme the factor's gain; with the rule wary, half of it."""
    effect = GAINS[point // 2] * (0.5 if point % 2 else 1.0) + 0.001 * replication * (point + 1)
    return 10.0 * replication + (effect if arm == 0 else 0.0)


def batch(of: Plan, positions: list[int], failed: frozenset[int] = frozenset()) -> Batch:
    end = np.ones((len(positions), len(NAMES)))
    series = []
    for row, position in enumerate(positions):
        arm, point, replication = of.key(position)
        end[row, TRUST], end[row, INCOME] = trust(arm, point, replication), 110.0 if arm == 0 else 100.0
        months = position + np.arange(MONTHS, dtype=float)
        months[0] = np.nan
        series.append(months[None, : 0 if position in failed else MONTHS])
    end[:, EMPTY] = np.nan
    end[[position in failed for position in positions]] = np.nan
    errors = tuple("it broke" if position in failed else "" for position in positions)
    return Batch(np.array(positions), end, end + 0.5, tuple(series), errors, 0.1)


def saved(folder: Path, batches: list[tuple[list[int], frozenset[int]]]) -> Path:
    with Store.write(folder, plan()) as store:
        for positions, failed in batches:
            store.add(batch(plan(), positions, failed))
            store.flush()
    return folder
