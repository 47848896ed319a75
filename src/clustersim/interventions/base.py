"""What an intervention is: a small frozen object that fills the calendar of what policy offers, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from clustersim.agents import ASSOCIATION, NETWORK
from clustersim.levers import CONDITIONS, GRANTS, OPEN_END, Plan
from clustersim.parameters.declare import Section, param
from clustersim.parameters.values import KINDS as ACTIVITIES
from clustersim.parameters.values import SERVICES, TOPICS

WHATS = ("provider", "one firm", "voucher", "course")  # in the order of their codes in levers.Supports
PAYERS = ("participants", "programme", "institutions", "unrecorded")
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

    def rise(self, date: str, over: int, lasts: int | None) -> np.ndarray:
        """How much of a shock is felt in each month: evenly up to 1 in the last of ``over`` months, 0 after ``lasts``."""
        elapsed = np.arange(self.length) - self.at(date)
        felt: np.ndarray = np.clip((elapsed + 1) / over, 0.0, 1.0)
        if lasts is not None:
            felt[elapsed >= lasts] = 0.0
        return felt


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


class Gate(NamedTuple):
    """What something waits for: see :class:`clustersim.levers.Gates`."""

    first: int
    on: str
    level: float
    latest: int = OPEN_END
    lapses: bool = False


class Offer(NamedTuple):
    """One joint activity that the programme stands ready to support."""

    kind: str
    first: int
    last: int
    audience: str
    seats: int
    shares: Shares
    turn: tuple[Gate, Shares] | None = None
    """who pays once something is reached, in place of ``shares``"""
    phase: str | None = None
    """the phase of the programme that has to be open"""


class Support(NamedTuple):
    """One thing that the programme stands ready to pay: a pilot, a batch of vouchers, a course for single firms."""

    what: str
    subject: str
    first: int
    last: int
    number: int
    shares: Shares
    agreed: bool = True
    shared: bool = True
    fee: float = 0.0
    mark_up: float = 0.0
    months: int = 0
    phase: str | None = None
    """the phase of the programme that has to be open"""


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
    phase: str | None = None
    """the phase of the programme that has to be open"""


class Objection(NamedTuple):
    """What an intervention has against the scenario it stands in."""

    field: str  # of the intervention, where it is reported
    message: str
    allowed: str | None = None
    about: tuple[str, ...] = ()  # names of the other interventions that it rests on


class Intervention(Section):
    """Base of all kinds.  A kind says what it is in its docstring, declares its fields, and moves levers."""

    shock: ClassVar[bool] = False
    phase: str | None = param(None, unit="name", meaning="the phase of the programme that has to be open; none: it waits for its dates alone",
                              source="fact of the case", max_length=64)  # fmt: skip

    def gate(self, calendar: Calendar) -> Gate | None:
        """What the phase that this intervention declares waits for; None for whatever is no phase."""
        return None

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Write the levers of the months concerned; the default moves none."""

    def offers(self, calendar: Calendar) -> list[Offer]:
        """The joint activities offered; the default is none."""
        return []

    def supports(self, calendar: Calendar) -> list[Support]:
        """What is paid of services and of courses for single firms; the default is nothing."""
        return []

    def grants(self, calendar: Calendar) -> list[Grant]:
        """The investments of single firms that are co-financed; the default is none."""
        return []

    def objections(self, others: Mapping[str, Intervention], calendar: Calendar, values: Mapping[str, Any]) -> Iterator[Objection]:
        """What the scenario is refused for, given all interventions by name and its values; the default is nothing."""
        return iter(())


def write_offers(plan: Plan, offers: list[Offer], phases: Sequence[str] = (), gates: Sequence[Gate] = ()) -> None:
    """Fill the offers of a plan, in the order of their first month; ``gates`` are those of its rows, phases first."""
    for row, offer in enumerate(sorted(offers, key=lambda o: (o.first, ACTIVITIES.index(o.kind), o.last))):
        kind = ACTIVITIES.index(offer.kind)
        _fill(plan.offers, row, offer, phases, {"kind": kind, "audience": AUDIENCES[offer.audience]})
        if offer.turn is not None:
            gate, later = offer.turn
            plan.offers.turn[row] = gates.index(gate, len(phases))
            for payer in PAYERS:
                getattr(plan.offers, f"later_{payer}")[row] = getattr(later, payer)
        if offer.last >= 0:
            plan.offers.known[kind] = min(plan.offers.known[kind], max(0, offer.first), OPEN_END)


def write_supports(plan: Plan, supports: list[Support], phases: Sequence[str] = ()) -> None:
    """Fill the supports of a plan, in the order of their first month; each may wait for one of the phases."""
    for row, found in enumerate(sorted(supports, key=lambda s: (s.first, WHATS.index(s.what), s.subject, s.last))):
        subjects = TOPICS if found.what == "course" else SERVICES
        codes = {"what": WHATS.index(found.what), "subject": subjects.index(found.subject)}
        _fill(plan.supports, row, found, phases, codes)


def write_grants(plan: Plan, grants: list[Grant], phases: Sequence[str] = ()) -> None:
    """Fill the grants of a plan, in the order of their first month; each may wait for one of the phases."""
    for row, grant in enumerate(sorted(grants, key=lambda g: (g.first, GRANTS.index(g.kind), g.last))):
        _fill(plan.grants, row, grant, phases, {"kind": GRANTS.index(grant.kind)})


def write_gates(plan: Plan, gates: Sequence[Gate]) -> None:
    """Fill the gates of a plan."""
    for row, gate in enumerate(gates):
        _write(plan.gates, row, gate._asdict() | {"on": CONDITIONS.index(gate.on)})


def _fill(
    table: Any, row: int, what: Offer | Support | Grant, phases: Sequence[str], codes: dict[str, int]
) -> None:
    """One row of a table: fields in the column of the same name, words by their codes, each payer's share in its own."""
    fields = what._asdict() | codes | {payer: getattr(what.shares, payer) for payer in PAYERS}
    fields["phase"] = -1 if what.phase is None else phases.index(what.phase)
    _write(table, row, {name: value for name, value in fields.items() if name not in ("shares", "turn")})


def _write(table: Any, row: int, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        getattr(table, name)[row] = value
