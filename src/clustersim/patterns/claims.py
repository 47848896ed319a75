"""The kinds of claim, and how strictly each is judged.

*Sign*: the 95 % interval of the paired difference excludes the smallest effect of interest.  *Level*: the 95 %
interval of a mean does.  *Null*: two one-sided tests at 5 % each put the mean within a margin.  *Order*: each
difference of neighbours is a sign, of arms or of effects.  *Two humps*: Silverman's test.  *Range* stands in
ranges.py.  All margins are stated in the declaration.
A claim that fewer than half of the replications can speak to fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from clustersim.experiment import statistics
from clustersim.experiment.statistics import Interval
from clustersim.patterns.declare import Finding, Outcome, Part, Samples, finite
from clustersim.patterns.silverman import two_humps

ENOUGH = 0.5
"""share of the replications that must have a value"""


@dataclass(frozen=True)
class Scored:
    """A claim by which a pattern can fail."""

    @property
    def scored(self) -> bool:
        """A pattern can fail by it."""
        return True


@dataclass(frozen=True)
class _Reported:
    @property
    def scored(self) -> bool:
        """It is shown and not scored."""
        return False


def _enough(interval: Interval, values: Sequence[float]) -> bool:
    return interval.n >= max(2, ENOUGH * len(values))


def _beyond(interval: Interval, smallest: float) -> bool:
    return interval.low > smallest if smallest >= 0.0 else interval.high < smallest


def _difference(samples: Samples, outcome: Outcome, arm: str, against: str) -> Interval:
    return statistics.paired(samples[arm, outcome], samples[against, outcome]).difference


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−")


@dataclass(frozen=True)
class Differs(Scored):
    """Sign: arm minus against is beyond the smallest effect of interest, in the direction of its sign."""

    outcome: Outcome
    arm: str
    against: str
    smallest: float

    @property
    def stated(self) -> str:
        """The claim in words."""
        return (f"{self.outcome.words}: {self.arm} − {self.against} beyond {_signed(self.smallest)} "
                f"({self.outcome.unit})")  # fmt: skip

    def needed(self) -> list[tuple[str, Outcome]]:
        """Both arms."""
        return [(self.arm, self.outcome), (self.against, self.outcome)]

    def judge(self, samples: Samples) -> Finding:
        """The whole interval has to lie beyond the smallest effect."""
        found = _difference(samples, self.outcome, self.arm, self.against)
        holds = _enough(found, samples[self.arm, self.outcome]) and _beyond(found, self.smallest)
        return Finding(self.stated, (Part(f"{self.arm} − {self.against}", found),), holds)


@dataclass(frozen=True)
class Level(Scored):
    """A mean lies above (or below) a stated level, interval and all."""

    outcome: Outcome
    arm: str
    level: float
    above: bool = True

    @property
    def stated(self) -> str:
        """The claim in words."""
        side = "above" if self.above else "below"
        return f"{self.outcome.words}: {self.arm} {side} {self.level:g} ({self.outcome.unit})".replace("-", "−")

    def needed(self) -> list[tuple[str, Outcome]]:
        """The one arm."""
        return [(self.arm, self.outcome)]

    def judge(self, samples: Samples) -> Finding:
        """The whole interval has to lie on that side."""
        values = samples[self.arm, self.outcome]
        found = statistics.interval(values)
        right = found.low > self.level if self.above else found.high < self.level
        return Finding(self.stated, (Part(self.arm, found),), _enough(found, values) and right)


@dataclass(frozen=True)
class Within(Scored):
    """Null: the mean (or the paired difference) lies within ±margin by two one-sided tests; shows the 90 % interval."""

    outcome: Outcome
    arm: str
    margin: float
    against: str | None = None

    @property
    def stated(self) -> str:
        """The claim in words."""
        what = self.arm if self.against is None else f"{self.arm} − {self.against}"
        return f"{self.outcome.words}: {what} within ±{self.margin:g} ({self.outcome.unit}, TOST)"

    def needed(self) -> list[tuple[str, Outcome]]:
        """One arm, or both."""
        return [(arm, self.outcome) for arm in (self.arm, self.against) if arm is not None]

    def judge(self, samples: Samples) -> Finding:
        """The interval of 90 % has to lie inside the margin."""
        values = list(samples[self.arm, self.outcome])
        if self.against is not None:
            values = [a - b for a, b in zip(values, samples[self.against, self.outcome], strict=True)]
        found = statistics.equivalent(values, self.margin)
        what = self.arm if self.against is None else f"{self.arm} − {self.against}"
        return Finding(self.stated, (Part(f"{what} (90 %)", found.interval),),
                       _enough(found.interval, values) and found.holds)  # fmt: skip


@dataclass(frozen=True)
class NoMore(Scored):
    """Equal money: what one arm costs is not above what the other does by more than a share of it."""

    outcome: Outcome
    arm: str
    against: str
    margin: float = 0.10

    @property
    def stated(self) -> str:
        """The claim in words."""
        return f"{self.outcome.words}: {self.arm} at most {self.margin:.0%} above {self.against}".replace("%", " %")

    def needed(self) -> list[tuple[str, Outcome]]:
        """Both arms."""
        return [(self.arm, self.outcome), (self.against, self.outcome)]

    def judge(self, samples: Samples) -> Finding:
        """The whole interval of the relative difference has to lie under the margin."""
        values = samples[self.arm, self.outcome]
        found = statistics.relative_change(values, samples[self.against, self.outcome])
        part = Part(f"{self.arm} / {self.against} − 1", found)
        return Finding(self.stated, (part,), _enough(found, values) and found.high < self.margin)


@dataclass(frozen=True)
class Ordered(Scored):
    """Order: arms from worst to best, each better than the one before by more than the smallest effect."""

    outcome: Outcome
    arms: tuple[str, ...]
    smallest: float

    @property
    def stated(self) -> str:
        """The claim in words."""
        return f"{self.outcome.words}: {' < '.join(self.arms)}, each step above {self.smallest:g} ({self.outcome.unit})"

    def needed(self) -> list[tuple[str, Outcome]]:
        """All arms."""
        return [(arm, self.outcome) for arm in self.arms]

    def judge(self, samples: Samples) -> Finding:
        """Every step has to be a sign."""
        steps = list(zip(self.arms[1:], self.arms, strict=False))
        parts = tuple(Part(f"{b} − {a}", _difference(samples, self.outcome, b, a)) for b, a in steps)
        values = samples[self.arms[0], self.outcome]
        holds = all(_enough(part.interval, values) and _beyond(part.interval, self.smallest) for part in parts)
        return Finding(self.stated, parts, holds)


@dataclass(frozen=True)
class OrderedEffects(Scored):
    """Order of effects: pairs (arm, its counterpart), each helped more than the pair before it."""

    outcome: Outcome
    pairs: tuple[tuple[str, str], ...]
    smallest: float

    @property
    def stated(self) -> str:
        """The claim in words."""
        effects = " < ".join(f"({arm} − {against})" for arm, against in self.pairs)
        return f"{self.outcome.words}: {effects}, each step above {self.smallest:g} ({self.outcome.unit})"

    def needed(self) -> list[tuple[str, Outcome]]:
        """All arms and their counterparts."""
        return [(arm, self.outcome) for pair in self.pairs for arm in pair]

    def judge(self, samples: Samples) -> Finding:
        """The interval of each difference of paired differences has to lie above the smallest effect."""
        effects = {
            arm: [a - b for a, b in zip(samples[arm, self.outcome], samples[against, self.outcome], strict=True)]
            for arm, against in self.pairs
        }
        names = [arm for arm, _ in self.pairs]
        steps = [(f"effect in {b} − in {a}", effects[b], effects[a]) for a, b in pairwise(names)]
        parts = tuple(Part(words, statistics.paired(more, less).difference) for words, more, less in steps)
        held = [_enough(part.interval, effects[names[0]]) and _beyond(part.interval, self.smallest) for part in parts]
        shown = tuple(Part(f"effect in {name}", statistics.interval(effects[name])) for name in names)
        return Finding(self.stated, (*parts, *shown), all(held))


@dataclass(frozen=True)
class TwoHumps(Scored):
    """Bimodal: among the arms, the one that succeeds nearest to half of the time has two humps, well apart.

    Silverman's test rejects one hump at 5 %; the centres of the two lie at least ``apart`` from each other, and
    the valley between them leaves at least ``share`` of the replications on either side.
    """

    outcome: Outcome
    arms: tuple[str, ...]
    success: float
    apart: float
    share: float = 0.10

    @property
    def stated(self) -> str:
        """The claim in words."""
        return (f"{self.outcome.words}: in the arm of {', '.join(self.arms)} with success (above {self.success:g}) "
                f"nearest to half, Silverman's test rejects one hump (p < .05); centres at least {self.apart:g} apart, "
                f"at least {self.share:.0%} on either side".replace("%", " %"))  # fmt: skip

    def needed(self) -> list[tuple[str, Outcome]]:
        """All arms."""
        return [(arm, self.outcome) for arm in self.arms]

    def judge(self, samples: Samples) -> Finding:
        """Find the arm at the threshold, then look for its humps."""
        succeeds = {
            arm: statistics.interval([float(v > self.success) for v in finite(samples[arm, self.outcome])])
            for arm in self.arms
        }
        arm = min(self.arms, key=lambda name: abs(succeeds[name].mean - 0.5))
        values = finite(samples[arm, self.outcome])
        found = two_humps(values)
        gap = found.centres[1] - found.centres[0]
        holds = found.p < 0.05 and gap >= self.apart and min(found.below, 1.0 - found.below) >= self.share
        note = (f"{arm}: p = {found.p:.3f}, centres {found.centres[0]:.2f} and {found.centres[1]:.2f}, "
                f"{found.below:.0%} below the valley")  # fmt: skip
        parts = tuple(Part(f"success in {name}", succeeds[name]) for name in self.arms)
        return Finding(self.stated, parts, holds and len(values) >= ENOUGH * len(samples[arm, self.outcome]), note)


@dataclass(frozen=True)
class Curve(_Reported):
    """An outcome over a row of arms, each against its own counterpart where there is one: a picture, not a verdict."""

    outcome: Outcome
    arms: tuple[str, ...]
    against: tuple[str, ...] = ()

    @property
    def stated(self) -> str:
        """The curve in words."""
        what = f"{self.arms[0]} to {self.arms[-1]}" if len(self.arms) > 1 else self.arms[0]
        minus = ", each minus its counterpart" if self.against else ""
        return f"{self.outcome.words}: {what}{minus} ({self.outcome.unit}; reported)"

    def needed(self) -> list[tuple[str, Outcome]]:
        """All arms."""
        return [(arm, self.outcome) for arm in (*self.arms, *self.against)]

    def judge(self, samples: Samples) -> Finding:
        """A point with its interval for each arm."""
        parts = []
        for k, arm in enumerate(self.arms):
            if self.against:
                words = f"{arm} − {self.against[k]}"
                parts.append(Part(words, _difference(samples, self.outcome, arm, self.against[k])))
            else:
                parts.append(Part(arm, statistics.interval(samples[arm, self.outcome])))
        return Finding(self.stated, tuple(parts), None)
