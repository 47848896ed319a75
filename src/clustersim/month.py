"""The month, in order.  This is where the model is read; each rule stands in its own file under rules/."""

from __future__ import annotations

from typing import Any, NamedTuple

from clustersim.compile import entry, rule
from clustersim.ledger import close_books, open_books
from clustersim.levers import OPEN_END
from clustersim.rules.brand import judge_brands, police
from clustersim.rules.brokerage import spend_days, spend_local_days
from clustersim.rules.conflict import quarrel
from clustersim.rules.credit import borrow, repay, talk_to_bank
from clustersim.rules.facility import run_facilities
from clustersim.rules.groups import found, join, lead, propose, thin_out
from clustersim.rules.information import forget, talk
from clustersim.rules.investing import co_finance
from clustersim.rules.leaving import abscond, depart
from clustersim.rules.market import attract, import_pressure, open_market, trade
from clustersim.rules.measuring import (
    find_fault,
    measure_activities,
    measure_firms,
    measure_households,
    measure_money,
    measure_ties,
    measure_willingness,
)
from clustersim.rules.membership import list_members, list_newcomers
from clustersim.rules.services import buy, favour_one
from clustersim.rules.trust import deal, drift
from clustersim.rules.turnover import close, flood, open_workshops


class World(NamedTuple):
    """Everything there is in one run."""

    firms: Any
    ties: Any
    groups: Any
    providers: Any
    banks: Any
    institutions: Any
    brokers: Any
    market: Any
    ledger: Any
    scratch: Any
    log: Any
    plan: Any
    measures: Any
    value: Any  # (2 * firms,) working space of the household measures
    weight: Any  # (2 * firms,)
    cohort: Any  # [0] firms of month 0
    fault: Any  # [0] 1 if the run stopped, [1] month, [2] firm, [3] variable
    key: Any  # (seed, replication)
    burn_in: Any  # months before month 0
    p: Any  # Parameters


@rule
def take_census(firms, cohort):
    """Month 0: from here on these firms are the cohort whose fate is reported."""
    for i in range(firms.alive.shape[0]):
        firms.cohort[i] = firms.alive[i]
        firms.founder[i] = firms.alive[i]
        firms.hired_first[i] = firms.workers[i] - firms.family[i] if firms.alive[i] == 1 else 0.0
        cohort[0] += firms.alive[i]


@rule
def month(w, t):
    """One month of the cluster; ``t`` counts from the start of the burn-in."""
    firms, ties, groups, market, ledger, scratch = w.firms, w.ties, w.groups, w.market, w.ledger, w.scratch
    plan, key, p = w.plan, w.key, w.p
    announced = plan.horizon[t] < OPEN_END
    if t == 0:
        open_market(firms, market, p.market, p.brand, p.channels)
    if t == w.burn_in:
        take_census(firms, w.cohort)
    open_books(ledger)
    list_members(firms, groups, scratch)

    # 1. The world
    flood(firms, plan.flood[t], key, t)
    import_pressure(market, plan.imports, t, p.channels)
    depart(firms, ties, groups, scratch, plan.departure[t], plan.departure_reach[t], p)
    abscond(firms, ties, groups, scratch, ledger, plan.fraud[t], plan.fraud_deposit[t], p)
    # 2. Production and sales
    judge_brands(firms, groups, p.brand)
    run_facilities(firms, groups, ledger, plan.facility_for_all[t], p.market.materials, p.facility, p.learning)
    attract(firms, market, p.market, p.brand, p.channels)
    trade(firms, market, ledger, plan.demand[t], p.market, p.households, p.credit, p.investment.ageing)
    # 3. The broker and the local agent spend their days
    spend_days(w, t, announced)
    spend_local_days(w, t)
    favour_one(
        firms, groups, scratch, ledger, plan.favour[t], plan.favour_agreed[t], plan.favour_shared[t], key, t, p.fairness
    )
    # 4. Information
    talk(firms, ties, plan.offers.known, scratch.luck, key, t, p.information, p.trust)
    # 5. Joint action
    list_newcomers(firms, groups, scratch)
    propose(w, t, announced)
    # 6. Services
    buy(firms, ties, w.providers, ledger, scratch.luck, p.learning, key, t, p.services)
    co_finance(firms, market, ledger, plan.grants, p.households.subsistence, key, t, p.investment)
    police(firms, groups, ledger, plan.policing[t], plan.policing_shares, t, p.brand)
    # 7. Credit
    talk_to_bank(w.banks, ledger, w.brokers, plan, key, t, p.credit)
    borrow(firms, groups, w.banks, ledger, scratch.luck, p.households.subsistence, key, t, p.credit)
    repay(firms, w.banks, ledger, p.households.subsistence, key, t, p.credit)
    # 8. Trust and beliefs
    deal(firms, ties, scratch.luck, key, t, p.learning, p.trust)
    quarrel(firms, ties, groups, scratch, w.brokers.mediates[0], key, t, p.fairness, p.trust)
    odd = drift(firms, ties, p.trust)
    forget(firms, t, p.information, p.learning, p.fairness)
    # 9. Groups, entry and exit
    join(firms, ties, groups, scratch, key, t, p.groups)
    found(firms, ties, groups, key, t, p.groups)
    lead(firms, groups, scratch, key, t, p.groups)
    close(firms, groups, w.banks, ledger, t, p.turnover, p.credit)
    thin_out(firms, groups, key, t, p.groups)
    open_workshops(firms, ties, market, ledger, w.brokers, key, t, p)
    # 10. Books are closed and measured
    close_books(ledger, t)
    m = t - w.burn_in
    if m >= 0:
        measure_ties(firms, ties, w.measures, m, w.burn_in)
        measure_firms(firms, w.brokers, w.measures, w.cohort[0], t, m)
        measure_willingness(firms, groups, w.measures, m, p)
        measure_households(firms, w.measures, w.value, w.weight, m, p)
        measure_activities(groups, w.log, w.measures, w.brokers, t, m)
        measure_money(ledger, w.banks, w.measures, t, m, p)
    stop = find_fault(firms, ties, ledger, w.log, w.fault, odd, t)
    return stop


@entry
def months(w, first, last):
    """Live the months from ``first`` up to and without ``last``; stops at a fault (see ``World.fault``)."""
    for t in range(first, last):
        if month(w, t) != 0:
            return t
    return last
