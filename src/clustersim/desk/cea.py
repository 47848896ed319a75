"""Cost-effectiveness as the field does it: increments along the frontier, dominance, acceptability.

heormodel does the sums (its tables agree with examples worked by hand in tests/desk); here they get the desk's words.
Sources: Drummond et al. 2015, ch. 4 and 11; Fenwick, Claxton and Sculpher 2001 (acceptability and its frontier).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STATUS = {"ND": "on the frontier", "D": "dominated", "ED": "dominated by a mix of two others"}
GRID = 41
"""amounts for which acceptability is reckoned"""


@dataclass(frozen=True)
class Increment:
    """A policy's place: what it costs and brings on average, and what a point more costs than on the step before."""

    policy: str
    cost: float
    effect: float
    icer: float
    """programme money per percentage point, over the policy before it on the frontier; NaN off it and at its start"""
    status: str


def _outcomes(costs: Mapping[str, Array], effects: Mapping[str, Array]) -> Any:
    import pandas as pd
    from heormodel.models import Outcomes

    return Outcomes.from_wide(pd.DataFrame(dict(costs)), pd.DataFrame(dict(effects)), effect="effect")


def increments(costs: Mapping[str, Array], effects: Mapping[str, Array]) -> list[Increment]:
    """Every policy by mean cost, with dominance, extended dominance and the ratio along the frontier.

    ICER = (C_k − C_{k−1})/(E_k − E_{k−1}) over the policies k that are left when those that cost more and bring no more
    are out, and those whose ratio is above that of the next.
    """
    import pandas as pd
    from heormodel.cea import icer_table

    means = pd.DataFrame({"cost": {name: float(np.mean(values)) for name, values in costs.items()},
                          "effect": {name: float(np.mean(values)) for name, values in effects.items()}})  # fmt: skip
    table = icer_table(means, effect="effect")
    return [Increment(str(name), float(row["cost"]), float(row["effect"]), float(row["icer"]), STATUS[row["status"]])
            for name, row in table.iterrows()]  # fmt: skip


def acceptability(costs: Mapping[str, Array], effects: Mapping[str, Array],
                  worth: Sequence[float]) -> dict[str, list[float]]:  # fmt: skip
    """The share of draws in which each policy has the highest worth·effect − cost, at each worth of a point."""
    from heormodel.cea import ceac

    table = ceac(_outcomes(costs, effects), list(worth))
    return {name: [float(value) for value in table[name]] for name in costs}


def grid_of(table: Sequence[Increment], worth: float | None) -> list[float]:
    """Amounts for a point from nothing to beyond the frontier's steepest step and what was said to be its worth."""
    steep = [row.icer for row in table if math.isfinite(row.icer)]
    top = max([1.5 * value for value in (*steep, worth or 0.0)], default=0.0)
    return [float(value) for value in np.linspace(0.0, top if top > 0.0 else 1.0, GRID)]


def odds(values: Mapping[str, Array]) -> dict[str, float]:
    """The share of draws in which each policy has the highest value; a tie is shared evenly."""
    table = np.column_stack(list(values.values()))
    best = table == table.max(axis=1, keepdims=True)
    shares = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return {name: float(share) for name, share in zip(values, shares, strict=True)}
