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


class Supports(NamedTuple):
    """What the programme stands ready to pay of services and of courses for single firms; one row each."""

    what: Any  # 0 a provider's development, 1 development for one firm alone, 2 vouchers, 3 a course
    subject: Any  # code of the service, or of the topic of the course
    first: Any  # month from which it stands (from the start of the burn-in)
    last: Any  # month after which it lapses
    number: Any  # pilot firms, vouchers, or trainees
    agreed: Any  # 1 if the group chooses the firms
    shared: Any  # 1 if what is learned is shown to the group
    fee: Any  # USD a trainee
    mark_up: Any  # highest mark-up over the unit cost that the contract allows
    months: Any  # how long that contract binds
    participants: Any  # share of the cost paid by the firms helped
    programme: Any  # share paid by the programme
    institutions: Any  # share paid by support institutions
    unrecorded: Any  # share whose payer no source records
    done: Any  # month in which it happened, -1 before
    used: Any  # vouchers used


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
    youth_seats: Any  # heirs who may take the course for the young
    youth_cost: Any  # USD a head that the programme pays for it
    youth_days: Any  # days of the broker for it
    youth_visits: Any  # share of the days for visits that goes to heirs
    youth_news: Any  # 1 while heirs hear what is earned in showrooms and at fairs
    awareness: Any  # days for firms, to make known what could be done
    institution_days: Any  # days for support institutions, to the same end
    institution_meeting: Any  # 1 a chaired meeting of firms and support institutions, 2 an unchaired one
    self_help: Any  # self-help groups that may be formed this month
    self_help_days: Any  # days of the broker for each
    self_help_saving: Any  # USD that a member of those formed now saves a month
    literacy: Any  # 1 while women of self-help groups are taught to read, reckon and lead
    linkage: Any  # USD that the bank lends to a self-help group for each dollar saved
    networks: Any  # 1 while the broker may bring firms together as a network
    association: Any  # 1 while the broker works with the association
    handover: Any  # 1 once the local agent has taken over
    articulation: Any  # days for finding out with firms what they really need
    point: Any  # USD that the information point costs this month
    point_programme: Any  # share of it paid by the programme
    point_institutions: Any  # share paid by support institutions
    point_unrecorded: Any  # share whose payer no source records; visitors pay the rest
    favour: Any  # USD of help to a single firm
    favour_agreed: Any  # 1 if its group decided
    favour_shared: Any  # 1 if what was learned is shared
    offers: Offers
    supports: Supports


def new_plan(months: int, offers: int = 0, supports: int = 0) -> Plan:
    """A calendar in which nothing is done, with rows for so many offers and supports."""

    flat = {name: np.zeros(months) for name in Plan._fields if name not in ("demand", "horizon", "offers")}
    return Plan(demand=np.ones(months), horizon=np.full(months, OPEN_END, np.int64), offers=new_offers(offers), **flat)


def new_offers(rows: int) -> Offers:
    """Room for so many offers; months, codes and counts are whole numbers, shares are not."""
    shares = {name: np.zeros(rows) for name in ("participants", "programme", "institutions", "unrecorded")}
    whole = {name: np.zeros(rows, np.int64) for name in Offers._fields if name not in shares}
    whole["done"][:] = -1
    return Offers(**shares, **whole)
