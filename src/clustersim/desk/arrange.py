"""A policy laid on a cluster's scenario: from what a designer writes in a row to a complete, checked scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clustersim.desk.payees import PAID, PROVIDED, Tables, paid_to, with_service
from clustersim.desk.policy import ACTIVITIES, NONE, PLANNED, Policy
from clustersim.errors import InputError, Problem, closest
from clustersim.interventions import Shares, ShareTaper
from clustersim.scenario import Scenario
from clustersim.scenario.check import month_number, month_text

NO_TAPER = {"showroom", "pilot_service"}
"""kinds that are one offer at one price"""
HALF_YEAR = 6
"""months into the programme at which a service is paid for, unless the policy says another"""


def arranged(policy: Policy, base: Scenario, months: int | None = None) -> Scenario:
    """The base under a policy, run for so many months; raises InputError with problems by the policy's field."""
    values: dict[str, Any] = {} if months is None else {"run.months": months}
    if policy.shape == NONE:
        return base.without_programme().with_values(values) if values else base.without_programme()
    if base.programme.start is None or base.programme.end is None:
        raise InputError(Problem("the base has no programme that a policy could change", key="base", value=base.name))
    end = policy.exit or base.programme.end
    if month_number(end) < month_number(base.programme.start):
        raise InputError(Problem(f"lies before the programme's start, {base.programme.start}", key="exit", value=end))
    tables: Tables = base.to_values()["interventions"]
    _move_end(tables, base.programme.start, base.programme.end, end)
    if "services" in policy.activity and policy.shape != PLANNED:
        tables = with_service(policy, tables, month_text(month_number(base.programme.start) + HALF_YEAR), end)
    chosen = _chosen(policy, tables)
    if policy.every is not None:
        _regular_fairs(policy, tables, chosen, base.programme.start, end)
    if policy.shape != PLANNED:
        _pay(policy, tables, chosen)
        tables = paid_to(policy, tables, chosen)
    elif policy.to not in ("group", "firm"):
        raise InputError(Problem("as planned, the base says who is paid", key="to", value=policy.to, allowed="group"))
    values |= {"programme.end": end, "programme.announced_exit": policy.announced}
    if policy.broker_days != 1.0:  # tapers of the days (`broker_days`) are shares of these
        values["broker.days_per_month"] = policy.broker_days * base.broker.days_per_month
    return base.with_values(values | {"interventions": tables})


def _chosen(policy: Policy, tables: Tables) -> list[str]:
    """The interventions that the policy acts on, by name."""
    found: list[str] = []
    for word in policy.activity:
        if word == "services":
            found += [PAID] if PAID in tables else []
            continue
        kind = ACTIVITIES.get(word)
        names = [name for name, table in tables.items() if table["kind"] == kind] if kind else [word]
        if kind is None and (word not in tables or tables[word]["kind"] not in ACTIVITIES.values()):
            known = [*ACTIVITIES, *(name for name, table in tables.items() if table["kind"] in ACTIVITIES.values())]
            raise InputError(Problem("is nothing that the base pays shares of", key="activity", value=word,
                                     suggestion=closest(word, known), allowed=", ".join(known)))  # fmt: skip
        found += [name for name in names if name not in found]
    if policy.to == "provider" and found != [PAID]:  # the courses are what is paid for, whatever else was named
        found += [name for name, table in tables.items() if table["kind"] == PROVIDED and name not in found]
    if not found and policy.shape != PLANNED:
        raise InputError(Problem("the base offers nothing of this", key="activity", value=", ".join(policy.activity)))
    return found


def _move_end(tables: Tables, start: str, planned: str, end: str) -> None:
    """End the programme in another month: what it offers ends with it, and the hand-over keeps its distance."""
    shift = month_number(end) - month_number(planned)
    if shift == 0:
        return
    for name in list(tables):
        table = tables[name]
        if table["kind"] == "handover":
            for key in ("start", "date"):
                table[key] = month_text(max(month_number(start), month_number(table[key]) + shift))
            continue
        if table.get("end") == planned or ("end" in table and table["end"] > end):
            table["end"] = end
        if "events" in table:
            table["events"] = [event for event in table["events"] if event["date"] <= end]
        if "dates" in table:
            table["dates"] = [date for date in table["dates"] if date <= end]
        if "taper" in table and table["taper"] is not None and (table["taper"].get("end") or "") > end:
            table["taper"]["end"] = end
        first = table.get("start") or table.get("date")
        empty = any(key in table and not table[key] for key in ("events", "dates"))
        if (first is not None and first > end) or empty:
            del tables[name]


def _regular_fairs(policy: Policy, tables: Tables, chosen: list[str], start: str, end: str) -> None:
    """One series of fairs, open to any group, in place of the base's own; it begins a year into the programme."""
    own = [name for name in chosen if tables[name]["kind"] == "joint_fair"]
    seats = max((tables[name].get("seats", 24) for name in own), default=24)
    for name in own:
        del tables[name]
        chosen.remove(name)
    dates = range(month_number(start) + 12, month_number(end) + 1, policy.every or 1)
    if not dates:
        return
    tables["regular_fairs"] = {"kind": "joint_fair", "audience": "any", "seats": seats,
                               "events": [{"title": "Fair", "date": month_text(date)} for date in dates]}  # fmt: skip
    chosen.append("regular_fairs")


def _pay(policy: Policy, tables: Tables, chosen: list[str]) -> None:
    """Give every offer that the policy acts on its shares."""
    months = [month for name in chosen for month in offered(tables[name])]
    if not months:
        return
    start, end = policy.start or month_text(min(months)), policy.end or month_text(max(months))
    taper = {"shape": policy.shape, "from_share": policy.from_share, "steps": policy.steps, "start": start,
             "end": max(start, end), "institutions": policy.institutions, "taken_over": policy.taken_over}  # fmt: skip
    if policy.to_share is not None:
        taper["to_share"] = policy.to_share
    if policy.shape == "conditional":
        taper |= {"on": policy.on, "level": policy.level}
        if policy.end is None:
            del taper["end"]  # else the share would fall then, whatever is measured
    for name in list(chosen):
        table = tables[name]
        table.pop("shares", None)
        for event in table.get("events", ()):
            event.pop("shares", None)
        if policy.unrecorded:
            chosen.remove(name)
            chosen += _spell_out(policy, taper, tables, name)
        elif table["kind"] in NO_TAPER:
            table["shares"] = shares_at(taper, offered(table)[0])
        else:
            table["taper"] = dict(taper)


def _spell_out(policy: Policy, taper: Mapping[str, Any], tables: Tables, name: str) -> list[str]:
    """Shares offer by offer, since a taper leaves nothing unrecorded; returns the names that stand for this one."""
    table = tables.pop(name)
    table.pop("taper", None)

    def short(month: int) -> dict[str, float]:
        shares = shares_at(taper, month)
        return shares | {"participants": round(max(0.0, shares["participants"] - policy.unrecorded), 12)}

    if "events" in table:
        table["events"] = [event | {"shares": short(month_number(event["date"]))} for event in table["events"]]
        tables[name] = table
    elif table["kind"] in NO_TAPER:
        tables[name] = table | {"shares": short(offered(table)[0])}
    else:
        every, last = table.get("every", 6), month_number(table["end"])
        names = [f"{name[:56]}_{k:03d}" for k in range(len(offered(table)))]
        for other, month in zip(names, offered(table), strict=True):
            until = month_text(min(month + every - 1, last))
            tables[other] = table | {"start": month_text(month), "end": until, "every": every,
                                     "shares": short(month)}  # fmt: skip
        return names
    return [name]


def shares_at(taper: Mapping[str, Any], month: int) -> dict[str, float]:
    """Who pays what at a month of a taper whose start and end are given."""
    shares: Shares = ShareTaper(**taper).shares(month, month, month)
    return dict(shares.model_dump())


def offered(table: Mapping[str, Any]) -> list[int]:
    """The months in which something is offered under an intervention, counted like ``month_number``."""
    if "events" in table:
        return [month_number(event["date"]) for event in table["events"]]
    first = month_number(table["date"] if "date" in table else table["start"])
    if table["kind"] in NO_TAPER:
        return [first]
    return list(range(first, month_number(table["end"]) + 1, table.get("every", 6)))


def share_by_year(policy: Policy, scenario: Scenario) -> Iterator[tuple[int, float]]:
    """Year and the mean programme share of the dated offers that begin in it; years without offers are left out."""
    from clustersim.planning import calendar_of

    calendar = calendar_of(scenario)
    first = month_number(scenario.run.start) - calendar.burn_in
    by_year: dict[int, list[float]] = {}
    for known in scenario.interventions.values():
        for offer in known.offers(calendar):
            by_year.setdefault((first + offer.first) // 12, []).append(offer.shares.programme)
    for year in sorted(by_year):
        yield year, sum(by_year[year]) / len(by_year[year])
