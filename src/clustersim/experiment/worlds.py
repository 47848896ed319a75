"""Many worlds: each cluster of a country lived at an address of its own, then summed.

What is counted (firms, workers, loans, USD) is summed over the worlds; what is a level or a share is a mean weighted by
what it is a share of (see ``WEIGHTS``; firms of month 0 for the rest); what is a ratio of money is made again from the
summed money.  So a Gini coefficient is the mean of those inside the clusters, not that of the country.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import InputError, Problem
from clustersim.experiment.result import position
from clustersim.measures import MEASURES
from clustersim.scenario.worlds import Share, divided, world_of
from clustersim.simulation import Run, Snapshot, Told, flows_of, run, warm_up

if TYPE_CHECKING:
    import pandas as pd

    from clustersim.scenario import Scenario

YEAR = 12
SUMMED = frozenset({"firms", "groups", "workers", "USD", "loans", "activities", "conflicts", "heirs", "requests"})
"""units of what is counted"""
AVERAGED = frozenset({"0 to 1", "share", "ratio", "price", "USD/month"})
"""units of levels and shares"""
WEIGHTS = {
    "outreach": "firms_served", "broker_free_share": "activities", "wage": "jobs", "wage_women": "jobs",
    "wage_men": "jobs", "income_net": "firms", "income_net_month": "firms", "quality": "firms", "price": "firms",
    "use": "firms", "willingness_to_pay": "members", "bound": "firms", "price_received": "firms",
}  # fmt: skip
"""measures that are means over something else than the firms of month 0"""
LARGEST = 2**32


class Lived(NamedTuple):
    """What is kept of one world."""

    measures: NDArray[np.float64]
    """(months, measures)"""
    flow: NDArray[np.float64]
    """payments by month, purpose, payer and payee"""
    cohort: int
    """firms of month 0"""


@dataclass
class ManyWorlds(Told):
    """The sum of many worlds at one address (seed, replication): to those who read it, like one run."""

    scenario: Scenario
    seed: int
    replication: int
    measures: NDArray[np.float64]
    flows: NDArray[Any]
    shares: tuple[Share, ...]
    last: NDArray[np.float64]
    """(worlds, measures) in the last month"""
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    """none: there is no network between worlds"""

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """One row a world: number, firms at the start, whether it was supported, the measures of the last month."""
        import pandas as pd

        frame = pd.DataFrame(self.last, columns=[measure.name for measure in MEASURES])
        frame.insert(0, "world", np.arange(len(frame), dtype=np.int32))
        frame.insert(1, "firms_at_start", [share.firms for share in self.shares])
        frame.insert(2, "supported", [share.supported for share in self.shares])
        return frame


def run_worlds(scenario: Scenario, *, seed: int = 0, replication: int = 0, workers: int | None = None,
               progress: Callable[[int, int], None] | None = None) -> ManyWorlds:  # fmt: skip
    """Live every world of a scenario with ``worlds.count`` above 1, and add them up in their order.

    World k of replication r has the address (seed, r·count + k), whatever the arm: so arms share luck world by world.
    ``workers`` threads (default: one for each processor) change nothing but the time it takes.  Raises InputError.
    """
    count = scenario.worlds.count
    if count < 2:
        raise InputError(Problem("is one world; `run` lives it", key="worlds.count", value=count, allowed="2 or more"))
    if not 0 <= replication < LARGEST // count:
        raise InputError(Problem("out of range", key="replication", value=replication,
                                 allowed=f"0 to {LARGEST // count - 1} with {count} worlds"))  # fmt: skip
    if workers is not None and workers < 1:
        raise InputError(f"workers must be at least 1, got {workers}")
    shares = divided(scenario.worlds)
    warm_up()  # before the threads start, or each would wait for the same compilation

    def one(k: int) -> Lived:
        done = run(world_of(scenario, shares[k]), seed=seed, replication=replication * count + k)
        world = done.world
        return Lived(done.measures, world.ledger.flow[world.burn_in :], int(world.cohort[0]))

    total = Total(scenario.run.months)
    last = np.empty((count, len(MEASURES)))
    pool = ThreadPoolExecutor(max_workers=max(1, min(workers or os.cpu_count() or 1, count)))
    try:
        for k, lived in enumerate(pool.map(one, range(count))):  # in the order of the worlds, so always the same bits
            total.add(lived)
            last[k] = lived.measures[-1]
            if progress is not None:
                progress(k + 1, count)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return ManyWorlds(scenario, seed, replication, total.measures(), flows_of(total.flow), shares, last)


def run_any(scenario: Scenario, *, seed: int = 0, replication: int = 0, record_network: bool = False,
            workers: int | None = None) -> Run | ManyWorlds:  # fmt: skip
    """One run of a scenario, whether it is one world or many."""
    if scenario.worlds.count > 1:
        return run_worlds(scenario, seed=seed, replication=replication, workers=workers)
    return run(scenario, seed=seed, replication=replication, record_network=record_network)


class Total:
    """The sum of the worlds so far; no more is held than one world takes."""

    def __init__(self, months: int) -> None:
        self.sums = np.zeros((months, len(MEASURES)))
        self.weights = np.zeros((months, len(MEASURES)))
        self.flow: NDArray[np.float64] = np.zeros(())

    def add(self, lived: Lived) -> None:
        """Count one world more; months in which it has nothing to measure do not count."""
        weights = _weights(lived)
        there = ~np.isnan(lived.measures)
        self.sums += np.where(there, weights * lived.measures, 0.0)
        self.weights += np.where(there, weights, 0.0)
        self.flow = self.flow + lived.flow

    def measures(self) -> NDArray[np.float64]:
        """(months, measures) of all worlds together; NaN where none has anything to measure."""
        with np.errstate(invalid="ignore", divide="ignore"):
            found: NDArray[np.float64] = np.where(_summed(), self.sums, self.sums / self.weights)
        for name, values in ratios({measure.name: found[:, k] for k, measure in enumerate(MEASURES)}).items():
            found[:, position(name)] = values
        return found


def _summed() -> NDArray[np.bool_]:
    return np.array([measure.unit in SUMMED for measure in MEASURES])


def _weights(lived: Lived) -> NDArray[np.float64]:
    """(months, measures): what each value of a world counts for; 1 where it is summed."""
    weights = np.full(lived.measures.shape, float(lived.cohort))
    for name, weight in WEIGHTS.items():
        weights[:, position(name)] = lived.measures[:, position(weight)]
    weights[:, _summed()] = 1.0
    return weights


def ratios(m: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """The ratios of money as ``measures.py`` defines them, from summed money; NaN for nothing over nothing."""
    payers = (np.cumsum(m[f"spent_{payer}"]) for payer in ("private", "institutions", "programme", "unrecorded"))
    private, institutions, programme, unrecorded = payers
    services, cost = np.cumsum(m["services_paid"]), np.cumsum(m["services_cost"])
    total = private + institutions + programme + unrecorded
    paid, delivered = private + services, total + cost
    spent = m["programme_cost"]
    return {
        "cost_recovery": _over(_last_year(paid), _last_year(delivered)),
        "cost_recovery_total": _over(paid, delivered),
        "share_private": _over(private, total),
        "share_institutions": _over(institutions, total),
        "share_programme": _over(programme, total),
        "leverage": _over(total, programme),
        "leverage_full": _over(total + spent - programme, spent),
    }


def _last_year(since_start: NDArray[np.float64]) -> NDArray[np.float64]:
    before = np.concatenate([np.zeros(YEAR), since_start])[: len(since_start)]
    return np.asarray(since_start - before)


def _over(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0.0))
