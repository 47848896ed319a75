"""The Gini coefficient of weighted values."""

from __future__ import annotations

import math

from clustersim.compile import rule


@rule
def sift(value, weight, low, high):
    """Push the head of a heap down to its place (heap sort of ``value``, carrying ``weight``)."""
    root = low
    while True:
        child = 2 * root + 1
        if child > high:
            return
        if child + 1 <= high and value[child] < value[child + 1]:
            child += 1
        if value[root] >= value[child]:
            return
        value[root], value[child] = value[child], value[root]
        weight[root], weight[child] = weight[child], weight[root]
        root = child


@rule
def gini(value, weight, n):
    """Gini coefficient of the first n weighted values, negative ones counted as zero; sorts its arguments."""
    for k in range(n):
        value[k] = max(0.0, value[k])
    for k in range(n // 2 - 1, -1, -1):
        sift(value, weight, k, n - 1)
    for k in range(n - 1, 0, -1):
        value[0], value[k] = value[k], value[0]
        weight[0], weight[k] = weight[k], weight[0]
        sift(value, weight, 0, k - 1)
    below = total = heads = area = 0.0
    for k in range(n):
        total += value[k] * weight[k]
        heads += weight[k]
    if total <= 0.0 or heads <= 0.0:
        return math.nan
    for k in range(n):
        gained = value[k] * weight[k]
        area += weight[k] * (below + 0.5 * gained)
        below += gained
    return 1.0 - 2.0 * area / (total * heads)
