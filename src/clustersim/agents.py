"""Who is in the model, and every column of their state, with its unit.

A table is a named tuple of arrays, one row an actor.  Rows of firms are *workshops*: when a firm closes, the next one
that opens there takes its row, its neighbours and the next ``life``; so a newcomer's luck has an address that does not
depend on what else happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

import numpy as np


@dataclass(frozen=True)
class Column:
    """What a column holds: its numpy type, unit, meaning; ``width`` names a second axis, '' for none."""

    dtype: str
    unit: str
    meaning: str
    start: float = 0.0
    width: str = ""


Array = np.ndarray
NEVER = -10_000  # a month that lies before everything


class Firms(NamedTuple):
    """Firms, one row a workshop."""

    alive: Annotated[Array, Column("i1", "flag", "in business")]
    cohort: Annotated[Array, Column("i1", "flag", "in business at month 0, and still the same firm")]
    founder: Annotated[Array, Column("i1", "flag", "a firm of month 0 worked here")]
    life: Annotated[Array, Column("i8", "count", "how many firms have opened in this workshop before")]
    entered: Annotated[Array, Column("i8", "month", "when it opened", NEVER)]
    segment: Annotated[Array, Column("i8", "code", "market segment")]
    village: Annotated[Array, Column("i8", "code", "village")]
    community: Annotated[Array, Column("i8", "code", "community (0 = A, 1 = B)")]
    woman: Annotated[Array, Column("i1", "flag", "owned by a woman")]
    served_before: Annotated[Array, Column("i1", "flag", "served by an earlier programme")]
    assigned: Annotated[Array, Column("i1", "flag", "may receive help of the programme; 0 for the controls of a trial", 1.0)]
    x: Annotated[Array, Column("f8", "0 to 1", "place")]
    y: Annotated[Array, Column("f8", "0 to 1", "place")]
    workers: Annotated[Array, Column("f8", "workers", "workers, the owner's family included")]
    family: Annotated[Array, Column("f8", "workers", "of them family, who share the owner's income")]
    hired_first: Annotated[Array, Column("f8", "workers", "hired workers of the firm of month 0")]
    women: Annotated[Array, Column("f8", "share", "share of women among the workers")]
    free_rider: Annotated[Array, Column("i1", "flag", "breaks its word when it pays")]
    able: Annotated[Array, Column("i1", "flag", "the owner can lead a group")]
    quality: Annotated[Array, Column("f8", "0 to 1", "quality of the product")]
    skill: Annotated[Array, Column("f8", "0 to 1", "production and design capability added by training")]
    reach: Annotated[Array, Column("f8", "0 to 1", "access to each market channel", 0.0, "channels")]
    habit: Annotated[Array, Column("f8", "0 to 1", "access that ordinary trade keeps up by itself", 0.0, "channels")]
    custom: Annotated[Array, Column("f8", "ratio", "regular custom over that of a like firm", 1.0)]
    price: Annotated[Array, Column("f8", "price", "own price over the reference price", 1.0)]
    use: Annotated[Array, Column("f8", "share", "capacity used last month")]
    output: Annotated[Array, Column("f8", "USD at price 1", "quantity made and sold last month")]
    orders: Annotated[Array, Column("f8", "USD at price 1", "orders from fairs not yet worked off")]
    discount: Annotated[Array, Column("f8", "share", "saving on materials from buying together")]
    discount_left: Annotated[Array, Column("i8", "months", "how long that saving lasts")]
    process: Annotated[Array, Column("f8", "share", "saving on materials by own equipment and process")]
    treated: Annotated[Array, Column("f8", "share", "saving on materials by using a common facility this month")]
    certified: Annotated[Array, Column("i8", "months", "how long its certificate still holds")]
    branded: Annotated[Array, Column("i8", "months", "how long it still carries a common brand")]
    brand: Annotated[Array, Column("i8", "row", "the group whose brand it carries, -1 for none", -1)]
    brand_name: Annotated[Array, Column("f8", "0 to 1", "quality that buyers take that brand for")]
    departed: Annotated[Array, Column("i1", "flag", "works for a global buyer and belongs to no group")]
    income: Annotated[Array, Column("f8", "USD/month", "sales less inputs, wages and interest, last month")]
    income_year: Annotated[Array, Column("f8", "USD/month", "the same, smoothed over about a year")]
    wage: Annotated[Array, Column("f8", "USD/month", "earnings of a hired worker")]
    earnings: Annotated[Array, Column("f8", "USD/month", "earnings of a worker, family with its draw included")]
    starving: Annotated[Array, Column("i8", "months", "months in a row under the squeezed subsistence")]
    collateral: Annotated[Array, Column("f8", "USD", "assets that can be pledged")]
    debt: Annotated[Array, Column("f8", "USD", "loan outstanding")]
    instalment: Annotated[Array, Column("f8", "USD/month", "principal due each month")]
    arrears: Annotated[Array, Column("i8", "months", "instalments missed in a row")]
    insured: Annotated[Array, Column("i1", "flag", "the loan is covered by the guarantee fund")]
    pledged: Annotated[Array, Column("f8", "USD", "collateral behind the loan")]
    bound: Annotated[Array, Column("i1", "flag", "sells through a middleman, at the price he gives, until his advance is repaid")]
    advanced: Annotated[Array, Column("f8", "USD", "advance of that middleman outstanding")]
    margin: Annotated[Array, Column("f8", "USD/month", "what the middleman kept of last month's sales, hidden interest included")]
    micro: Annotated[Array, Column("f8", "USD", "loan from the own self-help group outstanding")]
    micro_late: Annotated[Array, Column("i8", "months", "instalments to the group missed in a row")]
    recognised: Annotated[Array, Column("f8", "0 to 1", "how far women who work unpaid in the family share in what the household draws")]
    quintile: Annotated[Array, Column("i8", "code", "fifth by income of the firm of month 0: 0 the poorest, 4 the richest; -1 before", -1)]
    heir: Annotated[Array, Column("i1", "flag", "a grown-up heir works beside the owner")]
    heir_trained: Annotated[Array, Column("i1", "flag", "the heir has taken the course for the young")]
    heir_trust: Annotated[Array, Column("f8", "0 to 1", "the heir's trust in the broker")]
    heir_climate: Annotated[Array, Column("f8", "0 to 1", "the heir's belief that others would come, without memory of a bad history")]
    heir_seen: Annotated[Array, Column("i8", "month", "last time the broker saw the heir", NEVER)]
    disposition: Annotated[Array, Column("f8", "0 to 1", "general disposition to trust")]
    climate: Annotated[Array, Column("f8", "0 to 1", "belief that others would come")]
    standing: Annotated[Array, Column("f8", "0 to 1", "what is said of the firm among strangers", 1.0)]
    bitter: Annotated[Array, Column("f8", "0 to 1", "memory of a joint venture that failed")]
    felt: Annotated[Array, Column("f8", "ratio", "believed worth of each kind of activity over its true worth", 0.0, "kinds")]
    fit: Annotated[Array, Column("f8", "ratio", "how well each kind suits the firm", 1.0, "kinds")]
    guess: Annotated[Array, Column("f8", "ratio", "how well the firm thinks each kind suits it", 1.0, "kinds")]
    reference: Annotated[Array, Column("f8", "share", "share of the cost the firm is used to paying", 1.0, "kinds")]
    taken_part: Annotated[Array, Column("i8", "month", "last time in each kind", NEVER, "kinds")]
    trust_broker: Annotated[Array, Column("f8", "0 to 1", "trust in the broker")]
    trust_agent: Annotated[Array, Column("f8", "0 to 1", "trust in the local agent")]
    in_circle: Annotated[Array, Column("i1", "flag", "among the firms that the broker works with")]
    visited: Annotated[Array, Column("i8", "month", "last visit", NEVER)]
    grievance: Annotated[Array, Column("f8", "0 and up", "resentment of a favoured peer")]
    favour: Annotated[Array, Column("f8", "USD", "visible private gain that was not agreed")]
    group: Annotated[Array, Column("i8", "row", "groups it belongs to: association, network; -1 for none", -1, "slots")]
    joined: Annotated[Array, Column("i8", "month", "since when", NEVER, "slots")]
    acted: Annotated[Array, Column("i8", "month", "last time it paid into a joint activity of three or more", NEVER)]
    acted_alone: Annotated[Array, Column("i8", "month", "the same, without a broker day and programme money", NEVER)]
    served: Annotated[Array, Column("i1", "flag", "took part in an activity of the programme")]
    belief: Annotated[Array, Column("f8", "ratio", "believed worth of services over their true worth")]
    customers: Annotated[Array, Column("i8", "count", "services bought so far")]
    need: Annotated[Array, Column("f8", "ratio", "what each service of the catalogue is truly worth to it, over its usual worth", 1.0, "services")]
    wants: Annotated[Array, Column("f8", "0 to 1", "share of that real need that it feels", 0.0, "services")]
    known: Annotated[Array, Column("f8", "ratio", "believed worth of each service over its true worth", 0.0, "services")]
    paid: Annotated[Array, Column("f8", "USD", "price of each service that it is used to; 0 for none", 0.0, "services")]
    used: Annotated[Array, Column("i8", "month", "last use of each service", NEVER, "services")]
    asked: Annotated[Array, Column("i8", "month", "last time it asked for each service", NEVER, "services")]
    heard: Annotated[Array, Column("i1", "flag", "whether providers have heard of that wish as one worth a fair price", 0.0, "services")]
    relief: Annotated[Array, Column("f8", "0 to 1", "share of its attention that goes to relief: a change of the law, better prices")]
    tutor: Annotated[Array, Column("i8", "code", "what it was trained in to teach its group: topic + 1; 0 for none")]
    table: Annotated[Array, Column("i8", "code", "business group into which it was drawn; -1 for none", -1)]


class Groups(NamedTuple):
    """Associations and networks; first-class, since most joint action happens in them."""

    alive: Annotated[Array, Column("i1", "flag", "exists and is awake")]
    kind: Annotated[Array, Column("i8", "code", "0 association, 1 network, 2 self-help group")]
    segment: Annotated[Array, Column("i8", "code", "segment of most members")]
    leader: Annotated[Array, Column("i8", "row", "leading firm, -1 for none", -1)]
    size: Annotated[Array, Column("i8", "firms", "members")]
    capacity: Annotated[Array, Column("f8", "0 to 1", "how well it can run things itself")]
    reliance: Annotated[Array, Column("f8", "0 to 1", "how far it waits for the broker to run things")]
    founder: Annotated[Array, Column("i8", "row", "firm that founded it, which is the address of its luck", -1)]
    founded: Annotated[Array, Column("i8", "month", "since when", NEVER)]
    success: Annotated[Array, Column("i8", "month", "last activity that happened", NEVER)]
    tried: Annotated[Array, Column("i8", "month", "last activity proposed", NEVER)]
    wins: Annotated[Array, Column("i8", "count", "activities that happened")]
    standstill: Annotated[Array, Column("i8", "months", "months of conflict still to come")]
    conflicts: Annotated[Array, Column("i8", "count", "conflicts that broke out")]
    brokered: Annotated[Array, Column("i1", "flag", "introduced by the broker")]
    newcomers: Annotated[Array, Column("f8", "firms", "places for newcomers left this month")]
    saving: Annotated[Array, Column("f8", "USD per member and month", "what members of a self-help group save; 0 for other groups")]
    saved: Annotated[Array, Column("f8", "USD", "savings paid in so far")]
    owed: Annotated[Array, Column("f8", "USD", "bank loan of the group outstanding, for which its fund is liable")]
    united: Annotated[Array, Column("i1", "flag", "belongs to the umbrella organisation")]
    carriers: Annotated[Array, Column("i8", "firms", "firms that carry its brand")]
    brand: Annotated[Array, Column("f8", "0 to 1", "their mean quality: the standard where the brand is policed")]
    facility: Annotated[Array, Column("i8", "month", "since when its common facility is open, -1 for none", -1)]
    users: Annotated[Array, Column("i8", "firms", "firms that used it this month")]
    short: Annotated[Array, Column("i8", "months", "months in a row in which fees did not carry it")]
    fund: Annotated[Array, Column("f8", "USD", "money in the fund of a self-help group: savings, loans and what is paid back")]
    till: Annotated[Array, Column("f8", "USD", "money of its common facility: fees less upkeep; never the fund's")]


class Providers(NamedTuple):
    """Providers of business development services."""

    customised: Annotated[Array, Column("i1", "flag", "has made its service fit small firms")]
    price: Annotated[Array, Column("f8", "USD", "price of a service")]
    expected: Annotated[Array, Column("f8", "services/month", "demand it believes in")]
    sold: Annotated[Array, Column("i8", "count", "services sold so far")]
    service: Annotated[Array, Column("i8", "code", "service of the catalogue that it is able to make; -1 for advice to one segment", -1)]
    boldness: Annotated[Array, Column("f8", "ratio", "share of expected demand on which it dares to count, over the mean provider's", 1.0)]
    cap: Annotated[Array, Column("f8", "USD", "highest price that a contract with the programme allows")]
    capped: Annotated[Array, Column("i8", "month", "first month in which that contract no longer binds", NEVER)]


class Banks(NamedTuple):
    """Banks; what they believe of each class of borrower is learned from their books."""

    good: Annotated[Array, Column("f8", "loans", "remembered repayment by class (0 alone, 1 guaranteed), in whole loans", 0.0, "classes")]
    bad: Annotated[Array, Column("f8", "loans", "remembered losses, by class", 0.0, "classes")]
    trust: Annotated[Array, Column("f8", "0 to 1", "trust in the association as screener and guarantor")]
    lent: Annotated[Array, Column("f8", "USD", "loans outstanding")]
    guaranteed: Annotated[Array, Column("f8", "USD", "of them covered by the guarantee fund")]
    loans: Annotated[Array, Column("i8", "count", "loans made so far")]
    applied: Annotated[Array, Column("i8", "count", "applications so far")]
    written_off: Annotated[Array, Column("f8", "USD", "loans written off so far")]


class Institutions(NamedTuple):
    """Support institutions: development banks, ministries, NGOs."""

    trust: Annotated[Array, Column("f8", "0 to 1", "trust in the cluster")]
    chaired: Annotated[Array, Column("f8", "flag", "the broker chairs the meeting with it this month")]
    met: Annotated[Array, Column("i8", "count", "meetings with the cluster")]
    failed: Annotated[Array, Column("i8", "count", "of them failed")]
    asked: Annotated[Array, Column("f8", "share", "sum of the shares of activities that it was asked for")]
    granted: Annotated[Array, Column("f8", "share", "sum of the shares that it paid or stood ready to pay")]
    voice: Annotated[Array, Column("f8", "0 to 1", "how well the umbrella organisation speaks for the cluster")]
    requests: Annotated[Array, Column("i8", "count", "requests put to the regulator")]
    heeded: Annotated[Array, Column("i8", "count", "of them met")]


class Brokers(NamedTuple):
    """Row 0 the broker, row 1 the local agent who learns the work."""

    skill: Annotated[Array, Column("f8", "0 to 1", "ability")]
    spent: Annotated[Array, Column("f8", "days", "days spent so far")]
    served_gone: Annotated[Array, Column("i8", "firms", "served firms that have closed")]
    reached_gone: Annotated[Array, Column("i8", "firms", "of them small or never served before")]
    mediates: Annotated[Array, Column("f8", "flag", "mends grievances inside groups this month")]
    chairs: Annotated[Array, Column("f8", "flag", "chairs the meeting with the bank this month")]
    started: Annotated[Array, Column("i1", "flag", "has begun")]
    met: Annotated[Array, Column("i8", "count", "meetings held")]
    failed: Annotated[Array, Column("i8", "count", "meetings to which nobody came")]
    invited: Annotated[Array, Column("i8", "firms", "asked to the last meeting")]
    came: Annotated[Array, Column("i8", "firms", "of them came")]
    first_invited: Annotated[Array, Column("i8", "firms", "asked to the first meeting")]
    first_came: Annotated[Array, Column("i8", "firms", "of them came")]
    unserved_gone: Annotated[Array, Column("i8", "firms", "firms closed since month 0 that the programme had not served")]
    informed: Annotated[Array, Column("f8", "flag", "judges projects on monitored information this month")]
    items: Annotated[Array, Column("f8", "items", "items on the action plan")]
    listed: Annotated[Array, Column("i1", "flag", "whether each kind of activity is on the action plan", 1.0, "kinds")]
    prepared: Annotated[Array, Column("f8", "days", "preparation in hand, by kind of activity", 0.0, "kinds")]
    supported: Annotated[Array, Column("i8", "month", "last time a group was found likely to take each kind up", NEVER, "kinds")]


WIDTHS = {"kinds": 10, "channels": 3, "slots": 2, "classes": 2, "services": 5}
ASSOCIATION, NETWORK, SELF_HELP = range(3)
GROUP_KINDS = ("association", "network", "self-help group")


@cache
def columns(table: Any) -> dict[str, Column]:
    """The declared columns of a table, in order; fields of another kind are left out."""
    hints = get_type_hints(table, include_extras=True)
    declared = {name: get_args(hints[name])[1:] for name in table._fields}
    return {name: found[0] for name, found in declared.items() if found and isinstance(found[0], Column)}


def new_table(table: Any, rows: int, **others: Any) -> Any:
    """A table of ``rows`` rows at the declared start values; ``others`` are the fields that are no columns."""
    arrays = {}
    for name, column in columns(table).items():
        shape = (rows, WIDTHS[column.width]) if column.width else (rows,)
        arrays[name] = np.full(shape, column.start, dtype=column.dtype)
    return table(**arrays, **others)
