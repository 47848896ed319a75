"""What somebody asks of a result, checked: names have to be known, numbers numbers; with a guess at what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from clustersim.errors import InputError, Problem, closest
from clustersim.study.design.factor import is_number, is_whole, plain


def checked(name: Any, known: Iterable[str], key: str, message: str = "") -> str:
    """The name; InputError if it is none of the known."""
    known = tuple(known)
    if not isinstance(name, str) or name not in known:
        allowed = ", ".join(known) if 0 < len(known) <= 12 else None
        raise InputError(Problem(message or f"there is no such {'window' if key == 'when' else key}", key=key,
                                 value=name, allowed=allowed, suggestion=closest(str(name), known)))  # fmt: skip
    return name


def listed(names: Any, known: Sequence[str], key: str, message: str = "") -> list[str]:
    """The names, or the one name, all known ones for None; InputError if one is none of them."""
    if names is None:
        return list(known)
    several = isinstance(names, Iterable) and not isinstance(names, str)
    return [checked(name, known, key, message) for name in (names if several else [names])]


def whole(value: Any, key: str, low: int, high: int, message: str = "") -> int:
    """The whole number; InputError if it is none from ``low`` to ``high``."""
    number = plain(value)
    if not is_whole(number) or not low <= number <= high:
        allowed = f"{low:,} to {high:,}" if message else f"a whole number from {low:,} to {high:,}"
        raise InputError(Problem(message or f"must be {allowed}", key=key, value=value, allowed=allowed))
    return int(number)


def number(value: Any, key: str, *, positive: bool = False) -> float:
    """The number; InputError if it is none, or not above zero where it has to be."""
    found = plain(value)
    if not is_number(found) or (positive and not found > 0.0):
        raise InputError(Problem(f"must be a {'positive ' * positive}number", key=key, value=value))
    return float(found)


def text(value: Any, key: str) -> str:
    """The text; InputError if it is none."""
    if not isinstance(value, str):
        raise InputError(Problem("must be text", key=key, value=value))
    return value
