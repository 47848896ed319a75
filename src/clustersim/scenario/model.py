"""The scenario itself: one field for each section, and the interventions and shocks by name.

TOML in (:func:`load_scenario`), TOML out (:meth:`Scenario.to_toml`).  A file states what differs from the defaults or
from the scenario it ``extends``; all problems of all its parts are reported at once.
"""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from clustersim.errors import InputError, InputWarning, Problem
from clustersim.interventions import Intervention
from clustersim.parameters.behaviour import (
    Activities,
    Exposure,
    Fairness,
    Groups,
    Information,
    JointAction,
    Learning,
    Trust,
)
from clustersim.parameters.declare import Section
from clustersim.parameters.economy import (
    Brand,
    Credit,
    Facility,
    Households,
    Investment,
    Market,
    Services,
    Turnover,
)
from clustersim.parameters.people import Heirs, Institutions, Middlemen, SelfHelp
from clustersim.parameters.programme import (
    Broker,
    BusinessGroups,
    Cluster,
    Programme,
    Run,
    Trial,
    Umbrella,
    Worlds,
)
from clustersim.scenario.check import validated
from clustersim.scenario.cross_checks import cross_checks
from clustersim.scenario.files import Sources, follow, merged, read_chain, shipped
from clustersim.scenario.tables import NAME, Kinds, as_values, kind_of, read_tables
from clustersim.scenario.text import toml_text
from clustersim.toml_source import Key, parse_toml

__all__ = ["Scenario", "load_scenario", "parse_scenario", "shipped"]

PROGRAMME = ("interventions", "shocks")


class Scenario(Section):
    """A whole scenario; build one with :func:`load_scenario`, or from another with the ``with_`` methods."""

    format: Literal[1] = Field(default=1, description="version of the file format")
    name: str = Field(
        default="scenario", pattern=f"^{NAME.pattern}$", description="short name, as in the names of folders"
    )
    title: str = Field(default="", max_length=200, description="what it is, in one line")
    about: str = Field(default="", max_length=20_000, description="what it is, and where its numbers are from")
    run: Run = Field(default_factory=Run)
    cluster: Cluster = Field(default_factory=Cluster)
    worlds: Worlds = Field(default_factory=Worlds)
    programme: Programme = Field(default_factory=Programme)
    broker: Broker = Field(default_factory=Broker)
    umbrella: Umbrella = Field(default_factory=Umbrella)
    business_groups: BusinessGroups = Field(default_factory=BusinessGroups)
    trial: Trial = Field(default_factory=Trial)
    trust: Trust = Field(default_factory=Trust)
    information: Information = Field(default_factory=Information)
    joint_action: JointAction = Field(default_factory=JointAction)
    activities: Activities = Field(default_factory=Activities)
    exposure: Exposure = Field(default_factory=Exposure)
    learning: Learning = Field(default_factory=Learning)
    fairness: Fairness = Field(default_factory=Fairness)
    groups: Groups = Field(default_factory=Groups)
    market: Market = Field(default_factory=Market)
    households: Households = Field(default_factory=Households)
    credit: Credit = Field(default_factory=Credit)
    services: Services = Field(default_factory=Services)
    brand: Brand = Field(default_factory=Brand)
    investment: Investment = Field(default_factory=Investment)
    facility: Facility = Field(default_factory=Facility)
    turnover: Turnover = Field(default_factory=Turnover)
    institutions: Institutions = Field(default_factory=Institutions)
    middlemen: Middlemen = Field(default_factory=Middlemen)
    self_help: SelfHelp = Field(default_factory=SelfHelp)
    heirs: Heirs = Field(default_factory=Heirs)
    interventions: dict[str, Intervention] = Field(default_factory=dict, description="what the programme does")
    shocks: dict[str, Intervention] = Field(default_factory=dict, description="what happens to all arms alike")

    _sources: Sources = PrivateAttr(default_factory=Sources)

    def __eq__(self, other: object) -> bool:
        """Equal if all values are, wherever they were read from."""
        return self.to_values() == other.to_values() if isinstance(other, Scenario) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest())

    def to_values(self) -> dict[str, Any]:
        """The complete scenario as nested tables of plain values, in a fixed order."""
        values = self.model_dump(exclude=set(PROGRAMME), exclude_none=True)
        return values | {section: {name: as_values(item) for name, item in getattr(self, section).items()}
                         for section in PROGRAMME}  # fmt: skip

    def to_toml(self, *, origins: bool = False) -> str:
        """The complete scenario as TOML text, which reads back as an equal one; with ``origins`` as comments."""
        return toml_text(self.to_values(), self._sources.origin if origins else None)

    def origin(self, path: str) -> str:
        """Where the value at a key path was set: "jaipur.toml:12", "set in Python" or "default"."""
        return self._sources.origin(tuple(path.split(".")))

    def digest(self) -> str:
        """SHA-256 of the complete values and of the survey files they name, the same on every machine."""
        values = self.to_values()
        for key in ("roster", "ties"):
            if key in values["cluster"]:
                values["cluster"][key] = hashlib.sha256(Path(values["cluster"][key]).read_bytes()).hexdigest()
        text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """The scenario with other values, given by key path ("trust.gain"); raises InputError like a file would."""
        tables = self.to_values()
        for path, value in values.items():
            *parents, last = path.split(".")
            table = tables
            for part in parents:
                inner = table.get(part)
                table[part] = table = inner if isinstance(inner, dict) else {}
            table[last] = value.item() if hasattr(value, "item") else value  # numpy's numbers are not Python's
        own = {kind_of(item): type(item) for section in PROGRAMME for item in getattr(self, section).values()}
        return build(tables, self._sources.plus([tuple(path.split(".")) for path in values]), own=own)

    def with_programme(self, interventions: Mapping[str, Intervention | Mapping[str, Any]]) -> Scenario:
        """The scenario with these interventions in place of its own; raises InputError like a file would."""
        paths: list[Key] = [("interventions", name) for name in interventions]
        return build(self.to_values() | {"shocks": self.shocks, "interventions": dict(interventions)},
                     self._sources.plus(paths))  # fmt: skip

    def without_programme(self) -> Scenario:
        """The same cluster, shocks included, left to itself: no broker and no interventions."""
        return self.model_copy(update={"interventions": {}, "programme": Programme()})


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a shipped scenario by name or a file by path; raises InputError with every problem, warns of assumptions."""
    sources, broken = read_chain(name_or_path)
    return _read(sources, broken, Path(sources.documents[-1].file).stem)


def parse_scenario(text: str, name: str = "scenario.toml", *, whole: bool = True) -> Scenario:
    """Read a scenario from TOML text, as :func:`load_scenario` would from a file called ``name``.

    Not ``whole``: with no more checks than ``with_values`` makes, so that whatever ``to_toml`` wrote reads back.
    """
    sources, broken = follow(parse_toml(text, name), Path(name).resolve())
    return _read(sources, broken, Path(name).stem, whole)


def _read(sources: Sources, broken: list[Problem], stem: str, whole: bool = True) -> Scenario:
    own = sources.documents[-1].values
    values = {"name": _as_name(stem)} | sources.values()
    if "name" not in own:
        values["name"] = _as_name(stem)  # a scenario's name is not inherited
    values.pop("extends", None)
    return build(values, sources, broken, whole=whole)


def _as_name(stem: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:64]
    return name if NAME.fullmatch(name) else "scenario"


@cache
def _defaults() -> dict[str, Any]:
    return Scenario().to_values()


def build(values: Mapping[str, Any], sources: Sources, broken: list[Problem] | None = None, *,
          whole: bool = False, own: Kinds | None = None) -> Scenario:  # fmt: skip
    """The values, laid on the defaults, as a checked Scenario; ``whole`` files are also held to their own calendar.

    Raises InputError with every problem; warns (InputWarning) of what is accepted with an assumption.
    """
    values = merged(_defaults(), values)
    problems: dict[Key, Problem] = {}
    for section in PROGRAMME:
        values[section], found = read_tables(values[section], section, sources.locate, own or {})
        problems |= found
    scenario, found = validated(Scenario, values, sources.locate, fallback=_defaults())
    problems |= found
    notes: list[Problem] = []
    if scenario is not None:
        for finding in cross_checks(scenario.to_values(), values, sources.locate, whole=whole):
            if not any(path in problems for path in finding.rests_on):
                if finding.warning:
                    notes.append(finding.problem)
                else:
                    problems[finding.path] = finding.problem
    if whole:
        for note in notes:
            warnings.warn(str(note), InputWarning, stacklevel=4)
    if broken:  # what a missing parent would have supplied is not this file's mistake
        problems = {path: problem for path, problem in problems.items() if problem.message != "is missing"}
    if problems or broken:
        raise InputError(_in_order([*(broken or []), *problems.values()], sources))
    assert scenario is not None  # no problems, so it was built
    scenario._sources = sources
    return scenario


def _in_order(problems: list[Problem], sources: Sources) -> list[Problem]:
    """Problems as a reader meets them: the file asked for first, then what it extends, by line."""
    files = [document.file for document in reversed(sources.documents)]
    return sorted(problems, key=lambda p: (files.index(p.file) if p.file in files else len(files), p.line or 0))
