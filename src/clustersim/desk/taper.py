"""The desk's work in one call: live every policy, and say what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from clustersim.desk.draws import draws_of
from clustersim.desk.findings import findings
from clustersim.desk.folder import provenance
from clustersim.desk.lives import live_all
from clustersim.desk.outcomes import Table
from clustersim.desk.study_file import DeskStudy
from clustersim.errors import InputError, Problem

PROBE = 4
"""replications that show beforehand whether any policy is within the budget"""


def answer(study: DeskStudy, *, workers: int | None = None, command: str = "", check: bool = True,
           progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:  # fmt: skip
    """What was found, as findings.py records it; raises InputError if the budget is under the cheapest policy.

    Without ``check`` the budget is not looked at beforehand.
    """
    if check:
        check_budget(study, workers)
    lives = live_all(study.scenarios, replications=study.replications, seed=study.seed, draws=draws_of(study),
                     workers=workers, progress=progress)  # fmt: skip
    return findings(study, lives, provenance(command, study.seed))


def check_budget(study: DeskStudy, workers: int | None) -> None:
    """Refuse a budget that no programme of the study keeps to, and name the cheapest, before the long work."""
    budget = study.money.budget
    if budget is None:
        return
    lives = live_all(study.scenarios, replications=min(PROBE, study.replications), seed=study.seed,
                     draws=draws_of(study), workers=workers)  # fmt: skip
    table = Table(study, lives)
    costs = {name: float(np.mean(table.costs(name, discounted=False))) for name in study.policies if name != study.none}
    cheapest = min(costs, key=lambda name: costs[name])
    if costs[cheapest] > budget * 1.02:
        counted = "the broker's days included" if study.money.counts == "all" else "without the broker's days"
        raise InputError(Problem(f"is under the cheapest policy: “{cheapest}” costs about {costs[cheapest]:,.0f} "
                                 f"{study.money.currency} ({counted})", *study.budget_at, value=budget,
                                 allowed="a larger budget, fewer `broker_days`, an earlier `exit`, or --search, "
                                         "which looks for what it buys"))  # fmt: skip
