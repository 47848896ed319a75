"""How far firms have to go to come together."""

from __future__ import annotations

import math

from clustersim.compile import rule


@rule
def middle(firms, rows, count):
    """The place in the middle of these firms, (x, y)."""
    x = y = 0.0
    for k in range(count):
        x += firms.x[rows[k]]
        y += firms.y[rows[k]]
    return x / max(1, count), y / max(1, count)


@rule
def way(firms, i, x, y):
    """How far firm i has to go, in widths of the cluster."""
    dx, dy = firms.x[i] - x, firms.y[i] - y
    return math.sqrt(dx * dx + dy * dy)
