"""The JSON Schema of scenario files, for editors: the declarations once more, in another grammar."""

from __future__ import annotations

from typing import Any

from clustersim.interventions import Intervention
from clustersim.scenario.model import Scenario
from clustersim.scenario.tables import NAME, NONE, kinds
from clustersim.toml_source import MAX_KEY


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of a scenario file; an intervention is one of its kinds, told apart by ``kind``."""
    schema = Scenario.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    definitions.pop(Intervention.__name__, None)
    for definition in definitions.values():
        definition.pop("required", None)  # what a file leaves out has a default
    for section, shocks in (("interventions", False), ("shocks", True)):
        options = [_kind_schema(kind, known, definitions) for kind, known in kinds(shocks).items()]
        properties = schema["properties"][section]
        properties["additionalProperties"] = {"oneOf": [*options, _removal()]}
        properties["propertyNames"] = {"pattern": f"^{NAME.pattern}$"}
    schema["properties"] = {
        "extends": {"type": "string", "maxLength": MAX_KEY, "title": "Extends",
                    "description": "a shipped scenario's name, or the path of a file, on which this one builds"},
    } | schema["properties"]  # fmt: skip
    for definition in definitions.values():
        _mark_extensions(definition)
    head: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "clustersim scenario",
        "description": 'A cluster of small firms, what is done there, and for how long. Dates are "YYYY-MM".',
    }
    return head | {key: value for key, value in schema.items() if key not in head}


def _kind_schema(kind: str, known: type[Intervention], definitions: dict[str, Any]) -> dict[str, Any]:
    option: dict[str, Any] = known.model_json_schema()
    definitions |= option.pop("$defs", {})
    option["properties"] = {"kind": {"const": kind, "type": "string"}} | option.get("properties", {})
    option["required"] = ["kind", *option.get("required", [])]
    option["title"] = kind
    _mark_extensions(option)
    return option


def _removal() -> dict[str, Any]:
    return {"title": NONE, "description": "takes an inherited entry away", "type": "object",
            "properties": {"kind": {"const": NONE}}, "required": ["kind"], "additionalProperties": False}  # fmt: skip


def _mark_extensions(definition: dict[str, Any]) -> None:
    """Name what JSON Schema does not know as an extension: x-unit, x-source."""
    for declared in definition.get("properties", {}).values():
        for word in ("unit", "source"):
            if word in declared:
                declared[f"x-{word}"] = declared.pop(word)
