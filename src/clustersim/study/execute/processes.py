"""A pool of processes that survives the death of a worker.

The standard pools fail all that is pending when one worker is killed, and can wait for ever for a message that was cut
off.  Here each worker has a pipe of its own, so its death costs the one task in its hands.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Literal, NamedTuple

from clustersim.errors import ResourceError
from clustersim.study.execute.signals import held_back

StartMethod = Literal["spawn", "fork", "forkserver"]


class WorkerDied(Exception):
    """A worker process ended in the middle of its task: killed, out of memory, or crashed."""


class Processes(Executor):
    """Worker processes, each driven through a pipe of its own by a thread of this process.

    A worker that dies costs the one task in its hands (its future raises WorkerDied) and is replaced.  Workers leave
    by themselves when this process is gone, however it went.
    """

    def __init__(self, workers: int, start_method: StartMethod = "spawn") -> None:
        self._context: Any = multiprocessing.get_context(start_method)
        self._tasks: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._serving: set[Any] = set()
        self._closed = False
        first = [self._start() for _ in range(workers)]
        self._drivers = [threading.Thread(target=self._drive, args=started, daemon=True) for started in first]
        for driver in self._drivers:
            driver.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have ``fn(*args, **kwargs)`` called in a worker."""
        if self._closed:
            raise RuntimeError("the pool is closed")
        future: Future[Any] = Future()
        self._tasks.put(_Call(future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the workers go: after what is queued, or at once with ``cancel_futures``."""
        if cancel_futures:
            self.kill()
        for _ in self._drivers:
            self._tasks.put(None)
        for driver in self._drivers if wait or cancel_futures else ():
            driver.join(timeout=None if wait else 5.0)

    def kill(self) -> None:
        """End all workers at once; what they had in hand is lost."""
        with self._starting:
            self._closed = True
            for process in self._serving:
                process.kill()
        with contextlib.suppress(queue.Empty):
            while True:
                call = self._tasks.get_nowait()
                if call is not None:
                    call.give_up()

    def _start(self) -> tuple[Any, Connection]:
        # under a lock: a fork that happened between the pipe and the closing of the worker's end would keep that open,
        # and the death of the worker would not be seen
        with self._starting, _without_main(), _uninterrupted(self._context):
            try:
                ours, theirs = self._context.Pipe()
                process = self._context.Process(target=_serve, args=(theirs,), daemon=True, name="clustersim worker")
                process.start()
            except OSError as fault:  # no more processes, or open files, or memory
                raise ResourceError(f"a worker process cannot be started: {fault.strerror or fault}; what is finished "
                                    "is kept: continue with the same command, perhaps with fewer --workers"
                                    ) from fault  # fmt: skip
            theirs.close()
            self._serving.add(process)
            if self._closed:
                process.kill()
        return process, ours

    def _drive(self, process: Any, pipe: Connection) -> None:
        """Hand calls to one worker, one after another, and start another worker in place of one that died."""
        while (call := self._tasks.get()) is not None:
            if self._closed:
                call.give_up()
                continue
            if not call.future.set_running_or_notify_cancel():
                continue
            try:
                pipe.send(call[1:])
                wait([pipe, process.sentinel])
                good, answer = pipe.recv()
            except (EOFError, OSError):  # the worker is gone
                call.future.set_exception(WorkerDied(f"a worker died ({self._end(process, pipe)})"))
                if self._closed:
                    return
                try:
                    process, pipe = self._start()
                except ResourceError as fault:
                    self._refuse(fault)
                    return
            except Exception as fault:  # what cannot be sent, or read back
                call.future.set_exception(fault)
            else:
                if good:
                    call.future.set_result(answer)
                else:
                    call.future.set_exception(answer)
        self._end(process, pipe)  # the worker reads the end of its pipe, and leaves

    def _refuse(self, fault: ResourceError) -> None:
        """Fail every call from now on: a driver without a worker would leave them waiting."""
        while (call := self._tasks.get()) is not None:
            if call.future.set_running_or_notify_cancel():
                call.future.set_exception(fault)

    def _end(self, process: Any, pipe: Connection) -> str:
        """See a worker off; returns how it went."""
        with contextlib.suppress(OSError):
            pipe.close()
        process.join()
        with self._starting:
            self._serving.discard(process)
        manner = _manner(process.exitcode)
        process.close()
        return manner


class _Call(NamedTuple):
    future: Future[Any]
    function: Callable[..., Any]
    positional: tuple[Any, ...]
    named: dict[str, Any]

    def give_up(self) -> None:
        """Tell who waits that it will not be done."""
        if self.future.cancel():
            self.future.set_running_or_notify_cancel()


def _manner(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the user's script from a new process, which would run it again: a script of fifteen lines has no guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _uninterrupted(context: Any) -> Iterator[None]:
    """Start a process in one go: what would end this one comes a moment later, or its child would be half made.

    The child begins deaf to Ctrl-C, which a terminal sends to all, until it can say for itself that it is not meant.
    """
    posix = hasattr(signal, "pthread_sigmask")
    if posix and context.get_start_method() != "fork":
        resource_tracker.ensure_running()  # it lets Ctrl-C through again when it starts
    with held_back():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if posix else set()
        try:
            yield
        finally:
            if posix:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    """What a worker process does: answer calls until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            function, positional, named = pipe.recv()
            try:
                answer = True, function(*positional, **named)
            except Exception as fault:
                answer = False, fault
            pipe.send(answer)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
