"""Where the runs are lived: threads, processes, a Dask cluster, or anything else that has ``submit``.

Threads are at work at once: the compiled month releases the interpreter's lock.  Processes take a second to start and
then do not share that lock at all.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from clustersim.errors import InputError, Problem, ResourceError
from clustersim.study.execute.processes import Processes, StartMethod
from clustersim.study.work import Batch, Task, perform

KNOWN = ("auto", "threads", "processes")
SHORT = 15.0
"""seconds of work, in all, for which processes are not worth their start"""


DASK_SECONDS = 10.0
"""to wait for a Dask scheduler"""


class Crew(NamedTuple):
    """Workers that take tasks."""

    submit: Callable[[Task], Future[Batch]]
    workers: int
    name: str
    """such as "2 processes", for people"""
    stop: Callable[[], None]
    """give up what is under way, at once"""


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_executor(executor: Any) -> None:
    """Raise InputError if :func:`crew` would know nothing of that name."""
    if executor not in KNOWN and not hasattr(executor, "submit") and not str(executor).startswith("dask="):
        raise InputError(Problem("no such executor", key="executor", value=str(executor),
                                 allowed=f"{', '.join(KNOWN)}, dask=tcp://HOST:PORT"))  # fmt: skip


@contextmanager
def crew(executor: Any = "auto", workers: int | Literal["auto"] = "auto", *, seconds: float = 0.0,
         portable: bool = True, start_method: StartMethod = "spawn") -> Iterator[Crew]:  # fmt: skip
    """The workers that ``executor`` names, for the time of a ``with`` block.

    ``"auto"``, ``"threads"``, ``"processes"``, ``"dask=tcp://host:port"``, or an object with ``submit`` as in
    concurrent.futures.  ``auto`` takes threads for ``seconds`` of work that do not pay for starting processes, and
    where the scenarios are not ``portable`` (an intervention defined in the user's own script).  Raises InputError.
    """
    check_executor(executor)
    count = cores() if workers == "auto" else workers
    if executor == "auto":
        executor = "threads" if seconds < SHORT or not portable else "processes"
    if executor == "threads":
        with _threads(count) as found:
            yield found
    elif executor == "processes":
        with _processes(count, start_method) as found:
            yield found
    elif isinstance(executor, str) and executor.startswith("dask="):
        with _dask(executor.removeprefix("dask=")) as found:
            yield found
    else:
        count = count if workers != "auto" else getattr(executor, "_max_workers", count)
        yield Crew(lambda task: executor.submit(perform, task), count, f"{type(executor).__name__}", lambda: None)


@contextmanager
def _threads(count: int) -> Iterator[Crew]:
    from clustersim.simulation import warm_up

    warm_up()  # before the threads start, or each would wait for the same compilation
    stopped = threading.Event()
    pool = ThreadPoolExecutor(count, "clustersim")
    try:
        yield Crew(lambda task: pool.submit(perform, task, stopped.is_set), count, _many(count, "thread"), stopped.set)
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _processes(count: int, start_method: StartMethod) -> Iterator[Crew]:
    if not compiled():
        from clustersim.simulation import warm_up

        warm_up()  # once here, not once in each worker
    pool = Processes(count, start_method)
    try:
        yield Crew(lambda task: pool.submit(perform, task), count, _many(count, "process", "es"), pool.kill)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _dask(address: str) -> Iterator[Crew]:
    try:
        client_of = importlib.import_module("distributed").Client
    except ImportError:
        raise InputError(Problem("Dask is not installed", key="executor",
                                 allowed="pip install 'clustersim[dask]', or another executor")) from None  # fmt: skip
    try:
        client = client_of(address, timeout=DASK_SECONDS, set_as_default=False)
    except (OSError, ValueError) as fault:  # TimeoutError is an OSError
        raise ResourceError(f"no Dask scheduler answers at {address}: {fault}") from None
    try:
        pool = client.get_executor(pure=False)
        count = max(1, sum(client.ncores().values()))
        yield Crew(lambda task: pool.submit(perform, task), count, f"Dask, {_many(count, 'thread')}", lambda: None)
    finally:
        client.close()


def compiled() -> bool:
    """Whether this machine has compiled the model before."""
    from clustersim.compile import cache_folder

    return any(cache_folder().rglob("*.nbi"))


def _many(count: int, one: str, plural: str = "s") -> str:
    return f"{count} {one}{plural if count != 1 else ''}"
