"""TOML text in, values and the line of each key out.

A scanner of our own walks the text before tomllib parses it, for two reasons: tomllib does not say where a value
stands, and it takes seconds for a 40 KB dotted key and overflows the stack on deep nesting.  The scanner only has to
be right about correct TOML; where it is lost, tomllib reports the mistake.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clustersim.errors import InputError, Problem

MAX_BYTES = 1_000_000
MAX_KEY = 200
MAX_DEPTH = 12
MAX_KEYS = 5_000

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A parsed TOML file: its values, and the line on which each key path stands."""

    file: str
    values: dict[str, Any]
    lines: dict[Key, int]

    def line(self, path: Iterable[str | int]) -> int | None:
        """The line of a key path, or of the nearest table around it."""
        path = tuple(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_toml(path: str | Path) -> Document:
    """Read a TOML file; raises InputError if it is missing, too large, not UTF-8 or not TOML."""
    path = Path(path)
    name = str(path)
    if not path.is_file():
        raise InputError(Problem("is a folder, not a file" if path.is_dir() else "no such file", file=name))
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise InputError(Problem("the file is too large", file=name, allowed=f"at most {MAX_BYTES:,} bytes"))
    try:
        text = raw.decode("utf-8-sig")  # Windows editors like to put a byte order mark in front
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8 text (byte 0x{raw[error.start]:02x})"
        raise InputError(Problem(message, file=name, line=line)) from None
    return parse_toml(text, name)


def parse_toml(text: str, name: str) -> Document:
    """Parse TOML text, called ``name`` in messages; raises InputError with the line of the mistake."""
    text = text.replace("\r\n", "\n")
    scanner = _Scanner(text, name)
    lines = scanner.scan()
    if len(lines) > MAX_KEYS:
        raise InputError(Problem(f"{len(lines):,} keys and tables", file=name, allowed=f"at most {MAX_KEYS:,}"))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        message = str(error)[: place.start()] if place else str(error)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        message = message[:1].lower() + message[1:]
        raise InputError(Problem(f"not valid TOML: {message}", file=name, line=line)) from None
    except ValueError:
        message = "not valid TOML: a date that does not exist, or an integer of thousands of digits"
        raise InputError(Problem(message, file=name, line=scanner.line_of_bad_value())) from None
    except RecursionError:
        raise InputError(Problem("nested too deeply", file=name, allowed=f"{MAX_DEPTH} levels")) from None
    return Document(name, values, lines)


class _LostError(Exception):
    """The text is not TOML at this place; tomllib will say so."""


_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+'"
)
_SCALAR = re.compile(r"[^\s,\]}#][^,\]}#\n]*")


class _Scanner:
    def __init__(self, text: str, name: str) -> None:
        self.text, self.name, self.at = text, name, 0
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Key, int] = {}

    def scan(self) -> dict[Key, int]:
        with contextlib.suppress(_LostError):
            self._document()
        return self.lines

    def line_of_bad_value(self) -> int | None:
        """The first line with a date that no calendar has, or an integer beyond Python's limit of digits."""
        for number, line in enumerate(self.text.split("\n"), 1):
            try:
                tomllib.loads(line)
            except tomllib.TOMLDecodeError:
                continue
            except ValueError:
                return number
        return None

    def _line(self) -> int:
        return bisect_right(self.newlines, self.at - 1) + 1 if self.at else 1

    def _refuse(self, message: str, allowed: str) -> InputError:
        return InputError(Problem(message, file=self.name, line=self._line(), allowed=allowed))

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _LostError
        self.at = found.end()
        return found[0]

    def _skip(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            raise _LostError

    def _document(self) -> None:
        table: Key = ()
        counts: dict[Key, int] = {}
        while True:
            self._take(_BLANK)
            if self.at >= len(self.text):
                return
            line = self._line()
            if self._skip("["):
                many = self._skip("[")
                table = self._through_last(self._key(()), counts, into_last=not many)
                self._expect("]]" if many else "]")
                if many:
                    counts[table] = counts.get(table, -1) + 1
                    self._mark(table, line)
                    table = (*table, counts[table])
                self._mark(table, line)
            else:
                self._pair(table)

    def _through_last(self, path: Key, counts: dict[Key, int], into_last: bool) -> Key:
        """The path with the index of the latest element put in wherever it passes through an array of tables."""
        done: Key = ()
        for position, part in enumerate(path):
            done = (*done, part)
            if done in counts and (into_last or position < len(path) - 1):
                done = (*done, counts[done])
        return done

    def _mark(self, path: Key, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _pair(self, table: Key) -> None:
        line = self._line()
        path = self._key(table)
        self._mark(path, line)
        self._expect("=")
        self._take(_SPACE)
        self._value(path)

    def _key(self, table: Key) -> Key:
        """A dotted key, as a path inside ``table``; refuses what tomllib would choke on."""
        start, path = self.at, table
        while True:
            self._take(_SPACE)
            quoted = self.text[self.at : self.at + 1] in ('"', "'")
            part = self._take(_QUOTED if quoted else _BARE_KEY)
            if self.at - start > MAX_KEY:
                raise self._refuse(f"a key of {self.at - start:,} characters or more", f"at most {MAX_KEY} characters")
            path = (*path, _unquoted(part) if quoted else part)
            if len(path) > MAX_DEPTH:
                raise self._refuse("nested too deeply", f"at most {MAX_DEPTH} levels")
            self._take(_SPACE)
            if not self._skip("."):
                return path

    def _value(self, path: Key) -> None:
        if len(path) > MAX_DEPTH:
            raise self._refuse("nested too deeply", f"at most {MAX_DEPTH} levels")
        start = self.text[self.at : self.at + 1]
        if start in ('"', "'"):
            self._take(_STRING)
        elif start == "[":
            self._array(path)
        elif start == "{":
            self._inline_table(path)
        else:
            self._take(_SCALAR)

    def _array(self, path: Key) -> None:
        self.at += 1
        index = 0
        while True:
            self._take(_BLANK)
            if self._skip("]"):
                return
            self._mark((*path, index), self._line())
            self._value((*path, index))
            index += 1
            self._take(_BLANK)
            if not self._skip(","):
                self._expect("]")
                return

    def _inline_table(self, path: Key) -> None:
        self.at += 1
        self._take(_SPACE)
        if self._skip("}"):
            return
        while True:
            self._take(_SPACE)
            self._pair(path)
            self._take(_SPACE)
            if not self._skip(","):
                self._expect("}")
                return


def _unquoted(part: str) -> str:
    try:
        return str(tomllib.loads(f"key = {part}")["key"])
    except tomllib.TOMLDecodeError:
        raise _LostError from None
