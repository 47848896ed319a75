"""What a pattern is: a small declaration of arms, outcomes and claims, made before any run.

An *outcome* turns one run into one number.  A *claim* says beforehand what the numbers of the arms have to show, with
its smallest effect of interest or its margin.  A *pattern* is a statement about real clusters, or about theory, with
the claims that must all hold for the model to reproduce it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from clustersim.experiment.statistics import Interval
from clustersim.measures import MEASURES

if TYPE_CHECKING:
    from clustersim.month import World
    from clustersim.scenario import Scenario
    from clustersim.simulation import Run

T = TypeVar("T")
COLUMNS = {measure.name: k for k, measure in enumerate(MEASURES)}

EVIDENCE = {"o": "observed in a case", "e": "expected or intended by the authors", "t": "theory"}
KINDS = {
    "direct": "restates one rule",
    "one step": "one rule acting through one other",
    "emergent": "several rules acting through each other",
}


class Case:
    """One run by its address, lived only when somebody looks; an outcome may also live the same months again."""

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self.replication = replication
        self._once: dict[Any, Any] = {}

    @cached_property
    def run(self) -> Run:
        """The finished run."""
        from clustersim.simulation import run

        return run(self.scenario, seed=self.seed, replication=self.replication)

    def series(self, measure: str) -> NDArray[np.float64]:
        """A measure month by month."""
        values: NDArray[np.float64] = self.run.measures[:, COLUMNS[measure]]
        return values

    def once(self, compute: Callable[[Case], T]) -> T:
        """What ``compute`` finds in this case, found once for all outcomes that want it."""
        if compute not in self._once:
            self._once[compute] = compute(self)
        found: T = self._once[compute]
        return found

    def relive(self, months: Sequence[int]) -> Iterator[World]:
        """The same run again, stopped before each of these months (0 = the first reported one)."""
        from clustersim.simulation import live, new_world

        world = new_world(self.scenario, seed=self.seed, replication=self.replication)
        reached = 0
        for month in months:
            live(world, reached, world.burn_in + month)
            reached = world.burn_in + month
            yield world


@dataclass(frozen=True)
class Outcome:
    """One number out of one run; NaN where there is nothing to measure."""

    words: str
    unit: str
    of: Callable[[Case], float]


Samples = Mapping[tuple[str, Outcome], Sequence[float]]
"""(arm, outcome) -> values by replication"""


class Part(NamedTuple):
    """One figure behind a verdict: what it is, and its interval."""

    words: str
    interval: Interval


@dataclass(frozen=True)
class Finding:
    """What a claim came to."""

    stated: str
    """the claim as it was made before the run"""
    parts: tuple[Part, ...]
    holds: bool | None
    """None for what is reported and not scored"""
    note: str = ""


class Claim(Protocol):
    """What the outcomes of some arms have to show."""

    @property
    def scored(self) -> bool:
        """Whether a pattern can fail by it."""
        ...

    @property
    def stated(self) -> str:
        """The claim in words, with its margin or smallest effect of interest."""
        ...

    def needed(self) -> list[tuple[str, Outcome]]:
        """The (arm, outcome) pairs it looks at."""
        ...

    def judge(self, samples: Samples) -> Finding:
        """Whether it holds."""
        ...


Arms = Callable[[], "Mapping[str, Scenario]"]
Verdict = Literal["holds", "fails", "reported"]


@dataclass(frozen=True)
class Pattern:
    """One pattern: what is claimed of the world, and what the model must show for it."""

    id: str
    statement: str
    evidence: Literal["o", "e", "t"]
    source: str
    kind: Literal["direct", "one step", "emergent"]
    strictness: str
    arms: Arms
    claims: tuple[Claim, ...]
    needs: str
    """the mechanism that should carry it"""
    off: Mapping[str, Any] = field(default_factory=dict)
    """values that switch that mechanism off, upon which the pattern should go; empty where none does"""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """arms that are held to published figures: arm -> the case whose figures the ensemble must not have been fitted to,
    empty where none of its figures was; such arms also run on the prior, against which a range has to be narrow"""
    revised: str = ""
    """what of this declaration was changed after runs had been seen, so that a reader can judge"""

    @property
    def scored(self) -> bool:
        """Whether it can fail."""
        return any(claim.scored for claim in self.claims)

    def needed(self) -> list[tuple[str, Outcome]]:
        """Every (arm, outcome) pair that a claim looks at, once each."""
        return list(dict.fromkeys(pair for claim in self.claims for pair in claim.needed()))

    def judge(self, samples: Samples) -> tuple[Verdict, tuple[Finding, ...]]:
        """The verdict and the findings behind it: a pattern holds if each of its scored claims does."""
        findings = tuple(claim.judge(samples) for claim in self.claims)
        if not self.scored:
            return "reported", findings
        return ("holds" if all(found.holds is not False for found in findings) else "fails"), findings


def finite(values: Sequence[float]) -> list[float]:
    """The values that are not empty."""
    return [float(value) for value in values if not math.isnan(value)]
