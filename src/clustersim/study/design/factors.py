"""What a study varies: one class a kind of factor."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clustersim.errors import InputError, StoreError
from clustersim.study.design.distribution import Distribution
from clustersim.study.design.factor import LARGEST, Factor, Value, frozen, is_number, place, tidy

__all__ = ["Bundles", "Distribution", "Factor", "Levels", "Luck", "Range", "Value", "factor_from_dict"]

MOST_LUCK = 4294
"""levels of luck: the last of them, times a million, and a replication on top still are 32 bits"""
_TRIED_ONE_BY_ONE = 64


@dataclass(frozen=True)
class Range(Factor):
    """All numbers from ``low`` to ``high``, evenly, or evenly in their logarithm; whole numbers if ``integer``.

    Raises InputError if the ends are not in order, not finite, or not whole where they have to be.
    """

    kind = "range"
    low: float
    high: float
    log: bool = False
    integer: bool = False

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            if not is_number(end):
                raise self._refuse("an end of a range must be a number", value=end)
            if self.integer and end != int(end):
                raise self._refuse("must be a whole number", value=end)
        if not isinstance(self.log, bool):
            raise self._refuse("log must be true or false", value=self.log)
        if not self.low < self.high:
            raise self._refuse(f"a range from {self.low} to {self.high}", allowed="low below high")
        if self.log and self.low <= 0:
            raise self._refuse("an even spread in the logarithm has to start above 0", value=self.low)
        number = int if self.integer else float
        self._set(low=number(self.low), high=number(self.high))

    @property
    def column_type(self) -> str:
        """``int64`` or ``double``."""
        return "int64" if self.integer else "double"

    def value(self, u: float) -> Value:
        """The number at a coordinate; of whole numbers each has the same share, or the one of its logarithm."""
        if self.integer and not self.log:
            return int(self.low) + place(u, int(self.high) - int(self.low) + 1)
        if self.integer:
            return min(int(self.high), math.floor(tidy(self._between(u, self.low, self.high + 1))))
        return min(self.high, max(self.low, tidy(self._between(u, self.low, self.high))))

    def spread(self, steps: int) -> tuple[Value, ...]:
        """``steps`` numbers from end to end; fewer where there are not so many whole numbers."""
        numbers = [self._between(k / (steps - 1), self.low, self.high) for k in range(steps)]
        if self.integer:
            return tuple(dict.fromkeys(math.floor(number + 0.5) for number in numbers))
        return tuple(min(self.high, max(self.low, tidy(number))) for number in numbers)

    def _between(self, u: float, low: float, high: float) -> float:
        return low * (high / low) ** u if self.log else low + u * (high - low)


@dataclass(frozen=True)
class Levels(Factor):
    """A few values: numbers, flags, or text (rules by name, months), in the order given.

    Raises InputError if there are none, if one comes twice, or if they are not of one kind.
    """

    kind = "levels"
    choices: tuple[Value, ...]

    def __post_init__(self) -> None:
        choices = tuple(self.choices)
        if not choices:
            raise self._refuse("an empty list", allowed="one value or more")
        for value in choices:
            if not isinstance(value, bool | int | float | str):
                raise self._refuse("not a level", value=value, allowed="numbers, text, or true and false")
            if not isinstance(value, bool | str) and not is_number(value):
                raise self._refuse("must be a number", value=value, allowed=f"at most {LARGEST:.0e} in size")
        kinds = {bool: 0, str: 1}
        if len({kinds.get(type(value), 2) for value in choices}) > 1:
            raise self._refuse("levels of several kinds", allowed="only numbers, only text, or only true and false")
        if float in map(type, choices):
            choices = tuple(float(value) + 0.0 for value in choices)
        twice = next((value for value, count in Counter(choices).items() if count > 1), None)
        if twice is not None:
            raise self._refuse("the same level twice", value=twice)
        self._set(choices=choices)

    @property
    def levels(self) -> tuple[Value, ...]:
        """The values in the order given."""
        return self.choices

    @property
    def column_type(self) -> str:
        """By the kind of its values."""
        return {bool: "bool", int: "int64", str: "string"}.get(type(self.choices[0]), "double")

    def value(self, u: float) -> Value:
        """The level at a coordinate."""
        return self.choices[place(u, len(self.choices))]

    def probes(self) -> tuple[Value, ...]:
        """The levels; of very many numbers the least and the greatest."""
        if len(self.choices) > _TRIED_ONE_BY_ONE and self.column_type in ("int64", "double"):
            return min(self.choices), max(self.choices)
        return self.choices


@dataclass(frozen=True)
class Bundles(Factor):
    """A factor that is no parameter: each level is a name for several values, set together.

    ``bundles`` are (level, ((key path, value), ...)) in order; nested mappings do as well.  Raises InputError if there
    are none.
    """

    kind = "bundles"
    bundles: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]

    def __post_init__(self) -> None:
        given: Any = self.bundles
        pairs = list(given.items() if isinstance(given, Mapping) else given)
        read = tuple((level, tuple((path, frozen(value)) for path, value in dict(values).items()))
                     for level, values in pairs)  # fmt: skip
        if not read:
            raise self._refuse("no levels", allowed="one or more, each with the values that it sets")
        self._set(bundles=read)

    @property
    def levels(self) -> tuple[Value, ...]:
        """The names of the levels."""
        return tuple(level for level, _ in self.bundles)

    @property
    def column_type(self) -> str:
        """``string``: the column holds the names of the levels."""
        return "string"

    @cached_property
    def _values(self) -> dict[Value, dict[str, Any]]:
        return {level: dict(values) for level, values in self.bundles}

    def settings(self, value: Value) -> dict[str, Any]:
        """What the level of this name sets."""
        return dict(self._values[value])

    def value(self, u: float) -> Value:
        """The name of the level at a coordinate."""
        return self.bundles[place(u, len(self.bundles))][0]


@dataclass(frozen=True)
class Luck(Factor):
    """The dummy factor of a sensitivity analysis: it changes nothing but the luck that a point runs on.

    What an analysis finds for it is the noise floor, below which no factor's effect is told from chance.  A dummy that
    changed nothing at all would have an index of exactly 0, as all points run on common random numbers, and say
    nothing.  Level 0 is the luck that a study without it runs on.
    """

    kind = "luck"
    name: str = "luck"
    count: int = 8

    def __post_init__(self) -> None:
        if isinstance(self.count, bool) or not isinstance(self.count, int) or not 1 <= self.count <= MOST_LUCK:
            raise self._refuse("levels of luck", value=self.count, allowed=f"1 to {MOST_LUCK}")

    @property
    def is_luck(self) -> bool:
        """True."""
        return True

    @property
    def levels(self) -> tuple[Value, ...]:
        """0, 1, 2, ..."""
        return tuple(range(self.count))

    @property
    def column_type(self) -> str:
        """``int64``."""
        return "int64"

    def settings(self, value: Value) -> dict[str, Any]:
        """Nothing."""
        return {}

    def value(self, u: float) -> Value:
        """The level at a coordinate."""
        return place(u, self.count)


_KINDS: dict[str, type[Factor]] = {known.kind: known for known in (Range, Levels, Bundles, Distribution, Luck)}


def factor_from_dict(said: Mapping[str, Any]) -> Factor:
    """The factor that :meth:`Factor.to_dict` described; raises StoreError if this version knows no such factor."""
    try:
        rest = {name: value for name, value in said.items() if name != "kind"}
        return _KINDS[said["kind"]](**rest)
    except (KeyError, TypeError, ValueError, InputError) as error:
        raise StoreError(f"not a factor that this version knows: {error}") from error
