"""One randomised trial: lots are drawn, worlds are lived with and without the programme, and firms are asked.

The evaluator sees the world that the lots made.  The model also knows the other one: the same clusters on the same luck
without the programme; what that adds is never shown to the estimators, only set beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from clustersim.rules.assignment import ASSIGNMENT, ATTRITION, drawn, lots

if TYPE_CHECKING:
    from clustersim.month import World
    from clustersim.scenario import Scenario

YEAR = 12
ZERO_WHEN_CLOSED = ("income", "joint_action", "workers", "member", "debt")
"""outcomes that a firm which has closed has none of; of the others nothing can be said"""


class Asked(NamedTuple):
    """The firms of one trial, one row a firm in business at the baseline."""

    assigned: np.ndarray  # drawn for help, in whatever cluster
    treated: np.ndarray  # assigned to the programme, in a cluster that gets it
    pure: np.ndarray  # in a control cluster; all False where lots are drawn inside one cluster
    exposed: np.ndarray  # share of its contacts at the baseline that are treated
    cluster: np.ndarray  # what lots were drawn for
    baseline: dict[str, np.ndarray]
    seen: dict[tuple[str, int], np.ndarray]  # (outcome, month): as the evaluator finds it; NaN where the firm is lost
    helped: dict[tuple[str, int], np.ndarray]  # the truth, with the programme as assigned
    alone: dict[tuple[str, int], np.ndarray]  # the truth, without any programme


def _trust(world: World) -> np.ndarray:
    firms, ties = world.firms, world.ties
    found = np.full(len(firms.alive), np.nan)
    for i in np.flatnonzero(firms.alive):
        first = int(ties.start[i])
        row = slice(first, first + int(ties.degree[i]))
        there = firms.alive[ties.to[row]] == 1
        if there.any():
            found[i] = ties.trust[row][there].mean()
    return found


OUTCOMES: dict[str, tuple[str, Callable[[Any, int], Any]]] = {
    "income": ("USD/month", lambda world, t: world.firms.income_year),
    "joint_action": ("share", lambda world, t: (t - world.firms.acted <= YEAR).astype(float)),
    "trust": ("0 to 1", lambda world, t: _trust(world)),
    "quality": ("0 to 1", lambda world, t: world.firms.quality),
    "workers": ("workers", lambda world, t: world.firms.workers),
    "contacts": ("firms", lambda world, t: world.ties.degree.astype(float)),
    "member": ("share", lambda world, t: (world.firms.group >= 0).any(axis=1).astype(float)),
    "debt": ("USD", lambda world, t: world.firms.debt),
}
"""outcome -> unit, and its value for each workshop before month t begins"""


def _ask(world: World, outcomes: Sequence[str], month: int) -> dict[str, np.ndarray]:
    return {name: np.array(OUTCOMES[name][1](world, world.burn_in + month), dtype=float) for name in outcomes}


def _units(world: World, unit: str) -> np.ndarray:
    """The number of what each firm is drawn with; firms of no group are drawn each alone."""
    firms = world.firms
    rows = np.arange(len(firms.alive))
    if unit == "village":
        return np.array(firms.village)
    if unit == "group":
        network, association = firms.group[:, 1], firms.group[:, 0]
        own = np.where(network >= 0, network, association)
        return np.where(own >= 0, len(rows) + own, rows)
    return rows


def _assign(world: World, unit: str, share: float, occurrence: int) -> None:
    """Draw who may receive help; newcomers in a workshop take its place in the trial."""
    numbers = _units(world, unit)
    names = np.unique(numbers[world.firms.alive == 1])
    chosen = drawn(lots(world.key, ASSIGNMENT, occurrence, names), share)
    world.firms.assigned[:] = 0
    world.firms.assigned[np.isin(numbers, names[chosen])] = 1
    if unit == "firm" or share >= 1.0:  # empty workshops have their own lots
        empty = np.flatnonzero(world.firms.alive == 0)
        world.firms.assigned[empty] = lots(world.key, ASSIGNMENT, occurrence, empty) < share


class Lived(NamedTuple):
    """One world in both lives: what its firms would say, and their lots."""

    unit: np.ndarray
    assigned: np.ndarray
    exposed: np.ndarray
    baseline: dict[str, np.ndarray]
    helped: dict[tuple[str, int], np.ndarray]
    alone: dict[tuple[str, int], np.ndarray]
    lost: dict[int, np.ndarray]  # not found at a follow-up, though it may be there
    gone: tuple[dict[int, np.ndarray], dict[int, np.ndarray]]  # closed by then: with the programme, without


def live_both(scenario: Scenario, seed: int, replication: int) -> Lived:
    """Live one world with the programme, for those drawn, and again without."""
    from clustersim.simulation import live, new_world

    trial = scenario.trial
    start = trial_start(scenario)
    unit, share = ("firm", trial.within) if trial.unit == "cluster" else (trial.unit, trial.share)
    found: list[dict[tuple[str, int], np.ndarray]] = []
    gone: list[dict[int, np.ndarray]] = []
    for planned in (scenario, scenario.without_programme()):
        world = new_world(planned, seed=seed, replication=replication)
        live(world, 0, world.burn_in + start)
        _assign(world, unit, share, 0)
        firms, ties = world.firms, world.ties
        there = np.flatnonzero(firms.alive)
        lives = firms.life[there].copy()
        baseline = {name: values[there] for name, values in _ask(world, trial.outcomes, start).items()}
        units, assigned = _units(world, unit)[there], firms.assigned[there] == 1
        exposed = np.array([_share_of(firms.assigned, ties, i) for i in there])
        answers: dict[tuple[str, int], np.ndarray] = {}
        closed: dict[int, np.ndarray] = {}
        reached = start
        for month in trial.follow_up:
            live(world, world.burn_in + reached, world.burn_in + start + month)
            reached = start + month
            closed[month] = (firms.alive[there] == 0) | (firms.life[there] != lives)
            for name, values in _ask(world, trial.outcomes, reached).items():
                nothing = 0.0 if name in ZERO_WHEN_CLOSED else np.nan
                answers[name, month] = np.where(closed[month], nothing, values[there])
        found.append(answers)
        gone.append(closed)
    lost = {month: lots((seed, replication), ATTRITION, month, there) < trial.attrition for month in trial.follow_up}
    return Lived(units, assigned, exposed, baseline, found[0], found[1], lost, (gone[0], gone[1]))


def _share_of(assigned: np.ndarray, ties: Any, i: Any) -> float:
    row = ties.to[int(ties.start[i]) : int(ties.start[i]) + int(ties.degree[i])]
    return float(assigned[row].mean()) if len(row) else 0.0


def trial_start(scenario: Scenario) -> int:
    """The month of the run in which lots are drawn."""
    from clustersim.planning import calendar_of

    date = scenario.trial.start or scenario.programme.start or scenario.run.start
    return calendar_of(scenario).at(date) - scenario.run.burn_in


def asked(worlds: Sequence[Lived], scenario: Scenario, seed: int, number: int) -> Asked:
    """What the evaluator of trial ``number`` finds, and the truth beside it, from all its worlds."""
    trial = scenario.trial
    helped_clusters = np.ones(1, dtype=bool)
    if trial.unit == "cluster":
        helped_clusters = treated_clusters(worlds, trial, seed, number)

    def joined(parts: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(parts)

    seen, helped, alone = {}, {}, {}
    for key in worlds[0].helped:
        helped[key] = joined([world.helped[key] for world in worlds])
        alone[key] = joined([world.alone[key] for world in worlds])
        found = []
        for world, gets in zip(worlds, helped_clusters, strict=True):
            hidden = world.lost[key[1]] | world.gone[0 if gets else 1][key[1]]
            found.append(np.where(hidden, np.nan, (world.helped if gets else world.alone)[key]))
        seen[key] = joined(found)
    gets = helped_clusters.tolist()
    return Asked(
        assigned=joined([world.assigned for world in worlds]),
        treated=joined([world.assigned & here for world, here in zip(worlds, gets, strict=True)]),
        pure=joined([np.full(len(world.assigned), not here) for world, here in zip(worlds, gets, strict=True)]),
        exposed=joined([world.exposed * here for world, here in zip(worlds, gets, strict=True)]),
        cluster=joined([np.full(len(world.unit), k) for k, world in enumerate(worlds)])
        if trial.unit == "cluster" else worlds[0].unit,
        baseline={name: joined([world.baseline[name] for world in worlds]) for name in trial.outcomes},
        seen=seen, helped=helped, alone=alone,
    )  # fmt: skip


def treated_clusters(worlds: Sequence[Lived], trial: Any, seed: int, number: int) -> np.ndarray:
    """Which worlds get the programme: by lot, or by lot inside pairs alike in the first outcome at baseline."""
    luck = lots((seed, number), ASSIGNMENT, 1, np.arange(len(worlds)))
    if not trial.pairs:
        return drawn(luck, trial.share)
    means = [float(np.nanmean(world.baseline[trial.outcomes[0]])) for world in worlds]
    order = np.argsort(means, kind="stable")
    gets = np.zeros(len(worlds), dtype=bool)
    for a, b in order.reshape(-1, 2):
        gets[a if luck[a] < luck[b] else b] = True
    return gets
