"""How far a study is, and a bar that shows it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, NamedTuple


class Progress(NamedTuple):
    """How far a study is; counted in distinct runs."""

    done: int
    """finished, failed ones included"""
    failed: int
    total: int
    safe: int
    """finished and on disk"""
    last_write: datetime | None


@contextmanager
def bar() -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr: done, failed, runs a second, time left, last write."""
    from tqdm import tqdm

    bars: list[Any] = []  # made with the first news: a bar at nothing is none

    def advance(now: Progress) -> None:
        with suppress(OSError):  # a terminal that is gone, or a full disk under a log, is no reason to stop
            show(now)

    def show(now: Progress) -> None:
        if not bars:
            every = 0.2 if sys.stderr.isatty() else 10
            bars.append(tqdm(total=now.total, initial=now.done, unit="run", file=sys.stderr, mininterval=every,
                             leave=False))  # fmt: skip
        written = "" if now.last_write is None else f", last write {now.last_write.astimezone():%H:%M:%S}"
        bars[0].set_postfix_str(f"{now.failed} failed, {now.safe:,} safe{written}", refresh=False)
        bars[0].update(now.done - bars[0].n)

    try:
        yield advance
    finally:
        with suppress(OSError):
            for each in bars:
                each.close()
