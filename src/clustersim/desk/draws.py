"""What nobody knows: the values that each replication carries, the same ones under every policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clustersim.desk.study_file import DeskStudy, Draws
from clustersim.study.design.designs import points
from clustersim.study.design.factor import Factor, Value

if TYPE_CHECKING:
    from clustersim.ensemble import Ensemble


def from_ranges(factors: Sequence[Factor], replications: int, seed: int) -> Draws | None:
    """A Latin hypercube over the declared ranges, one point for each replication; None if nothing is uncertain."""
    if not factors:
        return None
    table = [dict(zip((factor.name for factor in factors), point.values, strict=True))
             for point in points("lhs", factors, replications, seed)]  # fmt: skip
    settings = [settings_of(factors, row) for row in table]
    return lambda replication: settings[replication % len(settings)]


def over_ensemble(study: DeskStudy, ensemble: Ensemble) -> tuple[DeskStudy, Draws]:
    """The study with what was calibrated taken from an ensemble, replication r from its draw r mod D.

    A parameter that the base itself sets stays set; the study's own ranges stay for what the ensemble does not hold.
    """
    free = ensemble.free(study.base)
    left = replace(study, factors=tuple(factor for factor in study.factors if factor.name not in free))
    ranges = from_ranges(left.factors, study.replications, study.seed)

    def draw(replication: int) -> Mapping[str, Any]:
        drawn = ensemble.draw(replication)
        return {**(ranges(replication) if ranges else {}), **{name: drawn[name] for name in free}}

    return left, draw


def settings_of(factors: Sequence[Factor], row: Mapping[str, Value]) -> dict[str, Value]:
    """The values that a point sets in a scenario, by key path."""
    return {path: value for factor in factors for path, value in factor.settings(row[factor.name]).items()}


def numbers(draws: Draws | None, replications: int) -> dict[str, list[float]]:
    """By name the uncertain values of all replications, those that are numbers and not all the same."""
    if draws is None:
        return {}
    rows = [draws(r) for r in range(replications)]
    found = {name: [row[name] for row in rows] for name in rows[0]}
    return {name: [float(value) for value in column] for name, column in found.items()
            if all(isinstance(value, int | float) for value in column) and len(set(column)) > 1}  # fmt: skip
