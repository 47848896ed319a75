"""What a comparison takes for given: its parameters with their sources, its interventions in words."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from clustersim.experiment.result import Comparison
from clustersim.experiment.words import month_name, percent
from clustersim.parameters.declare import declarations
from clustersim.report.tables import Table


@dataclass(frozen=True)
class Item:
    """An intervention or a shock: what it is, how it is set, and what it consists of."""

    name: str
    what: str
    settings: str
    parts: list[str]


@dataclass(frozen=True)
class ArmInWords:
    """One arm as the page introduces it."""

    name: str
    title: str
    programme: str
    interventions: list[Item]


def arms_in_words(comparison: Comparison) -> list[ArmInWords]:
    """Each arm: its title, when its programme runs, what is done, what happens to it."""
    found = []
    for name, arm in comparison.arms.items():
        scenario = arm.scenario
        span = arm.programme
        start = scenario.run.start
        programme = "no programme" if span is None else (
            f"programme from {month_name(start, span[0])} to the end of {month_name(start, span[1] - 1)}"
            f" ({span[1] - span[0]} months)")  # fmt: skip
        found.append(ArmInWords(name, scenario.title, programme, _listed(scenario, "interventions")))
    return found


def shocks(comparison: Comparison) -> list[tuple[str, list[Item]]]:
    """What happens whatever the programme does: once for all arms, or by arm where they differ."""
    listed = {name: _listed(arm.scenario, "shocks") for name, arm in comparison.arms.items()}
    first = next(iter(listed.values()))
    if len(listed) > 1 and all(items == first for items in listed.values()):
        listed = {"all arms": first}
    return [(name, items) for name, items in listed.items() if items]


def _listed(scenario: Any, section: str) -> list[Item]:
    return [in_words(name, thing) for name, thing in (getattr(scenario, section, None) or {}).items()]


def in_words(name: str, intervention: BaseModel) -> Item:
    """An intervention: what its kind does, its settings that are not at their defaults, and its events one by one."""
    what = (inspect.getdoc(type(intervention)) or "").split("\n\n")[0].replace("\n", " ").rstrip(".")
    events = [event for field in type(intervention).model_fields for event in _models(getattr(intervention, field))]
    parts = [", ".join(_settings(event, usual_too=True)) for event in events]
    return Item(name.replace("_", " "), what, ", ".join(_settings(intervention)), parts)


def _models(value: Any) -> list[BaseModel]:
    return [item for item in value if isinstance(item, BaseModel)] if isinstance(value, tuple | list) else []


def _settings(thing: BaseModel, usual_too: bool = False) -> list[str]:
    """The settings that are not at their defaults, each with its unit; sections within are opened and told in full."""
    said = []
    for name, field in type(thing).model_fields.items():
        value = getattr(thing, name)
        if isinstance(value, BaseModel):
            said += _settings(value, usual_too=True)
        elif not _models(value) and value not in (None, "", ()) and (usual_too or value != field.default):
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            said.append(f"{name.replace('_', ' ')} {_said(str(extra.get('unit', '')), value)}")
    return said


def _said(unit: str, value: Any) -> str:
    """A setting with its unit, shares as per cent."""
    if unit.startswith("share") and isinstance(value, float):
        return percent(value)
    silent = ("year-month", "flag", "choice", "shares", "file", "text", "")
    return _shown(value) if unit in silent else f"{_shown(value)} {unit}"


def parameters(comparison: Comparison, *, changed: bool) -> Table:
    """The parameters that some arm sets differently from the default, or all the others; with unit and source."""
    scenarios = [arm.scenario for arm in comparison.arms.values()]
    rows = []
    for declared in declarations(type(scenarios[0])):
        values = [_value(scenario, declared.path) for scenario in scenarios]
        if any(value != declared.default for value in values) is not changed:
            continue
        shown = list(dict.fromkeys(_shown(value) for value in values))
        cell = shown[0] if len(shown) == 1 else "; ".join(
            f"{name}: {_shown(value)}" for name, value in zip(comparison.arms, values, strict=True))  # fmt: skip
        words = [declared.unit, declared.meaning]
        if changed:  # the declared source is that of the default
            rows.append([declared.path, cell, _shown(declared.default), *words, _origin(scenarios, declared.path)])
        else:
            rows.append([declared.path, cell, *words, declared.source])
    head = ["value", "default", "unit", "meaning", "set in"] if changed else ["value", "unit", "meaning", "source"]
    return Table(["parameter", *head], rows)


def _origin(scenarios: list[Any], path: str) -> str:
    """Where a value was set: file and line, or Python."""
    origins = (str(scenario.origin(path)) for scenario in scenarios)
    return ", ".join(origin for origin in dict.fromkeys(origins) if origin != "default")


def _value(holder: Any, path: str) -> Any:
    for part in path.split("."):
        holder = getattr(holder, part, None)
    return holder


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return text if len(text) <= 200 else text[:199] + "…"
