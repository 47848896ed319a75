"""A factor that is drawn from a distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clustersim.errors import closest
from clustersim.study.design.factor import Factor, Value, is_number, tidy

_EDGE = 1e-6
"""share of a distribution that is cut off at a side that nothing bounds"""
SHAPES: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "truncnorm": ("mean", "sd"),
    "uniform": (),
    "triangular": ("mode",),
    "lognormal": ("median", "log_sd"),
    "beta": ("a", "b"),
}
"""the distributions by name, and what each has to be given beside low and high"""
_POSITIVE = {"sd", "median", "log_sd", "a", "b"}
_WITH_ENDS = {"truncnorm", "uniform", "triangular", "beta"}
"""these lie between low and high; of the others low and high cut something off"""


@dataclass(frozen=True)
class Distribution(Factor):
    """A number drawn from a distribution, see :data:`SHAPES`, of which only what lies from ``low`` to ``high`` counts.

    ``log_sd`` is the standard deviation of the logarithm.  A side that nothing bounds is cut at a millionth.  Raises
    InputError for unknown names, and if (almost) nothing lies between low and high.
    """

    kind = "distribution"
    shape: str
    parameters: Mapping[str, float]
    low: float | None = None
    high: float | None = None
    integer: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.shape, str) or self.shape not in SHAPES:
            guess = closest(self.shape, SHAPES) if isinstance(self.shape, str) else None
            raise self._refuse("unknown distribution", value=self.shape, allowed="one of " + ", ".join(SHAPES),
                               suggestion=guess)  # fmt: skip
        needed = SHAPES[self.shape]
        for name in self.parameters:
            if name not in needed:
                known = [*needed, "low", "high"]
                raise self._refuse(f"{self.shape} knows no '{name}'", allowed=", ".join(known),
                                   suggestion=closest(name, known))  # fmt: skip
        ends = {name: end for name, end in (("low", self.low), ("high", self.high)) if end is not None}
        for name in (*needed, *(("low", "high") if self.shape in _WITH_ENDS else ())):
            if name not in {**self.parameters, **ends}:
                raise self._refuse(f"{self.shape} needs '{name}'")
        for name, value in {**self.parameters, **ends}.items():
            if not is_number(value):
                raise self._refuse(f"'{name}' must be a number", value=value)
            if name in _POSITIVE and value <= 0:
                raise self._refuse(f"'{name}' must be above 0", value=value)
            if self.integer and name in ends and value != int(value):
                raise self._refuse(f"'{name}' must be a whole number", value=value)
        if len(ends) == 2 and not ends["low"] < ends["high"]:
            raise self._refuse(f"from {self.low} to {self.high}", allowed="low below high")
        if self.shape == "triangular" and not ends["low"] <= self.parameters["mode"] <= ends["high"]:
            raise self._refuse("'mode' must lie from low to high", value=self.parameters["mode"])
        self._set(parameters={name: float(self.parameters[name]) for name in needed},
                  **{name: float(end) for name, end in ends.items()})  # fmt: skip
        first, last = self._shares
        if last - first < _EDGE:
            raise self._refuse("less than a millionth of the distribution lies between its bounds",
                               allowed=f"something from {self.low} to {self.high}")  # fmt: skip

    @property
    def column_type(self) -> str:
        """``int64`` or ``double``."""
        return "int64" if self.integer else "double"

    @cached_property
    def _law(self) -> Any:
        from scipy import stats

        given, low, high = self.parameters, self.low, self.high
        if self.shape in ("normal", "truncnorm"):
            return stats.norm(given["mean"], given["sd"])
        if self.shape == "lognormal":
            return stats.lognorm(given["log_sd"], scale=given["median"])
        assert low is not None
        assert high is not None
        width = high - low
        if self.shape == "uniform":
            return stats.uniform(low, width)
        if self.shape == "triangular":
            return stats.triang((given["mode"] - low) / width, low, width)
        return stats.beta(given["a"], given["b"], low, width)

    @cached_property
    def _shares(self) -> tuple[float, float]:
        """The shares of the whole distribution at which it is cut."""
        return (_EDGE if self.low is None else float(self._law.cdf(self.low)),
                1 - _EDGE if self.high is None else float(self._law.cdf(self.high)))  # fmt: skip

    def value(self, u: float) -> Value:
        """The quantile of what counts of the distribution, rounded if whole numbers are asked for."""
        return self.values([u])[0]

    def values(self, units: Sequence[float]) -> list[Value]:
        """The quantiles, all in one go."""
        import numpy as np

        first, last = self._shares
        found = self._law.ppf(first + np.asarray(units, float) * (last - first))
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        numbers = [min(high, max(low, tidy(number))) for number in found.tolist()]
        return [round(number) for number in numbers] if self.integer else list(numbers)

    def spread(self, steps: int) -> tuple[Value, ...]:
        """The middles of ``steps`` parts of equal probability."""
        return tuple(dict.fromkeys(self.values([(k + 0.5) / steps for k in range(steps)])))
