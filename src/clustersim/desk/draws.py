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


def draws_of(study: DeskStudy) -> Draws | None:
    """The values of each replication, by key path: from the study's ranges, and replication r from draw r mod D of its
    ensemble, if it has one; None if nothing is uncertain."""
    ranges, ensemble = from_ranges(study.factors, study.replications, study.seed), study.ensemble
    if ensemble is None:
        return ranges
    free = fitted(study)

    def draw(replication: int) -> Mapping[str, Any]:
        drawn = ensemble.draw(replication)
        return {**(ranges(replication) if ranges else {}), **{name: drawn[name] for name in free}}

    return draw


def over_ensemble(study: DeskStudy, ensemble: Ensemble) -> DeskStudy:
    """The study with what was calibrated taken from an ensemble; its own ranges stay for what that does not hold."""
    over = replace(study, ensemble=ensemble)
    return replace(over, factors=tuple(factor for factor in study.factors if factor.name not in fitted(over)))


def fitted(study: DeskStudy) -> list[str]:
    """What the study takes from its ensemble: all that the ensemble holds and the base does not set itself."""
    return [] if study.ensemble is None else list(study.ensemble.free(study.base))


def from_ranges(factors: Sequence[Factor], replications: int, seed: int) -> Draws | None:
    """A Latin hypercube over the declared ranges, one point for each replication; None if nothing is uncertain."""
    if not factors:
        return None
    table = [dict(zip((factor.name for factor in factors), point.values, strict=True))
             for point in points("lhs", factors, replications, seed)]  # fmt: skip
    settings = [settings_of(factors, row) for row in table]
    return lambda replication: settings[replication % len(settings)]


def settings_of(factors: Sequence[Factor], row: Mapping[str, Value]) -> dict[str, Value]:
    """The values that a point sets in a scenario, by key path."""
    return {path: value for factor in factors for path, value in factor.settings(row[factor.name]).items()}


def numbers(draws: Draws | None, replications: Sequence[int]) -> dict[str, list[float]]:
    """By name the uncertain values of these replications, those that are numbers and not all the same."""
    if draws is None:
        return {}
    rows = [draws(r) for r in replications]
    found = {name: [row[name] for row in rows] for name in rows[0]}
    return {name: [float(value) for value in column] for name, column in found.items()
            if all(isinstance(value, int | float) for value in column) and len(set(column)) > 1}  # fmt: skip
