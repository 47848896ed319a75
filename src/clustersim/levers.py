"""What policy can move, month by month; neutral by default.

An intervention fills these calendars before the run and does nothing else.  Compiled rules read them: offers may find
nobody who takes them, days may be too few, an introduction may come to nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from clustersim.parameters.values import CHANNELS, COMMON, KINDS

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
    known: Any  # (kinds,) month from which groups know a kind of activity; OPEN_END for one never offered


class Grants(NamedTuple):
    """Investments of single firms that the programme stands ready to pay part of; one row an offer."""

    kind: Any  # TECHNOLOGY or CERTIFICATE
    first: Any  # month from which the offer stands (from the start of the burn-in)
    last: Any  # month after which it lapses
    members: Any  # 1 for members of groups only
    places: Any  # most firms
    cost: Any  # USD a firm
    term: Any  # months for which a certificate holds
    participants: Any  # share of the cost paid by the firm
    programme: Any  # share paid by the programme
    institutions: Any  # share paid by support institutions
    unrecorded: Any  # share whose payer no source records
    taken: Any  # places taken so far


TECHNOLOGY, CERTIFICATE = range(2)
GRANTS = ("technology", "certificate")


class Plan(NamedTuple):
    """Calendars, one entry a month from the start of the burn-in."""

    demand: Any  # factor on what buyers of every channel want
    flood: Any  # chance that a firm loses its collateral this month
    imports: Any  # (months, channels) share by which goods from elsewhere have become cheaper
    departure: Any  # a leading firm of the largest network leaves: 1 the largest exporter, 2 the best connected
    departure_reach: Any  # share of the gap in access to export that it gains by that
    fraud: Any  # the keeper of a common fund runs off: 1 in the largest group, 2 the association, 3 the largest network
    fraud_deposit: Any  # USD that each member had put in
    policing: Any  # USD for each carrier of a common brand whose quality is inspected this month
    policing_shares: Any  # (months, 4) of that paid by carrier, programme, institutions, a payer that is not recorded
    facility_for_all: Any  # 1 while common facilities serve firms outside the groups that paid too
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
    handover: Any  # 1 once the local agent has taken over
    favour: Any  # USD of help to a single firm
    favour_agreed: Any  # 1 if its group decided
    favour_shared: Any  # 1 if what was learned is shared
    offers: Offers
    grants: Grants


def new_plan(months: int, offers: int = 0, grants: int = 0) -> Plan:
    """A calendar in which nothing is done, with so many rows for offers and for grants."""

    def zeros() -> np.ndarray:
        return np.zeros(months)

    def codes(start: int = 0) -> np.ndarray:
        return np.full(offers, start, np.int64)

    def rows() -> np.ndarray:
        return np.zeros(grants, np.int64)

    known = np.full(len(KINDS), OPEN_END, np.int64)
    known[:COMMON] = 0
    return Plan(
        demand=np.ones(months), flood=zeros(), imports=np.zeros((months, len(CHANNELS))), departure=zeros(),
        departure_reach=zeros(), fraud=zeros(), fraud_deposit=zeros(), policing=zeros(),
        policing_shares=np.zeros((months, 4)), facility_for_all=zeros(), days=zeros(),
        horizon=np.full(months, OPEN_END, np.int64),
        study=zeros(), visits=zeros(), meetings=zeros(), coaching=zeros(), mediation=zeros(), bank_meeting=zeros(),
        guarantee=zeros(), networks=zeros(), association=zeros(), handover=zeros(), favour=zeros(),
        favour_agreed=zeros(), favour_shared=zeros(),
        offers=Offers(
            kind=codes(), first=codes(), last=codes(), audience=codes(), seats=codes(), participants=np.zeros(offers),
            programme=np.zeros(offers), institutions=np.zeros(offers), unrecorded=np.zeros(offers), done=codes(-1),
            tries=codes(), known=known,
        ),
        grants=Grants(
            kind=rows(), first=rows(), last=rows(), members=rows(), places=rows(), cost=np.zeros(grants), term=rows(),
            participants=np.zeros(grants), programme=np.zeros(grants), institutions=np.zeros(grants),
            unrecorded=np.zeros(grants), taken=rows(),
        ),
    )  # fmt: skip
