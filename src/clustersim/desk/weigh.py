"""Which policy gives most for its money, with which odds; and which would if another outcome counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustersim.desk import cea
from clustersim.desk.outcomes import OUTCOMES, Table, plain
from clustersim.experiment import statistics

Array = NDArray[np.float64]
COUNTED = ("joint_action", "unassisted", "trust", "income", "poverty")
"""what a ministry may count instead"""
SERVICES = "services_paid"
"""counted too where a policy pays for services"""


def worth_of(costs: Mapping[str, Array], gains: Mapping[str, Array]) -> tuple[float, str]:
    """What a unit gained is reckoned at if nobody says: what the policy that gains most pays for one; and its name."""
    top = max(gains, key=lambda name: float(gains[name].mean()))
    most = float(gains[top].mean())
    return (float(costs[top].mean()) / most, top) if most > 0.0 else (0.0, "")


def benefits(worth: float, gains: Mapping[str, Array], costs: Mapping[str, Array],
             names: Sequence[str]) -> dict[str, Array]:  # fmt: skip
    """Net benefit, draw by draw: worth·gain − cost."""
    return {name: worth * gains[name] - costs[name] for name in names}


def best_of(benefit: Mapping[str, Array], none: str) -> str:
    """The policy with the highest mean; where doing nothing is exactly as good, the one that does something."""
    means = {name: float(values.mean()) for name, values in benefit.items()}
    level = max(means.values())
    near = [name for name, mean in means.items() if np.isclose(mean, level, rtol=1e-9, atol=1e-6)]
    return next((name for name in near if name != none), none)


def ranking(benefit: Mapping[str, Array], effects: Mapping[str, Array], costs: Mapping[str, Array],
            best: str) -> list[dict[str, Any]]:  # fmt: skip
    """A row for each policy, the highest net benefit first, the best before its equals."""
    shares, rows = cea.odds(benefit), []
    for name in sorted(benefit, key=lambda one: (one != best, -float(benefit[one].mean()))):
        parts = {"effect": effects[name], "cost": costs[name], "behind": benefit[name] - benefit[best]}
        row: dict[str, Any] = {"policy": name}
        for key, values in parts.items():
            one = statistics.interval(values)
            row |= {key: one.mean, f"{key}_low": plain(one.low), f"{key}_high": plain(one.high), "n": one.n}
        rows.append(row | {"odds": shares[name], "at_least_as_good": float((benefit[name] >= benefit[best]).mean())})
    return rows


def alike(effects: Mapping[str, Array], best: str, none: str) -> list[str]:
    """The policies whose effect cannot be told from that of the best: the paired interval holds zero."""
    return [name for name in effects if name not in (best, none)
            and not statistics.interval(effects[name] - effects[best]).excludes_zero]  # fmt: skip


def if_counted(table: Table, costs: Mapping[str, Array], names: Sequence[str], best: str) -> list[dict[str, Any]]:
    """For each other outcome the policy that would be the answer, what it gains, its odds, and those of the answer."""
    study, rows = table.study, []
    services = any("services" in study.policies[name].activity for name in names)
    for outcome in OUTCOMES:
        if outcome.name == study.effect or outcome.name not in (*COUNTED, *((SERVICES,) if services else ())):
            continue
        gains = {name: outcome.better * table.gain(name, outcome.name) for name in study.policies}
        benefit = benefits(worth_of(costs, gains)[0], gains, costs, names)
        first, odds = best_of(benefit, study.none), cea.odds(benefit)
        gain = statistics.interval(outcome.better * gains[first])
        rows.append({"outcome": outcome.name, "policy": first, "gain": gain.mean, "low": plain(gain.low),
                     "high": plain(gain.high), "odds": odds[first], "odds_of_the_answer": odds[best]})  # fmt: skip
    return rows
