"""What no single value of a scenario can show: dates in order, shares that add up, files that exist, enough memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clustersim.errors import Problem, closest
from clustersim.interventions import Calendar, Intervention
from clustersim.interventions.phase import Phase
from clustersim.interventions.taper import Tapered
from clustersim.levers import new_plan
from clustersim.parameters.declare import declarations
from clustersim.parameters.programme import Cluster, Worlds
from clustersim.scenario.check import Found, Locate, dotted, is_month, month_number, month_text
from clustersim.scenario.trial_checks import trial_findings
from clustersim.scenario.worlds import impossible
from clustersim.toml_source import Key

MEMORY_CAP = 16 * 2**30
"""bytes that one run may take: a fixed figure, so that a scenario is good or bad on every machine alike"""
BYTES_PER_FIRM = 6_000
BYTES_PER_MONTH = 4_000
ROUNDING = 1e-9


def predicted_bytes(firms: int, months: int) -> int:
    """Memory that a run of so many firms and months is expected to take at its peak."""
    return firms * BYTES_PER_FIRM + months * BYTES_PER_MONTH


def cross_checks(
    tables: Mapping[str, Any], written: Mapping[str, Any], locate: Locate, *, whole: bool
) -> Iterator[Found]:
    """Every finding about the values of a scenario, which are each good by themselves, and about those ``written``.

    Only a ``whole`` file is held to its own calendar: an experiment may cut a run short, and what would come later
    then simply does not happen.
    """
    yield from _memory(written, tables["run"]["months"], locate)
    yield from _spans(tables, locate)
    if whole:
        yield from _calendar(tables, locate)
    yield from _payers(tables, locate)
    planned = written["interventions"]  # the objects: read by name before the whole was checked
    calendar = Calendar(tables["run"]["start"], tables["run"]["burn_in"], tables["run"]["months"])
    yield from _tapers(planned, locate)
    if whole:
        yield from _after_the_end(planned, tables["programme"].get("end"), calendar, locate)
    yield from _objections(planned, calendar, tables, locate)
    yield from _phases(written, locate)
    yield from trial_findings(tables, calendar, locate)
    yield from _shares(tables["cluster"], locate)
    yield from _files(tables["cluster"], locate)
    yield from _worlds(tables, locate)


def _memory(written: Mapping[str, Any], months: int, locate: Locate) -> Iterator[Found]:
    """Looks at the number as written, as one above the declared bound is above all a matter of memory."""
    path: Key = ("cluster", "firms")
    cluster = written.get("cluster")
    firms = cluster.get("firms") if isinstance(cluster, Mapping) else None
    if not isinstance(firms, int) or isinstance(firms, bool):
        return
    needed = predicted_bytes(firms, months)
    if needed > MEMORY_CAP:
        message = f"a run would take about {_gigabytes(needed)} of memory"
        most = (MEMORY_CAP - months * BYTES_PER_MONTH) // BYTES_PER_FIRM
        allowed = f"{_gigabytes(MEMORY_CAP)}, about {most:,} firms; more as many worlds, see [worlds]"
        yield Found(path, Problem(message, *locate(path), dotted(path), firms, allowed))


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:,.0f} GiB" if count < 1e18 else "more than 1e9 GiB"


def _plans(values: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """The tables that plan something: the programme, each intervention, each shock."""
    yield ("programme",), values["programme"]
    for section in ("interventions", "shocks"):
        for name, table in values[section].items():
            yield (section, name), table


def _spans(values: Mapping[str, Any], locate: Locate) -> Iterator[Found]:
    for prefix, table in _plans(values):
        start = table.get("start")
        for last in ("end", "date"):
            end = table.get(last)
            if is_month(start) and is_month(end) and month_number(end) < month_number(start):
                path = (*prefix, last)
                message = "ends before it starts" if last == "end" else "lies before its start"
                problem = Problem(message, *locate(path), dotted(path), end, f"{start} or later")
                yield Found(path, problem, ((*prefix, "start"), path))


def _calendar(values: Mapping[str, Any], locate: Locate) -> Iterator[Found]:
    """A start or a date that no month of the run would reach."""
    run = values["run"]
    first = month_number(run["start"])
    after, before = first + run["months"], first - run["burn_in"]
    for prefix, table in _plans(values):
        for path, value in _leaves(table, prefix):
            if not is_month(value) or path[-1] == "end":
                continue
            if before <= month_number(value) < after:
                continue
            late = month_number(value) >= after
            message = "starts after the end of the run" if late else "lies before the first month"
            allowed = f"{month_text(before)} to {month_text(after - 1)}"
            problem = Problem(message, *locate(path), dotted(path), value, allowed)
            yield Found(path, problem, (path, ("run", "start"), ("run", "months"), ("run", "burn_in")))


def _payers(values: Mapping[str, Any], locate: Locate) -> Iterator[Found]:
    """The shares of those who pay for one event: more than the whole is refused, less is booked as unrecorded."""
    for section in ("interventions", "shocks"):
        for path, table in _tables(values[section], (section,)):
            if path[-1] != "shares" or not table:
                continue
            shares = [value for value in table.values() if isinstance(value, int | float)]
            total = math.fsum(shares)
            if any(share < 0 for share in shares):
                problem = Problem("a share is below 0", *locate(path), dotted(path), allowed="shares from 0 to 1")
                yield Found(path, problem, (path,))
            elif total > 1 + ROUNDING:
                problem = Problem(f"the payers' shares add up to {total:.6g}", *locate(path), dotted(path),
                                  allowed="1 in all")  # fmt: skip
                yield Found(path, problem, (path,))
            elif total < 1 - ROUNDING:
                message = f"the payers' shares add up to {total:.6g}; the rest is booked to the payer `unrecorded`"
                yield Found(path, Problem(message, *locate(path), dotted(path)), (path,), warning=True)


def _tapers(planned: Mapping[str, Intervention], locate: Locate) -> Iterator[Found]:
    """A taper in place of shares that were written too, perhaps in what the file extends."""
    for name, intervention in planned.items():
        if isinstance(intervention, Tapered) and intervention.shares_not_read:
            path: Key = ("interventions", name, "taper")
            message = "stands in place of the `shares` that are written for this intervention; they are not read"
            yield Found(path, Problem(message, *locate(path), dotted(path)), (path,), warning=True)


def _after_the_end(
    planned: Mapping[str, Intervention], end: Any, calendar: Calendar, locate: Locate
) -> Iterator[Found]:
    """Offers and payments that begin when the programme is over: shortening it does not take them out of the plan."""
    if not is_month(end):
        return
    over = calendar.at(end) + 1
    for name, intervention in planned.items():
        plan = new_plan(calendar.length)
        intervention.schedule(plan, calendar)
        spent = plan.favour + plan.guarantee + plan.point
        paid = {t for t in range(max(0, over), calendar.length) if spent[t] > 0.0}
        begun = [*(offer.first for offer in intervention.offers(calendar)),
                 *(support.first for support in intervention.supports(calendar)),
                 *(grant.first for grant in intervention.grants(calendar))]  # fmt: skip
        late = sorted(paid | {first for first in begun if first >= over})
        if late:
            path: Key = ("interventions", name)
            dates = [month_text(month_number(end) + 1 + t - over) for t in late]
            when = ", ".join(dates[:3]) + (f" and {len(dates) - 3} more" if len(dates) > 3 else "")
            message = f"is still offered or paid after the programme's end, {end}: in {when}"
            problem = Problem(message, *locate(path), dotted(path))
            yield Found(path, problem, (path, ("programme", "end")), warning=True)


def _objections(
    planned: Mapping[str, Intervention], calendar: Calendar, tables: Mapping[str, Any], locate: Locate
) -> Iterator[Found]:
    """What the interventions themselves have against the whole they stand in, such as a funding rule."""
    for name, intervention in planned.items():
        for found in intervention.objections(planned, calendar, tables):
            path: Key = ("interventions", name, found.field)
            problem = Problem(found.message, *locate(path), dotted(path), allowed=found.allowed)
            yield Found(path, problem, (path, *(("interventions", other) for other in found.about)))


def _phases(written: Mapping[str, Any], locate: Locate) -> Iterator[Found]:
    """Whether each phase that something names is one, and shocks and phases themselves name none."""
    declared = [name for name, found in written["interventions"].items() if isinstance(found, Phase)]
    for section in ("interventions", "shocks"):
        for name, found in written[section].items():
            if found.phase is None:
                continue
            path: Key = (section, name, "phase")
            if found.shock or isinstance(found, Phase):
                message, allowed = f"a {'shock' if found.shock else 'phase'} waits for no other phase", "none"
                yield Found(path, Problem(message, *locate(path), dotted(path), found.phase, allowed), (path,))
            elif found.phase not in declared:
                allowed = ", ".join(declared) or "the name of an intervention of the kind phase"
                problem = Problem("no such phase", *locate(path), dotted(path), found.phase, allowed,
                                  closest(found.phase, declared))  # fmt: skip
                yield Found(path, problem, (path, ("interventions", found.phase)))


def _shares(cluster: Mapping[str, Any], locate: Locate) -> Iterator[Found]:
    """The parts of the cluster (segments, villages, communities) make up the whole of it."""
    for declared in declarations(Cluster):
        if declared.unit != "shares":
            continue
        path: Key = ("cluster", declared.path)
        parts = cluster[declared.path]
        total = math.fsum(parts)
        if any(part < 0 for part in parts) or abs(total - 1) > 1e-6:
            allowed = "shares from 0 to 1 that add up to 1"
            message = "a share is below 0" if any(part < 0 for part in parts) else f"the shares add up to {total:.6g}"
            yield Found(path, Problem(message, *locate(path), dotted(path), allowed=allowed), (path,))


def _files(cluster: Mapping[str, Any], locate: Locate) -> Iterator[Found]:
    for name in ("roster", "ties"):
        file = cluster.get(name)
        path: Key = ("cluster", name)
        if file is not None and not Path(file).is_file():
            yield Found(path, Problem("no such file", *locate(path), dotted(path), file), (path,))


def _worlds(tables: Mapping[str, Any], locate: Locate) -> Iterator[Found]:
    """Numbers of worlds and firms that contradict each other, and surveys, which are of one place."""
    worlds = Worlds(**tables["worlds"])
    for field, message, allowed in impossible(worlds):
        path: Key = ("worlds", field)
        value = tables["worlds"].get(field)
        shown = {"value": value} if value is not None else {}
        rests = tuple(("worlds", name) for name in ("count", "firms", "smallest", "largest"))
        yield Found(path, Problem(message, *locate(path), dotted(path), allowed=allowed, **shown), rests)
    for name in ("roster", "ties"):
        if worlds.count > 1 and tables["cluster"].get(name) is not None:
            path = ("cluster", name)
            message = "is a survey of one place, and cannot stand for several worlds"
            yield Found(path, Problem(message, *locate(path), dotted(path), allowed="worlds.count = 1"), (path,))


def _leaves(value: Any, path: Key) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _tables(value: Any, path: Key) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield path, value
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, tuple) else ()
    for key, item in items:
        yield from _tables(item, (*path, key))
