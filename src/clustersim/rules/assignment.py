"""Lots of a trial, each at an address, so that arms share them: who is treated, and whom an evaluator loses."""

from __future__ import annotations

from typing import Any

import numpy as np

from clustersim.compile import entry
from clustersim.randomness import ASSIGNMENT, ATTRITION, uniform

__all__ = ["ASSIGNMENT", "ATTRITION", "drawn", "lots"]


@entry
def fill(key, event, occurrence, numbers, luck):
    """``luck[k]`` = the lot of ``numbers[k]``."""
    for k in range(numbers.shape[0]):
        luck[k] = uniform(key, 0, event, occurrence, numbers[k], 0)


def lots(key: tuple[int, int], event: int, occurrence: int, numbers: Any) -> np.ndarray:
    """A draw, uniform on (0, 1), for each number."""
    luck = np.zeros(len(numbers))
    fill(key, event, occurrence, np.ascontiguousarray(numbers, dtype=np.int64), luck)
    return luck


def drawn(luck: np.ndarray, share: float) -> np.ndarray:
    """Which units have the lowest lots: ``share`` of them, rounded, at least one, and all only if the share is one."""
    count = len(luck)
    most = count if share >= 1.0 else max(1, count - 1)
    chosen = min(most, max(1, int(share * count + 0.5)))
    found = np.zeros(count, dtype=bool)
    found[np.argsort(luck, kind="stable")[:chosen]] = True
    return found
