"""One run as the page plays it: every firm month by month in a few bytes, what happened, and what each lived through.

Trust is rounded to a hundredth, income to a dollar; measures keep four figures.  Months count from month 0; the
burn-in is lived but not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.measures import MEASURES
from clustersim.month import World
from clustersim.roster import read_survey
from clustersim.scenario import Scenario
from clustersim.simulation import live, new_world, snapshot, ties_of, written_down
from clustersim.workshop.pack import Steps
from clustersim.workshop.story import Diary

SHOWN = ("trust", "joint_action", "income")
"""the measures that a room bets on, in the order of the page"""
TOLD = ("firms_served", "programme_cost")
"""what is told of a table's plan besides: whom it reached, and what it cost"""
MOST_FIRMS, MOST_MONTHS = 1500, 360
YEAR = 12
NO_TIE = 255

# What a firm's byte of a month says, bit by bit; the page has the same list.
ALIVE, ACTED, NETWORK, ASSOCIATION, VISITED, ACTS_NOW, LOAN, NEWCOMER = (1 << bit for bit in range(8))


def firms_of(scenario: Scenario) -> int:
    """How many firms there are at the start: those of the survey, where there is one."""
    survey = read_survey(scenario.cluster)
    return scenario.cluster.firms if survey is None else survey.firms


def check_size(scenario: Scenario) -> None:
    """Raise InputError for a cluster that a room could not see, or a history too long to play."""
    for key, value, most in (
        ("cluster.firms", firms_of(scenario), MOST_FIRMS), ("run.months", scenario.run.months, MOST_MONTHS),
    ):  # fmt: skip
        if value > most:
            hint = "; --firms shows a smaller one" if key == "cluster.firms" else ""
            raise InputError(Problem("is too much for a page", key=key, value=value, allowed=f"at most {most:,}{hint}"))


def record(scenario: Scenario, *, seed: int, replication: int) -> dict[str, Any]:
    """Live one run month by month and write down what the page shows, as a tree for :func:`pack`."""
    world = new_world(scenario, seed=seed, replication=replication)
    burn_in, months = scenario.run.burn_in, scenario.run.months
    written = written_down(world)
    live(world, 0, burn_in, written)
    rows = world.firms.alive.shape[0]
    trust, state = np.zeros((months, rows), np.uint8), np.zeros((months, rows), np.uint8)
    income = np.zeros((-(-months // YEAR) + 1, rows), np.int16)
    diary, known = Diary(world), _ties_of_the_start(world)
    by_year: list[np.ndarray] = []
    place: dict[str, Any] = {}
    for month in range(months):
        diary.before()
        live(world, burn_in + month, burn_in + month + 1, written)
        if month == 0:
            place = _places(world)
        seen = snapshot(world).firms
        trust[month] = np.rint(100 * np.clip(seen["trust"], 0.0, 1.0))
        state[month] = _states(world, burn_in + month)
        diary.after(month, seen["trust"])
        if month % YEAR == 0 or month == months - 1:
            income[-(-month // YEAR)] = np.clip(np.rint(world.firms.income_year), -32000, 32000)
            by_year.append(_trust_of(world, known))
    return {
        "place": place,
        "ties": {
            "from": known[0].astype(np.uint16), "to": known[1].astype(np.uint16), "trust": Steps(np.stack(by_year)),
        },
        "trust": Steps(trust), "state": Steps(state), "income": Steps(income),
        "measures": {name: series(getattr(world.measures, name)) for name in SHOWN},
        "events": diary.events, "diary": diary.packed(), "messages": diary.keys, "kinds": diary.kinds,
    }  # fmt: skip


def series(values: np.ndarray) -> np.ndarray:
    """A measure by month as the page reads it; where there is nothing to measure, zero."""
    found: np.ndarray = np.nan_to_num(values).astype(np.float32)
    return found


def shown(world_measures: np.ndarray, wanted: tuple[str, ...] = SHOWN) -> np.ndarray:
    """Of the (months, measures) of a run, those that the page shows."""
    names = [measure.name for measure in MEASURES]
    found: np.ndarray = np.nan_to_num(world_measures[:, [names.index(name) for name in wanted]])
    return found


def _places(world: World) -> dict[str, Any]:
    """What does not change, or hardly: where firms are, their trade, size and owner at month 0."""
    firms = world.firms
    return {
        "x": np.rint(1000 * firms.x).astype(np.uint16), "y": np.rint(1000 * firms.y).astype(np.uint16),
        "village": firms.village.astype(np.uint8),
        "workers": np.clip(np.rint(firms.workers), 0, 65_000).astype(np.uint16),
        "family": np.clip(np.rint(firms.family), 0, 255).astype(np.uint8),
        "woman": firms.woman.astype(np.uint8),
        "banks": int(world.banks.trust.shape[0]), "providers": int(world.providers.price.shape[0]),
    }  # fmt: skip


def _states(world: World, t: int) -> np.ndarray:
    firms = world.firms
    bits: Mapping[int, Any] = {
        ALIVE: firms.alive == 1,
        ACTED: t - firms.acted < YEAR,
        NETWORK: firms.group[:, 1] >= 0,
        ASSOCIATION: firms.group[:, 0] >= 0,
        VISITED: firms.visited == t,
        ACTS_NOW: firms.acted == t,
        LOAN: firms.debt > 0.0,
        NEWCOMER: firms.cohort == 0,
    }
    found = np.zeros(firms.alive.shape[0], np.uint8)
    for bit, true in bits.items():
        found |= np.where(true & (firms.alive == 1), bit, 0).astype(np.uint8)
    return found


def _ties_of_the_start(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From, to and place of each tie before month 0."""
    source, where = ties_of(world)
    return source, world.ties.to[where], where


def _trust_of(world: World, known: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """Trust of each of those ties in hundredths; NO_TIE where one of the two has closed or the tie is another by
    now.
    """
    source, target, where = known
    alive = world.firms.alive
    there = (alive[source] == 1) & (alive[target] == 1) & (world.ties.to[where] == target)
    hundredths: np.ndarray = np.where(there, np.rint(100 * np.clip(world.ties.trust[where], 0, 1)), NO_TIE).astype(
        np.uint8
    )
    return hundredths
