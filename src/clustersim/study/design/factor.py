"""What every factor of a study can do: a way from the unit interval to a value, and from a value to a scenario.

Designs are drawn in the unit cube; ``value(u)`` turns a coordinate into what a scenario is given.  A drawn number is
kept to 12 significant digits, so that the last bit of a machine's logarithm does not make another run of it.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from clustersim.errors import InputError, Problem

Value = float | int | bool | str
LARGEST = sys.float_info.max


@dataclass(frozen=True)
class Factor(ABC):
    """Something that differs between the points of a study; ``name`` is a key path, or a word if it is no parameter."""

    kind: ClassVar[str]
    name: str

    @property
    def is_luck(self) -> bool:
        """Whether it is the dummy factor, see :class:`Luck`."""
        return False

    @property
    @abstractmethod
    def column_type(self) -> str:
        """The type of its column in tables of results, as pyarrow names it: double, int64, bool or string."""

    @property
    def levels(self) -> tuple[Value, ...] | None:
        """All its values in order; None if they are not counted."""
        return None

    def settings(self, value: Value) -> dict[str, Any]:
        """What the value sets in a scenario, by key path."""
        return {self.name: value}

    @abstractmethod
    def value(self, u: float) -> Value:
        """The value at a coordinate in [0, 1]; 1 gives the last one.

        k levels share the interval evenly.  Of the four coordinates of a Morris design (0, 1/3, 2/3, 1) two levels
        get two each and four levels one each; of three the last gets two; of more than four only four are met.
        """

    def values(self, units: Sequence[float]) -> list[Value]:
        """:meth:`value` of each coordinate."""
        return [self.value(float(u)) for u in units]

    def spread(self, steps: int) -> tuple[Value, ...]:
        """What a grid takes: all levels, or ``steps`` values (2 or more) that cover the range evenly."""
        return self.levels or tuple(dict.fromkeys(self.value(k / (steps - 1)) for k in range(steps)))

    def probes(self) -> tuple[Value, ...]:
        """Values which a scenario takes all if it takes any that the factor can have: its levels, or both its ends."""
        return self.levels or (self.value(0.0), self.value(1.0))

    def to_dict(self) -> dict[str, Any]:
        """The factor as JSON can hold it; :func:`factor_from_dict` gives an equal one."""
        return {"kind": self.kind} | {field.name: _thawed(getattr(self, field.name)) for field in fields(self)}

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _refuse(self, message: str, **more: Any) -> InputError:
        return InputError(Problem(message, key=self.name, **more))


def is_number(value: Any) -> bool:
    """Whether it is a finite number that a double can hold; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST


def is_whole(value: Any) -> bool:
    """Whether it is an integer; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def plain(value: Any) -> Any:
    """A single number of numpy's as Python's; anything else as it is."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def place(u: float, count: int) -> int:
    """Which of so many equal parts of the interval a coordinate lies in; a third is a third, whatever its last bit."""
    return min(count - 1, int(u * count + 1e-9))


def tidy(number: float) -> float:
    """The number to 12 significant digits."""
    return float(f"{number:.12g}") + 0.0  # no -0.0, which is another text than 0.0


def frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    if isinstance(value, Mapping):
        return {key: frozen(part) for key, part in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, Iterable) and not isinstance(value, str) else value


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _thawed(part) for key, part in value.items()}
    return [_thawed(part) for part in value] if isinstance(value, tuple) else value
