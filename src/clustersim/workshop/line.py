"""The line before a live room: what is asked is run once for all who ask it, and each page has one place.

A newer question of a page takes the place of its older one, so that whoever moves a slider back and forth keeps the
turn and has nothing run that nobody waits for any more.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from clustersim.errors import ResourceError

WORKERS = max(2, min(4, os.cpu_count() or 2))
PATIENCE = 1.5  # seconds until a page that waits is told its place
GONE = 10.0  # seconds after which a page that has not asked again has left
MOST_WAITING = 240  # pages
KEPT = 48 * 2**20  # bytes of answers


class Replaced(Exception):
    """A newer question of the same page has taken the place of this one."""


@dataclass
class Asked:
    """What a page waits for."""

    question: str
    answer: Callable[[], bytes]
    reply: asyncio.Future[bytes]
    later: bool
    seen: float = field(default_factory=time.monotonic)


class Line:
    """Answers by question, kept up to a bound of bytes, and the pages that wait, first come first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._line: dict[str, Asked] = {}  # by page; a dict keeps the place of what is asked anew
        self._running: dict[str, asyncio.Task[None]] = {}
        self.bytes = 0

    @property
    def pages(self) -> int:
        """How many pages wait."""
        return len(self._line)

    async def ask(self, page: str, question: str, answer: Callable[[], bytes], *, later: bool = False) -> bytes | int:
        """The answer or, if it takes long, this page's place in the line; 0 is said while the answer is being run.

        What can come ``later`` is run when nothing else waits.

        Raises what ``answer`` raises, ResourceError where too many wait, and Replaced.
        """
        if question in self._kept:
            self._leave(page)
            self._kept.move_to_end(question)
            return self._kept[question]
        mine = self._line.get(page)
        if mine is None or mine.question != question:
            if mine is None and self.pages >= MOST_WAITING:
                raise ResourceError("too many are waiting")
            if mine is not None:
                mine.reply.cancel()
            mine = self._line[page] = Asked(question, answer, asyncio.get_running_loop().create_future(), later)
        mine.seen = time.monotonic()
        self._next()
        await asyncio.wait({mine.reply}, timeout=PATIENCE)
        mine.seen = time.monotonic()
        if mine.reply.cancelled():
            raise Replaced
        return mine.reply.result() if mine.reply.done() else self._place(page)

    def _leave(self, page: str) -> None:
        asked = self._line.pop(page, None)
        if asked is not None:
            asked.reply.cancel()

    def _in_turn(self) -> list[tuple[str, Asked]]:
        return sorted(self._line.items(), key=lambda waiting: waiting[1].later)

    def _place(self, page: str) -> int:
        mine, before = self._line[page].question, set()
        for _, asked in self._in_turn():
            if asked.question == mine:  # whoever asked it first, this page gets the answer too
                break
            before.add(asked.question)
        return 0 if mine in self._running else 1 + len(before - set(self._running))

    def _next(self) -> None:
        """Run the first questions of the line, as many at a time as there are workers."""
        now = time.monotonic()
        for page, asked in self._in_turn():
            if len(self._running) >= WORKERS:
                return
            if now - asked.seen > GONE:
                self._leave(page)
            elif asked.question not in self._running:
                self._running[asked.question] = asyncio.create_task(self._run(asked.question, asked.answer))

    async def _run(self, question: str, answer: Callable[[], bytes]) -> None:
        found: bytes | Exception
        try:
            found = await asyncio.to_thread(answer)
            self._keep(question, found)
        except Exception as fault:  # whatever it is, it is for those who asked; the line goes on
            found = fault
        del self._running[question]
        for page in [page for page, asked in self._line.items() if asked.question == question]:
            reply = self._line.pop(page).reply
            if isinstance(found, bytes):
                reply.set_result(found)
            else:
                reply.set_exception(found)
                reply.exception()  # nobody may be listening just now
        self._next()

    def _keep(self, question: str, found: bytes) -> None:
        self._kept[question] = found
        self.bytes += len(found)
        while self.bytes > KEPT and len(self._kept) > 1:
            self.bytes -= len(self._kept.popitem(last=False)[1])
