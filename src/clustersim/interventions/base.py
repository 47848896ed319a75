"""What an intervention is: a small frozen object that fills the calendar of what policy offers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from clustersim.agents import ASSOCIATION, NETWORK
from clustersim.levers import GRANTS, OPEN_END, Plan
from clustersim.parameters.declare import Section, param
from clustersim.parameters.values import KINDS as ACTIVITIES

AUDIENCES = {"any": -1, "association": ASSOCIATION, "network": NETWORK}


class Calendar(NamedTuple):
    """Turns dates into months of the run; month 0 of the calendar is the first of the burn-in."""

    start: str
    burn_in: int
    months: int

    @property
    def length(self) -> int:
        """Months in all, the burn-in included."""
        return self.burn_in + self.months

    def at(self, date: str) -> int:
        """The month of "YYYY-MM"; it may lie before the run or after it."""
        return month_number(date) - month_number(self.start) + self.burn_in

    def span(self, start: str, end: str) -> slice:
        """The months from ``start`` to ``end``, both included, as far as they lie in the run."""
        return slice(min(self.length, max(0, self.at(start))), min(self.length, max(0, self.at(end) + 1)))


def month_number(date: str) -> int:
    """Months from the year 0 to "YYYY-MM"."""
    return 12 * int(date[:4]) + int(date[5:7]) - 1


class Shares(Section):
    """Who pays which share of an event; what is missing to one is booked to the payer `unrecorded`."""

    participants: float = param(0.0, unit="share of the cost", low=0, high=1, meaning="paid by the firms that take part",
                                source="fact of the case, or assumption")  # fmt: skip
    programme: float = param(0.0, unit="share of the cost", low=0, high=1, meaning="paid by the programme",
                             source="fact of the case, or assumption")  # fmt: skip
    institutions: float = param(0.0, unit="share of the cost", low=0, high=1, meaning="paid by support institutions",
                                source="fact of the case, or assumption")  # fmt: skip

    @property
    def unrecorded(self) -> float:
        """The share whose payer nobody recorded."""
        rest = 1.0 - self.participants - self.programme - self.institutions
        return rest if rest > 1e-9 else 0.0


class Offer(NamedTuple):
    """One joint activity that the programme stands ready to support."""

    kind: str
    first: int
    last: int
    audience: str
    seats: int
    shares: Shares


class Grant(NamedTuple):
    """An investment of single firms that the programme stands ready to pay part of."""

    kind: str
    first: int
    last: int
    members: bool
    places: int
    cost: float
    term: int
    shares: Shares


class Objection(NamedTuple):
    """What an intervention has against the scenario it stands in."""

    field: str  # of the intervention, where it is reported
    message: str
    allowed: str | None = None
    about: tuple[str, ...] = ()  # names of the other interventions that it rests on


class Intervention(Section):
    """Base of all kinds.  A kind says what it is in its docstring, declares its fields, and moves levers."""

    shock: ClassVar[bool] = False

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Write the levers of the months concerned; the default moves none."""

    def offers(self, calendar: Calendar) -> list[Offer]:
        """The joint activities offered; the default is none."""
        return []

    def grants(self, calendar: Calendar) -> list[Grant]:
        """The investments of single firms that are co-financed; the default is none."""
        return []

    def objections(self, others: Mapping[str, Intervention], calendar: Calendar, values: Mapping[str, Any]) -> Iterator[Objection]:
        """What the scenario is refused for, given all interventions by name and its values; the default is nothing."""
        return iter(())


def repeated(kind: str, start: str, end: str, every: int, audience: str, seats: int,
             shares: Callable[[int], Shares], calendar: Calendar) -> list[Offer]:  # fmt: skip
    """An offer of the same activity every so many months, each standing until the next, at the shares of its first month.

    ``shares`` is asked for a month counted like ``month_number``.
    """
    first, last = calendar.at(start), calendar.at(end)
    year_0 = month_number(start) - first
    return [
        Offer(kind, t, min(t + every - 1, last), audience, seats, shares(year_0 + t))
        for t in range(first, last + 1, every)
    ]


def write_offers(plan: Plan, offers: list[Offer]) -> None:
    """Fill the offers of a plan, in the order of their first month."""
    for row, offer in enumerate(sorted(offers, key=lambda o: (o.first, ACTIVITIES.index(o.kind), o.last))):
        plan.offers.kind[row] = ACTIVITIES.index(offer.kind)
        plan.offers.first[row], plan.offers.last[row] = offer.first, offer.last
        plan.offers.audience[row], plan.offers.seats[row] = AUDIENCES[offer.audience], offer.seats
        plan.offers.participants[row] = offer.shares.participants
        plan.offers.programme[row] = offer.shares.programme
        plan.offers.institutions[row] = offer.shares.institutions
        plan.offers.unrecorded[row] = offer.shares.unrecorded
        if offer.last >= 0:
            kind = ACTIVITIES.index(offer.kind)
            plan.offers.known[kind] = min(plan.offers.known[kind], max(0, offer.first), OPEN_END)


def write_grants(plan: Plan, grants: list[Grant]) -> None:
    """Fill the grants of a plan, in the order of their first month."""
    for row, grant in enumerate(sorted(grants, key=lambda g: (g.first, GRANTS.index(g.kind), g.last))):
        plan.grants.kind[row] = GRANTS.index(grant.kind)
        plan.grants.first[row], plan.grants.last[row] = grant.first, grant.last
        plan.grants.members[row], plan.grants.places[row] = int(grant.members), grant.places
        plan.grants.cost[row], plan.grants.term[row] = grant.cost, grant.term
        plan.grants.participants[row] = grant.shares.participants
        plan.grants.programme[row] = grant.shares.programme
        plan.grants.institutions[row] = grant.shares.institutions
        plan.grants.unrecorded[row] = grant.shares.unrecorded
