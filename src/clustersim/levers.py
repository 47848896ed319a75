"""What policy can move, month by month; neutral by default.

An intervention fills these calendars before the run and does nothing else.  Compiled rules read them: offers may find
nobody who takes them, days may be too few, an introduction may come to nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from clustersim.agents import Array, Column, new_table
from clustersim.parameters.values import CHANNELS, COMMON, KINDS

OPEN_END = 10_000  # months to an end that nobody has announced


# Columns that offers, supports and grants have in common.
First = Annotated[Array, Column("i8", "month", "month from which it stands (from the start of the burn-in)")]
Last = Annotated[Array, Column("i8", "month", "month after which it lapses")]
ByFirms = Annotated[Array, Column("f8", "share", "share of the cost paid by the firms that take part, or are helped")]
ByProgramme = Annotated[Array, Column("f8", "share", "share paid by the programme")]
ByInstitutions = Annotated[Array, Column("f8", "share", "share paid by support institutions")]
ByUnrecorded = Annotated[Array, Column("f8", "share", "share whose payer no source records")]
Done = Annotated[Array, Column("i8", "month", "month in which it happened, -1 before", -1)]
Phase = Annotated[Array, Column("i8", "code", "gate that has to open first; -1 none, or open already", -1)]


class Offers(NamedTuple):
    """Joint activities that the programme stands ready to support; one row an event."""

    kind: Annotated[Array, Column("i8", "code", "code of the joint activity")]
    first: First
    last: Last
    audience: Annotated[Array, Column("i8", "code", "kind of group it is for; -1 any")]
    seats: Annotated[Array, Column("i8", "firms", "most firms invited")]
    participants: ByFirms
    programme: ByProgramme
    institutions: ByInstitutions
    unrecorded: ByUnrecorded
    done: Done
    tries: Annotated[Array, Column("i8", "count", "how often it was tried")]
    phase: Phase
    turn: Annotated[Array, Column("i8", "code", "gate at which the shares change to those below; -1 none, or past", -1)]
    later_participants: Annotated[Array, Column("f8", "share", "share paid by those who take part, then")]
    later_programme: Annotated[Array, Column("f8", "share", "share paid by the programme, then")]
    later_institutions: Annotated[Array, Column("f8", "share", "share paid by support institutions, then")]
    later_unrecorded: Annotated[Array, Column("f8", "share", "share whose payer no source records, then")]
    known: Any  # (kinds,) month from which groups know a kind of activity; OPEN_END for one never offered


class Supports(NamedTuple):
    """What the programme stands ready to pay of services and of courses for single firms; one row each."""

    what: Annotated[Array, Column("i8", "code", "0 development, 1 that for one firm alone, 2 vouchers, 3 a course")]
    subject: Annotated[Array, Column("i8", "code", "code of the service, or of the topic of the course")]
    first: First
    last: Last
    number: Annotated[Array, Column("i8", "count", "pilot firms, vouchers, or trainees")]
    agreed: Annotated[Array, Column("i8", "code", "1 if the group chooses the firms")]
    shared: Annotated[Array, Column("i8", "code", "1 if what is learned is shown to the group")]
    fee: Annotated[Array, Column("f8", "USD", "USD a trainee")]
    mark_up: Annotated[Array, Column("f8", "ratio", "highest mark-up over the unit cost that the contract allows")]
    months: Annotated[Array, Column("i8", "months", "how long that contract binds")]
    participants: ByFirms
    programme: ByProgramme
    institutions: ByInstitutions
    unrecorded: ByUnrecorded
    done: Done
    used: Annotated[Array, Column("i8", "count", "vouchers used")]
    phase: Phase


class Grants(NamedTuple):
    """Investments of single firms that the programme stands ready to pay part of; one row an offer."""

    kind: Annotated[Array, Column("i8", "code", "TECHNOLOGY or CERTIFICATE")]
    first: First
    last: Last
    members: Annotated[Array, Column("i8", "code", "1 for members of groups only")]
    places: Annotated[Array, Column("i8", "firms", "most firms")]
    cost: Annotated[Array, Column("f8", "USD", "USD a firm")]
    term: Annotated[Array, Column("i8", "months", "months for which a certificate holds")]
    participants: ByFirms
    programme: ByProgramme
    institutions: ByInstitutions
    unrecorded: ByUnrecorded
    taken: Annotated[Array, Column("i8", "firms", "places taken so far")]
    phase: Phase


TECHNOLOGY, CERTIFICATE = range(2)
GRANTS = ("technology", "certificate")


class Gates(NamedTuple):
    """What waits for a state of the cluster: phases of the programme, then tapers on a condition; one row each."""

    first: Annotated[Array, Column("i8", "month", "month from which it may open")]
    on: Annotated[Array, Column("i8", "code", "code of what is looked at, see CONDITIONS")]
    level: Annotated[Array, Column("f8", "ratio", "it opens once that is as high")]
    latest: Annotated[Array, Column("i8", "month", "last month of waiting", OPEN_END)]
    lapses: Annotated[Array, Column("i8", "code", "1 if it never opens after that, 0 if it opens then in any case")]
    opened: Annotated[Array, Column("i8", "month", "month in which it opened, -1 before", -1)]
    until: Any  # [0] last month of the programme: inside it, what a late phase holds is moved
    calendar: Any  # (levers, months) the calendars of the plan, as one table
    held: Any  # (phases, levers, months) what each phase writes into them; NaN where it writes nothing


CONDITIONS = ("date", "trust_broker", "association_members", "successes", "cost_recovery", "trust", "agent_skill")
DATE, TRUST_BROKER, ASSOCIATION_MEMBERS, SUCCESSES, COST_RECOVERY, TRUST, AGENT_SKILL = range(len(CONDITIONS))


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
    grants: Grants
    gates: Gates


TABLES = ("offers", "supports", "grants", "gates")
APART = ("imports", "policing_shares")
"""levers of more than one number a month, which no phase can hold back"""


def new_plan(
    months: int, *, offers: int = 0, supports: int = 0, grants: int = 0, gates: int = 0, phases: int = 0
) -> Plan:
    """A calendar in which nothing is done, with rows for so many offers, supports, grants and gates (phases first)."""
    levers = [name for name in Plan._fields if name not in (*TABLES, *APART)]
    calendar = np.zeros((len(levers), months))  # one table, so that a phase can write any of them
    plain = dict(zip(levers, calendar, strict=True))
    plain["demand"][:] = 1.0
    plain["horizon"][:] = OPEN_END
    known = np.full(len(KINDS), OPEN_END, np.int64)
    known[:COMMON] = 0
    more = {"until": np.full(1, months, np.int64), "calendar": calendar,
            "held": np.full((phases, *calendar.shape), np.nan)}  # fmt: skip
    return Plan(
        **plain, imports=np.zeros((months, len(CHANNELS))), policing_shares=np.zeros((months, 4)),
        offers=new_table(Offers, offers, known=known), supports=new_table(Supports, supports),
        grants=new_table(Grants, grants), gates=new_table(Gates, gates, **more),
    )  # fmt: skip
