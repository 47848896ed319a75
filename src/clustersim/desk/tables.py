"""What was written, wherever it was written: nested values, and the place of each in a TOML file or on a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from clustersim.errors import Problem
from clustersim.scenario.check import dotted
from clustersim.toml_source import Key


class Place(NamedTuple):
    """Where a value stands: file and line, or book, sheet and row; ``key`` is what a reader knows it by."""

    file: str | None
    line: int | None
    key: str


@dataclass
class Written:
    """The values of one input, and where each stands."""

    file: str
    values: dict[str, Any]
    places: dict[Key, Place] = field(default_factory=dict)

    def place(self, path: Key) -> Place:
        """The place of a key path, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                found = self.places[path[:length]]
                return found if length == len(path) else found._replace(key=dotted(path))
        return Place(self.file, None, dotted(path))

    def locate(self, path: Key) -> tuple[str | None, int | None]:
        """File and line of a key path, as checks of the scenario ask for it."""
        place = self.place(path)
        return place.file, place.line

    def problem(self, path: Key, message: str, **more: Any) -> Problem:
        """A problem of what stands at a path."""
        place = self.place(path)
        return Problem(message, place.file, place.line, place.key, **more)

    def named(self, path: Key, problem: Problem) -> Problem:
        """The problem with the name by which the reader knows the cell."""
        return replace(problem, key=self.place(path).key)

    def over(self, other: Written) -> Written:
        """These policies in place of those of another input."""
        values = {**other.values, "policies": self.values.get("policies", {})}
        places = {path: place for path, place in other.places.items() if path[:1] != ("policies",)}
        return Written(other.file, values, places | {p: w for p, w in self.places.items() if p[:1] == ("policies",)})


def table_of(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A table inside a table; empty if it is not there or is none."""
    found = values.get(key)
    return dict(found) if isinstance(found, Mapping) else {}
