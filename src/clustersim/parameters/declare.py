"""How a parameter is declared: once, with default, unit, bounds, meaning and source.

Everything else (the scenario check, its error texts, the reference tables, the JSON Schema) is read from these
declarations.  Compiled rules see a section as a plain named tuple of numbers, see :func:`values_type`.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, JsonValue


def param(
    default: Any,
    *,
    unit: str,
    meaning: str,
    source: str,
    low: float | None = None,
    high: float | None = None,
    max_length: int | None = None,
) -> Any:
    """Declare one parameter; ``low`` and ``high`` are inclusive bounds, ``source`` a reference or "assumption: why"."""
    extra: dict[str, JsonValue] = {"unit": unit, "source": source}
    if default is ...:
        return Field(ge=low, le=high, max_length=max_length, description=meaning, json_schema_extra=extra)
    return Field(default, ge=low, le=high, max_length=max_length, description=meaning, json_schema_extra=extra)


class Section(BaseModel):
    """A group of parameters: frozen, strict (true is not 1), finite, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)


@dataclass(frozen=True)
class Declaration:
    """One declared parameter as the reference shows it."""

    path: str
    type: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    meaning: str
    source: str


def _bounds(metadata: list[Any]) -> tuple[float | None, float | None]:
    low = high = None
    for item in metadata:
        low = getattr(item, "ge", low)
        high = getattr(item, "le", high)
    return low, high


def declarations(
    section: type[BaseModel], prefix: str = "", defaults: BaseModel | None = None
) -> Iterator[Declaration]:
    """Walk the declared parameters of a section, nested sections included, in the order of the source.

    ``defaults`` is the value that stands for the whole section where a scenario says nothing.
    """
    for name, field in section.model_fields.items():
        path = f"{prefix}{name}"
        usual = None if field.is_required() else field.get_default(call_default_factory=True)
        if defaults is not None:
            usual = getattr(defaults, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from declarations(field.annotation, path + ".", usual)
            continue
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if "unit" not in extra:
            continue
        low, high = _bounds(field.metadata)
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        kind = "choice" if choices else getattr(field.annotation, "__name__", str(field.annotation))
        yield Declaration(
            path, kind, usual, str(extra["unit"]), low, high, tuple(map(str, choices)),
            field.description or "", str(extra.get("source", "")),
        )


def _numeric(annotation: Any) -> bool:
    return annotation in (int, float, bool) or get_origin(annotation) is Literal


def values_type(section: type[Section], module: str) -> Any:
    """The named tuple type, living in ``module``, of a section's numbers (choices become their position)."""
    names = [name for name, field in section.model_fields.items() if _numeric(field.annotation)]
    return namedtuple(section.__name__ + "Values", names, module=module)


def values_of(section: Section, into: Any) -> Any:
    """A section's numbers as the named tuple ``into``: floats, ints, flags as 0 or 1, choices as their position."""
    numbers: list[float | int] = []
    for name in into._fields:
        annotation = type(section).model_fields[name].annotation
        value = getattr(section, name)
        if get_origin(annotation) is Literal:
            numbers.append(get_args(annotation).index(value))
        elif annotation is float:
            numbers.append(float(value))
        else:
            numbers.append(int(value))
    return into(*numbers)
