"""What an outcome depends on: Morris screening, Sobol indices, rank correlation, each with intervals and a noise floor.

Every run draws luck.  The factor ``luck`` of a design changes only the random numbers, so its index is what an index
looks like where there is nothing: the noise floor.  (On common random numbers a dummy factor would be exactly zero and
tell nothing.)  A factor stands out of the noise where the low end of its interval is above the high end of the floor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import InputError, Problem
from clustersim.experiment.statistics import Interval
from clustersim.experiment.words import digits_for, number
from clustersim.study.analysis.asked import checked, whole
from clustersim.study.analysis.indices import METHODS, by_design, ends_of
from clustersim.study.analysis.indirect import by_rank, by_surrogate
from clustersim.study.analysis.outcome import DRAWN, Outcome, counted
from clustersim.study.analysis.sample import NOISE, Sample

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
LARGEST_SEED = 2**32 - 1
FEW = 20
"""blocks under which the note warns of the bootstrap"""


@dataclass(frozen=True)
class Sensitivity:
    """The indices of every factor; build one with :func:`sensitivity`."""

    outcome: Outcome
    method: str
    table: pd.DataFrame
    """by importance: ``factor``, the method's first index with its ``low`` and ``high``, its other indices with theirs
    (``mu_low``, ...), and ``above_noise``, which is missing where the design has no dummy"""
    noise: Interval | None
    """the dummy's index: (index, low, high, points); None where the design has none"""
    dummy: str | None
    """the row that is the dummy"""
    note: str
    """what the indices rest on"""

    @property
    def index(self) -> str:
        """The column that decides the order."""
        return METHODS[self.method][0]

    def __str__(self) -> str:
        names = METHODS[self.method]
        shown = self.table[["factor"]].copy()
        for name in names:
            digits = max(2, digits_for(self.table[name])) if self.method == "morris" else 3
            low, high = ends_of(names, name)
            shown[name] = [number(value, digits) for value in self.table[name]]
            shown[f"95 % of {name}"] = [
                f"[{number(a, digits)}, {number(b, digits)}]"
                for a, b in zip(self.table[low], self.table[high], strict=True)
            ]
        if self.noise is not None:
            shown["above noise"] = self.table["above_noise"].map({True: "yes", False: "no"})
            shown.loc[self.table["factor"] == self.dummy, "above noise"] = "dummy"
        return "\n".join([f"{self.outcome.words} ({self.outcome.unit}): {TITLES[self.method]}",
                          shown.to_string(index=False), self.note])  # fmt: skip

    def plot(self, path: str | Path | None = None, *, title: str | None = None) -> Figure:
        """A tornado: the indices with intervals, the noise floor shaded; written if a path is given."""
        from clustersim.study.analysis.figures import tornado, written

        return written(tornado(self), path, title)


TITLES = {"morris": "elementary effects (Morris)", "sobol": "variance shares (Sobol)",
          "rank": "partial rank correlations"}  # fmt: skip


def sensitivity(outcome: Outcome, sample: Sample, method: str | None = None, seed: int = 1) -> Sensitivity:
    """The indices by a method, or by the one that the design was made for (else ``rank``).

    A method that the design was not made for goes through a surrogate.  Raises InputError for an unknown method, for
    too few points and for a surrogate that predicts too little.
    """
    if not sample.factors:
        raise InputError(Problem("nothing varies in this study, so there is nothing to be sensitive to", key="method"))
    if method is None:
        method = sample.design if sample.design in ("morris", "sobol") else "rank"
    checked(method, METHODS, "method", "is no method of sensitivity analysis")
    seed = whole(seed, "seed", 0, LARGEST_SEED)
    y = outcome.by_point
    kept = sample.whole(y)
    blocks = int(kept.sum()) // sample.block
    if blocks < 2:
        planned = len(y) // sample.block
        more = "run more of the study" if planned > 1 else "make a study of more points"
        raise InputError(Problem(f"{outcome.words}: {_blocks(sample, blocks)} complete, and two are the least; {more}",
                                 key="method", value=method))  # fmt: skip
    lost = len(y) // sample.block - blocks
    dropped = f"{lost} of {_blocks(sample, blocks + lost)} left out whole, as a value is missing." if lost else ""
    if method == sample.design:
        table, dummy, said = by_design(y[kept], sample.unit[kept], sample, seed)
    else:
        table, dummy, said = (by_rank if method == "rank" else by_surrogate)(y, kept, sample, method, seed)
    what = DRAWN.get(sample.design, "points")
    few = f"Of so few {what} a bootstrap’s intervals are too narrow." if blocks < FEW else ""
    # a difference hardly has it: its two runs share their luck
    shifted = "A level with a replication missing is of other luck than the rest." if _uneven(outcome, kept) else ""
    notes = [f"{said} Brackets are 95 % intervals.", few, dropped, _on_noise(method, dummy), outcome.gaps(), shifted]
    return _made(outcome, method, table, dummy, " ".join(filter(None, notes)), blocks)


def _made(outcome: Outcome, method: str, table: pd.DataFrame, dummy: str | None, note: str, blocks: int) -> Sensitivity:
    """The table in order, with what stands out of the noise."""
    first = METHODS[method][0]
    low, high = table["low"].to_numpy(), table["high"].to_numpy()
    # how far from zero an index is at least, and at most: a rank correlation may be negative
    least, most = np.maximum(0.0, np.maximum(low, -high)), np.maximum(high, -low)
    floor = None
    above: Any = None
    if dummy is not None:
        row = int(np.flatnonzero(table["factor"] == dummy)[0])
        floor = Interval(float(table[first].iloc[row]), float(low[row]), float(high[row]), blocks)
        above = (least > most[row]) & (table["factor"] != dummy)
    table = table.assign(above_noise=above).astype({"above_noise": "boolean"})
    order = np.argsort(-table[first].abs().to_numpy(), kind="stable")
    return Sensitivity(outcome, method, table.iloc[order].reset_index(drop=True), floor, dummy, note)


def _uneven(outcome: Outcome, kept: NDArray[np.bool_]) -> bool:
    return outcome.against is None and bool(np.isnan(outcome.values[kept]).any())


def _blocks(sample: Sample, count: int) -> str:
    if sample.design == "morris":
        return "1 trajectory" if count == 1 else f"{count} trajectories"
    return counted(count, "Saltelli block" if sample.design == "sobol" else "point")


def _on_noise(method: str, dummy: str | None) -> str:
    if dummy is None:
        return "The design has no factor luck, so there is no noise floor: small indices may be nothing but luck."
    floor = f"The noise floor is the {METHODS[method][0]} of {dummy}, which changes nothing"
    if dummy == NOISE:
        return f"{floor}: the noise of sampling alone. The design has no factor luck, so what luck does is not in it."
    return f"{floor} but the random numbers."
