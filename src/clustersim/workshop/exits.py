"""Ways for the money to stop: the same programme with help that stays flat, falls, or is cut; written as scenarios.

All three have ended by the programme's last month.  Nothing but calendars changes; what follows is the model's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clustersim.errors import InputError, Problem
from clustersim.interventions import KINDS
from clustersim.scenario import Scenario
from clustersim.scenario.check import month_number, month_text

Tables = dict[str, dict[str, Any]]
AFTER = 24  # months after the end in which a room sees what still stands
RULES = ("mse_cdp",)  # kinds that check a plan and move no lever: an altered plan is not held to them


def dates(scenario: Scenario) -> tuple[str, str]:
    """First and last month of the programme; raises InputError where there is none to compare with."""
    start, end = scenario.programme.start, scenario.programme.end
    if start is None or end is None:
        allowed = "a scenario with [programme] start and end, as jaipur, bagru and stagnant have"
        raise InputError(
            Problem("has no programme, so there is nothing to compare", key=scenario.name, allowed=allowed)
        )
    return start, end


def long_enough(scenario: Scenario) -> Scenario:
    """The scenario with at least ``AFTER`` months after its programme, for there to be an afterwards."""
    last = month_number(dates(scenario)[1]) - month_number(scenario.run.start)
    least = last + 1 + AFTER
    return scenario if scenario.run.months >= least else scenario.with_values({"run.months": least})


def middle(scenario: Scenario) -> str:
    """The month in which the programme is half over."""
    first, last = map(month_number, dates(scenario))
    return month_text((first + last) // 2)


def flat(scenario: Scenario) -> Scenario:
    """Shares stay what they are at first until the last month."""
    return _rewritten(scenario, _tapered("flat"))


def taper(scenario: Scenario) -> Scenario:
    """The programme's shares fall to nothing by the last month, and the broker's days from the middle on."""
    days = {"kind": "broker_days", "start": middle(scenario), "end": dates(scenario)[1], "taper": {"to_share": 0.0}}

    def rewrite(tables: Tables) -> Tables:
        others = {name: item for name, item in tables.items() if item["kind"] != "broker_days"}
        return _tapered("linear")(others) | {"broker_days": days}

    return _rewritten(scenario, rewrite)


def cut(scenario: Scenario) -> Scenario:
    """Everything ends in the middle, unannounced: no hand-over, no later offer, no broker."""
    date = middle(scenario)

    def rewrite(tables: Tables) -> Tables:
        kept = {name: _until(date, item) for name, item in tables.items()}
        return {name: item for name, item in kept.items() if item is not None}

    short = _rewritten(scenario, rewrite)
    programme = short.programme.model_copy(update={"end": date, "announced_exit": False})
    return short.model_copy(update={"programme": programme})


EXITS: dict[str, Callable[[Scenario], Scenario]] = {"flat": flat, "taper": taper, "cut": cut}


def _rewritten(scenario: Scenario, rewrite: Callable[[Tables], Tables]) -> Scenario:
    tables = scenario.to_values()["interventions"]
    plain = {name: dict(item) for name, item in tables.items() if item["kind"] not in RULES}
    return scenario.with_programme(rewrite(plain))


def _tapered(shape: str) -> Callable[[Tables], Tables]:
    """Each kind that pays shares over time gets a taper that begins at the programme's first share of it."""

    def rewrite(tables: Tables) -> Tables:
        return {name: _with_taper(item, shape) for name, item in tables.items()}

    return rewrite


def _with_taper(item: dict[str, Any], shape: str) -> dict[str, Any]:
    kind = KINDS.get(item["kind"])
    if kind is None or "taper" not in kind.model_fields or item.get("taper") is not None:
        return item
    events = item.get("events", [])
    first = _plain(min(events, key=lambda e: str(_plain(e)["date"])) if events else item).get("shares")
    if not first:
        return item
    shares = _plain(first)
    rest = {key: value for key, value in item.items() if key != "shares"}
    if events:
        rest["events"] = [{k: v for k, v in _plain(event).items() if k != "shares"} for event in events]
    paid = {"from_share": shares.get("programme", 0.0), "institutions": shares.get("institutions", 0.0)}
    return rest | {"taper": {"shape": shape, **paid}}


def _until(date: str, item: dict[str, Any]) -> dict[str, Any] | None:
    """The intervention as far as it has begun by this month; None if it has not."""
    begins = item.get("start") or item.get("date")
    if (begins is not None and begins > date) or (item.get("date") or "") > date:
        return None
    short = dict(item)
    if (short.get("end") or "") > date:
        short["end"] = date
    for key in ("events", "dates"):
        if key in short:
            short[key] = [e for e in short[key] if (_plain(e)["date"] if not isinstance(e, str) else e) <= date]
    return short


def _plain(value: Any) -> dict[str, Any]:
    """A table as a dict, whether it is one or a model."""
    return dict(value) if isinstance(value, Mapping) else dict(value.model_dump())
