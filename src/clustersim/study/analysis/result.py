"""What may be asked of a folder of runs: tables, contrasts, sensitivity, figures, SQL."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import InputError, Problem
from clustersim.experiment.result import SUMMARY_COLUMNS
from clustersim.experiment.statistics import EMPTY, Interval
from clustersim.measures import MEASURES
from clustersim.study.analysis.asked import checked, listed, whole
from clustersim.study.analysis.contrast import Contrast, contrast
from clustersim.study.analysis.enough import Enough, enough
from clustersim.study.analysis.outcome import WINDOWS, Outcome, unit_of
from clustersim.study.analysis.phase import PhaseDiagram, phase
from clustersim.study.analysis.sample import Sample
from clustersim.study.analysis.sensitivity import Sensitivity, sensitivity
from clustersim.study.analysis.spaghetti import Course, Spaghetti, course
from clustersim.study.design.apply import has_programme
from clustersim.study.design.plan import Plan
from clustersim.study.store.folder import Counts, Store
from clustersim.study.store.index import FAILED, MISSING

if TYPE_CHECKING:
    import pandas as pd

    from clustersim.study.analysis.replay import Replay

Array = NDArray[np.float64]
NAMES = tuple(measure.name for measure in MEASURES)


class StudyResult:
    """The runs of a study that are in its folder now; get one from :func:`read_study`.

    A wrong name of a measure, arm, factor or method raises InputError with a suggestion; a file that is not what was
    written raises StoreError.  Only the columns that a question needs are read.
    """

    def __init__(self, folder: str | Path, plan: Plan | None = None) -> None:
        self.folder = Path(folder)
        self._store = Store.read(self.folder.absolute(), plan)  # wherever the program goes to later
        self._cubes: dict[str, Array] = {}

    @property
    def plan(self) -> Plan:
        """All runs of the study, those included that have not been run yet."""
        return self._store.plan

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms by name."""
        return tuple(arm.name for arm in self.plan.arms)

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors by name."""
        return tuple(factor.name for factor in self.plan.factors)

    @property
    def counts(self) -> Counts:
        """How many runs the study has, and how many of the different ones are there and failed."""
        return self._store.counts()

    @property
    def complete(self) -> bool:
        """Whether every run of the plan was run, failed ones included."""
        return not (self._store.done == MISSING).any()

    def __repr__(self) -> str:
        done = self._store.done
        return (f"<study {self.plan.name}: {int((done != MISSING).sum())} of {len(done)} runs, "
                f"{int((done == FAILED).sum())} failed, in {self.folder}>")  # fmt: skip

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row for each design point: the values of the factors."""
        import pandas as pd

        return pd.DataFrame({name: [point.values[k] for point in self.plan.points]
                             for k, name in enumerate(self.factors)}, index=range(len(self.plan.points)))  # fmt: skip

    def to_df(self, measures: Iterable[str] | None = None, when: str = "end") -> pd.DataFrame:
        """A row for each run: ``arm``, ``point``, ``replication``, the factors, the measures; failed runs have none.

        A measure is its mean over the last year of the run (``end``) or of the programme (``exit``); empty is NaN.
        """
        checked(when, WINDOWS, "when")
        names = listed(measures, NAMES, "measure")
        keys = ["arm", "point", "replication", *self.factors]
        table = self._store.table(["status", *keys, *(f"{name}_{when}" for name in names)]).to_pandas(use_threads=False)
        table = table[table.pop("status") == "ok"].reset_index(drop=True)
        table.columns = [*keys, *names]
        return table

    def monthly(self, *measures: str) -> pd.DataFrame:
        """``arm``, ``point``, ``replication``, the factors, ``month``, then the measures kept month by month."""
        import pandas as pd

        names = listed(measures or None, self.plan.series, "measure", "is not kept month by month")
        keys = ["arm", "point", "replication", *self.factors]
        if not names:
            raise InputError(Problem("this study keeps no measure month by month", key="series"))
        table = self._store.table(["status", *keys, *(f"{name}_monthly" for name in names)])
        table = table.filter(np.asarray(table["status"].to_pylist(), dtype=object) == "ok").combine_chunks()
        lists = [table[f"{name}_monthly"].combine_chunks() for name in names]
        lengths = lists[0].value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(int)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        frame = table.select(keys).to_pandas(use_threads=False).iloc[rows].reset_index(drop=True)
        months = np.concatenate([np.arange(n) for n in lengths]) if len(lengths) else np.zeros(0, int)
        columns = {name: each.flatten().to_numpy(zero_copy_only=False) for name, each in zip(names, lists, strict=True)}
        return pd.concat([frame, pd.DataFrame({"month": months} | columns)], axis=1)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """``run_id``, ``arm``, ``point``, ``replication``, ``seed``, ``error``, and the command that runs it again."""
        positions = np.flatnonzero(self._store.done == FAILED).astype(np.int64)
        table = self._store.table(["run_id", "arm", "point", "replication", "seed", "error"], positions)
        folder = shlex.quote(str(self.folder))
        frame = table.to_pandas(use_threads=False)
        return frame.assign(replay=[f"clustersim replay {folder} {run_id}" for run_id in frame["run_id"]])

    @cached_property
    def summary(self) -> pd.DataFrame:
        """By arm, window and measure the mean with its 95 % interval, and the paired difference from the baseline.

        Columns as in ``summary.csv`` of a comparison.  Means are over all points, their intervals over points and luck,
        or for the points that were chosen over luck (crossed.py).  The baseline is the first arm without a programme.
        """
        import pandas as pd

        self._read([f"{name}_{when}" for when in WINDOWS for name in NAMES])
        _, baseline = self._defaults()
        rows = [self._row(arm, when, name, baseline) for arm in self.arms for when in WINDOWS for name in NAMES
                if when == "end" or np.isfinite(self._cubes[f"{name}_{when}"]).any()]  # fmt: skip
        return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))

    def _row(self, arm: str, when: str, measure: str, baseline: str | None) -> tuple[Any, ...]:
        level = self._outcome(measure, when, arm, None).overall
        gap = Interval(EMPTY, EMPTY, EMPTY, 0)
        if baseline is not None and arm != baseline:
            gap = self._outcome(measure, when, arm, baseline).overall
        return arm, when, measure, unit_of(measure), *level[:3], *gap[:3], gap.n or level.n

    def compare(self, arm: str, against: str, on: str, when: str = "end") -> Contrast:
        """Two arms in one measure, paired by point and replication on common random numbers."""
        for key, name in (("arm", arm), ("against", against)):
            checked(name, self.arms, key, "there is no such arm")
        return contrast(self._asked(on, when, arm, against), self.points)

    def sensitivity(self, on: str, method: str | None = None, *, arm: str | None = None, against: str | None = None,
                    when: str = "end", seed: int = 1) -> Sensitivity:  # fmt: skip
        """What a measure depends on, by ``morris``, ``sobol`` or ``rank``; by default what the design was made for.

        Without arms: what decides the *difference* of the first arm with a programme from the first without one, or
        the level in the first arm if there are not both.  With ``arm`` alone: the level in it.  ``seed`` is of the
        bootstrap.
        """
        return sensitivity(self._asked(on, when, arm, against), self._sample, method, seed)

    def enough(self, on: str, precision: float | None = None, *, arm: str | None = None, against: str | None = None,
               when: str = "end") -> Enough:  # fmt: skip
        """How many replications a mean takes to be known to a ``precision`` (half width of its 95 % interval).

        Without one, to a tenth of its size.  Arms as in :meth:`sensitivity`.
        """
        return enough(self._asked(on, when, arm, against), precision)

    def phase(self, x: str, y: str, *, on: str, arm: str | None = None, against: str | None = None, when: str = "end",
              threshold: float | None = None) -> PhaseDiagram:  # fmt: skip
        """A measure over two factors, averaged over all others.  Arms as in :meth:`sensitivity`."""
        for key, name in (("x", x), ("y", y)):
            checked(name, self.factors, key, "there is no such factor")
        return phase(self._asked(on, when, arm, against), self.points, x, y, threshold)

    def spaghetti(self, measure: str, arms: str | Sequence[str] | None = None, *,
                  point: int | None = None) -> Spaghetti:  # fmt: skip
        """Every run's course month by month, of the arms and of one design point or all."""
        checked(measure, self.plan.series, "measure", "is not kept month by month")
        chosen = listed(arms, self.arms, "arm")
        if point is not None:
            point = whole(point, "point", 0, len(self.plan.points) - 1, "is no design point")
        table = self._store.table(["arm", "point", "status", f"{measure}_monthly"]).to_pandas(use_threads=False)
        table = table[(table["status"] == "ok") & (True if point is None else table["point"] == point)]
        courses: dict[str, Course] = {}
        where = range(len(self.plan.points)) if point is None else [point]
        for k, known in enumerate(self.plan.arms):
            runs = list(table.loc[table["arm"] == known.name, f"{measure}_monthly"].dropna())
            if known.name in chosen and runs:
                spans = {self.plan.span(k, at) for at in where}
                starts = {self.plan.settings(at).get("run.start", known.scenario.run.start) for at in where}
                if len(starts) > 1:
                    raise InputError(Problem("the runs start in different months", key="point", value="none",
                                             allowed="one design point"))  # fmt: skip
                courses[known.name] = course(runs, starts.pop(), spans.pop() if len(spans) == 1 else None)
        if not courses:
            raise InputError(Problem("no run of these arms is there yet", key="measure", value=measure))
        return Spaghetti(measure, courses, 1 if point is not None else len(self.plan.points))

    def replay(self, run_id: str) -> Replay:
        """One run lived again whole, by its id or the start of it."""
        from clustersim.study.analysis.replay import replay

        return replay(self._store, run_id)

    def sql(self, query: str) -> pd.DataFrame:
        """The answer to one SQL query (DuckDB) to ``runs``, a row for each run, and ``points``; it can change nothing.

        A name with a dot has to stand in double quotes: ``"trust.gain"``.
        """
        from clustersim.study.analysis.query import answered

        return answered(self._store, self.points, query)

    def _asked(self, measure: str, when: str, arm: str | None, against: str | None) -> Outcome:
        """The outcome that these words mean."""
        checked(measure, NAMES, "measure")
        checked(when, WINDOWS, "when")
        for key, name in (("arm", arm), ("against", against)):
            if name is not None:
                checked(name, self.arms, key, "there is no such arm")
        if arm is None:
            usual, baseline = self._defaults()
            if against is None:
                arm, against = usual, baseline
            else:
                arm = usual if usual != against else next((name for name in self.arms if name != against), against)
        if arm == against:
            raise InputError(Problem("an arm cannot be held against itself", key="against", value=against))
        return self._outcome(measure, when, arm, against)

    def _defaults(self) -> tuple[str, str | None]:
        """The first arm with a programme and the first without; the first arm alone if there are not both."""
        with_one = [arm.name for arm in self.plan.arms if has_programme(arm.scenario)]
        without = [arm.name for arm in self.plan.arms if not has_programme(arm.scenario)]
        return (with_one[0], without[0]) if with_one and without else (self.arms[0], None)

    def _outcome(self, measure: str, when: str, arm: str, against: str | None) -> Outcome:
        column = f"{measure}_{when}"
        self._read([column])
        cube, states = self._cubes[column], self._states
        which = [self.arms.index(name) for name in (arm, against) if name is not None]
        pending = (states[:, which] == MISSING).any(axis=1)
        failed = (states[:, which] == FAILED).any(axis=1) & ~pending
        sides = [cube[:, k] for k in which]
        return Outcome(measure, when, arm, against, sides[0], sides[1] if against is not None else None,
                       int(failed.sum()), int(pending.sum()), self.plan.design, self._sample.block,
                       self._sample.lucks)  # fmt: skip

    @property
    def _shape(self) -> tuple[int, int, int]:
        return len(self.plan.points), len(self.plan.arms), self.plan.replications

    @cached_property
    def _states(self) -> NDArray[np.uint8]:
        return np.asarray(self._store.done).reshape(self._shape)

    def _read(self, columns: Sequence[str]) -> None:
        """Outcomes as (points, arms, replications), NaN where there is none; kept for the next question."""
        wanted = [name for name in columns if name not in self._cubes]
        if not wanted:
            return
        table = self._store.table(["position", *wanted])
        at = table["position"].to_numpy()
        for name in wanted:
            cube = np.full(len(self.plan), np.nan)
            cube[at] = table[name].to_numpy()
            self._cubes[name] = cube.reshape(self._shape)

    @cached_property
    def _sample(self) -> Sample:
        plan = self.plan
        unit = [point.unit for point in plan.points]
        drawn = all(len(place) == len(plan.factors) for place in unit)
        return Sample(
            self.factors, tuple(self.points[name].tolist() for name in self.factors),
            tuple(factor.levels is not None for factor in plan.factors), plan.design,
            np.array(unit, dtype=float) if drawn else np.zeros((len(unit), 0)), int(plan.notes.get("levels", 4)),
            next((factor.name for factor in plan.factors if factor.is_luck), None),
        )  # fmt: skip


def read_study(folder: str | Path) -> StudyResult:
    """The study in a folder, as far as it has come; raises StoreError if there is none, or it is damaged."""
    return StudyResult(folder)
