"""What a study will take: time, memory and disk, told before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from clustersim.errors import ResourceError
from clustersim.measures import MEASURES
from clustersim.study.design.plan import Plan

FIRM_MONTHS_A_SECOND = 2.5e6
"""of a worker, on an ordinary laptop; only a start: the pace is measured from the first task on"""
START_SECONDS = 0.003
"""to draw a cluster and to sum up a run"""
PROCESS_BYTES, FIRM_BYTES, MONTH_BYTES = 180e6, 4_500.0, 30_000.0
"""a worker with the packages it needs; a firm with its ties; a month's ledger: measured at 100,000 firms"""
PLAN_BYTES = 100.0
"""to keep a run's id and whether it is done"""
MARGIN = 1.5
"""of disk and memory beyond the forecast"""


class Forecast(NamedTuple):
    """What a study will take."""

    runs: int
    seconds_a_run: float
    memory: float
    """bytes, of all workers together"""
    disk: float
    """bytes, for all runs"""


def forecast(plan: Plan, workers: int) -> Forecast:
    """Reckon a study's needs from the largest of its arms; a factor that changes the size is counted at its largest."""
    settings = [factor.settings(value) for factor in plan.factors for value in factor.probes()]

    def largest(path: str, own: list[int]) -> int:
        return max([*own, *(int(found[path]) for found in settings if path in found)])

    scenarios = [arm.scenario for arm in plan.arms]
    firms = largest("cluster.firms", [scenario.cluster.firms for scenario in scenarios])
    months = largest("run.months", [scenario.run.months for scenario in scenarios])
    months += largest("run.burn_in", [scenario.run.burn_in for scenario in scenarios])
    row = 8.0 * (2 * len(MEASURES) + len(plan.series) * months) + 60.0 * (3 + len(plan.factors))
    return Forecast(
        runs=len(plan),
        seconds_a_run=START_SECONDS + firms * months / FIRM_MONTHS_A_SECOND,
        memory=PLAN_BYTES * len(plan) + workers * (PROCESS_BYTES + firms * FIRM_BYTES + months * MONTH_BYTES),
        disk=row * len(plan),
    )


def refuse_what_does_not_fit(need: Forecast, folder: Path) -> None:
    """Raise ResourceError if there is not that much memory, or not that much room on the disk of ``folder``."""
    import psutil

    free = psutil.virtual_memory().available
    if need.memory * MARGIN > free:
        raise ResourceError(f"the study needs about {size(need.memory * MARGIN)} of memory, and {size(free)} are free; "
                            "take fewer workers, or smaller clusters. Nothing was written")  # fmt: skip
    here = folder.resolve()
    above = next(parent for parent in (here, *here.parents) if parent.exists())
    room = shutil.disk_usage(above).free
    if need.disk * MARGIN > room:
        raise ResourceError(f"the study needs about {size(need.disk * MARGIN)} of disk and {size(room)} are free on "
                            f"that of {folder}; keep fewer series, or fewer runs. Nothing was written")  # fmt: skip


def size(count: float) -> str:
    """Bytes in words, as in "12 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000.0:
            return f"{count:.0f} {unit}"
        count /= 1000.0
    return f"{count:,.1f} TB"
