"""What happened to the cluster and to each firm, as message keys with values: words are put to them by the page.

A diary watches the world before and after each month and reads off what changed; it draws nothing and moves nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.parameters.values import KINDS

VALUES = 3  # numbers that go with an entry
LARGEST = 65_535
YEAR = 12  # months between two failed meetings that are told
UNDECIDED = 9  # no answer: yes is 1, no is 0, a broken yes is -1
TOLD_EACH_TIME = ("fair", "expo", "tour", "showroom", "facility")  # of other activities the first is an event
POOR = 0.3  # of the full cost: about the share that firms are asked for
QUIET = 6  # months in which a firm's next broken promise is not told

MESSAGES = (
    "joined", "joined_failed", "afraid", "not_worth", "no_cash", "stayed_away",
    "betrayed", "entered", "left", "loan", "opened", "closed",
)  # fmt: skip
(
    JOINED, JOINED_FAILED, AFRAID, NOT_WORTH, NO_CASH, STAYED_AWAY,
    BETRAYED, ENTERED, LEFT, LOAN, OPENED, CLOSED,
) = range(len(MESSAGES))  # fmt: skip


class Diary:
    """Entries by firm, (month, firm, message, three numbers), and events of the cluster, [month, key, values]."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.keys, self.kinds = list(MESSAGES), list(KINDS)
        self.events: list[list[Any]] = []
        self.entries: list[tuple[int, int, int, int, int, int]] = []
        self._once: set[str] = set()
        self._failure = -YEAR
        self._told = np.full(world.firms.alive.shape[0], -QUIET)

    def before(self) -> None:
        """Remember what the month may change."""
        w = self.world
        self._alive, self._life = w.firms.alive.copy(), w.firms.life.copy()
        self._group, self._damage = w.firms.group.copy(), w.ties.damage.copy()
        self._debt = w.firms.debt.copy()
        w.scratch.comes[:] = UNDECIDED  # scratch means nothing between rules: so an answer of this month shows
        self._log = int(w.log.count[0])
        self._met, self._failed = w.brokers.met.copy(), w.brokers.failed.copy()
        self._conflicts = int(w.groups.conflicts.sum())
        self._loans = int(w.banks.loans.sum())

    def after(self, month: int, trust: np.ndarray) -> None:
        """Read off what the month has changed; ``trust`` is each firm's mean trust in those it knows."""
        self._of_the_cluster(month)
        self._asked(month, trust)
        self._betrayed(month)
        self._changed(month)

    def packed(self) -> np.ndarray:
        """The entries as an array (entries, 3 + VALUES), in the order of months."""
        return np.array(self.entries or np.zeros((0, 3 + VALUES)), np.uint16).reshape(-1, 3 + VALUES)

    def _write(self, month: int, firm: int, message: int, *values: float) -> None:
        numbers = [min(LARGEST, max(0, round(value))) for value in values] + [0] * (VALUES - len(values))
        self.entries.append((month, firm, message, numbers[0], numbers[1], numbers[2]))

    def _event(self, month: int, key: str, **values: Any) -> None:
        self.events.append([month, key, values])

    def _first(self, month: int, key: str, **values: Any) -> None:
        if key not in self._once:
            self._once.add(key)
            self._event(month, key, **values)

    def _of_the_cluster(self, month: int) -> None:
        w, t = self.world, month + self.world.burn_in
        if w.brokers.spent[0] > 0:
            visited = np.flatnonzero(w.firms.visited == t)
            if visited.size:
                self._first(month, "first_visit", firm=int(visited[0]))
        if w.brokers.failed[0] > self._failed[0]:
            if month - self._failure >= YEAR:
                self._failure = month
                self._event(month, "failed_meeting")
        elif w.brokers.met[0] > self._met[0]:
            self._first(month, "first_meeting", came=int(w.brokers.came[0]), asked=int(w.brokers.invited[0]))
        for row in range(self._log, int(w.log.count[0])):
            kind, came = KINDS[int(w.log.kind[row])], int(w.log.came[row])
            if not w.log.happened[row]:
                self._first(month, "failed_activity", kind=kind, came=came, needed=int(w.log.needed[row]))
            elif kind in TOLD_EACH_TIME:
                self._event(month, "activity", kind=kind, came=came)
            else:
                self._first(month, f"first_{kind}", kind=kind, came=came)
        if int(w.groups.conflicts.sum()) > self._conflicts:
            self._event(month, "quarrel")
        if self._loans == 0 and int(w.banks.loans.sum()) > 0:
            self._event(month, "first_loan")
        if (w.firms.insured * (w.firms.debt > self._debt)).any():
            self._first(month, "first_guaranteed_loan")
        gone = int(((self._alive == 1) & ((w.firms.alive == 0) | (w.firms.life != self._life))).sum())
        if gone:
            self._event(month, "exit", count=gone)

    def _asked(self, month: int, trust: np.ndarray) -> None:
        """Who was asked to an activity this month and what it answered; of those who said no, the plainest reason."""
        w = self.world
        firms, comes, log = w.firms, w.scratch.comes, w.log
        tries: dict[int, list[int]] = {}
        for row in range(self._log, int(log.count[0])):
            tries.setdefault(int(log.group[row]), []).append(row)
        if not tries:
            return
        acted = firms.acted == month + w.burn_in
        for i in np.flatnonzero(((comes != UNDECIDED) | acted) & (firms.alive == 1)):
            groups = {int(g) for g in (*self._group[i], *firms.group[i])}
            rows = [row for g in sorted(groups & set(tries)) for row in tries[g]]
            if acted[i]:
                done = [row for row in rows if log.happened[row]][-1:]
                for row in done:
                    self._write(month, int(i), JOINED, int(log.kind[row]), int(log.came[row]), int(log.needed[row]))
                rows = [row for row in rows if row not in done]
            elif comes[i] == 1:
                rows = [row for row in rows if not log.happened[row]]
            if rows and not (acted[i] and comes[i] == 1) and comes[i] != UNDECIDED:
                self._answered(month, int(i), rows[-1], float(trust[i]))

    def _answered(self, month: int, i: int, row: int, trust: float) -> None:
        """The entry of a firm that said no or came in vain to the try in this row of the log.

        A firm too poor for its share could not; one that reckoned, from its trust in those it knows and its belief
        about the others, with fewer than were needed was afraid; the rest did not find it worth the price.
        """
        w = self.world
        rules, a, log, comes = w.p.joint_action, w.p.activities, w.log, w.scratch.comes
        kind, asked, needed = int(log.kind[row]), int(log.invited[row]), int(log.needed[row])
        cost = a.fixed[kind] / max(3.0, 0.7 * asked) + a.per_head[kind]
        hope = rules.trust_weight * trust + (1.0 - rules.trust_weight) * w.firms.climate[i]
        expected = hope * (asked - 1)
        if comes[i] == 1:
            self._write(month, i, JOINED_FAILED, kind, int(log.came[row]), needed)
        elif comes[i] == -1:
            self._write(month, i, STAYED_AWAY, kind)
        elif w.ledger.balance[FIRST_FIRM + i] < POOR * cost:
            self._write(month, i, NO_CASH, kind)
        elif expected < needed - 1:
            self._write(month, i, AFRAID, kind, expected, needed - 1)
        else:
            self._write(month, i, NOT_WORTH, kind)

    def _betrayed(self, month: int) -> None:
        """A tie whose reputation damage has risen: the other broke a promise; one entry a firm in half a year is
        enough.
        """
        ties = self.world.ties
        hurt = np.flatnonzero(ties.damage > self._damage + 1e-9)
        owners = np.searchsorted(ties.start, hurt, side="right") - 1
        for i in np.unique(owners):
            if month - self._told[i] < QUIET:
                continue
            self._told[i] = month
            mine = hurt[owners == i]
            worst = mine[np.argmax(ties.damage[mine] - self._damage[mine])]
            self._write(month, int(i), BETRAYED, int(ties.to[worst]))

    def _changed(self, month: int) -> None:
        firms = self.world.firms
        for i in np.flatnonzero((self._alive != firms.alive) | (self._life != firms.life)):
            if self._alive[i] == 1:
                self._write(month, int(i), CLOSED)
            if firms.alive[i] == 1:
                self._write(month, int(i), OPENED)
        for slot in range(firms.group.shape[1]):
            for i in np.flatnonzero(self._group[:, slot] != firms.group[:, slot]):
                now = int(firms.group[i, slot])
                if now >= 0:
                    self._write(month, int(i), ENTERED, slot, int(self.world.groups.size[now]))
                elif firms.alive[i] == 1:
                    self._write(month, int(i), LEFT, slot)
        for i in np.flatnonzero(firms.debt > self._debt + 1.0):
            self._write(month, int(i), LOAN, firms.debt[i] - self._debt[i])
