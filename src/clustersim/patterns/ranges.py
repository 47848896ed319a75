"""The claim about a figure that was published: it lies where the model's histories lie, and that says something."""

from __future__ import annotations

from dataclasses import dataclass

from clustersim.experiment.statistics import Interval, mean, nine_in_ten
from clustersim.patterns.claims import ENOUGH
from clustersim.patterns.declare import Finding, Outcome, Part, Samples

WIDEST = 0.5
"""width over the published figure that an interval may have; stands in for half of a prior predictive one, since the
parameters' doubt is not drawn here: the interval tells of the luck of histories alone, which makes it narrow"""


@dataclass(frozen=True)
class Covers:
    """Range: a published figure lies in the 90 % predictive interval, which is no wider than half of the figure."""

    outcome: Outcome
    arm: str
    observed: float

    @property
    def scored(self) -> bool:
        """A pattern can fail by it."""
        return True

    @property
    def stated(self) -> str:
        """The claim in words."""
        return (f"{self.outcome.words}: nine in ten histories of {self.arm} hold {self.observed:g} "
                f"({self.outcome.unit}), within a width of {WIDEST * self.observed:g}")  # fmt: skip

    def needed(self) -> list[tuple[str, Outcome]]:
        """The one arm."""
        return [(self.arm, self.outcome)]

    def judge(self, samples: Samples) -> Finding:
        """Inside, and not by being wide."""
        values = samples[self.arm, self.outcome]
        low, _, high, n = nine_in_ten(values)
        found = Interval(mean(values), low, high, n)
        inside = found.low <= self.observed <= found.high
        narrow = found.high - found.low <= WIDEST * self.observed
        holds = bool(inside and narrow and found.n >= ENOUGH * len(values))
        return Finding(self.stated, (Part(f"{self.arm} (nine in ten)", found),), holds)
