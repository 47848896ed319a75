"""What can be checked in the field: predictive intervals of a case's figures at given dates, beside the observed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.ensemble import Ensemble, observed_of
from clustersim.errors import InputError, Problem
from clustersim.experiment.compare import compare
from clustersim.experiment.files import about, whole_folder, write_manifest, write_text
from clustersim.experiment.result import span_of
from clustersim.experiment.statistics import nine_in_ten
from clustersim.experiment.words import digits_for, number
from clustersim.interventions import Calendar
from clustersim.measures import MEASURES
from clustersim.scenario.check import is_month, month_number, month_text

if TYPE_CHECKING:
    from clustersim.scenario import Scenario

CHECKED = (
    "firms_served", "outreach", "members", "association_members", "cost_recovery_total", "leverage", "share_private",
    "share_institutions", "share_programme", "wage", "loans_made",
)  # fmt: skip
"""measures that a visitor to the cluster, or its books, could confirm"""
ENOUGH = 100
"""histories from which on an interval holds 88 % of histories or more, on average, where it should hold 90 %"""
UNITS = {measure.name: measure.unit for measure in MEASURES}


def held(histories: int) -> float:
    """The share of all histories that lies, on average, between the 5 % and the 95 % quantile of so many.

    Of n histories the k-th from below has k/(n + 1) of all under it, whatever their distribution; the two ends of
    ``nine_in_ten`` are .9·(n − 1) places apart.
    """
    return 0.9 * (histories - 1) / (histories + 1)


@dataclass(frozen=True)
class Prediction:
    """One figure at the end of one month: nine in ten histories lie between ``low`` and ``high``."""

    measure: str
    unit: str
    date: str
    low: float
    median: float
    high: float
    histories: int
    observed: float | None
    source: str

    @property
    def inside(self) -> bool | None:
        """Whether what was observed lies in the interval; None where nothing was."""
        return None if self.observed is None else bool(self.low <= self.observed <= self.high)


@dataclass(frozen=True)
class Predictions:
    """The predictions of one case."""

    scenario: Scenario
    rows: tuple[Prediction, ...]
    seed: int
    replications: int
    ensemble: Ensemble | None

    @property
    def sentence(self) -> str:
        """On what they rest, and how many of the observed figures lie inside."""
        seen = [row.inside for row in self.rows if row.inside is not None]
        doubt = "doubt about parameters and luck" if self.ensemble else "luck alone: parameters are taken as certain"
        said = f"{self.replications} histories of {self.scenario.name}, seed {self.seed}; intervals hold {doubt}."
        if self.ensemble:
            left = self.ensemble.about.get("left_out")
            said += f" Ensemble '{self.ensemble.name}', {len(self.ensemble)} draws"
            said += f", fitted without {left}." if left else "."
        said += f" {sum(seen)} of {len(seen)} observed figures lie inside." if seen else ""
        if self.replications < ENOUGH:
            share = f"{held(self.replications):.0%}"
            said += f" So few make an interval too narrow: on average it holds {share} of histories, not 90 %;"
            said += f" ask for {ENOUGH} or more."
        return said

    def table(self) -> str:
        """For a terminal."""
        cells = [["measure", "date", "5 %", "median", "95 %", "observed", "unit"]]
        for row in self.rows:
            digits = digits_for([row.low, row.median, row.high])
            seen = "" if row.observed is None else f"{row.observed:g}{'' if row.inside else ' outside'}"
            figures = (number(value, digits) for value in (row.low, row.median, row.high))
            cells.append([row.measure, row.date, *figures, seen, row.unit])
        widths = [max(len(line[k]) for line in cells) for k in range(len(cells[0]))]
        lines = []
        for line in cells:
            padded = (text.rjust(width) if 1 < k < 6 else text.ljust(width)
                      for k, (text, width) in enumerate(zip(line, widths, strict=True)))  # fmt: skip
            lines.append("  ".join(padded).rstrip())
        return "\n".join([*lines, "", self.sentence])

    def as_dicts(self) -> list[dict[str, Any]]:
        """Plain values, None for what is empty."""
        def plain(value: float) -> float | None:
            return None if np.isnan(value) else value

        return [
            {"measure": row.measure, "unit": row.unit, "date": row.date, "low": plain(row.low),
             "median": plain(row.median), "high": plain(row.high), "histories": row.histories,
             "observed": row.observed, "inside": row.inside, "source": row.source}
            for row in self.rows
        ]  # fmt: skip

    def save(self, folder: Path, command: str = "", *, force: bool = False) -> None:
        """Leave predictions.json, the scenario and a manifest in ``folder``: all of them or none."""
        drawn = self.ensemble.digest() if self.ensemble else None
        with whole_folder(folder, force=force) as partial:
            write_text(partial / "predictions.json", json.dumps(self.as_dicts(), indent=2, ensure_ascii=False) + "\n")
            write_text(partial / "scenario.toml", self.scenario.to_toml())
            write_manifest(partial, about("predictions", command, seed=self.seed, replications=self.replications,
                                          scenario=self.scenario.digest(), ensemble=drawn))  # fmt: skip


def predict(
    scenario: Scenario,
    *,
    dates: Iterable[str] = (),
    replications: int = 200,
    seed: int = 0,
    ensemble: Ensemble | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Predictions:
    """The 90 % predictive interval of every figure in ``CHECKED`` at each date ("YYYY-MM").

    Without dates: those of the observations, else the end of each year of the programme.  Raises InputError for what is
    no month, or one outside the run.
    """
    asked = tuple(dict.fromkeys(dates)) or _usual_dates(scenario)
    calendar = Calendar(scenario.run.start, 0, scenario.run.months)
    for date in asked:
        if not is_month(date):
            raise InputError(Problem("not a month", key="dates", value=date, allowed='a month such as "1997-01"'))
        if not 0 <= calendar.at(date) < scenario.run.months:
            raise InputError(Problem("lies outside the run", key="dates", value=date,
                                     allowed=f"{scenario.run.months} months from {scenario.run.start}"))  # fmt: skip
    last = max(calendar.at(date) for date in asked)
    shorter = scenario.with_values({"run.months": last + 1}) if last + 1 < scenario.run.months else scenario
    (arm,) = compare({scenario.name: shorter}, replications=replications, seed=seed, workers=workers, progress=progress,
                     ensemble=ensemble).arms.values()  # fmt: skip
    known = {(seen.measure, seen.date): seen for seen in observed_of(scenario.name)}
    rows = []
    for date in asked:
        for measure in CHECKED:
            low, median, high, n = nine_in_ten(arm.series(measure)[:, calendar.at(date)].tolist())
            seen = known.get((measure, date))
            rows.append(Prediction(measure, UNITS[measure], date, low, median, high, n,
                                   seen.value if seen else None, seen.source if seen else ""))  # fmt: skip
    return Predictions(scenario, tuple(rows), seed, replications, ensemble)


def _usual_dates(scenario: Scenario) -> tuple[str, ...]:
    seen = tuple(sorted({known.date for known in observed_of(scenario.name)}))
    if seen:
        return seen
    first, stop = span_of(scenario) or (0, scenario.run.months)
    ends = sorted({*range(first + 11, min(stop, scenario.run.months), 12), min(stop, scenario.run.months) - 1})
    return tuple(month_text(month_number(scenario.run.start) + month) for month in ends)
