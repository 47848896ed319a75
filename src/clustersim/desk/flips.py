"""When the answer flips: in which corner of the unknowns a rival is as good (scenario discovery).

PRIM (Friedman and Fisher 1999; Bryant and Lempert 2010), from ema-workbench, peels the box in which the rival does best
on one half of the draws; what is said of it is counted on the other half, and only if that half agrees.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_MASS = 0.15
"""share of the draws that a box must hold: a smaller corner is an anecdote"""
MOST_LIMITS = 2
"""unknowns that a sentence may name"""
LEVEL = 0.05
LEAST_HALF = 20


@dataclass(frozen=True)
class Flip:
    """A corner of the unknowns in which the rival is at least as good as the policy that is best on average."""

    rival: str
    limits: dict[str, tuple[float | None, float | None]]
    """unknown -> from, to; None where the range's own end is the end"""
    inside: float
    """share of the draws in the corner in which the rival is as good, on the half that did not choose it"""
    overall: float
    """the same over all draws of that half"""
    draws: int
    """draws of that half in the corner"""
    p: float
    """chance of a corner as good if it were like the rest"""

    @property
    def sentence(self) -> str:
        """The corner in words."""
        parts = []
        for name, (low, high) in self.limits.items():
            if low is not None and high is not None:
                parts.append(f"{name} lies between {low:.3g} and {high:.3g}")
            else:
                parts.append(f"{name} is over {low:.3g}" if low is not None else f"{name} is under {high:.3g}")
        return (f"“{self.rival}” is as good in {self.inside:.0%} of the draws in which {' and '.join(parts)}, "
                f"against {self.overall:.0%} of all ({self.draws} draws that did not choose this corner).")  # fmt: skip


def flip(
    rival: str, as_good: NDArray[np.bool_], unknowns: Mapping[str, Sequence[float]], level: float = LEVEL
) -> Flip | None:
    """The corner in which the rival is as good more often than elsewhere; None if there is none to be trusted.

    Even draws choose it, odd ones test it: Fisher's exact test, one-sided, of the corner against the rest, at
    ``level``, which is one in twenty shared among as many rivals as are asked about.
    """
    import pandas as pd

    table = pd.DataFrame({name: np.asarray(column, float) for name, column in unknowns.items()})
    half = np.arange(len(table)) % 2 == 0
    if not len(table.columns) or half.sum() < LEAST_HALF or not 0 < as_good[half].sum() < half.sum():
        return None
    limits = _box(table[half].reset_index(drop=True), as_good[half])
    if not limits:
        return None
    rest, answers = table[~half], as_good[~half]
    inside = np.ones(len(rest), bool)
    for name, (low, high) in limits.items():
        inside &= (rest[name] >= (-math.inf if low is None else low)).to_numpy()
        inside &= (rest[name] <= (math.inf if high is None else high)).to_numpy()
    if not 0 < inside.sum() < len(rest):
        return None
    p = _chance(answers[inside], answers[~inside])
    if p >= level or answers[inside].mean() <= 0.5:
        return None
    return Flip(rival, limits, float(answers[inside].mean()), float(answers.mean()), int(inside.sum()), p)


def _chance(inside: NDArray[np.bool_], outside: NDArray[np.bool_]) -> float:
    from scipy.stats import fisher_exact

    counts = [[int(part.sum()), int((~part).sum())] for part in (inside, outside)]
    return float(fisher_exact(counts, alternative="greater").pvalue)


def _box(table: Any, as_good: NDArray[np.bool_]) -> dict[str, tuple[float | None, float | None]]:
    """The limits that PRIM finds, at most :data:`MOST_LIMITS` of them, those that restrict most."""
    ends = {name: (float(column.min()), float(column.max())) for name, column in table.items()}
    with warnings.catch_warnings():  # it tells of plotting libraries that are not there, and uses old words of pandas
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.prim import Prim

        box = Prim(table.copy(), as_good.copy(), threshold=0.5, mass_min=LEAST_MASS).find_box()
        if box is None:
            return {}
        path = box.peeling_trajectory
        score = path["density"] * path["coverage"] ** 0.5 * (path["res_dim"] <= MOST_LIMITS)
        if path.loc[score.idxmax(), "res_dim"] == 0:
            return {}
        found = box.box_lims[int(score.idxmax())]
    limits: dict[str, tuple[float | None, float | None]] = {}
    for name, (least, most) in ends.items():
        low, high = float(found[name].iloc[0]), float(found[name].iloc[1])
        if low > least or high < most:
            limits[name] = (low if low > least else None, high if high < most else None)
    return limits
