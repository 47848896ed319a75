"""What the patterns about services look at."""

from __future__ import annotations

import math

import numpy as np

from clustersim import ledger as books
from clustersim.agents import NEVER
from clustersim.parameters.values import DESIGN, SOFTWARE, TESTING, WEB
from clustersim.patterns.declare import Case, Outcome
from clustersim.patterns.outcomes import outcome

ASKING = 12  # first of the four months in which needs are found out
PILOT = 18  # month from which a pilot may begin


@outcome("services of the catalogue that somebody has made fit small firms", "count")
def made_fit(case: Case) -> float:
    """At the end of the run."""
    return float((case.run.world.bds.active > 0).sum())


@outcome("firms that would gain from a fitting service at a fair price", "share")
def would_gain(case: Case) -> float:
    """Living firms to whom at least one service is truly worth more than its cost and half as much again."""
    world = case.run.world
    there, catalogue, p = world.firms.alive == 1, world.p.catalogue, world.p.services
    gains = world.firms.need[there] * catalogue.worth > catalogue.cost * (1.0 + p.mark_up)
    return float(gains.any(axis=1).mean()) if there.any() else math.nan


def _wishes(case: Case) -> tuple[float, float]:
    """Of the broker's firms: the change in the share that wants relief first, and the share that asked since."""
    months = case.relive((ASKING, ASKING + 4, ASKING + 10))
    world = next(months)
    circle, before = world.firms.in_circle == 1, world.firms.relief > 0.5
    if not circle.any():
        return math.nan, math.nan
    change = float((next(months).firms.relief > 0.5)[circle].mean() - before[circle].mean())
    world = next(months)
    asked = world.firms.asked.max(axis=1) >= world.burn_in + ASKING
    return change, float(asked[circle].mean())


@outcome("change in four months of the share of the broker's firms whose first wish is relief from outside", "share")
def relief_first(case: Case) -> float:
    """From the month in which needs begin to be found out."""
    return case.once(_wishes)[0]


@outcome("share of the broker's firms that asked for a service in ten months", "share")
def asked_for(case: Case) -> float:
    """From the month in which needs begin to be found out."""
    return case.once(_wishes)[1]


def users_after(months: int) -> Outcome:
    """Firms that have used the piloted service, so many months after the pilot could begin."""

    def of(case: Case) -> float:
        *_, world = case.relive((PILOT + months,))
        return float(((world.firms.alive == 1) & (world.firms.used[:, TESTING] > NEVER)).sum())

    return Outcome(f"users of the service {months} months after the pilot could begin", "firms", of)


USERS = {months: users_after(months) for months in (6, 24, 48, 84)}


@outcome("firms that bought testing at its full price, made to fit", "firms")
def bought(case: Case) -> float:
    """All purchases up to the end."""
    return float(case.run.world.bds.sold[TESTING])


@outcome("purchases of testing without help per USD 1000 that the programme spent on it", "services")
def per_dollar(case: Case) -> float:
    """Made to fit, at full price, up to the end; empty where nothing was spent."""
    flow = case.run.world.ledger.flow
    spent = float(flow[:, (books.DEVELOPMENT, books.VOUCHER), books.PROGRAMME].sum())
    return 1000.0 * float(case.run.world.bds.sold[TESTING]) / spent if spent > 0.0 else math.nan


def _mark_up(case: Case, service: int) -> float:
    world = case.run.world
    best = int(world.bds.best[service])
    return float(world.providers.price[best] / world.p.catalogue.cost[service] - 1.0) if best >= 0 else math.nan


@outcome("mark-up on design at the end", "share of the unit cost")
def design_mark_up(case: Case) -> float:
    """Of the provider that asks least; empty where nobody has made it fit."""
    return _mark_up(case, DESIGN)


@outcome("mark-up on software less that on web sites at the end", "share of the unit cost")
def dearer_software(case: Case) -> float:
    """Of the providers that ask least."""
    return _mark_up(case, SOFTWARE) - _mark_up(case, WEB)


@outcome("what joint buyers of software saved on its list price", "share")
def saved(case: Case) -> float:
    """Over all joint orders; empty where there was none."""
    bds = case.run.world.bds
    return float(1.0 - bds.revenue[SOFTWARE] / bds.listed[SOFTWARE]) if bds.listed[SOFTWARE] > 0.0 else math.nan


@outcome("months until web sites fit small firms, from the first course in IT", "months")
def until_web(case: Case) -> float:
    """Up to the end of the run where nobody makes them fit; no programme helps with it."""
    world = case.run.world
    since = int(world.bds.since[WEB])
    end = world.burn_in + case.scenario.run.months
    return float((since if since >= 0 else end) - world.burn_in - PILOT)


@outcome("skill of members who never took a course", "0 to 1")
def untrained_skill(case: Case) -> float:
    """Firms in a group, at the end, mean."""
    firms = case.run.world.firms
    there = (firms.alive == 1) & (firms.group >= 0).any(axis=1) & (firms.tutor == 0)
    return float(np.mean(firms.skill[there])) if there.any() else math.nan
