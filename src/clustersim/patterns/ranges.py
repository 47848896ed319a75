"""The claim about a figure that was published: it lies where the model's histories lie, and that says something."""

from __future__ import annotations

from dataclasses import dataclass

from clustersim.experiment.statistics import Interval, mean, nine_in_ten
from clustersim.patterns.claims import ENOUGH, Scored
from clustersim.patterns.declare import Finding, Outcome, Part, Samples

NARROW = 0.5
"""width that an interval may have over that of the same interval under the prior; without an ensemble, whose intervals
hold luck alone, over the published figure"""
PRIOR = " (prior)"
"""what is added to an arm's name where it runs on parameter sets of the prior"""


@dataclass(frozen=True)
class Covers(Scored):
    """Range: a published figure lies in the 90 % predictive interval, at most half as wide as under the prior."""

    outcome: Outcome
    arm: str
    observed: float

    @property
    def stated(self) -> str:
        """The claim in words."""
        return (f"{self.outcome.words}: nine in ten histories of {self.arm} hold {self.observed:g} "
                f"({self.outcome.unit}), at most {NARROW:g} as wide as under the prior")  # fmt: skip

    def needed(self) -> list[tuple[str, Outcome]]:
        """The one arm."""
        return [(self.arm, self.outcome)]

    def judge(self, samples: Samples) -> Finding:
        """Inside, and not by being wide."""
        values = samples[self.arm, self.outcome]
        low, _, high, n = nine_in_ten(values)
        found = Interval(mean(values), low, high, n)
        inside = low <= self.observed <= high
        before = samples.get((self.arm + PRIOR, self.outcome))
        shown = [Part(f"{self.arm} (nine in ten)", found)]
        widest = NARROW * abs(self.observed)
        if before is not None:
            prior_low, _, prior_high, prior_n = nine_in_ten(before)
            prior = Interval(mean(before), prior_low, prior_high, prior_n)
            shown.append(Part(f"{self.arm}, prior (nine in ten)", prior))
            widest = NARROW * (prior_high - prior_low)
        holds = bool(inside and high - low <= widest and found.n >= ENOUGH * len(values))
        return Finding(self.stated, tuple(shown), holds)
