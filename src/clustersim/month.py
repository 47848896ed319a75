"""The month, in order.  This is where the model is read; each rule stands in its own file under rules/."""

from __future__ import annotations

from typing import Any, NamedTuple

from clustersim.compile import entry, rule
from clustersim.ledger import close_books, open_books
from clustersim.levers import OPEN_END
from clustersim.rules.brand import judge_brands, police
from clustersim.rules.brokerage import spend_days, spend_local_days
from clustersim.rules.business_groups import sit_together
from clustersim.rules.conflict import quarrel
from clustersim.rules.credit import borrow, repay, talk_to_bank
from clustersim.rules.demand import order_together, seek
from clustersim.rules.facility import run_facilities
from clustersim.rules.groups import found, join, lead, propose, thin_out
from clustersim.rules.heirs import listen_to_heirs
from clustersim.rules.inequality import take_fifths
from clustersim.rules.information import forget, talk
from clustersim.rules.institutions import meet_institutions
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
from clustersim.rules.middlemen import settle_advances
from clustersim.rules.needs import inform
from clustersim.rules.phases import open_gates
from clustersim.rules.pilots import start_pilots
from clustersim.rules.reached import measure_people
from clustersim.rules.self_help import close_funds, save_and_lend
from clustersim.rules.services import buy, favour_one
from clustersim.rules.supply import supply
from clustersim.rules.teaching import hold_courses, pass_on
from clustersim.rules.trust import deal, drift
from clustersim.rules.turnover import close, flood, open_workshops
from clustersim.rules.umbrella import speak


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
    bds: Any
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
def take_census(firms, cohort, brokers, value, weight):
    """Month 0: from here on these firms are the cohort whose fate is reported."""
    for i in range(firms.alive.shape[0]):
        firms.cohort[i] = firms.alive[i]
        firms.founder[i] = firms.alive[i]
        firms.hired_first[i] = firms.workers[i] - firms.family[i] if firms.alive[i] == 1 else 0.0
        cohort[0] += firms.alive[i]
    take_fifths(firms, value, weight)
    brokers.unserved_gone[0] = 0


@rule
def month(w, t):
    """One month of the cluster; ``t`` counts from the start of the burn-in."""
    firms, ties, groups, market, ledger, scratch = w.firms, w.ties, w.groups, w.market, w.ledger, w.scratch
    plan, key, p = w.plan, w.key, w.p
    announced = plan.horizon[t] < OPEN_END
    if t == 0:
        open_market(firms, market, p.market, p.brand, p.channels)
    if t == w.burn_in:
        take_census(firms, w.cohort, w.brokers, w.value, w.weight)
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
    trade(firms, market, ledger, plan.demand[t], p.market, p.households, p.credit, p.middlemen, p.investment.ageing)
    # 3. The broker and the local agent spend their days
    open_gates(w, t)
    spend_days(w, t, announced)
    spend_local_days(w, t)
    speak(w, t)
    sit_together(w, t)
    favour_one(
        firms, groups, scratch, ledger, plan.favour[t], plan.favour_agreed[t], plan.favour_shared[t], key, t, p.fairness
    )
    meet_institutions(w.institutions, plan.institution_meeting[t], w.brokers.skill[0], key, t, p.institutions)
    # 4. Information
    talk(firms, ties, plan.offers.known, scratch.luck, key, t, p.information, p.trust)
    inform(
        firms, scratch, ledger, plan.point[t], plan.point_programme[t], plan.point_institutions[t],
        plan.point_unrecorded[t], key, t, p.services,
    )  # fmt: skip
    # 5. Joint action
    list_newcomers(firms, groups, scratch)
    propose(w, t, announced)
    # 6. Services
    advisers = market.firms.shape[0]
    buy(firms, ties, w.providers, advisers, ledger, scratch.luck, p.learning, key, t, p.services)
    supply(w.providers, w.bds, ledger, p.catalogue, t, p.services)
    seek(w, t, announced)
    order_together(w, t, announced)
    start_pilots(w, t)
    hold_courses(w, t)
    pass_on(firms, ties, p.services)
    co_finance(firms, market, ledger, plan.grants, p.households.subsistence, key, t, p.investment)
    police(firms, groups, ledger, plan.policing[t], plan.policing_shares, t, p.brand)
    # 7. Credit
    talk_to_bank(w.banks, ledger, w.brokers, plan, key, t, p.credit)
    borrow(firms, groups, w.banks, ledger, scratch.luck, p.households.subsistence, key, t, p.credit)
    repay(firms, w.banks, ledger, p.households.subsistence, key, t, p.credit)
    save_and_lend(
        firms, groups, ledger, scratch, plan.linkage[t], plan.literacy[t], p.households.subsistence, p.credit.interest,
        t, p.self_help,
    )
    settle_advances(firms, ledger, p.households.subsistence, key, t, p.middlemen)
    # 8. Trust and beliefs
    deal(firms, ties, scratch.luck, key, t, p.learning, p.trust)
    quarrel(firms, ties, groups, scratch, w.brokers.mediates[0], key, t, p.fairness, p.trust)
    odd = drift(firms, ties, p.trust)
    listen_to_heirs(firms, plan.youth_news[t], t, p.broker.forgetting, p.heirs)
    forget(firms, t, p.information, p.learning, p.fairness)
    # 9. Groups, entry and exit
    join(firms, ties, groups, scratch, key, t, p.groups)
    found(firms, ties, groups, key, t, p.groups)
    lead(firms, groups, scratch, key, t, p.groups)
    close(firms, groups, w.banks, w.brokers, ledger, t, p.turnover, p.credit)
    thin_out(firms, groups, key, t, p.groups)
    close_funds(firms, groups, ledger)
    open_workshops(firms, ties, market, ledger, w.brokers, key, t, p)
    # 10. Books are closed and measured
    close_books(ledger, t)
    m = t - w.burn_in
    if m >= 0:
        measure_ties(firms, ties, w.measures, m, w.burn_in)
        measure_firms(firms, w.brokers, w.measures, w.cohort[0], p.households.unpaid, t, m)
        measure_willingness(firms, groups, w.measures, m, p)
        measure_households(firms, w.measures, w.value, w.weight, m, p)
        measure_activities(groups, w.log, w.measures, w.brokers, w.institutions, t, m)
        measure_people(firms, groups, w.institutions, w.brokers, w.measures, m, p)
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
