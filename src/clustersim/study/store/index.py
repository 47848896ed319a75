"""Which runs of a plan are there, and where: some 60 bytes for each run, and nothing in Python for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim.study.design.plan import ID_LENGTH

if TYPE_CHECKING:
    from clustersim.study.design.plan import Plan

MISSING, OK, FAILED = 0, 1, 2
ID = np.dtype(f"S{ID_LENGTH}")


class Index:
    """The runs of a plan by id; a plan may hold one id at several positions, and it is still one run."""

    def __init__(self, plan: Plan) -> None:
        ids = np.fromiter((run_id.encode() for run_id in plan.ids()), ID, len(plan))
        self.ids, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
        """the different ids, sorted; what follows has an entry for each of them"""
        self.first: NDArray[np.int64] = first.astype(np.int64)
        """the first position of each in the plan"""
        self.of_position: NDArray[np.int64] = inverse.astype(np.int64)
        """for each position which of them stands there"""
        self.state = np.zeros(len(self.ids), np.uint8)
        self.part = np.full(len(self.ids), -1, np.int32)
        self.row = np.zeros(len(self.ids), np.int32)

    def note(self, part: int, ids: NDArray[np.bytes_], ok: NDArray[np.bool_]) -> None:
        """Take up the rows of a part: a run that succeeded wins over one that failed, a later part over an earlier.

        Ids that the plan does not have are passed over.
        """
        if not len(self.ids):
            return
        where = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[where] == ids
        for state, rows in ((FAILED, np.flatnonzero(known & ~ok)), (OK, np.flatnonzero(known & ok))):
            rows = rows[(self.state[where[rows]] != OK) | (state == OK)]
            self.state[where[rows]] = state
            self.part[where[rows]] = part
            self.row[where[rows]] = rows

    def wanted(self, states: tuple[int, ...], shard: tuple[int, int] | None) -> NDArray[np.int64]:
        """The first position of each run in one of these states, in the plan's order; of a shard only its own runs."""
        order = np.argsort(self.first)
        mine = np.isin(self.state[order], states)
        if shard is not None:
            mine &= np.arange(len(order)) % shard[1] == shard[0] - 1
        return self.first[order][mine]

    def names(self, positions: Any) -> list[str]:
        """The ids of the runs at these positions."""
        return [run_id.decode() for run_id in self.ids[self.of_position[positions]].tolist()]
