"""What is measured at the end of a month; each outcome's definition stands in measures.py.

Sums run in the order of the rows, so that the same run gives the same bits.  Money comes from the ledger alone.
"""

from __future__ import annotations

import math

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM
from clustersim.parameters.values import FAIR
from clustersim.rules.credit import ALONE, GUARANTEED, believed_loss
from clustersim.rules.inequality import gini
from clustersim.rules.joint_action import tail
from clustersim.rules.reached import kept_from_women
from clustersim.rules.turnover import small_or_new

# What find_fault looks at, in the order of its codes.
FAULTS = (
    "income", "price", "quality", "climate", "cash", "trust", "payments (more than the ledger has rows)",
    "joint activities (more than the log has rows)",
)  # fmt: skip


@rule
def measure_ties(firms, ties, measures, m, burn_in):
    """Mean trust over the ties of month 0 and over those made later."""
    old = new = 0.0
    olds = news = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0:
            continue
        first_firm = firms.cohort[i]
        mine_old = mine_new = 0.0
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            j = ties.to[e]
            if first_firm == 1 and firms.cohort[j] == 1 and ties.made[e] <= burn_in:
                mine_old += ties.trust[e]
                olds += 1
            elif firms.alive[j] == 1 and ties.made[e] > burn_in:
                mine_new += ties.trust[e]
                news += 1
        old += mine_old
        new += mine_new
    measures.trust[m] = old / olds if olds > 0 else math.nan
    measures.trust_new[m] = new / news if news > 0 else math.nan


@rule
def measure_firms(firms, brokers, measures, cohort_size, unpaid, t, m):
    """Everything that is a mean or a count over firms."""
    alive = cohort = acted = alone = members = in_association = circle = 0
    served, reached = brokers.served_gone[0], brokers.reached_gone[0]
    income = quality = price = use = climate = trust_broker = jobs = 0.0
    paid = women_paid = women = 0.0
    for i in range(firms.alive.shape[0]):
        if firms.served[i] == 1:
            served += 1
            if small_or_new(firms, i):
                reached += 1
        if firms.alive[i] == 0:
            continue
        alive += 1
        workers = firms.workers[i]
        jobs += workers
        paid += firms.earnings[i] * workers
        women += firms.women[i] * workers
        women_paid += firms.earnings[i] * workers * firms.women[i]
        women_paid -= kept_from_women(firms, i, unpaid)
        quality += firms.quality[i]
        price += firms.price[i]
        use += firms.use[i]
        if firms.group[i, 0] >= 0 or firms.group[i, 1] >= 0:
            members += 1
        if firms.group[i, 0] >= 0:
            in_association += 1
        if firms.in_circle[i] == 1:
            circle += 1
            trust_broker += firms.trust_broker[i]
        if firms.cohort[i] == 1:
            cohort += 1
            income += firms.income[i]
            climate += firms.climate[i]
            if t - firms.acted[i] < 12:
                acted += 1
            if t - firms.acted_alone[i] < 12:
                alone += 1
    measures.firms[m] = alive
    measures.jobs[m] = jobs
    measures.wage[m] = paid / jobs if jobs > 0.0 else math.nan
    measures.wage_women[m] = women_paid / women if women > 0.0 else math.nan
    measures.wage_men[m] = (paid - women_paid) / (jobs - women) if jobs - women > 0.0 else math.nan
    measures.quality[m] = quality / alive if alive > 0 else math.nan
    measures.price[m] = price / alive if alive > 0 else math.nan
    measures.use[m] = use / alive if alive > 0 else math.nan
    measures.members[m] = members
    measures.association_members[m] = in_association
    measures.firms_served[m] = served
    measures.outreach[m] = reached / served if served > 0 else math.nan
    measures.trust_broker[m] = trust_broker / circle if circle > 0 else math.nan
    measures.joint_action[m] = acted / cohort if cohort > 0 else math.nan
    measures.unassisted[m] = alone / cohort if cohort > 0 else math.nan
    measures.climate[m] = climate / cohort if cohort > 0 else math.nan
    measures.income_month[m] = income / max(1.0, cohort_size)
    total = 0.0
    first = max(0, m - 11)
    for k in range(first, m + 1):
        total += measures.income_month[k]
    measures.income[m] = total / (m - first + 1)


@rule
def measure_willingness(firms, groups, measures, m, p):
    """What members would pay for the next fair at most: Pr·V less resentment, over the full cost a head."""
    a = p.activities
    cost = a.fixed[FAIR] / (0.7 * p.groups.invited) + a.per_head[FAIR]
    needed = math.ceil(p.joint_action.threshold * p.groups.invited)
    total = 0.0
    count = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0 or (firms.group[i, 0] < 0 and firms.group[i, 1] < 0):
            continue
        chance = tail(p.groups.invited - 1, needed - 1, firms.climate[i])
        pays = chance * a.gain[FAIR] * firms.felt[i, FAIR] * firms.guess[i, FAIR] / cost
        # above the reference price the resentment comes on top: s + r·(s − s_ref) = pays
        if pays > firms.reference[i, FAIR]:
            r = p.fairness.resentment
            pays = (pays + r * firms.reference[i, FAIR]) / (1.0 + r)
        total += max(0.0, pays)
        count += 1
    measures.willingness_to_pay[m] = total / count if count > 0 else math.nan


@rule
def measure_households(firms, measures, value, weight, m, p):
    """Poverty every month, and every twelfth month the Gini coefficient, over the households of month 0."""
    h = p.households
    poor = households = 0.0
    count = 0
    mean_wage = measures.wage[m]
    mean_use = measures.use[m]
    for i in range(firms.alive.shape[0]):
        if firms.founder[i] == 0:
            continue
        there = firms.cohort[i] == 1
        owner = firms.income_year[i] if there else mean_wage
        worker = (firms.wage[i] if there else p.market.wage * mean_use) * h.earners
        value[count] = owner / h.size
        weight[count] = 1.0
        households += 1.0
        if value[count] < h.poverty_line:
            poor += 1.0
        count += 1
        if firms.hired_first[i] <= 0.0:
            continue
        value[count] = worker / h.size
        weight[count] = firms.hired_first[i] / h.earners
        households += weight[count]
        # worker households of one firm differ in their earners: logistic spread around the firm's mean
        gap = (value[count] - h.poverty_line) / (h.poverty_spread * h.poverty_line)
        poor += weight[count] / (1.0 + math.exp(min(50.0, gap * 1.8)))
        count += 1
    measures.poverty[m] = poor / households if households > 0.0 else math.nan
    measures.gini[m] = measures.gini[m - 1] if m % 12 != 0 else gini(value, weight, count)


@rule
def measure_activities(groups, log, measures, brokers, institutions, t, m):
    """Joint activities tried and happened in the last 12 months, and how many without broker and programme money."""
    tries = happened = free = 0
    row = log.count[0] - 1
    while row >= 0 and t - log.month[row] < 12:
        tries += 1
        if log.happened[row] == 1:
            happened += 1
            if log.assisted[row] == 0 and log.funded[row] == 0:
                free += 1
        row -= 1
    measures.tries[m] = tries
    measures.activities[m] = happened
    measures.broker_free_share[m] = free / happened if happened > 0 else math.nan
    conflicts = awake = 0
    for g in range(groups.alive.shape[0]):
        conflicts += groups.conflicts[g]
        if groups.alive[g] == 1 and groups.size[g] > 0:
            awake += 1
    measures.conflicts[m] = conflicts
    measures.groups[m] = awake
    measures.agent_skill[m] = brokers.skill[1]
    measures.requests_met[m] = institutions.heeded[0]
    asked = brokers.first_invited[0]
    measures.first_meeting[m] = brokers.first_came[0] / asked if asked > 0 else math.nan


@rule
def measure_money(ledger, banks, measures, t, m, p):
    """Who paid for what, from the ledger alone; loans and what banks believe, from their books."""
    flow = ledger.flow
    firm = FIRST_FIRM
    sectors = flow.shape[2]
    private = institutions = programme = unrecorded = services = cost = others = 0.0
    for payee in range(sectors):
        for q in books.ACTIVITY:
            private += flow[t, q, firm, payee]
            institutions += flow[t, q, books.INSTITUTIONS, payee]
            programme += flow[t, q, books.PROGRAMME, payee]
            unrecorded += flow[t, q, books.UNRECORDED, payee]
        services += flow[t, books.SERVICE, firm, payee]
        cost += flow[t, books.SERVICE_COST, books.PROVIDERS, payee]
        cost += flow[t, books.DEVELOPMENT, books.PROVIDERS, payee]  # what others pay of it is in their spending
        for payer in (books.PROGRAMME, books.INSTITUTIONS, books.UNRECORDED):  # so is what they pay of delivery
            cost -= flow[t, books.VOUCHER, payer, payee]
        others += flow[t, books.BROKER, books.PROGRAMME, payee] + flow[t, books.DEPOSIT, books.PROGRAMME, payee]
    measures.spent_private[m] = private
    measures.spent_institutions[m] = institutions
    measures.spent_programme[m] = programme
    measures.spent_unrecorded[m] = unrecorded
    measures.services_paid[m] = services
    measures.services_cost[m] = cost
    measures.spent_broker[m] = others
    measures.programme_cost[m] = (measures.programme_cost[m - 1] if m > 0 else 0.0) + programme + others
    all_private = all_institutions = all_programme = all_unrecorded = all_services = all_cost = 0.0
    year_paid = year_cost = year_given = year_spent = 0.0
    for k in range(m + 1):
        all_private += measures.spent_private[k]
        all_institutions += measures.spent_institutions[k]
        all_programme += measures.spent_programme[k]
        all_unrecorded += measures.spent_unrecorded[k]
        all_services += measures.services_paid[k]
        all_cost += measures.services_cost[k]
        if k > m - 12:
            year_paid += measures.spent_private[k] + measures.services_paid[k]
            year_cost += measures.spent_private[k] + measures.spent_institutions[k] + measures.spent_programme[k]
            year_cost += measures.spent_unrecorded[k] + measures.services_cost[k]
            year_given += measures.spent_institutions[k]
            year_spent += measures.spent_private[k] + measures.spent_institutions[k] + measures.spent_programme[k]
            year_spent += measures.spent_unrecorded[k]
    total = all_private + all_institutions + all_programme + all_unrecorded
    measures.cost_recovery[m] = year_paid / year_cost if year_cost > 0.0 else math.nan
    measures.institutions_year[m] = year_given / year_spent if year_spent > 0.0 else math.nan
    delivered = total + all_cost
    measures.cost_recovery_total[m] = (all_private + all_services) / delivered if delivered > 0.0 else math.nan
    measures.share_private[m] = all_private / total if total > 0.0 else math.nan
    measures.share_institutions[m] = all_institutions / total if total > 0.0 else math.nan
    measures.share_programme[m] = all_programme / total if total > 0.0 else math.nan
    measures.leverage[m] = total / all_programme if all_programme > 0.0 else math.nan
    alive = measures.firms[m]
    measures.income_net_month[m] = measures.income_month[m] - (private + services) / max(1.0, alive)
    first = max(0, m - 11)
    net = 0.0
    for k in range(first, m + 1):
        net += measures.income_net_month[k]
    measures.income_net[m] = net / (m - first + 1)
    spent = measures.programme_cost[m]
    measures.leverage_full[m] = (total + spent - all_programme) / spent if spent > 0.0 else math.nan
    measures.loans[m] = banks.lent[0]
    measures.loans_made[m] = banks.loans[0]
    measures.bank_risk[m] = believed_loss(banks, ALONE, p.credit)
    measures.bank_risk_guaranteed[m] = believed_loss(banks, GUARANTEED, p.credit)


@rule
def find_fault(firms, ties, ledger, log, fault, odd, t):
    """Look for a number that is not finite; write down month, firm and variable, and return 1 if there is one.

    Ties are looked through only if ``odd`` of them were found.
    """
    for i in range(firms.alive.shape[0]):
        variable = -1
        if not math.isfinite(firms.income[i]):
            variable = 0
        elif not math.isfinite(firms.price[i]):
            variable = 1
        elif not math.isfinite(firms.quality[i]):
            variable = 2
        elif not math.isfinite(firms.climate[i]):
            variable = 3
        elif not math.isfinite(ledger.balance[FIRST_FIRM + i]):
            variable = 4
        elif odd > 0:
            for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
                if not math.isfinite(ties.trust[e]):
                    variable = 5
        if variable >= 0:
            fault[0], fault[1], fault[2] = 1, t, i
            fault[3] = variable
            return 1
    if ledger.count[1] > 0:
        fault[0], fault[1], fault[2], fault[3] = 1, t, 0, 6
        return 1
    if log.count[1] > 0:
        fault[0], fault[1], fault[2], fault[3] = 1, t, 0, 7
        return 1
    return 0
