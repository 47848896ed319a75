"""A scenario and an address (seed, replication) in, a finished run out.  Needs no Mesa."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from clustersim.errors import InputError, ModelFault, Problem
from clustersim.ledger import PURPOSES, SECTORS, Ledger, new_ledger
from clustersim.levers import OPEN_END
from clustersim.measures import MEASURES, new_measures
from clustersim.month import World, months
from clustersim.parameters.values import parameter_values
from clustersim.planning import calendar_of, phases_of, plan_of
from clustersim.pointer import Block
from clustersim.population import acquaint, new_bds, new_market, new_ties, rows_of, settle, tables
from clustersim.roster import count_workers, described, read_survey, seat
from clustersim.rules.measuring import FAULTS
from clustersim.rules.workspace import Log, Scratch
from clustersim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

FLOW = np.dtype([("month", "i4"), ("purpose", "i2"), ("payer", "i2"), ("payee", "i2"), ("amount", "f8")])


class Snapshot(NamedTuple):
    """The network at the end of one month, as arrays by firm and by tie."""

    firms: dict[str, np.ndarray]
    ties: dict[str, np.ndarray]


def new_world(scenario: Scenario, *, seed: int = 0, replication: int = 0) -> World:
    """A cluster as it is before its first month, drawn at the address (seed, replication)."""
    for name, number in (("seed", seed), ("replication", replication)):
        if not 0 <= number < 2**32:
            raise InputError(Problem("out of range", key=name, value=number, allowed="0 to 4294967295"))
    if scenario.worlds.count > 1:
        message = "these are many worlds, not one: run them with `run_worlds`, `clustersim run` or `clustersim compare`"
        raise InputError(Problem(message, key="worlds.count", value=scenario.worlds.count, allowed="1"))
    cluster = scenario.cluster
    survey = read_survey(cluster)
    if survey is not None:
        cluster = described(cluster, survey)
    p = parameter_values(scenario.model_copy(update={"cluster": cluster}))
    calendar = calendar_of(scenario)
    rows = rows_of(cluster.firms, scenario.turnover.spare)
    living = np.zeros(rows, np.int64)
    # the empty workshops lie evenly among the others
    order = np.floor(np.arange(cluster.firms) * rows / cluster.firms).astype(np.int64)
    living[order] = 1
    found = tables(rows, len(cluster.segments), p.catalogue.able)
    ties = new_ties(rows, cluster.contacts)
    ledger: Ledger = new_ledger(rows, calendar.length)
    key = (seed, replication)
    if survey is not None:
        count_workers(survey, found["firms"], order)
    settle(
        found["firms"], ledger, key, np.array(cluster.segments), np.array(cluster.villages),
        np.array(cluster.communities), p.cluster, p, living,
    )  # fmt: skip
    if survey is not None:
        ties = seat(survey, cluster, found, ties, ledger, order, p.credit.term)
    acquaint(found["firms"], ties, found["groups"], key, p.cluster, p)
    found["banks"].trust[:] = 0.3
    found["institutions"].trust[:] = p.institutions.trust
    found["providers"].price[: len(cluster.segments)] = p.services.price
    found["brokers"].skill[0] = 0.9
    groups = found["groups"].alive.shape[0]
    return World(
        ties=ties,
        market=new_market(rows, len(cluster.segments)),
        bds=new_bds(p.catalogue.able.size),
        ledger=ledger,
        scratch=Scratch(
            first=np.zeros(groups + 1, np.int64), open=np.zeros(groups, np.int64),
            judged=np.zeros(groups), members=np.zeros(2 * rows, np.int64), asked=np.zeros(rows, np.int64),
            stamp=np.zeros(1, np.int64), invited=np.zeros(rows, np.int64), comes=np.zeros(rows, np.int64),
            tie=np.zeros(rows, np.int64),
            score=np.zeros(rows), order=np.zeros(rows), luck=np.zeros((4, rows)),
        ),
        log=new_log((40 + groups // 4) * calendar.length + 1000),
        plan=plan_of(scenario),
        measures=new_measures(scenario.run.months),
        value=np.zeros(2 * rows),
        weight=np.zeros(2 * rows),
        cohort=np.zeros(1, np.int64),
        fault=np.zeros(4, np.int64),
        key=key,
        burn_in=scenario.run.burn_in,
        p=p,
        **found,
    )  # fmt: skip


def new_log(rows: int) -> Log:
    """A log of joint activities with room for so many tries."""
    cost = np.zeros(rows)
    return Log(count=np.zeros(2, np.int64), cost=cost, **{
        name: np.zeros(rows, np.int64) for name in Log._fields if name not in ("count", "cost")
    })  # fmt: skip


def written_down(world: World) -> Any:
    """The world as compiled code takes it, for who lives it month by month: written down once, not at every call."""
    return Block(world) if hasattr(months, "compiled") else world


def live(world: World, first: int, last: int, written: Any = None) -> None:
    """Live the months ``first`` to ``last - 1``, counted from the start of the burn-in; raises ModelFault.

    ``written`` is the same world as ``written_down`` has it.
    """
    months(world if written is None else written, first, last)
    if world.fault[0]:
        _, month, firm, variable = (int(value) for value in world.fault)
        raise ModelFault("not a finite number", month=month - world.burn_in, firm=firm, variable=FAULTS[variable])


def ties_of(world: World) -> tuple[np.ndarray, np.ndarray]:
    """The firm that each tie belongs to, and the tie's row, firm by firm."""
    counts = world.ties.degree
    gaps = world.ties.start[:-1] - (np.cumsum(counts) - counts)  # rows that stand empty before each firm's
    return np.repeat(np.arange(counts.size), counts), np.arange(counts.sum()) + np.repeat(gaps, counts)


def snapshot(world: World) -> Snapshot:
    """Copy what a picture of the network needs."""
    firms, ties = world.firms, world.ties
    rows = firms.alive.shape[0]
    source, where = ties_of(world)
    target = ties.to[where]
    there = (firms.alive[source] == 1) & (firms.alive[target] == 1)
    source, target, trust = source[there], target[there], ties.trust[where][there]
    total = np.bincount(source, weights=trust, minlength=rows)
    degree = np.maximum(1, np.bincount(source, minlength=rows))
    return Snapshot(
        firms={
            "row": np.arange(rows), "x": firms.x.copy(), "y": firms.y.copy(), "segment": firms.segment.copy(),
            "trust": total / degree, "groups": (firms.group >= 0).sum(axis=1), "network": firms.group[:, 1].copy(),
            "association": firms.group[:, 0].copy(), "alive": firms.alive.copy(), "served": firms.served.copy(),
        },
        ties={"source": source, "target": target, "trust": trust},
    )  # fmt: skip


def flows_of(flow: np.ndarray) -> np.ndarray:
    """Sums of payments, (months, purposes, payers, payees), as rows of FLOW; nothing is left out that is not zero."""
    month, purpose, payer, payee = np.nonzero(flow)
    rows = np.empty(month.size, FLOW)
    rows["month"], rows["purpose"], rows["payer"], rows["payee"] = month, purpose, payer, payee
    rows["amount"] = flow[month, purpose, payer, payee]
    return rows


class Told:
    """What is read off one run, or many worlds summed: by month, and every payment by purpose, payer and payee."""

    if TYPE_CHECKING:  # each kind of run has them in its own way

        @property
        def measures(self) -> np.ndarray:
            """(months, measures) float64 in the order of MEASURES."""

        @property
        def flows(self) -> np.ndarray:
            """The ledger summed, as rows of FLOW."""

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """One row a month, one column a measure."""
        import pandas as pd

        frame = pd.DataFrame(self.measures, columns=[m.name for m in MEASURES])
        frame.insert(0, "month", np.arange(len(frame), dtype=np.int32))
        return frame

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row for each month, purpose, kind of payer and kind of payee, with the amount in USD."""
        import pandas as pd

        return pd.DataFrame({
            "month": self.flows["month"],
            "purpose": np.array(PURPOSES)[self.flows["purpose"]],
            "payer": np.array(SECTORS)[self.flows["payer"]],
            "payee": np.array(SECTORS)[self.flows["payee"]],
            "amount": self.flows["amount"],
        })  # fmt: skip


@dataclass
class Run(Told):
    """One finished run: measures by month, the summed ledger, the world as it stands at the end."""

    scenario: Scenario
    seed: int
    replication: int
    world: World
    snapshots: dict[int, Snapshot] = field(default_factory=dict)

    @cached_property
    def measures(self) -> np.ndarray:
        """(months, measures) float64 in the order of MEASURES; NaN where there is nothing to measure."""
        return np.stack(list(self.world.measures), axis=1)

    @cached_property
    def phases(self) -> dict[str, int | None]:
        """The months in which the programme's phases opened, by name; None for what never did."""
        opened = self.world.plan.gates.opened.tolist()
        return {name: month - self.world.burn_in if month >= 0 else None
                for name, month in zip(phases_of(self.scenario), opened, strict=False)}  # fmt: skip

    @cached_property
    def flows(self) -> np.ndarray:
        """The ledger summed by month, purpose, kind of payer and kind of payee; rows of FLOW, months from 0."""
        return flows_of(self.world.ledger.flow[self.world.burn_in :])

    @cached_property
    def firms(self) -> pd.DataFrame:
        """One row a workshop as it stands at the end; columns as declared in agents.Firms."""
        import pandas as pd

        columns: dict[str, Any] = {}
        for name, values in zip(self.world.firms._fields, self.world.firms, strict=True):
            if values.ndim == 1:
                columns[name] = values
            else:
                columns |= {f"{name}_{k}": values[:, k] for k in range(values.shape[1])}
        return pd.DataFrame(columns)

    def breakdown(self, by: str) -> pd.DataFrame:
        """Outcomes at the end, by "size", "community", "sex" (of the owner), "segment", "village", "quintile".

        A quintile is the fifth by income at month 0, from 0 the poorest; -1 for firms that opened since.  One row a
        class of the firms alive: how many, their jobs (workers, family included), mean trust in contacts, the share
        that acted jointly in the last 12 months (and without help), income (USD/month, smoothed over a year), earnings
        of a worker (USD/month), quality, and the shares that belong to a group and that the programme served.  Raises
        InputError.
        """
        import pandas as pd

        firms, last = self.world.firms, self.world.burn_in + self.scenario.run.months - 1
        classes = {
            "size": np.array(["micro (under 10)", "small (10 to 49)", "larger"])[np.digitize(firms.workers, [10, 50])],
            "community": np.array([chr(ord("A") + int(c)) for c in firms.community]),
            "sex": np.where(firms.woman == 1, "woman", "man"),
            "segment": firms.segment, "village": firms.village,
            "quintile": np.where(firms.cohort == 1, firms.quintile, -1),
        }  # fmt: skip
        if by not in classes:
            raise InputError(Problem("unknown breakdown", key="by", value=by, allowed=", ".join(classes)))
        frame = pd.DataFrame({
            by: classes[by], "jobs": firms.workers, "trust": snapshot(self.world).firms["trust"],
            "joint_action": last - firms.acted < 12,
            "unassisted": last - firms.acted_alone < 12, "income": firms.income_year, "wage": firms.earnings,
            "quality": firms.quality, "members": (firms.group >= 0).any(axis=1), "served": firms.served == 1,
        })[firms.alive == 1]  # fmt: skip
        found = frame.groupby(by, sort=True)
        means = found.mean()
        means["jobs"] = found["jobs"].sum()
        means.insert(0, "firms", found.size())
        return means.reset_index()


def run(scenario: Scenario, *, seed: int = 0, replication: int = 0, record_network: bool = False) -> Run:
    """Live one run; with ``record_network`` the network of the first and of the last month is kept."""
    world = new_world(scenario, seed=seed, replication=replication)
    done = Run(scenario, seed, replication, world)
    burn_in, last = scenario.run.burn_in, scenario.run.burn_in + scenario.run.months
    if record_network:
        live(world, 0, burn_in + 1)
        done.snapshots[0] = snapshot(world)
        live(world, burn_in + 1, last)
        done.snapshots[scenario.run.months - 1] = snapshot(world)
    else:
        live(world, 0, last)
    return done


def warm_up(say: Callable[[str], None] | None = None) -> float:
    """Pay numba's compilation once, with a word to the user when there is something to pay; returns the seconds."""
    from clustersim.compile import cache_folder

    if say is not None and not any(cache_folder().rglob("*.nbi")):
        say("compiling the model for this machine, once (under a minute) ...")
    began = perf_counter()
    small = Scenario().with_values({"cluster.firms": 12, "run.months": 1, "run.burn_in": 1})
    run(small)
    return perf_counter() - began


__all__ = ["OPEN_END", "Run", "Snapshot", "live", "new_world", "plan_of", "run", "snapshot", "warm_up"]
