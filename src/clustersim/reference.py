"""What can be said about each name that a user may meet, read from the declarations."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from clustersim.errors import InputError, Problem, closest
from clustersim.interventions import KINDS, Intervention
from clustersim.scenario import PROGRAMME, Scenario
from clustersim.scenario.check import allowed_in, plain_type
from clustersim.scenario.text import value_text


class Entry(NamedTuple):
    """One name of the reference: what group it belongs to, and its facts in the order in which they are shown."""

    group: str
    name: str
    summary: str
    facts: dict[str, str]


@cache
def parameters() -> tuple[Entry, ...]:
    """Every parameter of a scenario, with its default."""
    return tuple(entry for entry in _fields(Scenario(), "", "parameter") if "." in entry.name)


def _fields(section: BaseModel, prefix: str, group: str) -> Iterator[Entry]:
    for name, field in type(section).model_fields.items():
        if prefix == "" and name in PROGRAMME:
            continue
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _fields(value, f"{prefix}{name}.", group)
        else:
            yield _entry(f"{prefix}{name}", field, "none" if value is None else value_text(value), group)


def _entry(name: str, field: FieldInfo, default: str, group: str) -> Entry:
    extra: dict[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    facts = {"meaning": field.description or "", "unit": str(extra.get("unit", "")), "default": default,
             "allowed": allowed_in(field), "source": str(extra.get("source", ""))}  # fmt: skip
    return Entry(group, name, field.description or "", {key: text for key, text in facts.items() if text})


@cache
def interventions() -> tuple[Entry, ...]:
    """Every kind of intervention and of shock, with its fields."""
    return tuple(_kind(kind, known) for kind, known in KINDS.items())


def _kind(kind: str, known: type[Intervention]) -> Entry:
    text = inspect.cleandoc(known.__doc__ or "")
    facts = {"meaning": text}
    for field in (part for outer in kind_fields(known) for part in (outer, *_inside(known, outer.name))):
        facts[field.name] = "\n".join([field.summary, *(f"{key}: {value}" for key, value in field.facts.items()
                                                        if key in ("default", "allowed", "source"))])  # fmt: skip
    return Entry("shock" if known.shock else "intervention", kind, text.partition("\n")[0], facts)


def _inside(known: type[BaseModel], name: str) -> Iterator[Entry]:
    """The fields of a table, or of a list of tables, inside a kind of intervention."""
    annotation = plain_type(known.model_fields[name].annotation)
    many = get_origin(annotation) is tuple
    inside = plain_type(get_args(annotation)[0]) if many else annotation
    if isinstance(inside, type) and issubclass(inside, BaseModel):
        for field in kind_fields(inside):
            yield field._replace(name=f"{name}{'[]' if many else ''}.{field.name}")


def kind_fields(known: type[BaseModel]) -> Iterator[Entry]:
    """The fields of one kind of intervention."""
    for name, field in known.model_fields.items():
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        text = "required" if field.is_required() else "none" if default is None else value_text(default)
        yield _entry(name, field, text, "field")


@cache
def measures() -> tuple[Entry, ...]:
    """Every measure, with its unit and definition."""
    from clustersim.measures import MEASURES

    return tuple(Entry("measure", measure.name, measure.definition.partition("\n")[0],
                       {"definition": measure.definition, "unit": measure.unit}) for measure in MEASURES)  # fmt: skip


def sections() -> dict[str, str]:
    """The sections of a scenario that hold parameters, and what each is about."""
    return {name: inspect.cleandoc(field.annotation.__doc__ or "")
            for name, field in Scenario.model_fields.items()
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)}  # fmt: skip


def everything() -> tuple[Entry, ...]:
    """The whole reference."""
    return (*interventions(), *parameters(), *measures())


def look_up(name: str) -> tuple[Entry, ...]:
    """What is known by this name, or in the section of this name; raises InputError with a guess if nothing is."""
    found = tuple(entry for entry in (*interventions(), *parameters()) if entry.name == name)
    found += tuple(entry for entry in parameters() if entry.name.startswith(f"{name}."))
    if "." not in name:  # loading the measures takes time, and no measure has a dot in its name
        found += tuple(entry for entry in measures() if entry.name == name)
    if not found:
        known = [entry.name for entry in everything()] + [*sections(), "roster"]
        guess = closest(name, known) or next((word for word in known if word.endswith(f".{name}")), None)
        raise InputError(Problem("nothing is known by this name", key=name, suggestion=guess,
                                 allowed=None if guess else "a name that `clustersim describe` lists"))  # fmt: skip
    return found


def roster_columns() -> tuple[Entry, ...]:
    """The columns of a survey's roster file."""
    from clustersim.roster import COLUMNS

    return tuple(Entry("column", column.name, column.meaning, {key: str(text) for key, text in vars(column).items()
                                                               if key != "name" and text not in (None, "")})
                 for column in COLUMNS)  # fmt: skip


def in_brief(entries: Sequence[Entry]) -> str:
    """The entries as a list by group: a line for each."""
    lines: list[str] = []
    group = None
    for entry in entries:
        if entry.group != group:
            group = entry.group
            lines += ["", f"{group}s:"]
        given = [entry.facts[key] for key in ("default", "unit") if key in entry.facts]
        note = f"  [{', '.join(given)}]" if given else ""
        lines.append(f"  {entry.name}{note}  {entry.summary}")
    return "\n".join(lines).lstrip("\n")


def in_full(entries: Sequence[Entry]) -> str:
    """The entries with all their facts."""
    return "\n\n".join("\n".join([f"{entry.name} ({entry.group})", *_facts(entry)]) for entry in entries)


def _facts(entry: Entry) -> Iterator[str]:
    for key, text in entry.facts.items():
        first, *rest = text.splitlines() or [""]
        yield f"  {key}: {first}"
        yield from (f"      {line}" for line in rest)
