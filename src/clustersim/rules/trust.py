"""Trust between two firms: kept promises raise it, broken ones cut it, without contact it drifts.

``T`` = trust of i in j, ``w`` = weight of the event, ``R`` = reputation damage, ``d`` = i's disposition.

=========== ============================================= =========================================
rule        kept                                          broken
=========== ============================================= =========================================
asymmetric  T += gain·w·(1−T)·(1−R)                       T −= loss·w·T,  R += damage·w·(1−R)
beta        a += w,  T = (n·d + a)/(n + a + b)            b += w, the same T
loyalty     x += w,  T += F(x) − F(x−w)                   x = 0, T = min(T, d)
average     T += gain·w·(1−T)                             T −= gain·w·T
=========== ============================================= =========================================

with F(x) = d + (1−d)·(1 − 1/(f·x + 1)).  Sources: Slovic 1993 (asymmetry); Jøsang and Ismail 2002 (beta, with
forgetting); Klos and Nooteboom 2001 (loyalty; x here counts from 0).
"""

from __future__ import annotations

import math

from clustersim.compile import rule
from clustersim.randomness import DEALING, draw_for_lives
from clustersim.ties import connect

ASYMMETRIC, BETA, LOYALTY, AVERAGE = range(4)  # in the order of the choices of [trust] rule


@rule
def loyalty(x, disposition, firmness):
    """Trust after x uninterrupted kept promises: d + (1−d)(1 − 1/(f·x+1))."""
    return disposition + (1.0 - disposition) * (1.0 - 1.0 / (firmness * x + 1.0))


@rule
def kept(ties, e, weight, disposition, p):
    """The other side of tie e kept a promise of this weight."""
    if p.rule == ASYMMETRIC:
        ties.trust[e] += min(1.0, p.gain * weight) * (1.0 - ties.trust[e]) * (1.0 - ties.damage[e])
    elif p.rule == BETA:
        ties.kept[e] += weight
        evidence = p.prior_weight + ties.kept[e] + ties.broken[e]
        ties.trust[e] = (p.prior_weight * disposition + ties.kept[e]) / evidence
    elif p.rule == LOYALTY:
        before = loyalty(ties.kept[e], disposition, p.firmness)
        ties.kept[e] += weight
        step = loyalty(ties.kept[e], disposition, p.firmness) - before
        ties.trust[e] = min(1.0, ties.trust[e] + step)
    else:
        ties.trust[e] += min(1.0, p.gain * weight) * (1.0 - ties.trust[e])
    ties.familiarity[e] += weight


@rule
def broke(ties, e, weight, disposition, p):
    """The other side of tie e broke a promise of this weight."""
    if p.rule == ASYMMETRIC:
        ties.trust[e] -= min(1.0, p.loss * weight) * ties.trust[e]
        ties.damage[e] += min(1.0, p.damage * weight) * (1.0 - ties.damage[e])
    elif p.rule == BETA:
        ties.broken[e] += weight
        evidence = p.prior_weight + ties.kept[e] + ties.broken[e]
        ties.trust[e] = (p.prior_weight * disposition + ties.kept[e]) / evidence
    elif p.rule == LOYALTY:
        share = min(1.0, weight)
        ties.kept[e] *= 1.0 - share
        ties.trust[e] -= share * max(0.0, ties.trust[e] - disposition)
    else:
        ties.trust[e] -= min(1.0, p.gain * weight) * ties.trust[e]


@rule
def hear(ties, e, opinion, weight, disposition, p):
    """Somebody says the other side of tie e deserves trust ``opinion``; ``weight`` in [0, 1] is how far it counts."""
    if p.rule == BETA:
        ties.kept[e] += weight * opinion
        ties.broken[e] += weight * (1.0 - opinion)
        evidence = p.prior_weight + ties.kept[e] + ties.broken[e]
        ties.trust[e] = (p.prior_weight * disposition + ties.kept[e]) / evidence
    else:
        ties.trust[e] += weight * (opinion - ties.trust[e])


@rule
def anchor(ties, e, disposition, p):
    """Give a tie the evidence that matches its trust, for the rules that keep evidence (beta, loyalty)."""
    trust = ties.trust[e]
    ties.kept[e] = 0.0
    ties.broken[e] = 0.0
    if p.rule == BETA:
        if trust > disposition:
            ties.kept[e] = p.prior_weight * (trust - disposition) / max(1e-6, 1.0 - trust)
        else:
            ties.broken[e] = p.prior_weight * (disposition - trust) / max(1e-6, trust)
    elif p.rule == LOYALTY and trust > disposition:
        ties.kept[e] = (trust - disposition) / max(1e-6, p.firmness * (1.0 - trust))


@rule
def wound(ties, e, share, disposition, p):
    """Something else than a broken promise (envy, a quarrel) takes a share of the trust."""
    ties.trust[e] -= share * ties.trust[e]
    if p.rule in (BETA, LOYALTY):
        anchor(ties, e, disposition, p)


@rule
def introduce(firms, ties, i, j, rival, t, p):
    """Two firms become contacts and begin with what each expects of others in general."""
    e = connect(ties, i, j, firms.climate[i], firms.climate[j], rival, t)
    if e >= 0:
        anchor(ties, e, firms.disposition[i], p)
        anchor(ties, ties.back[e], firms.disposition[j], p)


@rule
def deal(firms, ties, luck, key, t, learning, p):
    """An everyday favour: i asks a contact j, who keeps its word with chance (1 + T_ji)/2, less if a free rider.

    Firms ask in the order of their rows; each sees what the earlier ones left.
    """
    draw_for_lives(luck, key, t, DEALING, firms.life)
    for i in range(firms.alive.shape[0]):
        asks, which, keeps = luck[0, i], luck[1, i], luck[2, i]
        if firms.alive[i] == 0 or ties.degree[i] == 0 or asks >= p.dealing_rate:
            continue
        e = ties.start[i] + int(which * ties.degree[i])
        j = ties.to[e]
        if firms.alive[j] == 0:
            continue
        chance = 0.5 + 0.5 * ties.trust[ties.back[e]]
        if firms.free_rider[j] == 1:
            chance -= 0.25
        if ties.kin[e] == 1:
            chance += 0.1
        if keeps < chance:
            kept(ties, e, p.dealing, firms.disposition[i], p)
            firms.climate[i] += learning.observe_kept * (1.0 - firms.climate[i])
        else:
            broke(ties, e, p.dealing * 0.5, firms.disposition[i], p)
            firms.climate[i] -= learning.observe_kept * firms.climate[i]


@rule
def drift(firms, ties, p):
    """Without contact trust returns to the disposition: T += drift·(d − T); damage heals; evidence is forgotten.

    Returns how many trusts are not finite numbers; nothing later in the month could make one so.
    """
    odd = 0
    keep_evidence = p.memory if p.rule == BETA else 1.0 - p.drift
    for i in range(firms.alive.shape[0]):
        d = firms.disposition[i]
        first, last = ties.start[i], ties.start[i] + ties.degree[i]
        if p.rule == BETA:
            for e in range(first, last):
                ties.kept[e] *= keep_evidence
                ties.broken[e] *= keep_evidence
                evidence = p.prior_weight + ties.kept[e] + ties.broken[e]
                ties.trust[e] = (p.prior_weight * d + ties.kept[e]) / evidence
                odd += 0 if math.isfinite(ties.trust[e]) else 1
        else:
            for e in range(first, last):
                ties.trust[e] += p.drift * (d - ties.trust[e])
                ties.damage[e] -= p.healing * ties.damage[e]
                odd += 0 if math.isfinite(ties.trust[e]) else 1
            if p.rule == LOYALTY:
                for e in range(first, last):
                    ties.kept[e] *= keep_evidence
    return odd
