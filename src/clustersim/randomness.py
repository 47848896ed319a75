"""Every draw has an address: value = f(seed, replication, month, event, occurrence, actors).

The generator is Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"):
key = (seed, replication), counter = (month and event, occurrence, actor a, actor b), each 32 bits.  Two addresses never
share a draw, and a draw does not depend on how many came before it, so an intervention disturbs only what it touches.
"""

from __future__ import annotations

import math

import numpy as np

from clustersim.compile import rule, written_out

U = np.uint64
M0, M1 = U(0xD2511F53), U(0xCD9E8D57)
W0, W1 = U(0x9E3779B9), U(0xBB67AE85)
LOW, HALF = U(0xFFFFFFFF), U(32)
SIXTEEN, LOW16 = U(16), U(0xFFFF)
SCALE = 2.0**-32
LANE = 2.0**-16
NORMAL = math.sqrt(12.0 / 8.0)

# One code for each kind of event; a new kind takes the next number, none is ever used again for something else.
(
    BIRTH, TIE, KINSHIP, MEMORY, GROUPING, FIT,
    PRICE, DEALING, KEEPING, TALK, VISIT, MEETING, ATTENDANCE, INTRODUCTION,
    PROPOSAL, INVITATION, DECISION, PROMISE, DELIVERY, JOINING, FOUNDING, LEAVING, LEADING,
    BUYING, APPLYING, BORROWING, REPAYING, QUARREL, ENTRY, DISASTER, ADMISSION, SERVING, PRESSING,
    NEED, ARTICULATING, INFORMING, ORDERING, PILOTING, TEACHING,
    HEIRS, AWARENESS, ENCOUNTER, ADVANCING, SAVING,
    UNITING, COUNCIL, REQUEST, TABLE_DRAW, TABLE_COMING, TABLE_TALK, ASSIGNMENT, ATTRITION,
    INVESTING,
) = range(1, 54)  # fmt: skip


@rule
def lanes(seed, replication, c0, c1, c2, c3):
    """Four 32-bit lanes of Philox 4x32-10 at a counter, as uint64."""
    k0, k1 = U(seed), U(replication)
    x0, x1, x2, x3 = U(c0), U(c1), U(c2), U(c3)
    for _ in range(10):
        p0 = M0 * x0
        p1 = M1 * x2
        x0, x1, x2, x3 = (p1 >> HALF) ^ x1 ^ k0, p1 & LOW, (p0 >> HALF) ^ x3 ^ k1, p0 & LOW
        k0 = (k0 + W0) & LOW
        k1 = (k1 + W1) & LOW
    return x0, x1, x2, x3


lanes_here = written_out(lanes)


@rule
def at(key, month, event, occurrence, a, b):
    """The four lanes at an address; ``key`` = (seed, replication), ``month`` counts from the start of the burn-in."""
    return lanes(key[0], key[1], (event << 16) + month, occurrence, a, b)


@rule
def uniform(key, month, event, occurrence, a, b):
    """One draw, uniform on (0, 1)."""
    return (float(at(key, month, event, occurrence, a, b)[0]) + 0.5) * SCALE


@rule
def uniforms(key, month, event, occurrence, a, b):
    """Four independent draws at one address, uniform on (0, 1)."""
    x0, x1, x2, x3 = at(key, month, event, occurrence, a, b)
    return (
        (float(x0) + 0.5) * SCALE, (float(x1) + 0.5) * SCALE,
        (float(x2) + 0.5) * SCALE, (float(x3) + 0.5) * SCALE,
    )  # fmt: skip


@rule
def draw_for_all(luck, key, month, event, occurrence, life):
    """``luck[k, i]`` = draw k of ``uniforms`` at (occurrence, i, life[i]); for all firms at once it costs a fifth."""
    for i in range(life.shape[0]):
        x0, x1, x2, x3 = lanes_here(key[0], key[1], (event << 16) + month, occurrence, i, life[i])
        luck[0, i] = (float(x0) + 0.5) * SCALE
        luck[1, i] = (float(x1) + 0.5) * SCALE
        luck[2, i] = (float(x2) + 0.5) * SCALE
        luck[3, i] = (float(x3) + 0.5) * SCALE


@rule
def draw_for_lives(luck, key, month, event, life):
    """The same at (life[i], i, 0)."""
    for i in range(life.shape[0]):
        x0, x1, x2, x3 = lanes_here(key[0], key[1], (event << 16) + month, life[i], i, 0)
        luck[0, i] = (float(x0) + 0.5) * SCALE
        luck[1, i] = (float(x1) + 0.5) * SCALE
        luck[2, i] = (float(x2) + 0.5) * SCALE
        luck[3, i] = (float(x3) + 0.5) * SCALE


@rule
def normal(key, month, event, occurrence, a, b):
    """One draw, close to standard normal: the centred sum of eight 16-bit lanes (Irwin-Hall; bounded at ±4.9)."""
    x0, x1, x2, x3 = at(key, month, event, occurrence, a, b)
    total = float(x0 >> SIXTEEN) + float(x0 & LOW16) + float(x1 >> SIXTEEN) + float(x1 & LOW16)
    total += float(x2 >> SIXTEEN) + float(x2 & LOW16) + float(x3 >> SIXTEEN) + float(x3 & LOW16)
    return ((total + 4.0) * LANE - 4.0) * NORMAL
