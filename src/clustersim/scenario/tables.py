"""The tables [interventions.NAME] and [shocks.NAME] of a scenario: each becomes an object of the kind it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from clustersim.errors import Problem, closest
from clustersim.interventions import KINDS, Intervention
from clustersim.scenario.check import Locate, dotted, validated
from clustersim.toml_source import Key

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
NONE = "none"
"""the kind that takes an inherited intervention away"""


def kind_of(intervention: Intervention) -> str:
    """The name under which the intervention's class is listed, or the class's own name if it is not."""
    return next((kind for kind, known in KINDS.items() if known is type(intervention)), type(intervention).__name__)


def kinds(shocks: bool) -> dict[str, type[Intervention]]:
    """The kinds that a scenario may list under [interventions], or under [shocks]."""
    return {kind: known for kind, known in KINDS.items() if known.shock is shocks}


def as_values(intervention: Intervention) -> dict[str, Any]:
    """The intervention as its table in a scenario file."""
    return {"kind": kind_of(intervention), **intervention.model_dump(exclude_none=True)}


def read_tables(tables: Any, section: str, locate: Locate) -> tuple[dict[str, Intervention], dict[Key, Problem]]:
    """The interventions of one section by name, in the order of their names, and every problem by key path."""
    if not isinstance(tables, Mapping):
        where = (section,)
        allowed = f"a table for each: [{section}.NAME]"
        return {}, {where: Problem(f"must be {allowed}", *locate(where), section, tables, allowed)}
    read: dict[str, Intervention] = {}
    problems: dict[Key, Problem] = {}
    for name, table in sorted(tables.items()):  # by name, so that the order of a file changes nothing
        intervention, found = _read_one(table, (section, name), locate)
        problems |= found
        if intervention is not None:
            read[name] = intervention
    return read, problems


def _read_one(table: Any, path: Key, locate: Locate) -> tuple[Intervention | None, dict[Key, Problem]]:
    def problem(message: str, allowed: str, *, key: Key = path, **more: Any) -> dict[Key, Problem]:
        return {key: Problem(message, *locate(key), dotted(key), allowed=allowed, **more)}

    if NAME.fullmatch(str(path[-1])) is None:
        return None, problem("not a name", "letters, digits, - and _, at most 64, the first a letter")
    if isinstance(table, Intervention):
        return table, {}
    if not isinstance(table, Mapping):
        return None, problem("must be a table", f"[{dotted(path)}] with a kind and its fields", value=table)
    kind = table.get("kind")
    if kind == NONE:
        return None, {}
    known = kinds(shocks=path[0] == "shocks")
    allowed = "one of " + ", ".join([*known, NONE])
    key = (*path, "kind")
    if kind is None:
        return None, problem("is missing", allowed, key=key)
    if not isinstance(kind, str) or kind not in known:
        if isinstance(kind, str) and kind in KINDS:
            home = "shocks" if KINDS[kind].shock else "interventions"
            return None, problem(
                f"belongs under [{home}.{path[-1]}]", f"one of {', '.join(known)}", key=key, value=kind
            )
        guess = closest(kind, known) if isinstance(kind, str) else None
        return None, problem("unknown kind", allowed, key=key, value=kind, suggestion=guess)
    fields = {name: value for name, value in table.items() if name != "kind"}
    return validated(known[kind], fields, locate, path)
