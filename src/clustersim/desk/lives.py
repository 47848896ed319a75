"""Every policy lived on the same luck and the same unknowns, replication by replication."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.desk.study_file import Draws
from clustersim.errors import ClusterSimError, InputError, Problem
from clustersim.experiment.execute import run_all
from clustersim.experiment.result import position
from clustersim.ledger import ACTIVITY_PURPOSES, PURPOSES, SECTORS
from clustersim.parameters.values import KINDS as ACTIVITIES
from clustersim.scenario import Scenario
from clustersim.study.design.apply import applied

Array = NDArray[np.float64]
MEASURED = ("trust", "joint_action", "unassisted", "broker_free_share", "willingness_to_pay", "income", "poverty",
            "cost_recovery", "cost_recovery_total", "leverage", "programme_cost", "spent_private", "spent_institutions",
            "spent_programme", "spent_unrecorded", "spent_broker", "services_paid", "conflicts")  # fmt: skip
"""the measures that are kept month by month"""
PAYERS = ("programme", "institutions", "firms", "unrecorded")
"""who pays for the programme's cause; what firms pay counts for activities only, not their trade"""
OF_FIRMS = {*ACTIVITY_PURPOSES, "failed try", "guarantee deposit", "service"}
FAIR = ACTIVITIES.index("fair")


class Lived(NamedTuple):
    """What is kept of one run."""

    measures: Array
    """(measures, months) in the order of MEASURED"""
    ledger: Array
    """(payers, purposes, years) in USD of 1999"""
    fairs: Array
    """(2, years) fairs that took place, and those of them without a broker's day and programme money"""


@dataclass(frozen=True)
class Lives:
    """All runs of a study; arrays are by replication, in order."""

    measures: dict[str, Array]
    """policy -> (replications, measures, months); NaN where there is nothing to measure"""
    ledger: dict[str, Array]
    """policy -> (replications, payers, purposes, years) in USD of 1999"""
    fairs: dict[str, Array]
    """policy -> (replications, 2, years)"""
    failed: tuple[str, ...]
    """runs that stopped, in words; their replication is left out under every policy"""
    kept: tuple[int, ...]
    """the replications that all policies have"""

    def series(self, policy: str, measure: str) -> Array:
        """One measure, (replications, months)."""
        found: Array = self.measures[policy][:, MEASURED.index(measure), :]
        return found


def live_all(scenarios: Mapping[str, Scenario], *, replications: int, seed: int, draws: Draws | None = None,
             first: int = 0, workers: int | None = None, run: Callable[..., Any] | None = None,
             progress: Callable[[int, int], None] | None = None) -> Lives:  # fmt: skip
    """Live every scenario on the replications from ``first`` on, each with the values that ``draws`` gives it.

    A run that stops with a fault is left out, and so is its replication of every other policy, so that comparisons
    stay paired; it is reported.  Raises InputError if values do not go together, or if nothing is left.
    """
    if run is None:
        from clustersim.simulation import run as simulate

        run = simulate

    def one(address: tuple[str, int]) -> Lived | ClusterSimError:
        name, replication = address
        values = draws(replication) if draws is not None else {}
        try:
            return kept_of(run(applied(scenarios[name], values), seed=seed, replication=replication))
        except InputError:
            raise
        except ClusterSimError as fault:
            return fault

    numbers = range(first, first + replications)
    done = run_all([(name, r) for r in numbers for name in scenarios], one, workers or os.cpu_count() or 1, progress)
    faults = {address: found for address, found in done.items() if isinstance(found, ClusterSimError)}
    kept = tuple(r for r in numbers if all((name, r) not in faults for name in scenarios))
    if len(kept) < 2:
        raise InputError(Problem(f"{len(faults)} runs failed, and {len(kept)} replications are left"))

    def stacked(part: int) -> dict[str, Array]:
        return {name: np.stack([done[name, r][part] for r in kept]) for name in scenarios}  # type: ignore[index]

    failed = tuple(f"{name}, replication {r}: {fault}" for (name, r), fault in sorted(faults.items(), key=str))
    return Lives(stacked(0), stacked(1), stacked(2), failed, kept)


def kept_of(done: Any) -> Lived:
    """What the desk keeps of a finished run."""
    months = done.scenario.run.months
    years = -(-months // 12)
    measures = np.ascontiguousarray(done.measures[:, [position(name) for name in MEASURED]].T)
    ledger = np.zeros((len(PAYERS), len(PURPOSES), years))
    for k, payer in enumerate(PAYERS):
        rows = done.flows[done.flows["payer"] == SECTORS.index(payer)]
        if payer == "firms":
            rows = rows[np.isin(rows["purpose"], [PURPOSES.index(name) for name in OF_FIRMS])]
        np.add.at(ledger[k], (rows["purpose"], rows["month"] // 12), rows["amount"])
    log = done.world.log
    count = log.count[0]
    month = log.month[:count] - done.world.burn_in
    held = (log.happened[:count] == 1) & (log.kind[:count] == FAIR) & (month >= 0)
    alone = held & (log.assisted[:count] == 0) & (log.funded[:count] == 0)
    fairs = np.stack([np.bincount(month[which] // 12, minlength=years)[:years] for which in (held, alone)])
    return Lived(measures, ledger, fairs.astype(float))
