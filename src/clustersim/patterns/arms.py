"""Arms: the shipped scenarios with longer horizons, other dates, other plans.  One parameter set for all of them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

from clustersim.errors import InputWarning
from clustersim.scenario import Scenario, load_scenario
from clustersim.scenario.check import is_month, month_number, month_text

START = "2000-01"
LENGTH = 48  # months of the programme in the scenario `stagnant`
AFTER = 60  # months looked at after the broker has left


def date(month: int) -> str:
    """The calendar month of a month of the run."""
    return month_text(month_number(START) + month)


def month_of(text: str) -> int:
    """The month of the run of a calendar month."""
    return month_number(text) - month_number(START)


@cache
def stagnant() -> Scenario:
    """The under-performing cluster with its programme of four years, and the five years after it."""
    return load_scenario("stagnant").with_values({"run.months": LENGTH + AFTER})


@cache
def untouched(months: int = LENGTH + AFTER) -> Scenario:
    """The same cluster left alone."""
    return stagnant().without_programme().with_values({"run.months": months})


@cache
def thriving(months: int) -> Scenario:
    """The cluster that begins with trust, working groups and no programme."""
    return load_scenario("thriving").with_values({"run.months": months})


@cache
def jaipur(months: int) -> Scenario:
    """Jaipur with its programme, for its first so many months."""
    with warnings.catch_warnings():  # shares of fairs that do not add up are as printed, and no news here
        warnings.simplefilter("ignore", InputWarning)
        return load_scenario("jaipur").with_values({"run.months": months})


def plan(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """The interventions of a scenario as tables."""
    tables: dict[str, dict[str, Any]] = scenario.to_values()["interventions"]
    return tables


def replanned(scenario: Scenario, changes: Mapping[str, Mapping[str, Any] | None],
              values: Mapping[str, Any] | None = None) -> Scenario:  # fmt: skip
    """A scenario with some interventions changed, added (a table with a ``kind``) or taken out (None)."""
    tables = plan(scenario)
    for name, change in changes.items():
        if change is None:
            tables.pop(name, None)
        else:
            tables[name] = {**tables.get(name, {}), **change}
    return scenario.with_values(values or {}).with_programme(tables)


def _rescaled(value: Any, factor: float, last: bool = False) -> Any:
    """Dates moved towards the start in proportion; the end of a span stays its last month."""
    if is_month(value):
        month = month_of(value)
        return date(round((month + 1) * factor) - 1 if last else round(month * factor))
    if isinstance(value, Mapping):
        return {
            key: max(1, round(item * factor)) if key == "every" else _rescaled(item, factor, key == "end")
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_rescaled(item, factor) for item in value]
    return value


@cache
def programme_of(length: int, after: int = AFTER) -> Scenario:
    """The same plan in ``length`` months, as many broker days in each, and the months after it."""
    base = stagnant()
    if (length, after) == (LENGTH, AFTER):
        return base
    tables = {}
    for name, table in plan(base).items():
        tables[name] = _rescaled(table, length / LENGTH)
        if "end" in table and month_of(tables[name]["end"]) < month_of(tables[name]["start"]):
            tables[name]["end"] = tables[name]["start"]
    values = {"programme.end": date(length - 1), "run.months": length + after}
    return base.with_values(values).with_programme(tables)
