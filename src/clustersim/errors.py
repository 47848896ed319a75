"""What can go wrong, as one tree: each class knows the exit code of the command line.

ClusterSimError          1
├── InputError           2   bad input or usage; carries every :class:`Problem` found
├── StoreError           4   a damaged or foreign folder of results
├── ResourceError        5   not enough memory, disk or permission
└── ModelFault           1   a number that no model month may produce
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

_LONGEST_SHOWN = 60
NOTHING: Any = ...
"""Stands for "no value to show": None and "" are values that somebody may well have given."""


def shown(value: Any, longest: int = _LONGEST_SHOWN) -> str:
    """A value as TOML would write it, on one line, cut short, with control characters escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        flat = not any(isinstance(item, dict | list | tuple) for item in value)
        text = f"[{', '.join(map(shown, value))}]" if flat and len(value) <= longest else ""
        return text if 0 < len(text) <= longest else "a list"
    if isinstance(value, int) and value.bit_length() > 200:
        return f"an integer of {value.bit_length()} bits"
    text = f'"{_cut(value, longest)}"' if isinstance(value, str) else _cut(str(value), longest)
    return plain(text)


def shown_key(key: str) -> str:
    """A key path, cut short, with control characters escaped."""
    return plain(_cut(key, _LONGEST_SHOWN))


def plain(text: str) -> str:
    """Text with whatever a terminal would not print as itself written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None if nothing is near."""
    if len(word) > 200:  # difflib takes quadratic time
        return None
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it stands, what it is, what is allowed, and a guess at what was meant."""

    message: str
    file: str | None = None
    line: int | None = None
    key: str | None = None
    value: Any = NOTHING
    allowed: str | None = None
    suggestion: str | None = None

    def __str__(self) -> str:
        where = ":".join(plain(str(part)) for part in (self.file, self.line) if part is not None)
        what = shown_key(self.key) if self.key is not None else ""
        message = self.message
        if f"'{what}'" in message:
            what = ""
        elif what and self.value is not NOTHING:
            what += f" = {shown(self.value)}"
        if self.allowed is not None and self.allowed not in message:
            message += f" (allowed: {self.allowed})"
        if self.suggestion is not None:
            message += f"; did you mean {shown_key(self.suggestion)!r}?"
        return ": ".join(part for part in (where, what, message) if part)

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON can hold it."""
        value = None if self.value is NOTHING else self.value
        finite = not isinstance(value, float) or math.isfinite(value)
        small = not isinstance(value, int) or value.bit_length() <= 64
        if not (isinstance(value, bool | int | float | str | None) and finite and small):
            value = shown(value)
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "value": value,
            "message": self.message,
            "allowed": self.allowed,
            "suggestion": self.suggestion,
        }


class ClusterSimError(Exception):
    """Anything that clustersim itself reports; ``exit_code`` is what the command line returns."""

    exit_code: ClassVar[int] = 1


class InputError(ClusterSimError):
    """Bad input or usage: one line for each of its ``problems``."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class StoreError(ClusterSimError):
    """A folder of results that is damaged, or not one of ours."""

    exit_code = 4


class ResourceError(ClusterSimError):
    """Not enough memory, disk space or permission."""

    exit_code = 5


class ModelFault(ClusterSimError):
    """A number that no month may produce, such as NaN: in which month, for which firm, which variable."""

    def __init__(self, message: str, *, month: int, variable: str, firm: int | None = None) -> None:
        self.message, self.month, self.firm, self.variable = message, month, firm, variable
        super().__init__(message, month, firm, variable)

    def __str__(self) -> str:
        firm = "" if self.firm is None else f", firm {self.firm}"
        return f"month {self.month}{firm}, {self.variable}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:  # keyword-only arguments do not survive a process boundary by default
        return _model_fault, (self.message, self.month, self.variable, self.firm)


def _model_fault(message: str, month: int, variable: str, firm: int | None) -> ModelFault:
    return ModelFault(message, month=month, variable=variable, firm=firm)


class InputWarning(UserWarning):
    """Input that is accepted, with an assumption that its author should know of."""
