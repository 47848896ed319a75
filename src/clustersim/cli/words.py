"""A scenario in words, and a commented file to start one from."""

from __future__ import annotations

import textwrap
from typing import Any

from pydantic import BaseModel

from clustersim import reference
from clustersim.interventions import KINDS, Intervention
from clustersim.parameters.declare import Section
from clustersim.scenario import PROGRAMME, Scenario
from clustersim.scenario.tables import kind_of
from clustersim.scenario.text import value_text

WIDTH = 100


def in_words(scenario: Scenario) -> str:
    """What is in a scenario: the case, the programme, the shocks, and every parameter that is not at its default."""
    run, cluster, plan = scenario.run, scenario.cluster, scenario.programme
    lines = [f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name]
    lines += [textwrap.fill(part, WIDTH) for part in scenario.about.strip().split("\n\n") if part]
    firms = f"firms of the roster {cluster.roster}" if cluster.roster else f"{cluster.firms:,} firms"
    if scenario.worlds.count > 1:
        firms = f"{scenario.worlds.count:,} worlds of {scenario.worlds.firms:,} firms in all"
    lines += ["", f"{firms}; {run.months} months from {run.start}, after {run.burn_in} months to settle"]
    if plan.start is not None:
        known = "announced" if plan.announced_exit else "not announced"
        lines.append(f"a programme from {plan.start} to {plan.end or 'the end of the run'}, its end {known}")
    for title, entries in (("interventions", scenario.interventions), ("shocks", scenario.shocks)):
        lines += ["", f"{title}:" if entries else f"{title}: none"]
        for name, entry in entries.items():
            summary = (entry.__doc__ or "").strip().partition("\n")[0]
            lines.append(f"  {name} ({kind_of(entry)}): {summary}")
            lines += [f"    {text}" for text in _changes(entry)]
    changes = [text for name in Scenario.model_fields if name not in PROGRAMME
               for text in _section_changes(scenario, name)]  # fmt: skip
    lines += ["", "parameters that differ from their defaults:" if changes else "all parameters at their defaults"]
    return "\n".join([*lines, *(f"  {text}" for text in changes)])


def _section_changes(scenario: Scenario, name: str) -> list[str]:
    section = getattr(scenario, name)
    if not isinstance(section, Section):
        return []
    return [f"{text}  [{scenario.origin(text.partition(' = ')[0])}]"
            for text in _differences(section, type(section)(), f"{name}.")]  # fmt: skip


def _differences(section: BaseModel, default: BaseModel, prefix: str) -> list[str]:
    found = []
    for name in type(section).model_fields:
        value, usual = getattr(section, name), getattr(default, name)
        if isinstance(value, BaseModel) and isinstance(usual, BaseModel):
            found += _differences(value, usual, f"{prefix}{name}.")
        elif value != usual:
            found.append(f"{prefix}{name} = {'none' if value is None else value_text(value)}")
    return found


def _changes(entry: Intervention) -> list[str]:
    """The fields of an intervention that are not at their defaults; required ones always."""
    found = []
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        usual: Any = ... if field.is_required() else field.get_default(call_default_factory=True)
        if value == usual or value is None:
            continue
        if isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
            found += [f"{name}:", *(f"  {value_text(item)}" for item in value)]
        else:
            found.append(f"{name} = {value_text(value)}")
    return found


def template(name: str) -> str:
    """A scenario file to start from: every section with its defaults, meanings and bounds, commented out."""
    head = [
        f"# The scenario {name}. What is commented out is the default; take the # away to change it.",
        f"# Check the file:  clustersim check {name}.toml      Run it:  clustersim compare {name}.toml",
        "format = 1",
        f'name = "{name}"',
        'title = "what it is, in one line"',
        'about = """',
        "What it is, and where its numbers are from.",
        '"""',
        '# extends = "jaipur"  # build on another scenario: a shipped name, or the path of a file',
    ]
    by_section: dict[str, list[reference.Entry]] = {}
    for entry in reference.parameters():
        by_section.setdefault(entry.name.rpartition(".")[0], []).append(entry)
    about = reference.sections()
    for section, entries in by_section.items():
        head += ["", *_comment(about.get(section, "")), f"[{section}]"]
        for entry in entries:
            head += _setting(entry)
    for kind, known in KINDS.items():
        home = "shocks" if known.shock else "interventions"
        head += ["", *_comment((known.__doc__ or "").strip().partition("\n")[0]), f"# [{home}.my_{kind}]",
                 f'# kind = "{kind}"']  # fmt: skip
        for entry in reference.kind_fields(known):
            head += _setting(entry)
    return "\n".join(head) + "\n"


def _setting(entry: reference.Entry) -> list[str]:
    name, default = entry.name.rpartition(".")[2], entry.facts["default"]
    value = "..." if default in ("none", "required") else default
    allowed = entry.facts["allowed"]
    note = f"{entry.summary} ({allowed})" if entry.summary else allowed
    return [*_comment(note + (", required" if default == "required" else "")), f"# {name} = {value}"]


def _comment(text: str) -> list[str]:
    return [f"## {line}" for line in textwrap.wrap(text, WIDTH)]
