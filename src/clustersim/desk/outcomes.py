"""What became of each policy: at its exit, and two and five years after; against no programme on the same luck."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.desk.lives import PAYERS, Lives
from clustersim.desk.study_file import DeskStudy
from clustersim.experiment import statistics
from clustersim.experiment.statistics import EMPTY, Interval
from clustersim.ledger import PURPOSES

Array = NDArray[np.float64]
WHEN = {"exit": 0, "2 years after": 2, "5 years after": 5}
"""each the mean of twelve months: the programme's last, and those that end two and five years later"""
LAST = "5 years after"


class Outcome(NamedTuple):
    """Something a designer asks for."""

    name: str
    label: str
    unit: str
    better: int
    """1 more is better, -1 less is, 0 neither"""


OUTCOMES = (
    Outcome("trust", "Trust between firms", "0 to 1", 1),
    Outcome("joint_action", "Firms that act jointly", "share", 1),
    Outcome("unassisted", "… without broker and programme money", "share", 1),
    Outcome("broker_free_share", "Activities held without us", "share", 1),
    Outcome("fairs", "Fairs held", "a year", 1),
    Outcome("fairs_alone", "Fairs held without us", "a year", 1),
    Outcome("willingness_to_pay", "Willingness to pay for a fair", "share of its cost", 1),
    Outcome("income", "Income of a firm", "{money} a month", 1),
    Outcome("poverty", "Households in poverty", "share", -1),
    Outcome("cost_recovery", "Cost recovery", "share", 1),
    Outcome("leverage", "Leverage", "ratio", 1),
    Outcome("services_paid", "What firms pay for services", "{money} a month", 1),
    Outcome("conflicts", "Conflicts inside groups so far", "conflicts", -1),
    Outcome("cost", "Cost to the programme so far", "{money}", -1),
    *(Outcome(f"cost_{payer}", f"Paid by {payer} so far", "{money}", 0) for payer in PAYERS),
)
MONEY = {"income", "services_paid", "cost", *(f"cost_{payer}" for payer in PAYERS)}


@dataclass(frozen=True)
class Row:
    """One outcome of one policy in one window, with how many replications it rests on."""

    policy: str
    when: str
    outcome: str
    unit: str
    level: Interval
    gain: Interval
    """over no programme, replication by replication: what is additional"""
    deadweight: Interval
    """share of the level that would have been there without a programme"""


class Table:
    """The outcomes of a study, by policy, window and replication."""

    def __init__(self, study: DeskStudy, lives: Lives) -> None:
        self.study, self.lives = study, lives

    def window(self, policy: str, when: str) -> tuple[int, int]:
        """First month of the twelve, and the month after the last."""
        stop = min(self.study.months, self.study.exit_of(policy) + 12 * WHEN[when])
        return max(0, stop - 12), stop

    def values(self, policy: str, outcome: str, when: str, at: str | None = None) -> list[float]:
        """An outcome by replication, money in programme money; ``at`` takes the months of another policy."""
        first, stop = self.window(at or policy, when)
        lives = self.lives
        if outcome.startswith("fairs"):
            which = int(outcome == "fairs_alone")
            years = lives.fairs[policy][:, which, first // 12 : max(first // 12 + 1, stop // 12)]
            return [float(value) for value in years.mean(axis=1)]
        if outcome.startswith("cost") and outcome != "cost_recovery":
            return [float(value) for value in self.costs(policy, stop, outcome.removeprefix("cost").strip("_"))]
        if outcome == "leverage":  # a total since month 0: what it stands at, not a mean over months
            return [float(value) for value in lives.series(policy, outcome)[:, stop - 1]]
        found = statistics.window_means(lives.series(policy, outcome), first, stop)
        return [value * self.study.money.rate for value in found] if outcome in MONEY else found

    def costs(self, policy: str, stop: int | None = None, payer: str = "", *, discounted: bool = True) -> Array:
        """(replications,) paid up to a month by a payer, or what the budget counts; in programme money."""
        money = self.study.money
        ledger = self.lives.ledger[policy][:, PAYERS.index(payer or "programme")]
        if not payer and money.counts == "activities":
            ledger = np.delete(ledger, PURPOSES.index("broker"), axis=1)
        years = ledger.shape[-1] if stop is None else -(-stop // 12)
        weight = np.array([money.rate * (money.factor(year) if discounted else 1.0) for year in range(years)])
        found: Array = (ledger.sum(axis=1)[:, :years] * weight).sum(axis=1)
        return found

    def effect(self, policy: str, when: str = LAST) -> Array:
        """(replications,) percentage points of the study's effect over no programme, discounted if a rate is set."""
        return 100.0 * self.gain(policy, self.study.effect, when)

    def gain(self, policy: str, outcome: str, when: str = LAST) -> Array:
        """(replications,) an outcome over no programme in the same months, discounted if a rate is set."""
        own, none = self.values(policy, outcome, when), self.values(self.study.none, outcome, when, at=policy)
        year = (self.window(policy, when)[1] - 1) // 12
        found: Array = np.nan_to_num(np.array(own) - np.array(none)) * self.study.money.factor(year)
        return found

    def rows(self) -> Iterator[Row]:
        """Every policy, window and outcome."""
        for policy in self.study.policies:
            for when in WHEN:
                for outcome in OUTCOMES:
                    yield self.row(policy, outcome, when)

    def row(self, policy: str, outcome: Outcome, when: str) -> Row:
        """One cell of the comparison, with intervals."""
        own = self.values(policy, outcome.name, when)
        none = self.values(self.study.none, outcome.name, when, at=policy)
        gain, deadweight = Interval(EMPTY, EMPTY, EMPTY, 0), Interval(EMPTY, EMPTY, EMPTY, 0)
        if policy != self.study.none:
            gain = statistics.paired(own, none).difference
            if outcome.better > 0 and outcome.name not in ("leverage", "cost_recovery"):
                ratio = statistics.relative_change(none, own)  # what there is anyway, over what there is
                deadweight = Interval(1.0 + ratio.mean, 1.0 + ratio.low, 1.0 + ratio.high, ratio.n)
        return Row(policy, when, outcome.name, unit_of(outcome, self.study), statistics.interval(own), gain, deadweight)

    def ledger_rows(self) -> Iterator[tuple[str, int, str, str, float]]:
        """Policy, year, payer, purpose, and the mean amount in USD of 1999; without rows of nothing."""
        start = int(self.study.base.run.start[:4])
        for policy, ledger in self.lives.ledger.items():
            means = ledger.mean(axis=0)
            for year in range(means.shape[-1]):
                for k, payer in enumerate(PAYERS):
                    for p, purpose in enumerate(PURPOSES):
                        if means[k, p, year] != 0.0:
                            yield policy, start + year, payer, purpose, float(means[k, p, year])


def unit_of(outcome: Outcome, study: DeskStudy) -> str:
    """The outcome's unit, with the programme's currency and the year of its prices."""
    return outcome.unit.replace("{money}", f"{study.money.currency} of {study.money.price_year}")


def as_dict(row: Row) -> dict[str, Any]:
    """A row as a flat record, empty values as None."""
    found: dict[str, Any] = {"policy": row.policy, "when": row.when, "outcome": row.outcome, "unit": row.unit}
    for name, part in (("mean", row.level), ("additional", row.gain), ("deadweight", row.deadweight)):
        low, high = (f"{name}_low", f"{name}_high") if name != "mean" else ("low", "high")
        found |= {name: plain(part.mean), low: plain(part.low), high: plain(part.high)}
    found["n"] = row.level.n
    return found


def plain(value: float) -> float | None:
    """The number as JSON holds it: nothing in place of NaN."""
    return None if value != value else float(value)
