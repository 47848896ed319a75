"""A table's plan, a hundred tokens on six heaps, as a scenario: the one place that says what a token buys.

A token is the same money on every heap: a hundredth of what the scenario's broker costs over the whole programme.  What
the heap of the broker buys is days; of dated help, as many events as its money pays the programme's share of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from clustersim.errors import InputError, Problem
from clustersim.interventions import KINDS, Intervention
from clustersim.scenario import Scenario
from clustersim.scenario.check import month_number, month_text
from clustersim.workshop.exits import dates

TOKENS = 100
STEP = 5  # tokens are spent in fives
HALF = {"participants": 0.5, "programme": 0.5}  # assumption: events are shared half and half
FAIR_SEATS, COURSE_SEATS, TOUR_SEATS, FACILITY_SEATS, GUARANTEE_SEATS = 20, 16, 16, 24, 30  # firms; assumptions, as the kinds' defaults
BITTER = 0.85  # bad history as in the scenario bagru
SPREAD_FROM = 6  # months: no dated help before the broker had half a year to be known


class Budget(NamedTuple):
    """What the money of a heap has to go by."""

    scenario: Scenario
    first: int  # month of the programme's start, as month_number counts
    last: int
    money: float  # USD of this heap

    def price(self, activity: str, seats: int) -> float:
        """What the programme pays of one such event at half shares, every seat taken."""
        declared = getattr(self.scenario.activities, activity)
        return HALF["programme"] * float(declared.fixed + declared.per_head * seats)

    def months(self, count: int) -> list[str]:
        """So many months spread evenly from half a year after the start to half a year before the end."""
        begin, end = self.first + SPREAD_FROM, max(self.first + SPREAD_FROM, self.last - SPREAD_FROM)
        return [month_text(begin + round((end - begin) * (k + 0.5) / count)) for k in range(count)]


def token_price(scenario: Scenario) -> float:
    """USD that one token stands for."""
    first, last = map(month_number, dates(scenario))
    return scenario.broker.days_per_month * scenario.broker.day_cost * (last - first + 1) / TOKENS


def _fairs(b: Budget) -> dict[str, Any] | None:
    count = int(b.money / b.price("fair", FAIR_SEATS))
    events = [{"date": month, "shares": HALF} for month in b.months(count)]
    return {"kind": "joint_fair", "seats": FAIR_SEATS, "events": events} if events else None


def _series(b: Budget, kind: str, activity: str, seats: int) -> dict[str, Any] | None:
    """As many events of this kind as the heap pays half of, at even distances; None if it pays for none."""
    count = int(b.money / b.price(activity, seats))
    if count == 0:
        return None
    start = b.first + SPREAD_FROM
    every = max(1, (b.last - start) // count)
    end = min(b.last, start + every * (count - 1))
    return {"kind": kind, "start": month_text(start), "end": month_text(end), "every": every, "seats": seats, "shares": HALF}


def _training(b: Budget) -> dict[str, Any] | None:
    return _series(b, "training", "training", COURSE_SEATS)


def _study_tour(b: Budget) -> dict[str, Any] | None:
    return _series(b, "study_tour", "tour", TOUR_SEATS)


def _guarantee(b: Budget) -> dict[str, Any] | None:
    meetings = [month_text(b.first + 12 + 3 * k) for k in range(4)]
    return {"kind": "bank_mediation", "dates": [m for m in meetings if m <= month_text(b.last)], "seats": GUARANTEE_SEATS,
            "start": month_text(min(b.last, b.first + 15)), "end": month_text(b.last), "endowment": b.money}  # fmt: skip


def _facility(b: Budget) -> dict[str, Any] | None:
    """The programme's share of a common facility, or, where there is no such kind, of a common showroom."""
    kind, activity = ("common_facility", "facility") if "common_facility" in KINDS else ("showroom", "showroom")
    share = min(0.9, b.money / (b.price(activity, FACILITY_SEATS) / HALF["programme"]))
    return {"kind": kind, "start": month_text(b.first + (b.last - b.first) // 3), "end": month_text(b.last), "seats": FACILITY_SEATS,
            "shares": {"participants": round(1.0 - share, 6), "programme": round(share, 6)}}  # fmt: skip


def fitted(kind: str, wishes: Mapping[str, Any]) -> dict[str, Any] | None:
    """A table of this kind from those wishes for which it has a field; None if there is no such kind, or it needs more."""
    known = KINDS.get(kind)
    if known is None:
        return None
    table = {"kind": kind, **{key: value for key, value in wishes.items() if key in known.model_fields}}
    needed = {name for name, found in known.model_fields.items() if found.is_required()}
    return table if needed <= set(table) else None


HEAPS: dict[str, Callable[[Budget], dict[str, Any] | None] | None] = {
    "visits": None,  # the broker's days: visits, meetings and bringing firms together
    "fairs": _fairs,
    "training": _training,
    "study_tour": _study_tour,
    "guarantee": _guarantee,
    "facility": _facility,
}
"""what each heap buys; the page's words have a name and a line for each"""


def heaps() -> list[str]:
    """The heaps that this version can spend on, in the order of the page."""
    without = set() if "study_tour" in KINDS else {"study_tour"}
    return [name for name in HEAPS if name not in without]


def _youth(first: int) -> dict[str, Any] | None:
    return fitted("youth_first", {"start": month_text(first), "end": month_text(first + 11)})


def _token(first: int) -> dict[str, Any] | None:
    shares = {"participants": 0.15, "programme": 0.85}  # Clara et al. 2000, Box 5: 15 per cent broke the ice
    return {"kind": "joint_purchase", "start": month_text(first + 2), "end": month_text(first + 14), "every": 3,
            "shares": shares}  # fmt: skip


def _exporter(first: int) -> dict[str, Any] | None:
    return {"kind": "single_firm_support", "date": month_text(first + 6), "agreed": True, "shared": True}


OPENINGS: dict[str, Callable[[int], dict[str, Any] | None]] = {"youth": _youth, "token": _token, "exporter": _exporter}
"""first steps in a place with a bad memory; the plain way, owners first, needs nothing more"""


def openings(scenario: Scenario) -> list[str]:
    """The first steps that this version can take; "owners" is always among them."""
    first = month_number(dates(scenario)[0])
    return ["owners", *(name for name, build in OPENINGS.items() if build(first) is not None)]


def scenario_of(
    scenario: Scenario, tokens: Mapping[str, int], *, bitter: bool = False, opening: str = "owners"
) -> Scenario:
    """The scenario with a table's plan in place of its own programme; raises InputError for a plan that does not add up."""
    tokens = checked(scenario, tokens, opening)
    start, end = dates(scenario)
    first, last = month_number(start), month_number(end)
    price = token_price(scenario)
    days = tokens.get("visits", 0) * price / scenario.broker.day_cost / (last - first + 1)
    programme: dict[str, Intervention | Mapping[str, Any]] = {
        "visits": {"kind": "visits", "start": start, "end": end},
        "meetings": {"kind": "meetings", "start": month_text(min(last, first + 2)), "end": end},
        "groups": {"kind": "network_formation", "start": month_text(min(last, first + 2)), "end": end},
    }
    for name in heaps():
        build = HEAPS[name]
        if build is not None and tokens.get(name, 0) > 0:
            table = build(Budget(scenario, first, last, tokens[name] * price))
            if table is not None:
                programme[name] = table
    extra = OPENINGS[opening](first) if opening in OPENINGS else None
    if extra is not None:
        programme["opening"] = extra
    values: dict[str, Any] = {"broker.days_per_month": min(31.0, days)}
    if bitter:
        values["cluster.bad_history"] = max(BITTER, scenario.cluster.bad_history)
    return scenario.with_values(values).with_programme(programme)


def checked(scenario: Scenario, tokens: Mapping[str, int], opening: str) -> dict[str, int]:
    """The heaps that something lies on, by name; raises InputError for a plan that does not add up."""
    unknown = sorted(set(tokens) - set(heaps()))
    if unknown:
        raise InputError(Problem("nothing that tokens can be spent on", key=unknown[0], allowed=", ".join(heaps())))
    for name, spent in tokens.items():
        if not isinstance(spent, int) or isinstance(spent, bool) or not 0 <= spent <= TOKENS:
            raise InputError(Problem("not a number of tokens", key=name, value=spent, allowed=f"0 to {TOKENS}"))
    if sum(tokens.values()) > TOKENS:
        raise InputError(
            Problem("spends more than there is", key="tokens", value=sum(tokens.values()), allowed=f"{TOKENS}")
        )
    if opening not in openings(scenario):
        raise InputError(
            Problem("no such first step", key="opening", value=opening, allowed=", ".join(openings(scenario)))
        )
    return {name: spent for name, spent in sorted(tokens.items()) if spent}


def precomputed() -> list[dict[str, int]]:
    """The plans that a file carries: all on one heap, the broker with one or two others in several shares, an even spread.

    Halves without the broker are not among them: where nobody brings firms together they come to what one heap does.
    """
    names = heaps()
    whole = [{name: TOKENS} for name in names]
    others = [name for name in names if name != "visits"]
    twos = [{"visits": share, a: TOKENS - share} for share in (90, 70, 50) for a in others]
    threes = [{"visits": 100 - 2 * share, a: share, b: share} for share in (20, 30)
              for k, a in enumerate(others) for b in others[k + 1 :]]  # fmt: skip
    even = TOKENS // len(names) // STEP * STEP
    spread = dict.fromkeys(names, even)
    spread["visits"] += TOKENS - even * len(names)
    return [*whole, *twos, *threes, spread]
