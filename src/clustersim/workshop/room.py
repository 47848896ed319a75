"""What a room asks for: a pair of runs on the same luck, the other lucks, the ways out, and the plans of its tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.experiment.execute import run_all
from clustersim.scenario import Scenario
from clustersim.scenario.check import month_number
from clustersim.simulation import run
from clustersim.workshop.exits import AFTER, EXITS, dates, long_enough, middle
from clustersim.workshop.plans import TOKENS, checked, heaps, openings, precomputed, scenario_of, token_price
from clustersim.workshop.record import SHOWN, TOLD, check_size, firms_of, record, shown

QUARTER = 3  # months: what lines of other lucks are drawn from
FEW = 12  # lucks that can be run while a room waits: of a table's plan, of a changed cluster
REMEMBERED = 16  # clusters left alone that are kept, for who changes only the programme
MINUTES = ((4, 7), (5, 10), (5, 8), (8, 15), (5, 10), (5, 10), (8, 20), (5, 10))
"""minutes of each scene, in a session of 45 and in one of 90"""
Progress = Callable[[int, int], None]

SLIDERS: dict[str, tuple[str, float, float, float]] = {
    "trust": ("cluster.initial_trust", 0.05, 0.9, 0.05),
    "memory": ("cluster.bad_history", 0.0, 1.0, 0.05),
    "days": ("broker.days_per_month", 0.0, 31.0, 1.0),
    "contacts": ("cluster.contacts", 2.0, 20.0, 1.0),
}
"""what a live room may change: key path, least, most and step"""
OF_THE_PROGRAMME = {"days"}  # sliders that a cluster left alone does not feel
Changes = Mapping[str, float]
AS_IT_IS: Changes = {}


class Room:
    """One scenario as a workshop sees it.  Everything it returns is a tree for
    :func:`clustersim.workshop.pack.pack`.
    """

    def __init__(self, scenario: Scenario, *, seed: int = 0, lucks: int = 100) -> None:
        self.scenario = long_enough(scenario)
        check_size(self.scenario)
        self.seed, self.lucks_wanted = seed, lucks
        self._recorded_alone = lru_cache(REMEMBERED)(self._record_alone)
        self._lines_alone = lru_cache(REMEMBERED)(self._run_alone)

    def about(self) -> dict[str, Any]:
        """What the page has to know of the scenario before anything has run."""
        scenario, (start, end) = self.scenario, dates(self.scenario)
        first = month_number(scenario.run.start)
        sliders = [{"name": name, "now": self._now(path), "least": least, "most": most, "step": step}
                   for name, (path, least, most, step) in SLIDERS.items()]  # fmt: skip
        return {
            "name": scenario.name,
            "title": scenario.title or scenario.name,
            "start": scenario.run.start,
            "months": scenario.run.months,
            "quarters": list(quarters(scenario.run.months)),
            "programme": [month_number(start) - first, month_number(end) - first],
            "cut": month_number(middle(scenario)) - first,
            "after": AFTER,
            "firms": firms_of(scenario),
            "days": scenario.broker.days_per_month,
            "bitter": scenario.cluster.bad_history,
            "seed": self.seed,
            "lucks": self.lucks_wanted,
            "few": FEW,
            "measures": list(SHOWN),
            "told": list(TOLD),
            "minutes": MINUTES,
            "heaps": heaps(),
            "openings": openings(scenario),
            "tokens": TOKENS,
            "token_price": token_price(scenario),
            "sliders": sliders,
        }

    def _now(self, path: str) -> float:
        section, _, name = path.partition(".")
        return float(getattr(getattr(self.scenario, section), name))

    def settled(self, changes: object) -> dict[str, float]:
        """Sliders on their steps, in order, without those left where they were, so that who asks the same says the
        same; raises InputError for one that is not there or a value beyond its ends.
        """
        if not isinstance(changes, Mapping):
            raise InputError("changes have to be an object")
        found = {}
        for name, value in sorted(changes.items()):
            if name not in SLIDERS:
                raise InputError(Problem("no such slider", key=name, allowed=", ".join(SLIDERS)))
            path, least, most, step = SLIDERS[name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
                raise InputError(Problem("out of range", key=name, value=value, allowed=f"{least:g} to {most:g}"))
            if value != self._now(path):
                found[name] = round(least + step * round((value - least) / step), 6)
        return found

    def changed(self, changes: Changes) -> Scenario:
        """The scenario with sliders moved."""
        values = {SLIDERS[name][0]: value for name, value in self.settled(changes).items()}
        return self.scenario.with_values(values) if values else self.scenario

    def _start(self, changes: Changes) -> Scenario:
        """The scenario with those sliders moved that say what the cluster is like, not what the programme does."""
        return self.changed({name: value for name, value in changes.items() if name not in OF_THE_PROGRAMME})

    def pair(self, luck: int = 0, changes: Changes = AS_IT_IS) -> dict[str, Any]:
        """With and without the programme on one luck, and the lines of the three ways out."""
        scenario = self.changed(changes)
        return {
            "luck": luck,
            "arms": {"without": self._recorded_alone(luck, self._start(changes)),
                     "with": record(scenario, seed=self.seed, replication=luck)},
            "exits": {name: self._lines(exit_of(scenario), luck) for name, exit_of in EXITS.items()},
        }  # fmt: skip

    def _record_alone(self, luck: int, start: Scenario) -> dict[str, Any]:
        return record(start.without_programme(), seed=self.seed, replication=luck)

    def _lines(self, scenario: Scenario, luck: int) -> dict[str, np.ndarray]:
        values = shown(run(scenario, seed=self.seed, replication=luck).measures).astype(np.float32)
        return {name: values[:, k] for k, name in enumerate(SHOWN)}

    def lucks(self, workers: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
        """Both sides and the three ways out on every luck, by quarters: {arm: (lucks, quarters, measures)} in 255
        steps.
        """
        arms = {"without": self.scenario.without_programme(), "with": self.scenario}
        arms |= {name: exit_of(self.scenario) for name, exit_of in EXITS.items()}
        return _quantised(self._run(arms, self.lucks_wanted, workers, progress))

    def few_lucks(self, changes: Changes) -> dict[str, Any]:
        """Both sides of a changed cluster, on as many lucks as a room can wait for."""
        arms = {"without": self._start(changes).without_programme(), "with": self.changed(changes)}
        return _quantised(self._run(arms, FEW, 2, None))

    def spent(self, tokens: Mapping[str, int], opening: str) -> dict[str, int]:
        """A table's plan, heaps with nothing on them left out; raises InputError for one that does not add up."""
        return checked(self.scenario, tokens, opening)

    def plan(
        self, tokens: Mapping[str, int], *, bitter: bool = False, opening: str = "owners", changes: Changes = AS_IT_IS
    ) -> dict[str, Any]:
        """A table's plan on a few lucks, and the same start left alone: mean lines by quarter, and how far lucks
        lie apart.
        """
        planned = scenario_of(self._start(changes), tokens, bitter=bitter, opening=opening)
        found = self._run({"plan": planned}, FEW, 2, None, SHOWN + TOLD)
        return {"plan": _mean(found["plan"]), "alone": self._lines_alone(bitter, self._start(changes))}

    def _run_alone(self, bitter: bool, start: Scenario) -> dict[str, np.ndarray]:
        alone = scenario_of(start, {}, bitter=bitter).without_programme()
        return _mean(self._run({"alone": alone}, FEW, 2, None, SHOWN + TOLD)["alone"])

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
        found = self._run(arms, FEW, workers, progress, SHOWN + TOLD)
        return {
            "known": known,
            "lines": [_mean(found[f"{k}"]) for k in range(len(known))],
            "alone": {"own": self._lines_alone(False, self.scenario), "bitter": self._lines_alone(True, self.scenario)},
        }

    def _run(
        self, arms: Mapping[str, Scenario], lucks: int, workers: int | None, progress: Progress | None,
        wanted: tuple[str, ...] = SHOWN,
    ) -> dict[str, np.ndarray]:
        """Every arm on every luck, by quarters: (lucks, quarters, measures)."""

        def one(address: tuple[str, int]) -> np.ndarray:
            name, luck = address
            values = shown(run(arms[name], seed=self.seed, replication=luck).measures, wanted)
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
