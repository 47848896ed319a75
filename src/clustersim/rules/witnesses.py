"""What is left of a joint activity in those who saw it: who kept its word, whether it came off, what it is worth.

What those asked tell of each other stands in ``scratch``: ``comes`` is 1 for who came, -1 for who broke its word.
"""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.randomness import INTRODUCTION, uniforms
from clustersim.rules.trust import broke, introduce, kept
from clustersim.ties import find


@rule
def remember(firms, ties, scratch, key, t, founder, kind, asked, happened, p):
    """Those who came saw who kept their word, and some get to know each other."""
    trust, information, learning = p.trust, p.information, p.learning
    stamp = scratch.stamp[0]
    for k in range(asked):
        i = scratch.invited[k]
        if scratch.comes[i] == -1:
            firms.standing[i] -= information.standing_loss * firms.standing[i]
        if scratch.comes[i] != 1:
            continue
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            j = ties.to[e]
            if scratch.asked[j] != stamp or scratch.comes[j] == 0:
                continue
            if scratch.comes[j] == 1:
                kept(ties, e, 1.0 if happened else 0.5, firms.disposition[i], trust)
            else:
                broke(ties, e, 1.0, firms.disposition[i], trust)
        if not happened:
            firms.climate[i] -= learning.failure * firms.climate[i]
            continue
        firms.climate[i] += learning.success * (1.0 - firms.climate[i])
        meets, who, _, _ = uniforms(key, t, INTRODUCTION, kind, i, founder)
        m = int(who * asked)
        j = scratch.invited[m]
        if meets < 0.15 and j != i and scratch.comes[j] == 1 and find(ties.start, ties.degree, ties.to, i, j) < 0:
            rival = 1.0 if firms.segment[i] == firms.segment[j] else 0.0
            introduce(firms, ties, i, j, rival, t, trust)


@rule
def show(firms, ties, scratch, asked, kind, happened, p, witness, trust):
    """Contacts who were not asked see who kept and hear who broke its word; of a success they learn what it is worth.

    Climate and believed worth rise with trust in the one seen, less between close rivals.
    """
    stamp = scratch.stamp[0]
    for k in range(asked):
        i = scratch.invited[k]
        if scratch.comes[i] == -1:
            for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
                if scratch.asked[ties.to[e]] != stamp:
                    broke(ties, ties.back[e], witness, firms.disposition[ties.to[e]], trust)
        if scratch.comes[i] != 1 or not happened:
            continue
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            j = ties.to[e]
            if scratch.asked[j] == stamp or firms.alive[j] == 0:
                continue
            seen = ties.trust[ties.back[e]]
            kept(ties, ties.back[e], witness, firms.disposition[j], trust)
            firms.climate[j] += p.observe * seen * (1.0 - firms.climate[j])
            told = p.demonstration * seen * (1.0 - p.rival_damping * ties.rival[e])
            firms.felt[j, kind] += told * max(0.0, firms.felt[i, kind] - firms.felt[j, kind])
