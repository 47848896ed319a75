"""A point's settings laid on an arm's scenario: only those that have something there to act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clustersim.experiment.result import span_of
from clustersim.scenario import PROGRAMME, Scenario

OF_PROGRAMME = ("programme", "broker")
"""sections that say nothing in an arm without a programme"""


def has_programme(scenario: Scenario) -> bool:
    """Whether it has a programme: its first and its last month, between which the broker is there.

    Interventions alone are none.  They have dates of their own and belong to the cluster as it is, so that an arm
    without them has to be described; half a pair of dates brings nobody.
    """
    return span_of(scenario) is not None


def acts_on(scenario: Scenario, path: str) -> bool:
    """Whether the scenario has what the key path belongs to.

    The path of an intervention or shock acts where there is one of that name, those of the programme and of its broker
    where there is a programme: else a factor would bring a broker to the arm that is to be without.
    """
    section, _, rest = path.partition(".")
    if section in PROGRAMME:
        return rest.partition(".")[0] in getattr(scenario, section)
    return section not in OF_PROGRAMME or has_programme(scenario)


def applied(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """The arm at one point: its scenario with those of the point's settings that act on it (:func:`acts_on`).

    Raises InputError if values that are each good by themselves do not go together.
    """
    acts = acting(scenario, settings)
    return scenario.with_values(acts) if acts else scenario


def acting(scenario: Scenario, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the settings that act on a scenario; a run's id is made of them, so what changes nothing is run once."""
    return {path: value for path, value in settings.items() if acts_on(scenario, path)}


def value_at(scenario: Scenario, path: str) -> Any:
    """What stands at a key path of the scenario; None if nothing does."""
    value: Any = scenario.to_values()
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
