"""Values in order: the Gini coefficient of weighted values, and the fifths of the firms of month 0 by income."""

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
def order_by_value(value, weight, n):
    """Sort the first n values upwards, each with its weight."""
    for k in range(n // 2 - 1, -1, -1):
        sift(value, weight, k, n - 1)
    for k in range(n - 1, 0, -1):
        value[0], value[k] = value[k], value[0]
        weight[0], weight[k] = weight[k], weight[0]
        sift(value, weight, 0, k - 1)


@rule
def take_fifths(firms, value, weight):
    """The fifth by income in which each firm alive stands: 0 the poorest, 4 the richest."""
    count = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1:
            value[count] = firms.income_year[i]
            weight[count] = i
            count += 1
    order_by_value(value, weight, count)
    for k in range(count):
        firms.quintile[int(weight[k])] = 5 * k // count


@rule
def gini(value, weight, n):
    """Gini coefficient of the first n weighted values, negative ones counted as zero; sorts its arguments."""
    for k in range(n):
        value[k] = max(0.0, value[k])
    order_by_value(value, weight, n)
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
