"""Shocks, closing and opening: owners who starve give up; empty workshops are taken where the trade feeds people."""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.agents import NEVER
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.randomness import BIRTH, DISASTER, ENTRY, uniform, uniforms
from clustersim.rules.credit import write_off
from clustersim.rules.needs import first_needs


@rule
def small_or_new(firms, i):
    """Whom a programme should reach: under 20 workers, or under 50 and never served before."""
    return firms.workers[i] < 20.0 or (firms.workers[i] < 50.0 and firms.served_before[i] == 0)


@rule
def flood(firms, share, key, t):
    """A flood takes away, firm by firm with this chance, what could be pledged."""
    if share <= 0.0:
        return
    for i in range(firms.alive.shape[0]):
        if uniform(key, t, DISASTER, 0, i, 0) < share:
            firms.collateral[i] = 0.0


@rule
def close(firms, groups, banks, brokers, ledger, t, p, credit):
    """An owner who has starved for too long gives up: the loan is settled, what is left goes home.

    A middleman loses his advance, a self-help group its loan.
    """
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0 or firms.starving[i] < p.patience:
            continue
        me = FIRST_FIRM + i
        if firms.debt[i] > 0.0:  # what cash there is goes to the bank first, the rest of the loan is lost
            repaid = max(0.0, min(firms.debt[i], ledger.balance[me]))
            pay(ledger, books.PRINCIPAL, me, books.BANKS, repaid)
            firms.debt[i] -= repaid
            banks.lent[0] -= repaid
            if firms.insured[i] == 1:
                banks.guaranteed[0] -= repaid
            if firms.debt[i] > 0.0:
                write_off(firms, banks, ledger, i, credit)
            firms.insured[i] = 0
            firms.instalment[i] = 0.0
        left = ledger.balance[me]
        if left >= 0.0:
            pay(ledger, books.CLOSING, me, books.HOUSEHOLDS, left)
        else:
            pay(ledger, books.CLOSING, books.HOUSEHOLDS, me, -left)
        if firms.served[i] == 0:
            brokers.unserved_gone[0] += 1
        firms.bound[i] = 0
        firms.advanced[i] = 0.0
        firms.micro[i] = 0.0
        firms.margin[i] = 0.0
        firms.alive[i] = 0
        firms.cohort[i] = 0
        firms.income[i] = 0.0
        firms.output[i] = 0.0
        firms.orders[i] = 0.0
        firms.in_circle[i] = 0
        firms.table[i] = -1


@rule
def open_workshops(firms, ties, market, ledger, brokers, key, t, p):
    """Somebody opens in an empty workshop, the likelier the better the segment feeds its owners; poor and small.

    Neighbours come with the workshop; trust in the newcomer and by the newcomer starts at the dispositions.
    """
    cluster, subsistence = p.cluster, p.households.subsistence
    segments = market.appeal.shape[0]
    for s in range(segments):
        total = 0.0
        count = 0.0
        for i in range(firms.alive.shape[0]):
            if firms.alive[i] == 1 and firms.segment[i] == s and firms.workers[i] < 8.0:
                total += firms.income_year[i]
                count += 1.0
        market.appeal[s] = min(2.0, max(0.0, total / max(1.0, count) / subsistence - 1.0))
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1:
            continue
        chance = p.turnover.entry * market.appeal[firms.segment[i]]
        if uniform(key, t, ENTRY, 0, i, firms.life[i]) >= chance:
            continue
        if firms.served[i] == 1:  # the one that closed stays counted
            brokers.served_gone[0] += 1
            if small_or_new(firms, i):
                brokers.reached_gone[0] += 1
        firms.life[i] += 1
        u0, u1, u2, u3 = uniforms(key, 0, BIRTH, 9, i, firms.life[i])
        firms.alive[i] = 1
        firms.entered[i] = t
        firms.workers[i] = 1.0 + int(4.0 * u0)
        firms.family[i] = min(firms.workers[i], 2.0)
        firms.woman[i] = 1 if u1 < cluster.women_owners else 0
        firms.disposition[i] = min(0.95, max(0.02, cluster.disposition + cluster.trust_spread * 3.4 * (u2 - 0.5)))
        firms.climate[i] = firms.disposition[i]
        firms.able[i] = 1 if u3 < p.groups.leaders else 0
        firms.standing[i] = 1.0
        firms.recognised[i] = 0.0
        firms.heir[i] = 0  # a young owner
        firms.heir_trained[i] = 0
        firms.heir_trust[i] = 0.0
        firms.heir_seen[i] = NEVER
        rides = uniform(key, 0, BIRTH, 10, i, firms.life[i]) < p.joint_action.free_riders
        firms.free_rider[i] = 1 if rides else 0
        firms.served_before[i] = 0
        firms.visited[i] = NEVER
        firms.bitter[i] = 0.0
        firms.quality[i] = p.market.common_quality
        firms.skill[i] = 0.0
        firms.price[i] = 1.0
        firms.starving[i] = 0
        firms.discount[i] = 0.0
        firms.discount_left[i] = 0
        firms.process[i] = 0.0
        firms.treated[i] = 0.0
        firms.certified[i] = 0
        firms.branded[i] = 0
        firms.brand[i] = -1
        firms.departed[i] = 0
        firms.collateral[i] = 0.0
        firms.grievance[i] = 0.0
        firms.favour[i] = 0.0
        firms.served[i] = 0
        firms.belief[i] = p.services.belief
        firms.customers[i] = 0
        first_needs(firms, key, i, p.services)
        firms.trust_broker[i] = 0.0
        firms.trust_agent[i] = 0.0
        firms.income_year[i] = subsistence
        firms.acted[i] = NEVER
        firms.acted_alone[i] = NEVER
        for c in range(1, firms.reach.shape[1]):
            firms.reach[i, c] = 0.02
            firms.habit[i, c] = 0.02
        for k in range(firms.felt.shape[1]):
            firms.felt[i, k] = p.joint_action.prior_value
            firms.guess[i, k] = 1.0
            firms.fit[i, k] = 1.0
            firms.reference[i, k] = 1.0
            firms.taken_part[i, k] = NEVER
        pay(ledger, books.CAPITAL, books.HOUSEHOLDS, FIRST_FIRM + i, p.turnover.capital)
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            b = ties.back[e]
            j = ties.to[e]
            ties.trust[e] = firms.disposition[i]
            ties.trust[b] = firms.disposition[j]
            for k in (e, b):
                ties.damage[k] = 0.0
                ties.kept[k] = 0.0
                ties.broken[k] = 0.0
                ties.familiarity[k] = 0.0
