"""Looking for schedules: cost against what still stands five years after the exit, within a budget.

Optuna proposes (multi-objective TPE; Ozaki et al. 2022), the model answers on the study's own draws.  Every finished
candidate is in the journal before the next begins, and a proposal depends only on the journal and the seed: a search
that was killed goes on to the very same candidates.  The leaders then live on fresh luck and fresh draws, so that none
wins for having been lucky in the search.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clustersim.desk.arrange import arranged
from clustersim.desk.draws import draws_of
from clustersim.desk.lives import Lives, live_all
from clustersim.desk.outcomes import Table
from clustersim.desk.policy import NONE, Policy
from clustersim.desk.space import SPACE, named, suggested
from clustersim.desk.study_file import YEARS_AFTER, DeskStudy
from clustersim.errors import InputError, Problem, ResourceError
from clustersim.scenario.check import month_number
from clustersim.study.design.version import model_version

REPLICATIONS = 24
"""draws on which each candidate is tried"""
LEADERS = 7
"""candidates that are lived again on fresh luck"""
FRESH = 7919
"""added to the seed for that"""
STARTUP = 60
"""candidates that are drawn at random before any is proposed"""
THIS = "this policy"
NOTHING = "no programme"


def searched(study: DeskStudy, journal: Path, *, candidates: int = 300, workers: int | None = None,
             progress: Callable[[int, int], None] | None = None, tell: Callable[[str], None] | None = None,
             run: Callable[..., Any] | None = None) -> DeskStudy:  # fmt: skip
    """A study of the leaders of a search, on fresh luck; raises InputError if nothing is within the budget.

    ``journal`` is the file in which every candidate is kept: the same call again goes on where it was.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with _storage(journal) as storage, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Optuna calls experimental
        found = optuna.create_study(storage=storage, study_name=_identity(study), load_if_exists=True,
                                    directions=["minimize", "maximize"])  # fmt: skip
        done = sum(trial.state.is_finished() for trial in found.trials)
        if tell is not None and done:
            tell(f"{min(done, candidates)} of {candidates} candidates were tried before; going on")
        tried = _Tried(study, workers, run)
        for number in range(candidates):
            if number < len(found.trials) and found.trials[number].state.is_finished():
                continue
            found.sampler = _sampler(study.seed + number)
            left = number < len(found.trials)  # begun and not finished when the search was killed
            trial = optuna.trial.Trial(found, found.trials[number]._trial_id) if left else found.ask()
            try:
                cost, effect, spent = tried.values(suggested(trial, study.base))
            except InputError:  # the base cannot be given it: a short programme has no provider left to pay, say
                found.tell(number, state=optuna.trial.TrialState.FAIL)
            else:
                trial.set_user_attr("over", spent - (study.money.budget if study.money.budget is not None else spent))
                found.tell(number, [cost, effect])
            if progress is not None:
                progress(number + 1, candidates)
        rows = [Found(one.values[0], one.values[1], one.user_attrs["over"],
                      suggested(optuna.trial.FixedTrial(one.params), study.base))
                for one in found.trials[:candidates] if one.values]  # fmt: skip
    return _with_leaders(study, rows)


def _sampler(seed: int) -> Any:
    import optuna

    return optuna.samplers.TPESampler(seed=seed % 2**32, n_startup_trials=STARTUP, multivariate=True,
                                      constraints_func=lambda trial: (trial.user_attrs["over"],))  # fmt: skip


class Found(NamedTuple):
    """A schedule that was tried."""

    cost: float
    effect: float
    over: float
    """by how much it is over the budget"""
    policy: Policy


def _with_leaders(study: DeskStudy, rows: Sequence[Found]) -> DeskStudy:
    within = [row for row in rows if row.over <= 0.0]
    if not rows:
        raise InputError(Problem("the base can be given none of the schedules that were tried", study.file, key="base",
                                 value=study.base.name))  # fmt: skip
    if not within:
        cheapest, budget = min(rows, key=lambda row: row.over), study.money.budget or 0.0
        raise InputError(Problem(f"buys none of the {len(rows)} schedules that were tried: the cheapest costs about "
                                 f"{budget + cheapest.over:,.0f} {study.money.currency} ({cheapest.policy.title})",
                                 *study.budget_at, value=budget))  # fmt: skip
    policies = named([row.policy for row in leaders(within)], study.base)
    policies[NOTHING] = Policy(shape=NONE, title="No programme")
    months = _months(study, policies.values())
    scenarios = {name: arranged(policy, study.base, months) for name, policy in policies.items()}
    return replace(study, policies=policies, scenarios=scenarios, seed=(study.seed + FRESH) % 2**32)


def leaders(rows: Sequence[Found]) -> list[Found]:
    """From the frontier of cost against effect, evenly from the cheapest to the most effective."""
    frontier: list[Found] = []
    for row in sorted(rows, key=lambda one: (one.cost, -one.effect)):
        if not frontier or row.effect > frontier[-1].effect:
            frontier.append(row)
    if len(frontier) <= LEADERS:
        return frontier
    return [frontier[round(k)] for k in np.linspace(0, len(frontier) - 1, LEADERS)]


def _months(study: DeskStudy, policies: Any) -> int:
    last = max(month_number(policy.exit or study.base.programme.end or "") for policy in policies)
    return last - month_number(study.base.run.start) + 1 + 12 * YEARS_AFTER


class _Tried:
    """What a candidate costs and leaves, on the same draws for all; no programme is lived once."""

    def __init__(self, study: DeskStudy, workers: int | None, run: Callable[..., Any] | None) -> None:
        self.study = replace(study, replications=min(REPLICATIONS, study.replications))
        self.draws, self.workers, self.run = draws_of(self.study), workers, run
        self.alone = self._lived({NOTHING: arranged(Policy(shape=NONE), study.base, _months(study, [Policy()]))})

    def values(self, policy: Policy) -> tuple[float, float, float]:
        """Mean cost, mean effect, and the undiscounted cost that the budget is held against."""
        months = _months(self.study, [policy])
        scenario = arranged(policy, self.study.base, months)
        lives = self._lived({THIS: scenario})
        both = replace(self.study, policies={THIS: policy, NOTHING: Policy(shape=NONE)},
                       scenarios={THIS: scenario, NOTHING: scenario})  # fmt: skip
        kept = [r for r in lives.kept if r in self.alone.kept]
        joined = Lives(_both(lives, self.alone, kept, "measures"), _both(lives, self.alone, kept, "ledger"),
                       _both(lives, self.alone, kept, "fairs"), (), tuple(kept))  # fmt: skip
        table = Table(both, joined)
        return (float(table.costs(THIS).mean()), float(table.effect(THIS).mean()),
                float(table.costs(THIS, discounted=False).mean()))  # fmt: skip

    def _lived(self, scenarios: dict[str, Any]) -> Lives:
        return live_all(scenarios, replications=self.study.replications, seed=self.study.seed, draws=self.draws,
                        workers=self.workers, run=self.run)  # fmt: skip


def _both(lives: Lives, alone: Lives, kept: list[int], part: str) -> dict[str, Any]:
    mine, other = getattr(lives, part)[THIS], getattr(alone, part)[NOTHING]
    return {THIS: mine[[lives.kept.index(r) for r in kept]], NOTHING: other[[alone.kept.index(r) for r in kept]]}


def _identity(study: DeskStudy) -> str:
    """The name of a search: whatever changes a candidate's numbers changes it."""
    said = [SPACE, model_version(), study.base.digest(), study.seed, min(REPLICATIONS, study.replications),
            study.effect, study.money.model_dump(), [factor.to_dict() for factor in study.factors],
            None if study.ensemble is None else study.ensemble.digest()]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:24]


@contextmanager
def _storage(journal: Path) -> Iterator[Any]:
    """The journal, with its unfinished last line taken away; one process at a time, and the lock dies with it."""
    from filelock import FileLock, Timeout
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    class Held:  # the lock around the whole search is enough
        def acquire(self) -> bool:
            return True

        def release(self) -> None:
            pass

    journal.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{journal}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ResourceError(f"another search is writing to {journal}") from None
    try:
        if journal.exists():
            raw = journal.read_bytes()
            if raw and not raw.endswith(b"\n"):
                with journal.open("r+b") as file:
                    file.truncate(raw.rfind(b"\n") + 1)
                    os.fsync(file.fileno())
        yield JournalStorage(JournalFileBackend(str(journal), lock_obj=Held()))  # type: ignore[arg-type]
    finally:
        lock.release()
