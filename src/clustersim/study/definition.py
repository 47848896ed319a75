"""A study: one question put to many runs.  What is asked is checked as a whole before anything is run."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.errors import InputError, InputWarning, Problem, closest
from clustersim.scenario import Scenario
from clustersim.study.design.apply import acts_on, applied, value_at
from clustersim.study.design.arms import NAME, NAMES, Source, read_arms, read_base, with_draws
from clustersim.study.design.designs import COUNTED, DESIGNS, LEVELS, MOST_POINTS, STEPS, points, size, with_luck
from clustersim.study.design.factor import is_whole, plain
from clustersim.study.design.factors import Factor, Value
from clustersim.study.design.names import check_names
from clustersim.study.design.plan import LUCK_STRIDE, Arm, Plan
from clustersim.study.design.table import read_table
from clustersim.study.design.vary import read_factors

if TYPE_CHECKING:
    from clustersim.ensemble import Ensemble
    from clustersim.study.analysis.result import StudyResult

LARGEST_SEED = 2**32 - 1
TRIED_FIRST = 2_000
"""scenarios that are built before any is run, to see whether their values go together"""
MOST_SHOWN = 20
SERIES = ("trust", "joint_action", "income")


class Study:
    """Arms, what varies in all of them alike, and a design that says where to look.

        study = Study("jaipur",
                      arms={"programme": {}, "none": {"programme": False}, "flat": "policies/flat.toml"},
                      vary={"trust.gain": (0.02, 0.15), "trust.rule": ["asymmetric", "beta"]},
                      design="lhs", points=200, replications=20, seed=42)
        result = study.run("results/jaipur")

    ``base`` is a shipped scenario's name, a path, or a Scenario.  ``arms`` say by name what each changes (see
    arms.py): by default the base as it is, and without its programme if it has one.  ``vary`` describes the factors
    (vary.py), ``design`` is one of grid, lhs, sobol, morris and table (designs.py): by default a grid, or a table if
    one is given.  ``points`` counts the points of a Latin hypercube, the base points of a Sobol design, the
    trajectories of a Morris design.  ``steps`` are the values that a grid takes of a range, ``levels`` those of a
    Morris design, ``table`` rows or a CSV file.

    Every point is run in every arm ``replications`` times, on common random numbers that come of ``seed`` alone.
    With an ``ensemble`` (a shipped name, a file, or an :class:`Ensemble`) replication r uses its draw r mod D for what
    neither scenario nor factor sets.  ``series`` are the measures that are kept month by month ("all", or () for none).
    ``dummy`` adds the factor ``luck`` to designs for sensitivity.  Raises InputError with every problem; warns
    (InputWarning) of arms that change what also varies, and of levels that a Morris design does not meet evenly.
    """

    def __init__(
        self,
        base: Scenario | str | Path,
        *,
        arms: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        vary: Mapping[str, Any] | None = None,
        design: str | None = None,
        points: int | None = None,
        replications: int = 20,
        seed: int = 0,
        name: str | None = None,
        title: str = "",
        series: str | Sequence[str] = SERIES,
        dummy: bool = True,
        steps: int | None = None,
        levels: int | None = None,
        table: str | Path | Sequence[Mapping[str, Any]] | None = None,
        ensemble: Ensemble | str | Path | None = None,
        source: Source | None = None,
    ) -> None:
        self._source = source = source or Source()
        if isinstance(arms, Iterable) and not isinstance(arms, Mapping | str):
            arms = list(arms)
        points, replications, seed = (plain(number) for number in (points, replications, seed))
        steps, levels = plain(steps), plain(levels)
        self._problems: list[Problem] = []
        self.base = self._read_base(base)
        described = {} if vary is None else vary
        found = () if self.base is None else read_arms(self.base, arms, source, self._problems)
        self.arms = with_draws(found, ensemble, source, self._problems) if ensemble is not None else found
        tried = found or (() if self.base is None else (Arm("base", self.base),))
        for arm in tried:
            if arm.scenario.worlds.count > 1:
                self._refuse("a study lives one world a run; `clustersim compare` runs many", "worlds.count",
                             value=arm.scenario.worlds.count, allowed="1")  # fmt: skip
        factors = read_factors(described, tried, source, self._problems) if tried else ()
        self.design = design if design is not None else "grid" if table is None else "table"
        self.replications, self.seed, self.title = replications, seed, title
        self.name = name if name is not None else "study" if self.base is None else self.base.name
        self._rows: list[tuple[Value, ...]] = []
        self._check_words(dummy)
        self._check_numbers(points, steps, levels, table)
        if table is not None and tried and self.design == "table":
            factors, self._rows = read_table(table, factors, tried, source, self._problems)
        self._points, self._steps, self._levels = points or 0, steps or STEPS, levels or LEVELS
        check_names(factors, source, self._problems)
        self.series = self._read_series(series)
        self.factors: tuple[Factor, ...] = factors
        if not self._problems:
            self.factors = with_luck(self.design, factors, self._levels) if dummy else tuple(factors)
            self._check_size(bool(described))
        if self._problems:
            raise InputError(sorted(self._problems, key=lambda found: (found.file != source.file, found.line or 0)))
        self._warn_of_overruled(dict(arms or ()))
        self._warn_of_uneven_levels()

    @classmethod
    def from_file(cls, path: str | Path, **changes: Any) -> Study:
        """The study of a TOML file, with other ``replications``, ``seed`` ... if given; raises InputError."""
        from clustersim.study.study_file import read_study

        return read_study(path, **changes)

    def plan(self) -> Plan:
        """All runs of the study in order, each with its id."""
        return self._plan

    def __len__(self) -> int:
        """The number of runs."""
        return len(self.plan())

    def checked(self) -> Plan:
        """The plan, after :meth:`check` where that takes no longer than a second; of more, they fail as runs."""
        plan = self.plan()
        if len(plan.points) * len(plan.arms) <= TRIED_FIRST:
            self.check()
        return plan

    def check(self) -> None:
        """Build the scenario of every arm at every point: half a millisecond each.

        The levels and ends of each factor were tried when the study was made; here what only shows where several
        factors meet (payers' shares that add up to more than the whole, an end before its start).  Raises InputError.
        """
        plan, seen = self.plan(), set()
        problems: list[Problem] = []
        for at in range(len(plan.points)):
            settings = plan.settings(at)
            if (key := str(sorted(settings.items()))) in seen:
                continue
            seen.add(key)
            for arm in plan.arms:
                try:
                    applied(arm.scenario, settings)
                except InputError as error:
                    said = ", ".join(f"{path} = {value}" for path, value in settings.items())
                    message = f"point {at} in arm {arm.name} ({said}): {error}"
                    problems.append(self._source.problem(message, "vary"))
            if len(problems) >= MOST_SHOWN:
                break
        if problems:
            raise InputError(problems[:MOST_SHOWN])

    def result(self, folder: str | Path) -> StudyResult:
        """What may be asked of the folder as it is; with ``cs.read_study`` the study itself is not needed for that.

        It is for a study with interventions that a script defines: the folder alone cannot describe them.
        """
        from clustersim.study.analysis.result import StudyResult

        return StudyResult(folder, self.plan())

    def run(self, folder: str | Path, **options: Any) -> StudyResult:
        """Run what is missing in the folder and return what may be asked of it; see ``engine.run_study``."""
        from clustersim.study.execute.engine import run_study

        return run_study(self.checked(), folder, **options)

    @cached_property
    def _plan(self) -> Plan:
        drawn = points(self.design, self.factors, self._points, self.seed, steps=self._steps, levels=self._levels,
                       rows=self._rows)  # fmt: skip
        assert self.base is not None  # else it would not have been made
        notes = {"title": self.title, "base": self.base.name, "points": self._points or len(drawn)}
        if self.design == "morris":
            notes["levels"] = self._levels
        return Plan(self.name, self.arms, self.factors, drawn, self.replications, self.seed, self.design, self.series,
                    notes)  # fmt: skip

    def _refuse(self, message: str, key: str, **more: Any) -> None:
        self._problems.append(self._source.problem(message, key, **more))

    def _read_base(self, base: Any) -> Scenario | None:
        try:
            return read_base(base, self._source)
        except InputError as error:
            self._problems += error.problems
            return None

    def _check_words(self, dummy: Any) -> None:
        if not isinstance(self.design, str) or self.design not in DESIGNS:
            guess = closest(self.design, DESIGNS) if isinstance(self.design, str) else None
            self._refuse("unknown design", "design", value=self.design, allowed="one of " + ", ".join(DESIGNS),
                         suggestion=guess)  # fmt: skip
            self.design = str(self.design)
        if not isinstance(self.name, str) or NAME.fullmatch(self.name) is None:
            self._refuse("not a name", "name", value=self.name, allowed=NAMES)
        if not isinstance(self.title, str):
            self._refuse("must be text", "title", value=self.title)
        if not isinstance(dummy, bool):
            self._refuse("must be true or false", "dummy", value=dummy)

    def _check_numbers(self, count: Any, steps: Any, levels: Any, table: Any) -> None:
        self._whole("replications", self.replications, 1, LUCK_STRIDE - 1)
        self._whole("seed", self.seed, 0, LARGEST_SEED)
        of = COUNTED.get(self.design)
        if of is None and count is not None and self.design in DESIGNS:
            self._refuse(f"a {self.design} has as many points as it has", "points", value=count,
                         allowed=f"no number here, or the design {', '.join(COUNTED)}")  # fmt: skip
        elif of is not None and count is None:
            self._refuse("is missing", "points", allowed=f"the number of {of}")
        elif of is not None and self._whole("points", count, 1, MOST_POINTS) and self.design == "sobol":
            below = 2 ** (int(count).bit_length() - 1)
            if count != below:
                self._refuse("base points of a Sobol design are a power of two", "points", value=count,
                             allowed=f"{below} or {2 * below}")  # fmt: skip
        for key, value, design in (("steps", steps, "grid"), ("levels", levels, "morris"), ("table", table, "table")):
            if value is not None and self.design != design and self.design in DESIGNS:
                self._refuse(f"means nothing to the design {self.design}", key, allowed=f"only with {design}")
        if steps is not None:
            self._whole("steps", steps, 2, 10_000)
        if levels is not None and self._whole("levels", levels, 2, 100) and levels % 2:
            self._refuse("must be even", "levels", value=levels, allowed="2, 4, 6, ...")
        if self.design == "table" and table is None:
            self._refuse("is missing", "table", allowed="a CSV file, or rows")

    def _whole(self, key: str, value: Any, low: int, high: int) -> bool:
        good = is_whole(value) and low <= value <= high
        if not good:
            allowed = f"a whole number from {low:,} to {high:,}"
            self._refuse(f"must be {allowed}", key, value=value, allowed=allowed)
        return good

    def _read_series(self, series: Any) -> tuple[str, ...]:
        from clustersim.measures import MEASURES

        known = [measure.name for measure in MEASURES]
        if isinstance(series, str) and series == "all":
            return tuple(known)
        names = (series,) if isinstance(series, str) else series
        if not isinstance(names, Sequence):
            self._refuse("must be a list of measures", "series", value=series, allowed='names of measures, or "all"')
            return ()
        for k, name in enumerate(names):
            if name not in known:
                guess = closest(name, known) if isinstance(name, str) else None
                allowed = None if guess else "a measure that `clustersim describe` lists"
                self._refuse("unknown measure", "series", value=name, allowed=allowed, suggestion=guess,
                             at=f"series[{k}]")  # fmt: skip
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))

    def _check_size(self, varied: bool) -> None:
        if not self.factors and not varied:
            self.design = "grid"  # whatever was asked for: there is one point
        count = size(self.design, self.factors, self._points, steps=self._steps, rows=len(self._rows))
        if count > MOST_POINTS:
            self._refuse(f"{count:,} points", "vary" if self.design == "grid" else "points",
                         allowed=f"at most {MOST_POINTS:,}")  # fmt: skip

    def _warn_of_overruled(self, described: Mapping[str, Any]) -> None:
        """An arm's own value counts for nothing where a factor sets the same key."""
        assert self.base is not None
        for arm in self.arms:
            if isinstance(described.get(arm.name, self.base), Scenario):
                continue
            for path in (path for factor in self.factors for value in factor.probes()[:1]
                         for path in factor.settings(value)):  # fmt: skip
                if acts_on(arm.scenario, path) and value_at(arm.scenario, path) != value_at(self.base, path):
                    note = self._source.problem(f"arm {arm.name} sets {path}, which also varies: the factor's value "
                                                "counts", f"arms.{arm.name}")  # fmt: skip
                    warnings.warn(str(note), InputWarning, stacklevel=3)

    def _warn_of_uneven_levels(self) -> None:
        """A Morris design meets only so many coordinates, and of a list that does not divide them some more often."""
        for factor in self.factors if self.design == "morris" else ():
            count = len(factor.levels or ())
            if count and self._levels % count:
                met = Counter(factor.value(k / (self._levels - 1)) for k in range(self._levels))
                never = [str(level) for level in factor.levels or () if level not in met]
                how = f"never meets {', '.join(never)}" if never else "meets some of them more often than others"
                note = self._source.problem(f"{count} levels do not go evenly into the {self._levels} of the Morris "
                                            f"design, which {how}", f"vary.{factor.name}",
                                            allowed=f"levels = {math.lcm(2, count)}")  # fmt: skip
                warnings.warn(str(note), InputWarning, stacklevel=3)
