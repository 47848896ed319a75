"""To whom the programme pays: the one place that a new way of paying is added to.

group, firm   a share of what a joint activity costs, which is the same money whoever of them hands it on
provider      all of its shares go into courses that a provider holds; the firms' own joint activities get none
one firm      what the programme would pay of an offer goes to one member of the largest network instead

A service is another matter: see :func:`with_service`.
"""

from __future__ import annotations

from typing import Any

from clustersim.desk.policy import Policy
from clustersim.errors import InputError, Problem
from clustersim.interventions import KINDS
from clustersim.parameters.behaviour import Activities
from clustersim.scenario.check import month_number, month_text

Tables = dict[str, dict[str, Any]]
PROVIDED = "training"
"""the joint activity whose cost is paid to a provider"""
SERVICE, VOUCHER = "pilot_service", "voucher"
SERVICES = (SERVICE, VOUCHER)
PAID = "paid_service"
"""the name of the service that a policy pays for"""
COSTS = {"joint_fair": "fair", "joint_purchase": "purchase", "training": "training", "showroom": "showroom",
         "bank_mediation": "guarantee"}  # fmt: skip


def with_service(policy: Policy, tables: Tables, start: str, end: str) -> Tables:
    """One service, paid for as the policy says, in place of all that the base pays for services; raises InputError.

    provider   its development, with a provider who then sells it to all; the group chooses two pilot firms
    one firm   its development, for one firm that nobody else chose and that shares nothing
    firm       vouchers: firms that buy pay only their share of the price
    """
    if policy.to == "group":
        allowed = "provider, firm (vouchers), one firm"
        raise InputError(Problem("a service is paid to who makes it or who buys it", key="to", value="group",
                                 allowed=allowed))  # fmt: skip
    kept = {name: table for name, table in tables.items() if table["kind"] not in SERVICES}
    if policy.to == "firm":
        last = policy.end or end
        return kept | {PAID: {"kind": VOUCHER, "start": policy.start or start, "end": last, "every": 12}}
    alone = {"pilots": 1, "agreed": False, "shared": False} if policy.to == "one firm" else {}
    return kept | {PAID: {"kind": SERVICE, "date": policy.start or start, "to": policy.to, **alone}}


def paid_to(policy: Policy, tables: Tables, chosen: list[str]) -> Tables:
    """The interventions with the policy's money going to whom it says; raises InputError."""
    if policy.to in ("group", "firm") or chosen == [PAID]:
        return tables
    return _to_provider(policy, tables) if policy.to == "provider" else _to_one_firm(tables, chosen)


def _to_provider(policy: Policy, tables: Tables) -> Tables:
    if not any(table["kind"] in (PROVIDED, *SERVICES) for table in tables.values()):
        raise InputError(
            Problem("nobody provides anything here: the base has no training and no service", key="to", value=policy.to)
        )
    return {name: table if table["kind"] == PROVIDED else _unpaid(table) for name, table in tables.items()}


def _to_one_firm(tables: Tables, chosen: list[str]) -> Tables:
    """Each dated offer as a visit for one firm, at the programme's share of what ten participants would cost."""
    found = {name: _unpaid(table) if name in chosen else table for name, table in tables.items()}
    amounts: dict[str, float] = {}
    for name in (name for name in chosen if tables[name]["kind"] in COSTS):
        table, known = tables[name], KINDS[tables[name]["kind"]]
        activity = getattr(Activities(), COSTS[table["kind"]])
        cost = activity.fixed + 10.0 * activity.per_head
        built = known.model_validate({key: _frozen(value) for key, value in table.items() if key != "kind"})
        for month, share in _offers(built):
            amounts[month] = amounts.get(month, 0.0) + share * cost
    for k, (month, amount) in enumerate(sorted(amounts.items())):
        if amount > 0.0:
            found[f"one_firm_{k:03d}"] = {"kind": "single_firm_support", "date": month, "amount": round(amount, 2)}
    return found


def _offers(known: Any) -> list[tuple[str, float]]:
    """Month and programme share of each dated offer of an intervention."""
    from clustersim.interventions import Calendar

    first = "0000-01"
    return [(month_text(month_number(first) + offer.first), offer.shares.programme)
            for offer in known.offers(Calendar(first, 0, 0))]  # fmt: skip


def _unpaid(table: dict[str, Any]) -> dict[str, Any]:
    """The same offers without the programme's money: participants pay what it would have."""
    if table["kind"] not in COSTS:
        return table
    kept = {key: value for key, value in table.items() if key != "taper"}
    rest: dict[str, Any] = dict(table.get("taper") or table.get("shares") or {})
    institutions = rest.get("institutions", 0.0)
    shares = {"participants": round(1.0 - institutions, 12), "programme": 0.0, "institutions": institutions}
    if "events" in kept:
        kept["events"] = [{**event, "shares": shares} for event in kept["events"]]
        return kept
    return {**kept, "shares": shares}


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
