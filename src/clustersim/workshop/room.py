"""What a room asks for: a pair of runs on the same luck, the other lucks, the ways out, and the plans of its tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.experiment.execute import run_all
from clustersim.interventions.base import month_number
from clustersim.scenario import Scenario
from clustersim.simulation import run
from clustersim.workshop.exits import AFTER, EXITS, dates, long_enough, middle
from clustersim.workshop.plans import TOKENS, heaps, openings, precomputed, scenario_of, token_price
from clustersim.workshop.record import SHOWN, check_size, firms_of, record, shown

QUARTER = 3  # months: what lines of other lucks are drawn from
PLAN_LUCKS = 12  # lucks over which a table's plan is averaged
FORMAT = 1
Progress = Callable[[int, int], None]

SLIDERS: dict[str, tuple[str, float, float, float]] = {
    "trust": ("cluster.initial_trust", 0.05, 0.9, 0.05),
    "memory": ("cluster.bad_history", 0.0, 1.0, 0.05),
    "days": ("broker.days_per_month", 0.0, 31.0, 1.0),
    "contacts": ("cluster.contacts", 2.0, 20.0, 1.0),
}
"""what a live room may change: key path, least, most and step"""


class Room:
    """One scenario as a workshop sees it.  Everything it returns is a tree for
    :func:`clustersim.workshop.pack.pack`.
    """

    def __init__(self, scenario: Scenario, *, seed: int = 0, lucks: int = 100) -> None:
        self.scenario = long_enough(scenario)
        check_size(self.scenario)
        self.seed, self.lucks_wanted = seed, lucks

    def about(self) -> dict[str, Any]:
        """What the page has to know of the scenario before anything has run."""
        scenario, (start, end) = self.scenario, dates(self.scenario)
        first = month_number(scenario.run.start)
        return {
            "format": FORMAT, "name": scenario.name, "title": scenario.title or scenario.name, "start":
            scenario.run.start, "months": scenario.run.months, "firms": firms_of(scenario), "seed": self.seed,
            "lucks": self.lucks_wanted, "programme": [month_number(start) - first, month_number(end) - first], "cut":
            month_number(middle(scenario)) - first, "after": AFTER, "measures": list(SHOWN), "heaps": heaps(),
            "openings": openings(scenario), "tokens": TOKENS, "token_price": token_price(scenario), "bitter":
            scenario.cluster.bad_history, "plan_lucks": PLAN_LUCKS, "days": scenario.broker.days_per_month, "sliders":
            [{"name": name, "now": self._now(path), "least": least, "most": most, "step": step} for name, (path,
            least, most, step) in SLIDERS.items()], }  # fmt: skip

    def _now(self, path: str) -> float:
        section, _, name = path.partition(".")
        return float(getattr(getattr(self.scenario, section), name))

    def changed(self, changes: Mapping[str, float]) -> Scenario:
        """The scenario with sliders moved; raises InputError for one that is not there or a value beyond its ends."""
        values = {}
        for name, value in changes.items():
            if name not in SLIDERS:
                raise InputError(Problem("no such slider", key=name, allowed=", ".join(SLIDERS)))
            path, least, most, _ = SLIDERS[name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
                raise InputError(Problem("out of range", key=name, value=value, allowed=f"{least:g} to {most:g}"))
            values[path] = float(value)
        return self.scenario.with_values(values) if values else self.scenario

    def pair(self, luck: int = 0, changes: Mapping[str, float] | None = None) -> dict[str, Any]:
        """With and without the programme on one luck, and the lines of the three ways out."""
        scenario = self.changed(changes or {})
        arms = {"without": scenario.without_programme(), "with": scenario}
        return {
            "luck": luck,
            "arms": {name: record(arm, seed=self.seed, replication=luck) for name, arm in arms.items()},
            "exits": {name: self._lines(exit_of(scenario), luck) for name, exit_of in EXITS.items()},
        }

    def _lines(self, scenario: Scenario, luck: int) -> dict[str, np.ndarray]:
        values = shown(run(scenario, seed=self.seed, replication=luck).measures).astype(np.float32)
        return {name: values[:, k] for k, name in enumerate(SHOWN)}

    def lucks(self, workers: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
        """Both sides and the three ways out on every luck, by quarters: {arm: (lucks, quarters, measures)} in 255
        steps.
        """
        arms: dict[str, Scenario] = {"without": self.scenario.without_programme(), "with": self.scenario}
        arms |= {name: exit_of(self.scenario) for name, exit_of in EXITS.items()}
        found = self._run(arms, self.lucks_wanted, workers, progress)
        return _quantised(found)

    def plan(self, tokens: Mapping[str, int], *, bitter: bool = False, opening: str = "owners") -> dict[str, Any]:
        """A table's plan on a few lucks, and the same start left alone: mean lines by quarter, and how far lucks
        lie apart.
        """
        planned = scenario_of(self.scenario, tokens, bitter=bitter, opening=opening)
        found = self._run({"plan": planned, "alone": planned.without_programme()}, PLAN_LUCKS, 2, None)
        return {name: _mean(lines) for name, lines in found.items()}

    def plans(self, workers: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
        """The precomputed plans from each start that a file carries."""
        starts = [("own", False, "owners")]
        if self.scenario.cluster.bad_history < 0.5:
            starts += [("bitter", True, opening) for opening in openings(self.scenario)]
        else:
            starts = [("own", False, opening) for opening in openings(self.scenario)]
        arms: dict[str, Scenario] = {}
        known: list[dict[str, Any]] = []
        for start, bitter, opening in starts:
            for tokens in precomputed():
                arms[f"{len(known)}"] = scenario_of(self.scenario, tokens, bitter=bitter, opening=opening)
                known.append({"start": start, "opening": opening, "tokens": tokens})
        for start, bitter in (("own", False), ("bitter", True)):
            arms[f"alone {start}"] = scenario_of(self.scenario, {}, bitter=bitter).without_programme()
        found = self._run(arms, PLAN_LUCKS, workers, progress)
        return {
            "known": known,
            "lines": [_mean(found[f"{k}"]) for k in range(len(known))],
            "alone": {start: _mean(found[f"alone {start}"]) for start in ("own", "bitter")},
        }

    def _run(
        self, arms: Mapping[str, Scenario], lucks: int, workers: int | None, progress: Progress | None
    ) -> dict[str, np.ndarray]:
        """Every arm on every luck, by quarters: (lucks, quarters, measures)."""

        def one(address: tuple[str, int]) -> np.ndarray:
            name, luck = address
            values = shown(run(arms[name], seed=self.seed, replication=luck).measures)
            found: np.ndarray = values[np.array(list(quarters(len(values))))]
            return found

        addresses = [(name, luck) for luck in range(lucks) for name in arms]
        runs = run_all(addresses, one, workers or os.cpu_count() or 1, progress)
        return {name: np.stack([runs[name, luck] for luck in range(lucks)]) for name in arms}


def quarters(months: int) -> Iterator[int]:
    """The last month of each quarter, and the very last month."""
    yield from (month for month in range(QUARTER - 1, months - 1, QUARTER))
    yield months - 1


def _quantised(lines: Mapping[str, np.ndarray]) -> dict[str, Any]:
    top = {name: float(max(values[:, :, k].max() for values in lines.values())) or 1.0 for k, name in enumerate(SHOWN)}
    least = {
        name: min(0.0, float(min(values[:, :, k].min() for values in lines.values()))) for k, name in enumerate(SHOWN)
    }
    low, high = np.array([least[name] for name in SHOWN]), np.array([top[name] for name in SHOWN])
    coded = {arm: np.rint(255 * (values - low) / (high - low)).astype(np.uint8) for arm, values in lines.items()}
    return {"arms": coded, "low": low.tolist(), "high": high.tolist(), "count": next(iter(coded.values())).shape[0]}


def _mean(lines: np.ndarray) -> dict[str, np.ndarray]:
    """Mean over lucks by quarter, and the 5th and 95th in a hundred at the end."""
    return {"mean": lines.mean(axis=0).astype(np.float32),
            "ends": np.quantile(lines[:, -1], [0.05, 0.95], axis=0).astype(np.float32)}  # fmt: skip
