"""What is wrong with the values of a scenario, said in the words of the declarations.

pydantic finds a wrong value; this file says where it stands, what is allowed there and what was probably meant.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, TypeGuard, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from clustersim.errors import NOTHING, Problem, closest, shown_key
from clustersim.parameters.programme import Month
from clustersim.scenario.files import merged
from clustersim.toml_source import Key

Locate = Callable[[Key], tuple[str | None, int | None]]
Model = TypeVar("Model", bound=BaseModel)
MONTH_PATTERN: str = get_args(Month)[1].pattern


class Found(NamedTuple):
    """One finding: an error or a warning, the key it is reported at, and the keys that it rests on."""

    path: Key
    problem: Problem
    rests_on: tuple[Key, ...] = ()
    warning: bool = False


def dotted(path: Key) -> str:
    """A key path as people write it: ``trust.gain``, ``interventions.fair.events[2]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def is_month(value: Any) -> TypeGuard[str]:
    """Whether a value is a month as scenarios write them, ``2000-07``."""
    return isinstance(value, str) and re.fullmatch(MONTH_PATTERN, value) is not None


def month_number(text: str) -> int:
    """A month as written, as the number of months since the year 0."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def month_text(month: int) -> str:
    """The month of that number as scenarios write it."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def validated(
    model: type[Model],
    values: Mapping[str, Any],
    locate: Locate,
    prefix: Key = (),
    fallback: Mapping[str, Any] | None = None,
) -> tuple[Model | None, dict[Key, Problem]]:
    """The values as ``model``, and every problem by key path.

    Where there are problems the model is built from the rest and the ``fallback``, if it can be, so that further checks
    still have something to look at.
    """
    try:
        return model.model_validate(frozen(values)), {}
    except ValidationError as error:
        found: dict[Key, Problem] = {}
        for detail in error.errors(include_url=False, include_context=False):
            path = _own_path(detail["loc"])
            found.setdefault(prefix + path, _problem(model, path, detail, locate, prefix))
    sound = _without(values, [path[len(prefix) :] for path in found])
    try:
        return model.model_validate(frozen(merged(fallback or {}, sound))), found
    except ValidationError:
        return None, found


def frozen(value: Any) -> Any:
    """The value with each list as a tuple: sections are immutable."""
    if isinstance(value, Mapping):
        return {key: frozen(item) for key, item in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, list | tuple) else value


def _own_path(location: tuple[int | str, ...]) -> Key:
    return tuple(part for part in location if part != "[key]")


def _without(values: Mapping[str, Any], paths: list[Key]) -> dict[str, Any]:
    """A copy of the values in which what stands at the paths is left out; a list goes as a whole."""
    kept = copied(values)
    for path in paths:
        names = [part for part in path[: _first_index(path)] if isinstance(part, str)]
        table: Any = kept
        for name in names[:-1]:
            table = table.get(name) if isinstance(table, dict) else None
        if isinstance(table, dict) and names:
            table.pop(names[-1], None)
    return kept


def _first_index(path: Key) -> int:
    return next((position for position, part in enumerate(path) if isinstance(part, int)), len(path))


def copied(values: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of the values copied, so that they can be changed."""
    return {key: copied(value) if isinstance(value, Mapping) else value for key, value in values.items()}


def _problem(model: type[BaseModel], path: Key, detail: Any, locate: Locate, prefix: Key) -> Problem:
    full = prefix + path
    if detail["type"] == "extra_forbidden":
        return _unknown_key(full, detail["input"], locate, known_keys(model, prefix))
    file, line = locate(full)
    field = field_at(model, path)
    allowed = allowed_in(field) if field is not None else None
    if detail["type"] == "missing":
        return Problem("is missing", file, line, dotted(full), allowed=allowed)
    if detail["type"] in ("value_error", "assertion_error"):  # a check of the section's own: its words are better
        message = str(detail["msg"]).partition(", ")[2] or str(detail["msg"])
        value = NOTHING if isinstance(detail["input"], Mapping) else detail["input"]
        return Problem(message, file, line, dotted(full) or None, value, allowed)
    choices = _choices(field)
    suggestion = closest(detail["input"], choices) if isinstance(detail["input"], str) else None
    message = f"must be {allowed}" if allowed else str(detail["msg"])
    return Problem(message, file, line, dotted(full), detail["input"], allowed, suggestion)


def _unknown_key(path: Key, value: Any, locate: Locate, known: list[str]) -> Problem:
    """The problem of a key that means nothing, with the known key that was probably meant."""
    while isinstance(value, Mapping) and len(value) == 1:  # `[trsut] gain = 1` is about trsut.gain
        name, value = next(iter(value.items()))
        path = (*path, name)
    key = dotted(path)
    file, line = locate(path)
    tables = sorted({text.rpartition(".")[0] for text in known} - {""})
    if isinstance(value, Mapping):
        return Problem(f"unknown table '{shown_key(key)}'", file, line, key, suggestion=closest(key, tables))
    guess = closest(key, known) or next((text for text in known if text.rpartition(".")[2] == path[-1]), None)
    parent = dotted(path[:-1])
    beside = [text.rpartition(".")[2] for text in known if text.rpartition(".")[0] == parent]
    allowed = None if guess or not beside else "one of " + ", ".join(beside)
    return Problem(f"unknown key '{shown_key(key)}'", file, line, key, allowed=allowed, suggestion=guess)


def known_keys(model: type[BaseModel], prefix: Key = ()) -> list[str]:
    """Every key path that a model knows, nested sections included."""
    return [dotted(path) for path in _walk(model, prefix)]


def _walk(model: type[BaseModel], prefix: Key) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _walk(field.annotation, (*prefix, name))
        else:
            yield (*prefix, name)


def field_at(model: type[BaseModel], path: Key) -> FieldInfo | None:
    """The declaration that a key path leads to; for a place inside a list or table of values, that of a value."""
    field: FieldInfo | None = None
    annotation: Any = model
    for part in path:
        annotation = plain_type(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            field = annotation.model_fields.get(str(part))
        elif get_origin(annotation) in (tuple, list, dict) and get_args(annotation):
            arguments = get_args(annotation)
            inside = arguments[1] if get_origin(annotation) is dict else arguments[0]
            field = FieldInfo.from_annotation(inside)
        else:
            return field
        if field is None:
            return None
        annotation = field.annotation
    return field


def plain_type(annotation: Any) -> Any:
    """The annotation without ``| None`` and without ``Annotated``."""
    if get_origin(annotation) is Annotated:
        return plain_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        return plain_type(rest[0]) if len(rest) == 1 else annotation
    return annotation


def _choices(field: FieldInfo | None) -> tuple[str, ...]:
    kind = None if field is None else plain_type(field.annotation)
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()


def allowed_in(field: FieldInfo) -> str:
    """What a field accepts, in words: "a number from 0 to 1 (unit: share)"."""
    text = _allowed(field.annotation, list(field.metadata))
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = extra.get("unit")
    numeric = plain_type(field.annotation) in (int, float)
    return f"{text} (unit: {unit})" if unit and numeric else text


def _allowed(annotation: Any, metadata: list[Any]) -> str:
    if get_origin(annotation) is Annotated:
        return _allowed(get_args(annotation)[0], [*metadata, *get_args(annotation)[1:]])
    if get_origin(annotation) in (Union, types.UnionType):
        options = [part for part in get_args(annotation) if part is not type(None)]
        return " or ".join(_allowed(part, metadata) for part in options)
    limits: dict[str, Any] = {}
    for item in metadata:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern"):
            limits[name] = getattr(item, name, None) if limits.get(name) is None else limits[name]
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(map(str, get_args(annotation)))
    if get_origin(annotation) in (tuple, list):
        longest = limits.get("max_length")
        inside = _allowed(get_args(annotation)[0], []) if get_args(annotation) else "value"
        many = f"{inside.removeprefix('a ')}s" if not inside.startswith("one of") else f"values, each {inside}"
        return f"a list of {many}" + (f"; at most {longest}" if longest else "")
    if get_origin(annotation) is dict:
        return f"a table in which each value is {_allowed(get_args(annotation)[1], [])}"
    if annotation is str:
        return _allowed_text(limits)
    words = {bool: "true or false", int: "a whole number", float: "a number"}
    return words.get(annotation, "a table") + _range(limits)


def _allowed_text(limits: dict[str, Any]) -> str:
    if limits.get("pattern") == MONTH_PATTERN:
        return 'a month such as "1997-01"'
    longest = limits.get("max_length")
    return "text" + (f" of at most {longest} characters" if longest else "")


def _range(limits: dict[str, Any]) -> str:
    low, high = limits.get("ge"), limits.get("le")
    if low is not None and high is not None:
        return f" from {_number(low)} to {_number(high)}"
    if low is not None:
        return f", {_number(low)} or more"
    if high is not None:
        return f", {_number(high)} or less"
    if limits.get("gt") is not None:
        return f" above {_number(limits['gt'])}"
    return ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else repr(value)
