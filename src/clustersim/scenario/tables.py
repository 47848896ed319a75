"""The tables [interventions.NAME] and [shocks.NAME] of a scenario: each becomes an object of the kind it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from clustersim.errors import Problem, closest
from clustersim.interventions import KINDS, Intervention
from clustersim.scenario.check import Locate, dotted, validated
from clustersim.toml_source import Key

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
Kinds = Mapping[str, type[Intervention]]
NONE = "none"
"""the kind that takes an inherited intervention away"""


ENTRY_POINTS = "clustersim.interventions"
"""the group under which an installed package offers kinds of its own"""


@cache
def _installed() -> dict[str, type[Intervention]]:
    """The kinds of installed packages; looked for only where a scenario names what is not one of ours."""
    return {found.name: found.load() for found in entry_points(group=ENTRY_POINTS)}


def kind_of(intervention: Intervention) -> str:
    """The name under which the intervention's class is listed, or the class's own name if it is not."""
    for listed in (KINDS, _installed()) if type(intervention) not in KINDS.values() else (KINDS,):
        for kind, known in listed.items():
            if known is type(intervention):
                return kind
    return type(intervention).__name__


def kinds(shocks: bool) -> dict[str, type[Intervention]]:
    """The kinds of ours that a scenario may list under [interventions], or under [shocks]."""
    return {kind: known for kind, known in KINDS.items() if known.shock is shocks}


def as_values(intervention: Intervention) -> dict[str, Any]:
    """The intervention as its table in a scenario file."""
    return {"kind": kind_of(intervention), **intervention.model_dump(exclude_none=True)}


def read_tables(
    tables: Any, section: str, locate: Locate, own: Kinds
) -> tuple[dict[str, Intervention], dict[Key, Problem]]:
    """The interventions of one section by name, in the order of their names, and every problem by key path.

    ``own`` are kinds that a script has brought along, beside those listed or installed.
    """
    if not isinstance(tables, Mapping):
        where = (section,)
        allowed = f"a table for each: [{section}.NAME]"
        return {}, {where: Problem(f"must be {allowed}", *locate(where), section, tables, allowed)}
    read: dict[str, Intervention] = {}
    problems: dict[Key, Problem] = {}
    for name, table in sorted(tables.items()):  # by name, so that the order of a file changes nothing
        intervention, found = _read_one(table, (section, name), locate, own)
        problems |= found
        if intervention is not None:
            read[name] = intervention
    return read, problems


def _read_one(table: Any, path: Key, locate: Locate, own: Kinds) -> tuple[Intervention | None, dict[Key, Problem]]:
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
    every: Kinds = KINDS
    if isinstance(kind, str) and kind not in KINDS:
        every = {**_installed(), **own, **KINDS}
        known = {listed: found for listed, found in every.items() if found.shock is (path[0] == "shocks")}
    if not isinstance(kind, str) or kind not in known:
        if isinstance(kind, str) and kind in every:
            home = "shocks" if every[kind].shock else "interventions"
            return None, problem(
                f"belongs under [{home}.{path[-1]}]", f"one of {', '.join(known)}", key=key, value=kind
            )
        guess = closest(kind, known) if isinstance(kind, str) else None
        if guess is not None:  # the whole list would bury the guess
            allowed = f"one of {len(known) + 1} kinds, see `clustersim describe`"
        return None, problem("unknown kind", allowed, key=key, value=kind, suggestion=guess)
    fields = {name: value for name, value in table.items() if name != "kind"}
    return validated(known[kind], fields, locate, path)
