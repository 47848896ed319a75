"""What policy can move, month by month; neutral by default.

An intervention fills these calendars before the run and does nothing else.  Compiled rules read them: offers may find
nobody who takes them, days may be too few, an introduction may come to nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

OPEN_END = 10_000  # months to an end that nobody has announced


class Offers(NamedTuple):
    """Joint activities that the programme stands ready to support; one row an event."""

    kind: Any  # code of the joint activity
    first: Any  # month from which the offer stands (from the start of the burn-in)
    last: Any  # month after which it lapses
    audience: Any  # kind of group it is for; -1 any
    seats: Any  # most firms invited
    participants: Any  # share of the cost paid by those who take part
    programme: Any  # share paid by the programme
    institutions: Any  # share paid by support institutions
    unrecorded: Any  # share whose payer no source records
    done: Any  # month in which it happened, -1 before
    tries: Any  # how often it was tried
    phase: Any  # gate that has to open first; -1 none, or open already
    turn: Any  # gate at which the shares change to those below; -1 none, or changed already
    later_participants: Any
    later_programme: Any
    later_institutions: Any
    later_unrecorded: Any


class Gates(NamedTuple):
    """What waits for a state of the cluster: phases of the programme, then tapers on a condition; one row each."""

    first: Any  # month from which it may open
    on: Any  # code of what is looked at, see CONDITIONS
    level: Any  # it opens once that is as high
    latest: Any  # last month of waiting
    lapses: Any  # 1 if it never opens after that, 0 if it opens then whatever the state
    opened: Any  # month in which it opened, -1 before
    until: Any  # [0] last month of the programme: inside it, what a late phase holds is moved
    calendar: Any  # (levers, months) the calendars of the plan, as one table
    held: Any  # (phases, levers, months) what each phase writes into them; NaN where it writes nothing


CONDITIONS = ("date", "trust_broker", "association_members", "successes", "cost_recovery", "trust", "agent_skill")
DATE, TRUST_BROKER, ASSOCIATION_MEMBERS, SUCCESSES, COST_RECOVERY, TRUST, AGENT_SKILL = range(len(CONDITIONS))


class Plan(NamedTuple):
    """Calendars, one entry a month from the start of the burn-in."""

    demand: Any  # factor on what buyers of every channel want
    flood: Any  # chance that a firm loses its collateral this month
    days: Any  # days of the broker
    horizon: Any  # months to the announced end of the programme, OPEN_END if none is announced
    study: Any  # days for the diagnostic study
    visits: Any  # 1 while the broker visits firms
    meetings: Any  # share of the days, after the tasks with a date, kept for meetings
    coaching: Any  # days for coaching the local agent
    mediation: Any  # 1 while the broker mends grievances inside groups
    bank_meeting: Any  # 1 a chaired meeting of bank and association, 2 an unchaired one
    guarantee: Any  # USD put into the guarantee fund by the programme
    networks: Any  # 1 while the broker may bring firms together as a network
    association: Any  # 1 while the broker works with the association
    items: Any  # items on the wish list of the action plan; 0 without one
    preparation: Any  # share of the days, after the tasks with a date, kept for preparing them
    revision: Any  # 1 in the months in which the action plan is revised
    umbrella: Any  # 1 while the broker works for an umbrella organisation
    requests: Any  # 1 in the months in which there is something to ask of the regulator
    monitoring: Any  # days for monitoring
    tables: Any  # size of the business groups into which firms are drawn by lot this month; 0 none
    table_firms: Any  # most firms drawn then
    table_meetings: Any  # 1 in the months in which these groups meet
    handover: Any  # 1 once the local agent has taken over
    favour: Any  # USD of help to a single firm
    favour_agreed: Any  # 1 if its group decided
    favour_shared: Any  # 1 if what was learned is shared
    offers: Offers
    gates: Gates


def new_plan(months: int, offers: int = 0, gates: int = 0, phases: int = 0) -> Plan:
    """A calendar in which nothing is done, with ``offers`` rows for offers and ``gates`` for gates, phases first."""
    calendar = np.zeros((len(Plan._fields), months))
    rows = iter(calendar)

    def zeros() -> np.ndarray:
        return next(rows)  # a row of the one table, so that a phase can write it

    def codes(start: int = 0) -> np.ndarray:
        return np.full(offers, start, np.int64)

    return Plan(
        demand=np.ones(months), flood=zeros(), days=zeros(), horizon=np.full(months, OPEN_END, np.int64),
        study=zeros(), visits=zeros(), meetings=zeros(), coaching=zeros(), mediation=zeros(), bank_meeting=zeros(),
        guarantee=zeros(), networks=zeros(), association=zeros(),
        items=zeros(), preparation=zeros(), revision=zeros(), umbrella=zeros(), requests=zeros(), monitoring=zeros(),
        tables=zeros(), table_firms=zeros(), table_meetings=zeros(), handover=zeros(), favour=zeros(),
        favour_agreed=zeros(), favour_shared=zeros(),
        offers=Offers(
            kind=codes(), first=codes(), last=codes(), audience=codes(), seats=codes(), participants=np.zeros(offers),
            programme=np.zeros(offers), institutions=np.zeros(offers), unrecorded=np.zeros(offers), done=codes(-1),
            tries=codes(), phase=codes(-1), turn=codes(-1), later_participants=np.zeros(offers),
            later_programme=np.zeros(offers), later_institutions=np.zeros(offers), later_unrecorded=np.zeros(offers),
        ),
        gates=Gates(
            first=np.zeros(gates, np.int64), on=np.zeros(gates, np.int64), level=np.zeros(gates),
            latest=np.full(gates, OPEN_END, np.int64), lapses=np.zeros(gates, np.int64),
            opened=np.full(gates, -1, np.int64), until=np.full(1, months, np.int64), calendar=calendar,
            held=np.full((phases, len(Plan._fields), months), np.nan),
        ),
    )  # fmt: skip
