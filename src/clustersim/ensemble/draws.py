"""An ensemble: parameter sets that a calibration could not tell apart, with weights.

Replication r of every arm uses draw r mod D, so arms share their parameters as they share their luck, and the spread
over replications holds both.  A draw stands in for *defaults*: what a scenario, its file or a caller sets stays set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.errors import InputError, Problem, closest
from clustersim.parameters.declare import Declaration, declarations

if TYPE_CHECKING:
    from clustersim.scenario import Scenario

DEFAULT = "all"
"""the shipped ensemble that was fitted to every case; the others leave one case out"""
FORMAT = 1
GOLDEN = 0.6180339887498949
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ensemble:
    """D plausible parameter sets: a row of ``draws`` for each, a column for each of ``parameters``."""

    name: str
    parameters: tuple[str, ...]
    draws: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    """how it was made: cases, targets, seeds, numbers of runs"""

    def __len__(self) -> int:
        return len(self.draws)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Which draw the replications 0 .. D − 1 use: each about as often as its weight says, and well mixed.

        Systematic resampling, the D points taken in the order of the golden ratio, so that a few replications already
        cover the ensemble.
        """
        size = len(self.draws)
        points = sorted(range(size), key=lambda k: (k * GOLDEN) % 1.0)
        picks = [0] * size
        cumulative, row = self.weights[0], 0
        for k in range(size):
            while row < size - 1 and (k + 0.5) / size > cumulative:
                row += 1
                cumulative += self.weights[row]
            picks[k] = row
        return tuple(picks[k] for k in points)

    def draw(self, replication: int) -> dict[str, float]:
        """The values that a replication uses, by key path."""
        row = self.draws[self.order[replication % len(self.draws)]]
        return dict(zip(self.parameters, row, strict=True))

    def free(self, scenario: Scenario) -> tuple[str, ...]:
        """The parameters that a scenario says nothing of: those that a draw sets in it."""
        return tuple(name for name in self.parameters if scenario.origin(name) == "default")

    def under(self, scenario: Scenario) -> Under:
        """The scenario with the draws laid under it."""
        return Under(self, scenario)

    def digest(self) -> str:
        """SHA-256 of the values and weights."""
        said = json.dumps([self.parameters, self.draws, self.weights])
        return hashlib.sha256(said.encode()).hexdigest()

    def to_json(self) -> str:
        """The text of an ensemble file, a row a line."""
        rows = ",\n".join("    " + json.dumps(row) for row in self.draws)
        head = {"format": FORMAT, "name": self.name, "about": dict(self.about), "parameters": list(self.parameters),
                "weights": list(self.weights)}  # fmt: skip
        text = json.dumps(head, indent=2, ensure_ascii=False)
        return f'{text[:-2]},\n  "draws": [\n{rows}\n  ]\n}}\n'


class Under:
    """A scenario for each replication: the values it says nothing of come from the ensemble's draw."""

    def __init__(self, ensemble: Ensemble, scenario: Scenario) -> None:
        self.scenario = scenario
        self._free = ensemble.free(scenario)
        self._ensemble = ensemble
        self._built: dict[int, Scenario] = {}

    def __call__(self, replication: int) -> Scenario:
        """The scenario of one replication."""
        place = self._ensemble.order[replication % len(self._ensemble)]
        if place not in self._built:  # two threads may build the same one, and no harm done
            drawn = self._ensemble.draw(replication)
            self._built[place] = self.scenario.with_values({name: drawn[name] for name in self._free})
        return self._built[place]


def shipped() -> tuple[str, ...]:
    """The names of the ensembles that come with the package."""
    return tuple(sorted(path.stem for path in HERE.glob("*.json")))


def load_ensemble(name_or_path: str = DEFAULT) -> Ensemble:
    """A shipped ensemble by name or a file by path; raises InputError if there is none or it is not sound."""
    path = Path(name_or_path)
    if path.suffix == ".json":
        return _read(path)
    if name_or_path not in shipped():
        raise InputError(Problem("unknown ensemble", value=name_or_path, suggestion=closest(name_or_path, shipped()),
                                 allowed=f"{', '.join(shipped())}, or a file ending in .json"))  # fmt: skip
    return _shipped(name_or_path)


@cache
def _shipped(name: str) -> Ensemble:
    return _read(HERE / f"{name}.json")


def _read(path: Path) -> Ensemble:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise InputError(Problem(f"cannot be read as an ensemble: {fault}", file=str(path))) from None
    return ensemble_of(found, path)


def ensemble_of(found: Any, path: Path) -> Ensemble:
    """The ensemble that the content of a file describes; raises InputError, which names the file."""

    def refuse(message: str, key: str) -> InputError:
        return InputError(Problem(message, file=str(path), key=key))

    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise refuse(f"is not an ensemble of format {FORMAT}", "format")
    parameters, draws, weights = (found.get(key) for key in ("parameters", "draws", "weights"))
    if not isinstance(parameters, list) or not parameters or not all(isinstance(name, str) for name in parameters):
        raise refuse("must be a list of key paths", "parameters")
    unsound = list(_unknown(parameters, path))
    if unsound:
        raise InputError(unsound)
    if not isinstance(draws, list) or not draws or not all(_numbers(row, len(parameters)) for row in draws):
        raise refuse(f"must be rows of {len(parameters)} numbers, one for each parameter", "draws")
    shares: list[float] = weights if isinstance(weights, list) and _numbers(weights, len(draws)) else []
    if not shares or min(shares) < 0.0 or abs(sum(shares) - 1.0) > 1e-6:
        raise refuse(f"must be {len(draws)} shares that add up to 1", "weights")
    rows = tuple(tuple(map(float, row)) for row in draws)
    outside = list(_outside(parameters, rows, path))
    if outside:
        raise InputError(outside)
    name, about = str(found.get("name", path.stem)), found.get("about") or {}
    return Ensemble(name, tuple(parameters), rows, tuple(map(float, shares)), about)


@cache
def _declared() -> dict[str, Declaration]:
    """The parameters of a scenario that take any number between bounds, by key path."""
    from clustersim.scenario import Scenario

    return {known.path: known for known in declarations(Scenario) if known.type == "float"}


def _unknown(parameters: list[str], path: Path) -> Iterator[Problem]:
    """What is drawn and is no parameter, or none that takes any number."""
    for k, name in enumerate(parameters):
        if name not in _declared():
            yield Problem("is no parameter that an ensemble can draw", file=str(path), key=f"parameters[{k}]",
                          value=name, suggestion=closest(name, _declared()))  # fmt: skip


def _outside(parameters: list[str], rows: Iterable[Sequence[float]], path: Path) -> Iterator[Problem]:
    """Draws that no scenario could have, the first of each parameter."""
    for k, (name, drawn) in enumerate(zip(parameters, zip(*rows, strict=True), strict=True)):
        low, high = _declared()[name].low, _declared()[name].high
        for number, value in enumerate(drawn):
            if not (low is None or low <= value) or not (high is None or value <= high):
                yield Problem(f"out of bounds for {name}", file=str(path), key=f"draws[{number}][{k}]", value=value,
                              allowed=f"{low} to {high}")  # fmt: skip
                break


def _numbers(row: Any, length: int) -> bool:
    return (isinstance(row, list) and len(row) == length
            and all(isinstance(value, int | float) and not isinstance(value, bool) for value in row)
            and all(value == value and abs(value) < 1e300 for value in row))  # fmt: skip
