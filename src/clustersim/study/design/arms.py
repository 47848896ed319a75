"""The arms of a study: what each changes is laid over the base, which gives a complete, checked scenario.

An arm is described by what differs from the base, as key paths ("broker.days_per_month"), as nested tables, or as a
TOML file of such tables.  A file is always laid over the base; what is to stand by itself is said to be a
``scenario``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clustersim.ensemble import Ensemble, load_ensemble
from clustersim.errors import InputError, Problem, closest
from clustersim.scenario import PROGRAMME, Scenario, load_scenario, shipped
from clustersim.scenario.check import dotted
from clustersim.scenario.files import merged, with_paths_resolved
from clustersim.scenario.tables import NONE
from clustersim.study.design.apply import has_programme
from clustersim.study.design.plan import Arm
from clustersim.toml_source import Document, read_toml

NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])?")
NAMES = "letters, digits, _ - and ., at most 64"
_OWN_KEYS = ("file", "scenario")


@dataclass(frozen=True)
class Source:
    """Where the description of a study stands: nowhere if it is Python's, else in a file."""

    file: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    """by key path: "vary.trust.gain", "arms.flat.file" """

    @property
    def folder(self) -> Path:
        """What the paths that a study names are relative to."""
        return Path() if self.file is None else Path(self.file).parent

    def line(self, key: str) -> int | None:
        """The line of a key path, or of the nearest table around it."""
        while key and key not in self.lines:
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        return self.lines.get(key)

    def problem(self, message: str, key: str, *, at: str = "", **more: Any) -> Problem:
        """A problem of this key; ``at`` is the key whose line is meant, if another."""
        return Problem(message, self.file, self.line(at or key), key, **more)

    def moved(self, error: InputError, key: str) -> list[Problem]:
        """What is wrong with values that a study gave, as problems of the study, under ``key``."""
        return [
            replace(found, file=self.file, line=self.line(path), key=path)
            for found in error.problems
            for path in [f"{key}.{found.key}" if found.key else key]
        ]


def flattened(tables: Mapping[Any, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Nested tables as (key path, value); a key may itself be a path."""
    for key, value in tables.items():
        here = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from flattened(value, here)
        else:
            yield here, value


def laid_over(base: Scenario, tables: Mapping[Any, Any]) -> Scenario:
    """The base with other values, nested or by key path; ``programme`` as ``False`` first takes the programme away.

    Interventions and shocks are merged by name; one that is ``False`` is taken away.  Raises InputError with problems
    by key path.
    """
    flat: dict[str, Any] = {}
    for path, value in flattened(tables):
        if path in flat:
            raise InputError(Problem("given twice", key=path, value=value))
        flat[path] = value
    if flat.get("programme") in (True, False):
        base = base if flat.pop("programme") else base.without_programme()
    for path in flat:
        parts = path.split(".")
        above = next((part for k in range(1, len(parts)) if (part := ".".join(parts[:k])) in flat), None)
        if above is not None:
            raise InputError(Problem("given as one value and as a table", key=above, value=flat[above]))
    values = {path: value for path, value in flat.items() if path.partition(".")[0] not in PROGRAMME or "." not in path}
    changes: dict[str, Any] = {}
    for path, value in flat.items():
        if path not in values:
            _put(changes, path.split("."), value)
    problems: list[Problem] = []
    beneath = base.to_values()
    for section, tables_of in changes.items():
        for name, table in tables_of.items():
            under = beneath[section].get(name)
            if table is False and under is None:
                problems.append(Problem(f"the base has no '{name}' to take away", key=f"{section}.{name}",
                                        suggestion=closest(name, beneath[section])))  # fmt: skip
            if table is False:
                table = {"kind": NONE}
            elif isinstance(table, dict) and under is not None:
                table = merged({"of": under}, {"of": table})["of"]  # as files are: another kind replaces the table
            values[f"{section}.{name}"] = table
    if problems:
        raise InputError(problems)
    return base.with_values(values) if values else base


def _put(table: dict[str, Any], parts: list[str], value: Any) -> None:
    *parents, last = parts
    for part in parents:
        inner = table.get(part)
        table[part] = table = inner if isinstance(inner, dict) else {}
    table[last] = value


def read_base(base: Any, source: Source) -> Scenario:
    """The base of a study: a Scenario, a shipped name, or the path of a scenario file; raises InputError."""
    return _scenario(base, "base", source)


def read_arms(base: Scenario, described: Any, source: Source, problems: list[Problem]) -> tuple[Arm, ...]:
    """The arms in the order given, without those of which a problem is noted.

    By default the base as it is, and without its programme if it has one (:func:`has_programme`).
    """
    if described is None:
        if not has_programme(base):
            return (Arm("base", base),)
        described = {"programme": base, "none": {"programme": False}}
    arms: dict[str, Arm] = {}
    taken: dict[str, str] = {}
    for name, description in _pairs(described, source, problems):
        key = f"arms.{name}"
        if not isinstance(name, str) or NAME.fullmatch(name) is None:
            problems.append(source.problem("not a name for an arm", key, allowed=NAMES))
            continue
        same = taken.setdefault(name.casefold(), name)
        if name in arms or same != name:
            message = "two arms of this name" if same == name else f"another arm is called {same!r}"
            problems.append(source.problem(message, key, allowed="names that differ in more than case"))
            continue
        try:
            arms[name] = Arm(name, _arm(base, description, key, source))
        except InputError as error:
            problems.extend(error.problems)
    return tuple(arms.values())


def with_draws(arms: tuple[Arm, ...], ensemble: Any, source: Source, problems: list[Problem]) -> tuple[Arm, ...]:
    """The arms with an ensemble laid under each: an :class:`Ensemble`, a shipped name, or the path of a file."""
    try:
        if not isinstance(ensemble, str | Path | Ensemble):
            raise InputError(Problem("must be the name of an ensemble, the path of a file, or an Ensemble"))
        if not isinstance(ensemble, Ensemble):
            beside = source.folder / ensemble
            ensemble = load_ensemble(str(beside if beside.is_file() else ensemble))
        laid = tuple(replace(arm, ensemble=ensemble, free=ensemble.free(arm.scenario)) for arm in arms)
        for arm in laid:
            for replication in range(len(ensemble)):
                arm.scenario.with_values(arm.drawn(replication))  # a value out of bounds is better refused than run
    except InputError as error:
        said = ensemble.name if isinstance(ensemble, Ensemble) else ensemble
        problems += [found if found.file else source.problem(found.message, "ensemble", value=said,
                     allowed=found.allowed, suggestion=found.suggestion) for found in error.problems]  # fmt: skip
        return arms
    return laid


def _pairs(described: Any, source: Source, problems: list[Problem]) -> list[tuple[Any, Any]]:
    allowed = "a table [arms.NAME] for each" if source.file else "a mapping: what each changes, by its name"
    pairs = list(described.items()) if isinstance(described, Mapping) else []
    if not isinstance(described, Mapping | str) and isinstance(described, Iterable):
        pairs = list(described)
    if not pairs or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        problems.append(source.problem("no arms" if not pairs else "not arms", "arms", allowed=allowed))
        return []
    return pairs


def _arm(base: Scenario, description: Any, key: str, source: Source) -> Scenario:
    """One arm's scenario; raises InputError with problems that say where."""
    if isinstance(description, Scenario):
        return description
    if isinstance(description, str | Path):
        return _from_file(base, description, key, source)
    if not isinstance(description, Mapping):
        allowed = "what it changes (a table), the path of a file of changes, or a Scenario"
        raise InputError(source.problem("not an arm", key, value=description, allowed=allowed))
    tables = {part: value for part, value in description.items() if part not in _OWN_KEYS}
    if "scenario" in description:
        base = _scenario(description["scenario"], f"{key}.scenario", source)
    if "file" in description:
        base = _from_file(base, description["file"], f"{key}.file", source)
    if source.file:
        tables = with_paths_resolved(Document(source.file, tables, {})).values
    try:
        return laid_over(base, tables)
    except InputError as error:
        raise InputError(source.moved(error, key)) from None


def _from_file(base: Scenario, path: Any, key: str, source: Source) -> Scenario:
    """The base with the tables of a TOML file laid over it."""
    if not isinstance(path, str | Path):
        raise InputError(source.problem("must be the path of a file", key, value=path))
    if str(path) in shipped() and not (source.folder / path).exists():
        message = 'is a scenario of its own, not changes to the base: write {"scenario": ...}'
        raise InputError(source.problem(message, key, value=str(path)))
    try:
        document = with_paths_resolved(read_toml(source.folder / path))
    except InputError as error:
        if source.file and any(found.message == "no such file" for found in error.problems):
            raise InputError(source.problem("no such file", key, value=str(path))) from None
        raise
    if "extends" in document.values:
        message = "is laid over the base of the study and extends nothing else: leave this line out, or take the " \
                  "file as a scenario of its own"  # fmt: skip
        raise InputError(Problem(message, document.file, document.line(["extends"]), "extends",
                                 document.values["extends"]))  # fmt: skip
    own = Source(document.file, {dotted(where): line for where, line in document.lines.items()})
    try:
        return laid_over(base, {part: value for part, value in document.values.items() if part != "format"})
    except InputError as error:
        raise InputError([replace(found, file=own.file, line=own.line(found.key or "")) for found in error.problems]
                         ) from None  # fmt: skip


def _scenario(said: Any, key: str, source: Source) -> Scenario:
    """A Scenario, or the one of this name or path."""
    if isinstance(said, Scenario):
        return said
    if not isinstance(said, str | Path):
        raise InputError(source.problem("must be the name of a scenario, the path of a file, or a Scenario", key,
                                        value=said))  # fmt: skip
    beside = source.folder / said
    try:
        return load_scenario(said if str(said) in shipped() or not beside.is_file() else beside)
    except InputError as error:
        raise InputError([found if found.line else
                          replace(found, file=source.file, line=source.line(key), key=key, value=str(said))
                          for found in error.problems]) from None  # fmt: skip
