"""What trials came to: each estimate of the first one, and over all of them how near to the truth they were."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.experiment.statistics import mean
from clustersim.experiment.trial_data import OUTCOMES
from clustersim.experiment.trial_estimate import Estimate
from clustersim.experiment.words import digits_for, number

if TYPE_CHECKING:
    import pandas as pd

    from clustersim.scenario import Scenario

WORDS = {
    "difference": "difference in means, by intention to treat",
    "ancova": "the same, baseline held constant",
    "spillover": "on the untreated",
}
WIDTH = 44


@dataclass(frozen=True)
class Line:
    """One estimator of one outcome at one follow-up: an estimate and the true value for each trial."""

    outcome: str
    month: int
    estimator: str
    estimates: tuple[Estimate, ...]
    truths: tuple[float, ...]
    """what the programme did, from the same worlds without it: to those assigned; for `spillover`, to those compared"""
    lost: tuple[tuple[float, float], ...]
    """share of the treated, and of the others, not found again"""

    @property
    def covered(self) -> float:
        """Share of the trials whose 95 % interval holds the true value; empty where there is no interval."""
        held = [float(e.low <= t <= e.high) for e, t in self._whole()]
        return mean(held)

    @property
    def found(self) -> float:
        """Share of the trials whose interval excludes zero."""
        return mean([float(e.low > 0.0 or e.high < 0.0) for e, _ in self._whole()])

    def _whole(self) -> list[tuple[Estimate, float]]:
        pairs = zip(self.estimates, self.truths, strict=True)
        return [(estimate, truth) for estimate, truth in pairs if not math.isnan(estimate.low + truth)]


@dataclass(frozen=True)
class TrialResult:
    """The report of an evaluator, and the truth beside it."""

    scenario: Scenario
    seed: int
    replications: int
    lines: tuple[Line, ...]

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """One row a trial, outcome, follow-up and estimator."""
        import pandas as pd

        return pd.DataFrame([
            {"trial": r, "outcome": line.outcome, "unit": OUTCOMES[line.outcome][0], "month": line.month,
             "estimator": line.estimator, "estimate": e.effect, "low": e.low, "high": e.high, "standard_error": e.error,
             "firms": e.firms, "clusters": e.clusters, "lost_treated": lost[0], "lost_others": lost[1], "truth": truth}
            for line in self.lines
            for r, (e, truth, lost) in enumerate(zip(line.estimates, line.truths, line.lost, strict=True))
        ])  # fmt: skip

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row an outcome, follow-up and estimator: the first trial, and all of them against the truth."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """The summary as plain values; ``bias`` is the mean estimate less the mean true value."""
        rows = []
        for line in self.lines:
            first = line.estimates[0]
            estimate, truth = mean([e.effect for e in line.estimates]), mean(line.truths)
            rows.append({
                "outcome": line.outcome, "unit": OUTCOMES[line.outcome][0], "month": line.month,
                "estimator": line.estimator, "estimate": first.effect, "low": first.low, "high": first.high,
                "truth": line.truths[0], "firms": first.firms, "clusters": first.clusters,
                "lost_treated": line.lost[0][0], "lost_others": line.lost[0][1], "mean_estimate": estimate,
                "mean_truth": truth, "bias": estimate - truth, "covered": line.covered, "found": line.found,
                "trials": self.replications,
            })  # fmt: skip
        return rows

    def as_dicts(self) -> list[dict[str, Any]]:
        """The same, None for what is empty."""
        return [{key: None if value != value else value for key, value in row.items()} for row in self.rows()]

    def table(self) -> str:
        """The report for a terminal."""
        design = self.scenario.trial
        of = f"{design.clusters} clusters" if design.unit == "cluster" else "one cluster"
        lines = [f"Trial of {self.scenario.name}: lots by {design.unit} in {of}; asked again after "
                 f"{', '.join(map(str, design.follow_up))} months"]  # fmt: skip
        for row in self.rows():
            if row["estimator"] == "difference":
                lost = f"{row['lost_treated']:.0%} of the treated, {row['lost_others']:.0%} of the others"
                lines += ["", f"{row['outcome']} ({row['unit']}) after {row['month']} months; not found again: {lost}"]
            values = [row[name] for name in ("estimate", "low", "high", "truth", "mean_estimate", "mean_truth")]
            digits = digits_for(values[:4])
            effect, low, high, truth, all_found, all_true = (number(value, digits, sign=True) for value in values)
            lines.append(f"  {WORDS[row['estimator']]:{WIDTH}}{effect} [{low}, {high}], true {truth}, "
                         f"n = {row['firms']} in {row['clusters']}")  # fmt: skip
            if self.replications > 1:
                held = f"interval holds the truth in {_share(row['covered'])}, excludes zero in {_share(row['found'])}"
                of = f"over {self.replications} trials"
                lines.append(f"  {'':{WIDTH}}{of}: mean {all_found}, true {all_true}; {held}")
        return "\n".join(lines)

    def save(self, folder: Path, command: str = "", *, force: bool = False) -> None:
        """Leave estimates.csv, summary.csv, the scenario and a manifest in ``folder``: all of them or none."""
        from clustersim.experiment.files import about, whole_folder, write_manifest, write_text

        with whole_folder(folder, force=force) as partial:
            self.estimates.to_csv(partial / "estimates.csv", index=False, lineterminator="\n")
            self.summary.to_csv(partial / "summary.csv", index=False, lineterminator="\n")
            write_text(partial / "scenario.toml", self.scenario.to_toml())
            write_manifest(partial, about("trial", command, seed=self.seed, replications=self.replications,
                                          scenario=self.scenario.digest()))  # fmt: skip


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0%}"
