"""Plans without a model behind them, and outcomes that are made up but always the same."""

from __future__ import annotations

import dataclasses
import hashlib
import warnings
from functools import cache
from pathlib import Path

import numpy as np

from clustersim.errors import InputWarning
from clustersim.measures import MEASURES
from clustersim.scenario import Scenario, load_scenario
from clustersim.study.design.factors import Bundles, Factor, Levels, Luck, Range
from clustersim.study.design.plan import Arm, Plan, Point
from clustersim.study.store.folder import Store
from clustersim.study.work import Batch

MONTHS = 6
SERIES = ("trust", "income")
FACTORS = (
    Range("trust.gain", low=0.0, high=1.0),
    Levels("run.months", choices=(48, 84)),
    Bundles("place", bundles=(("here", (("cluster.firms", 30),)), ("there, far", (("cluster.firms", 40),)))),
)


@cache
def scenario() -> Scenario:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return load_scenario("jaipur")


def make_plan(points: int = 5, replications: int = 2, *, arms: tuple[str, ...] = ("base", "with/broker"),
              factors: tuple[Factor, ...] = FACTORS, series: tuple[str, ...] = SERIES, seed: int = 7,
              again: int = 0) -> Plan:  # fmt: skip
    """A plan with points all over the cube; the first ``again`` of them come once more at the end."""
    own = {name: scenario().without_programme() if name == "base" else scenario() for name in arms}
    units = [tuple((0.1 + k * 0.6180339887498949 + j * 0.29) % 1 for j in range(len(factors))) for k in range(points)]
    units += units[:again]
    found = tuple(Point(tuple(f.value(u) for f, u in zip(factors, unit, strict=True)), unit) for unit in units)
    return Plan("try", tuple(Arm(name, one) for name, one in own.items()), factors, found, replications, seed,
                "lhs", series, {"title": "A try"})  # fmt: skip


def outcome(plan: Plan, positions: list[int], failed: frozenset[int] = frozenset()) -> Batch:
    """What the runs at these positions give: numbers drawn from the run's id, some of them empty."""
    end, leave, series, errors = [], [], [], []
    for position in positions:
        draw = np.random.default_rng(int(hashlib.sha256(plan.id(position).encode()).hexdigest()[:12], 16))
        values = draw.normal(size=(2, len(MEASURES)))
        values[draw.random(values.shape) < 0.1] = np.nan
        months = draw.normal(size=(len(plan.series), MONTHS))
        if position in failed:
            values[:], months = np.nan, months[:, :0]
        end.append(values[0])
        leave.append(values[1])
        series.append(months)
        errors.append('ModelFault: a "number", month 3' if position in failed else "")
    return Batch(np.array(positions, np.int64), np.array(end).reshape(-1, len(MEASURES)),
                 np.array(leave).reshape(-1, len(MEASURES)), tuple(series), tuple(errors), 0.1)


def fill(store: Store, runs_a_part: int = 4, failed: frozenset[int] = frozenset()) -> None:
    """Save all that is missing, in parts of so many runs."""
    missing = store.missing().tolist()
    for start in range(0, len(missing), runs_a_part):
        store.add(outcome(store.plan, missing[start : start + runs_a_part], failed))
        store.flush()


def written(folder: Path, of: Plan, failed: frozenset[int] = frozenset()) -> Store:
    """A plan's whole study in a folder, as it reads back."""
    with Store.write(folder, of, command="clustersim sweep try.toml") as store:
        fill(store, failed=failed)
    return Store.read(folder)


def tree(folder: Path) -> dict[str, str]:
    """Every path below a folder with the hash of its content."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file()
            else "folder" for path in sorted(folder.rglob("*"))}  # fmt: skip


def luck_plan(points: int = 3) -> Plan:
    """A plan with luck for a factor."""
    return make_plan(points, factors=(*FACTORS, Luck(count=4)))


def other_scenario(plan: Plan, arm: str) -> Plan:
    """The plan with another scenario under the name of an arm."""
    changed = tuple(Arm(a.name, a.scenario.with_values({"trust.gain": 0.123})) if a.name == arm else a
                    for a in plan.arms)  # fmt: skip
    return dataclasses.replace(plan, arms=changed)
