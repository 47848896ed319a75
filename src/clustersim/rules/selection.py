"""Choosing the few highest of many scores, without sorting them all."""

from __future__ import annotations

from clustersim.compile import rule


@rule
def highest(order, size, place):
    """The ``place``-th highest of the first ``size`` entries, counted from 1; moves them about (Hoare 1961)."""
    low, high = 0, size - 1
    while low < high:
        middle = order[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while order[i] > middle:
                i += 1
            while order[j] < middle:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if place - 1 <= j:
            high = j
        elif place - 1 >= i:
            low = i
        else:
            break
    return order[place - 1]


@rule
def pick_highest(scratch, size, places):
    """Keep so many of the firms in the first ``size`` rows of ``invited``, the highest scores; returns how many."""
    places = min(places, size)
    if places <= 0:
        return 0
    for k in range(size):
        scratch.order[k] = scratch.score[k]
    cut = highest(scratch.order, size, places)
    level = places  # of those with the last score that counts, the first rows
    for k in range(size):
        if scratch.score[k] > cut:
            level -= 1
    kept = 0
    for k in range(size):
        if scratch.score[k] < cut or (scratch.score[k] == cut and level <= 0):
            continue
        if scratch.score[k] == cut:
            level -= 1
        scratch.invited[kept] = scratch.invited[k]
        kept += 1
    return kept
