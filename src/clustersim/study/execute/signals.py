"""Ctrl-C and SIGTERM at a safe point: one that is raised inside a lock of the library leaves it locked for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def held_back(wake: Callable[[], None] = lambda: None) -> Iterator[Callable[[], None]]:
    """Put off SIGINT and SIGTERM until the block asks for them, by calling what it is given, or ends.

    ``wake`` is called when one comes; it may only do what is allowed in a signal handler, such as SimpleQueue.put.
    Handlers run in the main thread alone: in another there is nothing to put off.
    """
    seen: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def note(number: int, frame: object) -> None:
        seen.append(number)
        wake()

    def ask() -> None:
        while seen:
            number = seen.pop()
            handler = before[signal.Signals(number)]
            if callable(handler):
                handler(number, None)

    put_off = [number for number, handler in before.items() if callable(handler)]  # the others end the process at once
    for number in put_off:
        signal.signal(number, note)
    try:
        yield ask
    finally:
        for number in put_off:
            signal.signal(number, before[number])
        ask()
