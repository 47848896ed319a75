"""What the page's tables hold, as text ready to show; figures that draw the same numbers take them from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustersim.experiment import statistics
from clustersim.experiment.result import YEAR, Arm, Comparison, SummaryRow
from clustersim.experiment.words import NO_VALUE, digits_for, is_money, number, percent, span
from clustersim.ledger import ACTIVITY_PURPOSES, PURPOSES, SECTORS
from clustersim.measures import MEASURES


@dataclass(frozen=True)
class Table:
    """A table to show: ``head`` over ``rows`` of text; ``notes`` go under it."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Spending:
    """Spending on cluster activities by calendar year, USD, mean of the replications that ran."""

    years: list[int]
    by_payer: dict[str, list[float]]
    by_purpose: dict[str, dict[str, float]]
    """purpose -> payer -> USD over the whole run"""
    broker: list[float]
    """the programme's own consultants, which the published tables leave out"""


def effects(comparison: Comparison, measure: str) -> Table:
    """One measure at the exit and at the end: each arm, then each difference."""
    head = ["", *comparison.arms, *_difference_heads(comparison)]
    rows = []
    for when, label in (("exit", "programme’s last year"), ("end", "end of the run")):
        found = {row.arm: row for row in comparison.rows if row.measure == measure and row.when == when}
        if found:
            rows.append([label, *_cells(comparison, found)])
    return Table(head, rows)


def _difference_heads(comparison: Comparison) -> list[str]:
    others = others_of(comparison)
    return ["difference"] if len(others) == 1 else [f"{name} − {comparison.baseline}" for name in others]


def others_of(comparison: Comparison) -> list[str]:
    """The arms that are measured against the baseline."""
    return [name for name in comparison.arms if comparison.baseline not in (None, name)]


def _cells(comparison: Comparison, found: dict[str, SummaryRow]) -> list[str]:
    digits = digits_for(value for row in found.values() for value in row.level[:3])
    runs = comparison.replications
    cells = [_level(found[name], digits, runs) if name in found else NO_VALUE for name in comparison.arms]
    return cells + [_gap(found[name], digits) if name in found else NO_VALUE for name in others_of(comparison)]


def _level(row: SummaryRow, digits: int, runs: int) -> str:
    if row.level.n == 0:
        return NO_VALUE
    few = f" ({row.level.n} of {runs} runs)" if row.level.n < runs else ""
    return f"{number(row.level.mean, digits)} {span(row.level, digits)}{few}"


def _gap(row: SummaryRow, digits: int) -> str:
    if row.paired is None or row.paired.difference.n == 0:
        return NO_VALUE
    gap = row.paired.difference
    digits = max(digits, digits_for(gap[:3]))
    few = f" ({gap.n} pairs)" if row.paired.dropped else ""
    return f"{number(gap.mean, digits, sign=True)} {span(gap, digits)}{few}"


def measures(comparison: Comparison, when: str, *, headline: bool) -> Table | None:
    """The main measures in one window, or the others: name, unit, arms, differences; None if no arm has the window."""
    if not any(row.when == when for row in comparison.rows):
        return None
    rows = []
    for measure in (measure for measure in MEASURES if measure.headline is headline):
        found = {row.arm: row for row in comparison.rows if row.measure == measure.name and row.when == when}
        rows.append([measure.name, measure.unit, *_cells(comparison, found)])
    return Table(["measure", "unit", *comparison.arms, *_difference_heads(comparison)], rows)


def by_year(comparison: Comparison, measure: str) -> Table:
    """A measure year by year: each arm's mean, and the 5 % and 95 % of its replications."""
    columns = {name: _yearly(arm, measure) for name, arm in comparison.arms.items()}
    years = sorted({year for column in columns.values() for year in column})
    values = [value for column in columns.values() for triple in column.values() for value in triple]
    digits = digits_for(values)
    rows = []
    for year in years:
        triples = [column.get(year, (np.nan,) * 3) for column in columns.values()]
        rows.append([str(year), *(NO_VALUE if np.isnan(t[0]) else
                                  f"{number(t[0], digits)} ({number(t[1], digits)} to {number(t[2], digits)})"
                                  for t in triples)])  # fmt: skip
    return Table(["year", *comparison.arms], rows)


def _yearly(arm: Arm, measure: str) -> dict[int, tuple[float, float, float]]:
    series, found = arm.series(measure), {}
    for year, months in _months_by_year(arm).items():
        means = [value for value in statistics.window_means(series, months[0], months[-1] + 1) if not np.isnan(value)]
        if means:
            low, high = np.percentile(means, [5, 95])
            found[year] = (statistics.mean(means), float(low), float(high))
    return found


def _months_by_year(arm: Arm) -> dict[int, list[int]]:
    year, month = map(int, arm.scenario.run.start.split("-"))
    found: dict[int, list[int]] = {}
    for k in range(arm.months):
        found.setdefault(year + (month - 1 + k) // YEAR, []).append(k)
    return found


DUST = 0.5
"""USD over a whole run: a payer of less than that is rounding, not a payer"""


def spending_of(arm: Arm) -> Spending:
    """Who paid for cluster activities, from the ledger alone."""
    runs = [flows for flows in arm.flows if len(flows)]
    ran = max(1, int((~np.isnan(arm.measures).all(axis=(1, 2))).sum()))
    rows = np.concatenate(runs) if runs else arm.flows[0]
    years = list(_months_by_year(arm))
    year_of = np.repeat(np.arange(len(years)), [len(months) for months in _months_by_year(arm).values()])
    row_year = year_of[rows["month"]]

    def totals(chosen: Any) -> list[float]:
        return [float(x) for x in np.bincount(row_year[chosen], rows["amount"][chosen], len(years)) / ran]

    codes = [PURPOSES.index(purpose) for purpose in ACTIVITY_PURPOSES]
    activity = np.isin(rows["purpose"], codes)
    payers = {name: activity & (rows["payer"] == code) for code, name in enumerate(SECTORS)}
    found = {name: by_year for name, chosen in payers.items() if sum(by_year := totals(chosen)) >= DUST}
    purposes = {
        purpose: {name: float(rows["amount"][payers[name] & (rows["purpose"] == code)].sum()) / ran for name in found}
        for purpose, code in zip(ACTIVITY_PURPOSES, codes, strict=True)
    }
    purposes = {purpose: row for purpose, row in purposes.items() if sum(row.values()) >= DUST}
    broker = (rows["purpose"] == PURPOSES.index("broker")) & (rows["payer"] == SECTORS.index("programme"))
    order = ("firms", "groups", "households", "institutions", "programme")  # who stays, at the foot of the bar
    sorted_payers = sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))
    return Spending(years, {name: found[name] for name in sorted_payers},
                    purposes, totals(broker))  # fmt: skip


def spending_by_year(spending: Spending) -> Table:
    """A row a year: each payer, the total, the broker apart."""
    payers = list(spending.by_payer)
    rows = []
    for k, year in enumerate(spending.years):
        amounts = [spending.by_payer[payer][k] for payer in payers]
        rows.append([str(year), *(number(x, 0) for x in (*amounts, sum(amounts), spending.broker[k]))])
    return Table(["year", *payers, "all payers", "the broker (programme)"], rows)


def spending_by_purpose(spending: Spending) -> Table:
    """A row for each purpose over the whole run: the total and each payer's share."""
    payers = list(spending.by_payer)
    purposes = dict(spending.by_purpose)
    purposes["all"] = {payer: sum(row[payer] for row in spending.by_purpose.values()) for payer in payers}
    rows = []
    for purpose, row in purposes.items():
        total = sum(row.values())
        rows.append([purpose, number(total, 0), *(percent(row[payer] / total if total else 0.0) for payer in payers)])
    return Table(["what for", "USD", *payers], rows)


MOST_FIRMS = 1500
"""workshops on a map; a page has to stay small, and more would be a blot"""


@dataclass(frozen=True)
class Map:
    """The network of one month as a picture needs it; one entry for each workshop, then one for each tie."""

    places: Any
    """(workshops, 2)"""
    segment: Any
    alive: Any
    closed: Any
    """was there in the first month and has gone; workshops that were empty then are neither alive nor closed"""
    grouped: Any
    served: Any
    pairs: Any
    """(ties, 2) positions of the two firms"""
    trust: Any
    """mean of the directions that exist"""


def map_of(arm: Arm, month: int) -> Map:
    """The map of an arm's replication 0; of the first workshops only where there are many, since neighbours have
    neighbouring numbers."""
    firms, ties = arm.snapshots[month].firms, arm.snapshots[month].ties
    before = np.asarray(arm.snapshots[min(arm.snapshots)].firms["alive"], bool)[:MOST_FIRMS]

    def column(name: str, kind: Any = None) -> Any:
        return np.asarray(firms[name], kind)[:MOST_FIRMS]

    alive = column("alive", bool)
    pairs, trust = tie_pairs(ties["source"], ties["target"], ties["trust"], len(alive))
    return Map(np.stack([column("x", float), column("y", float)], axis=1), column("segment"), alive, before & ~alive,
               column("groups") > 0, column("served") > 0, pairs, trust)  # fmt: skip


def tie_pairs(source: Any, target: Any, trust: Any, firms: int) -> tuple[Any, Any]:
    """Ties among the first ``firms`` without direction: (pairs, 2), and the mean trust of the directions that exist."""
    ends = np.sort(np.stack([np.asarray(source, np.int64), np.asarray(target, np.int64)], axis=1), axis=1)
    inside = ends[:, 1] < firms
    if not inside.any():
        return np.empty((0, 2), np.int64), np.empty(0)
    pairs, which = np.unique(ends[inside], axis=0, return_inverse=True)
    which = which.ravel()
    return pairs, np.bincount(which, np.asarray(trust, float)[inside]) / np.bincount(which)


def network_figures(comparison: Comparison) -> Table:
    """The network of replication 0 in numbers, at the start and at the end of each arm."""
    rows = []
    for name, arm in comparison.arms.items():
        for month in sorted(arm.snapshots):
            firms, ties = arm.snapshots[month].firms, arm.snapshots[month].ties
            trust, alive = np.asarray(ties["trust"], float), np.asarray(firms["alive"], bool)
            grouped, served = (np.asarray(firms[column]) > 0 for column in ("groups", "served"))
            rows.append([
                name, "start" if month == min(arm.snapshots) else "end", str(int(alive.sum())), str(len(trust)),
                number(float(trust.mean()), 2) if len(trust) else NO_VALUE,
                percent(float((trust > 0.5).mean())) if len(trust) else NO_VALUE,
                str(int((alive & grouped).sum())), str(int((alive & served).sum())),
            ])  # fmt: skip
    head = ["arm", "", "firms alive", "directed ties", "mean trust", "ties with trust over one half",
            "firms in a group", "firms served"]  # fmt: skip
    return Table(head, rows)


def relative(comparison: Comparison, arm: str, measure: str, when: str) -> str:
    """A money measure's relative change with its interval, "" for any other."""
    row = comparison.row(arm, measure, when)
    if not is_money(row.unit):
        return ""
    window = next(w for w in comparison.windows(arm) if w.when == when)
    change = statistics.relative_change(*comparison.pairs(arm, measure, window))
    if np.isnan(change.mean):
        return ""
    low, high = (number(100.0 * end, 1) for end in (change.low, change.high))
    return f"{number(100.0 * change.mean, 1, sign=True)} % [{low}, {high}]"
