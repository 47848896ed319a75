"""One run of a study, lived again whole: a study keeps a run's outcomes, not its books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.experiment.result import span_of, windows_in
from clustersim.measures import MEASURES
from clustersim.study.analysis.asked import text
from clustersim.study.design.apply import applied
from clustersim.study.store.folder import Store
from clustersim.study.work import means

if TYPE_CHECKING:
    from clustersim.simulation import Run


@dataclass(frozen=True)
class Replay:
    """A run as it was lived again."""

    run_id: str
    run: Run
    """the whole run: measures, ledger, firms"""
    same: bool | None
    """whether its outcomes are those in the store, to the bit; None if the store has none"""

    @property
    def words(self) -> str:
        """What came of it, in a sentence."""
        if self.same is None:
            return f"run {self.run_id} is not in the store, or had failed there; here it went through"
        return f"run {self.run_id}: its outcomes are {'the same as' if self.same else 'NOT those'} in the store"


def replay(store: Store, run_id: str) -> Replay:
    """Live a run again, by its id or an unambiguous start of it; raises InputError, and what the run itself raises."""
    from clustersim.simulation import run

    plan = store.plan
    position = _position(store, run_id)
    key = plan.key(position)
    scenario = applied(plan.arms[key.arm].scenario, plan.settings_of(key))
    done = run(scenario, seed=plan.seed, replication=key.replication)
    span = span_of(scenario) or plan.exit_span(key.arm, key.point)
    same = None
    if store.done[position] == 1:
        row = store.table(positions=np.array([position])).to_pylist()[0]
        found = means(done.measures, windows_in(scenario.run.months, span))
        same = all(_equal(row[f"{measure.name}_{when}"], values[k])
                   for when, values in found.items() for k, measure in enumerate(MEASURES))  # fmt: skip
    return Replay(plan.id(position), done, same)


def _equal(stored: float | None, value: float) -> bool:
    return np.isnan(value) if stored is None else stored == value


def _position(store: Store, run_id: str) -> int:
    start = text(run_id, "run").strip().lower()
    ids = [(name, position) for position, name in enumerate(store.plan.ids()) if start and name.startswith(start)]
    if not ids:
        raise InputError(Problem("no run of the study has this id", key="run", value=run_id,
                                 allowed="an id, or the start of one, as `clustersim failures` shows"))  # fmt: skip
    if len({name for name, _ in ids}) > 1:
        raise InputError(Problem(f"the ids of {len({name for name, _ in ids})} runs start like this", key="run",
                                 value=run_id, allowed="more of the id"))  # fmt: skip
    return ids[0][1]
