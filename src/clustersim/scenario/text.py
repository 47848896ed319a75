"""A scenario's values as TOML text: the same values always give the same text, and reading it gives the values back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from clustersim.toml_source import Key

Note = Callable[[Key], str | None]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def toml_text(values: Mapping[str, Any], note: Note | None = None) -> str:
    """The values as TOML, tables in their own order; ``note`` may give a comment for a key path."""
    lines: list[str] = []
    _table(values, (), lines, note or (lambda path: None))
    return "\n".join(lines).strip("\n") + "\n"


def _table(values: Mapping[str, Any], path: Key, lines: list[str], note: Note) -> None:
    tables = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    leaves = {key: value for key, value in values.items() if key not in tables and value is not None}
    if path and (leaves or not tables):
        lines += ["", f"[{'.'.join(_key(str(part)) for part in path)}]"]
    for key, value in leaves.items():
        comment = note((*path, key))
        long_text = path == () and isinstance(value, str) and "\n" in value
        text = _long_string(value) if long_text else _rows(value) if _is_rows(value) else value_text(value)
        lines.append(f"{_key(key)} = {text}" + (f"  # {comment}" if comment else ""))
    for key, value in tables.items():
        _table(value, (*path, key), lines, note)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value)


def _rows(value: Any) -> str:
    return "[\n" + "".join(f"    {value_text(item)},\n" for item in value) + "]"


def value_text(value: Any) -> str:
    """One value as TOML writes it, on one line."""
    if isinstance(value, BaseModel):
        return value_text(value.model_dump(exclude_none=True))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        return "{ " + ", ".join(f"{_key(k)} = {value_text(v)}" for k, v in value.items() if v is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(value_text, value)) + "]"
    return repr(value)


def _string(text: str) -> str:
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _long_string(text: str) -> str:
    return '"""\n' + "".join("\n" if c == "\n" else _escaped(c) for c in text) + '"""'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\u{code:04x}" if code < 32 or code == 127 else character
