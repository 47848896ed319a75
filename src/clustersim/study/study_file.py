"""A study as a TOML file: the same words as the arguments of :class:`~clustersim.study.definition.Study`.

    format = 1
    base = "stagnant"                       # a shipped name, or a path relative to this file
    title = "How many days of a broker, from which trust, does the way out take?"
    design = "grid"
    replications = 20
    ensemble = "all"                        # doubt about parameters; a shipped name, or a file

    [arms.programme]                        # the base as it is
    [arms.none]
    programme = false
    [arms.flat]
    file = "policies/flat.toml"             # tables that are laid over the base

    [vary]
    "broker.days_per_month" = [2, 4, 8, 16]
    trust.gain = { low = 0.02, high = 0.15 }
    [vary.length.levels]
    two-years = { "programme.end" = "2001-12" }
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clustersim.errors import InputError, Problem, closest
from clustersim.scenario.check import dotted
from clustersim.study.definition import Study
from clustersim.study.design.arms import NAME, Source
from clustersim.study.design.vary import is_description
from clustersim.toml_source import Document, read_toml

FORMAT = 1
ARGUMENTS = ("base", "name", "title", "design", "points", "replications", "seed", "series", "dummy", "steps", "levels",
             "table", "ensemble", "arms", "vary")  # fmt: skip
KEYS = ("format", *ARGUMENTS)


def read_study(path: str | Path, **changes: Any) -> Study:
    """The study that a TOML file describes; raises InputError with every problem, its file and line.

    ``changes`` are arguments of :class:`Study` that overrule the file's.
    """
    document = read_toml(path)
    source = Source(document.file, {dotted(where): line for where, line in document.lines.items()})
    problems = list(_form(document, source))
    said = {key: value for key, value in document.values.items() if key in ARGUMENTS} | changes
    vary = said.get("vary", {})
    if isinstance(vary, Mapping):
        said["vary"] = {}
        for name, description in _descriptions(vary):
            if name in said["vary"]:
                problems.append(source.problem("varies twice", f"vary.{name}"))
            said["vary"][name] = description
    said.setdefault("name", _as_name(Path(document.file).stem))
    missing = said.setdefault("base", None) is None
    try:
        study = Study(**said, source=source)
    except InputError as error:
        problems += [found for found in error.problems if not (missing and found.key == "base")]
    if problems:
        raise InputError(sorted(problems, key=lambda found: (found.file != source.file, found.line or 0)))
    return study


def _form(document: Document, source: Source) -> Iterator[Problem]:
    if document.values.get("format", FORMAT) != FORMAT:
        yield source.problem(f"this version reads format {FORMAT}", "format", value=document.values["format"])
    for key in document.values:
        if key not in KEYS:
            guess = closest(key, KEYS)
            allowed = None if guess else "one of " + ", ".join(KEYS)
            yield source.problem(f"unknown key '{key}'", key, allowed=allowed, suggestion=guess)
    if "base" not in document.values:
        yield source.problem("is missing", "base", allowed="the name of a scenario, or the path of its file")


def _descriptions(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """What varies and how: a table that describes no factor is a part of its key path, as TOML reads unquoted dots."""
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and value and not is_description(value):
            yield from _descriptions(value, here)
        else:
            yield here, value


def _as_name(stem: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip("-.")[:64]
    return name if NAME.fullmatch(name) else "study"
