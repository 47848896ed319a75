"""The words of the page and of what is printed: one file for each language, the same keys in each."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from clustersim.errors import InputError, Problem, closest

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "fr", "es", "pt", "hi", "ar")
"""in the order of the page's menu; all but the first await a native reader"""
_VALUE = re.compile(r"\{(\w+)\}")


@cache
def words(language: str) -> dict[str, str]:
    """Every text of a language by key; raises InputError for one that there is none of."""
    if language not in LANGUAGES:
        allowed = ", ".join(LANGUAGES)
        raise InputError(Problem("no words", key="language", value=language, allowed=allowed,
                                 suggestion=closest(language, LANGUAGES)))  # fmt: skip
    found: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def say(language: str, key: str, **values: object) -> str:
    """The text of a key with its values put in."""
    return _VALUE.sub(lambda match: str(values.get(match[1], match[0])), words(language)[key])


def places(text: str) -> set[str]:
    """The names of the values that a text has places for."""
    return set(_VALUE.findall(text))
