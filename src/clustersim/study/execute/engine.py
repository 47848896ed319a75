"""How a study is run: send tasks to workers, take batches back, try again what a dead worker lost, keep it all safe.

Many short runs make a task, so that sending costs little; a few tasks are under way for each worker, so that none
waits; results go to disk every second or so, and a run is acknowledged only once it is durable.  Nothing here changes a
number: luck has an address, and the export is sorted.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_all_start_methods
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Literal

import numpy as np

from clustersim.errors import InputError, Problem, ResourceError
from clustersim.study.analysis.result import StudyResult
from clustersim.study.design.plan import Plan, RunKey
from clustersim.study.execute.executors import Crew, check_executor, cores, crew
from clustersim.study.execute.forecast import forecast, refuse_what_does_not_fit
from clustersim.study.execute.processes import StartMethod, WorkerDied
from clustersim.study.execute.progress import Progress, bar
from clustersim.study.execute.signals import held_back
from clustersim.study.store.folder import FAILED, Store
from clustersim.study.store.folder_check import clear
from clustersim.study.work import Batch, Job, Task, lost

TASK_SECONDS = 0.5
"""of work in a task: long against the sending of it, short against a wait for Ctrl-C"""
UNDER_WAY = 2
"""tasks for each worker: one in hand and one at the door"""
TRIES = 3
"""of a run whose worker died: the first and two more"""
FLUSH_SECONDS, FLUSH_SHARE, FLUSH_RUNS = 1.0, 0.02, 20_000
"""results go to disk after a second, or after a fiftieth of the time so far: a long study makes fewer, larger parts"""


def run_study(
    plan: Plan,
    folder: str | Path,
    *,
    workers: int | Literal["auto"] = "auto",
    executor: Any = "auto",
    shard: tuple[int, int] | None = None,
    retry_failed: bool = False,
    fresh: bool = False,
    progress: Callable[[Progress], None] | Literal["auto"] | None = "auto",
    ack_fd: int | None = None,
    start_method: StartMethod = "spawn",
    command: str = "",
) -> StudyResult:
    """Run what is missing of a plan in its folder, and return the whole result; the same call again continues.

    ``workers`` is a number, or one for each processor; ``executor`` is "threads", "processes", "dask=tcp://HOST:PORT",
    an object with ``submit``, or "auto": threads for a short study, processes for a long one.  ``shard`` = (i, n) runs
    the i-th of n parts (1 to n), for job arrays; the same call without it collects them.  Failed runs stay as rows with
    their error unless ``retry_failed``.  ``fresh`` throws away what is there.  ``progress`` shows a bar on a terminal,
    or is called with each :class:`Progress`.  ``ack_fd`` is a file descriptor that gets the id of each run, a line
    each, when it is durable.  Raises InputError, StoreError (a damaged folder, or another model's), ResourceError
    (nothing is written if the forecast does not fit); an interrupt keeps what is finished.
    """
    folder = Path(folder)
    _check_call(workers, executor, shard, fresh, ack_fd, start_method)
    need = forecast(plan, cores() if workers == "auto" else workers)
    refuse_what_does_not_fit(need, folder)
    with ExitStack() as stack:
        if progress == "auto":
            show = stack.enter_context(bar()) if sys.stderr.isatty() else None
        else:
            show = progress
        hire = partial(crew, executor, workers, portable=_portable(plan), start_method=start_method)
        far = stack.enter_context(hire()) if str(executor).startswith("dask=") else None  # does it answer at all?
        if fresh:
            clear(folder)
        store = stack.enter_context(Store.write(folder, plan, command=command, shard=shard))
        todo = store.missing(retry_failed=retry_failed)
        if len(todo):
            found = far or stack.enter_context(hire(seconds=need.seconds_a_run * len(todo)))
            _Sweep(plan, store, found, need.seconds_a_run, show, ack_fd).run(todo)
    return StudyResult(folder, plan)


def _check_call(workers: Any, executor: Any, shard: Any, fresh: bool, ack_fd: int | None, start_method: str) -> None:
    if workers != "auto" and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise InputError(Problem("out of range", key="workers", value=workers, allowed='1 or more, or "auto"'))
    check_executor(executor)
    if shard is not None:
        if not (isinstance(shard, tuple) and len(shard) == 2 and all(isinstance(part, int) for part in shard)):
            raise InputError(Problem("not a part of a whole", key="shard", value=shard, allowed="(i, n), 1 to n"))
        if fresh:
            raise InputError("a shard cannot throw away what others write; clear the folder before the first of them")
    if start_method not in get_all_start_methods():
        raise InputError(Problem("no such way here", key="start_method", value=start_method,
                                 allowed=", ".join(get_all_start_methods())))  # fmt: skip
    if ack_fd is not None:
        try:
            os.fstat(ack_fd)
        except (OSError, TypeError):
            raise InputError(Problem("no open file descriptor", key="ack-fd", value=ack_fd)) from None


class _Sweep:
    """One pass over what is missing."""

    def __init__(self, plan: Plan, store: Store, workers: Crew, seconds_a_run: float,
                 progress: Callable[[Progress], None] | None, ack_fd: int | None) -> None:  # fmt: skip
        self.plan, self.store, self.crew = plan, store, workers
        self.progress, self.ack_fd = progress, ack_fd
        self.pace = seconds_a_run
        self.arms = {arm.name: pickle.dumps(arm.scenario) for arm in plan.arms}
        counts = store.counts()
        self.done = self.safe = counts.ok + counts.failed
        self.failed, self.total = counts.failed, counts.distinct
        self.began = self.flushed = time.monotonic()
        self.last_write: datetime | None = None

    def run(self, todo: np.ndarray) -> None:
        """Live these runs; what is finished when anything is raised is kept."""
        self.total = min(self.total, self.done + len(todo))  # a shard has less to do than is missing
        again = int((self.store.done[todo] == FAILED).sum())  # these were counted as done
        self.done, self.failed, self.safe = self.done - again, self.failed - again, self.safe - again
        waiting: deque[tuple[Task, int]] = deque()  # what dead workers lost, and how often it was tried
        under_way: dict[Future[Batch], tuple[Task, int]] = {}
        tasks = self._tasks(todo)
        news: SimpleQueue[Future[Batch] | None] = SimpleQueue()  # what is finished; None wakes
        try:
            with held_back(lambda: news.put(None)) as raise_signals:
                while True:
                    while len(under_way) < UNDER_WAY * self.crew.workers:
                        next_one = waiting.popleft() if waiting else (next(tasks, None), 1)
                        if next_one[0] is None:
                            break
                        future = self.crew.submit(next_one[0])
                        under_way[future] = (next_one[0], next_one[1])
                        future.add_done_callback(news.put)
                    if not under_way:
                        break
                    with suppress(Empty):
                        finished = news.get(timeout=FLUSH_SECONDS)
                        if finished is not None:
                            self._take(finished, *under_way.pop(finished), waiting)
                    self._flush_if_due()
                    raise_signals()
        except BaseException:
            self.crew.stop()
            raise
        finally:
            self._flush()

    def _tasks(self, todo: np.ndarray) -> Iterator[Task]:
        """The runs to do in plan order, as many to a task as fill its time at the present pace."""
        at = 0
        while at < len(todo):
            fill = max(1, int(TASK_SECONDS / max(self.pace, 1e-6)))
            share = -(-(len(todo) - at) // (UNDER_WAY * self.crew.workers))  # towards the end all finish together
            size = max(1, min(fill, share))
            yield self._task([int(position) for position in todo[at : at + size]])
            at += size

    def _task(self, positions: list[int]) -> Task:
        jobs: list[Job] = []
        runs: dict[Any, list[tuple[RunKey, int]]] = {}  # with an ensemble each run has settings of its own
        for position in positions:
            key = self.plan.key(position)
            alike = key if self.plan.arms[key.arm].ensemble else key[:2]
            runs.setdefault(alike, []).append((key, position))
        for found in runs.values():
            key = found[0][0]
            jobs.append(Job(self.plan.arms[key.arm].name, self.plan.settings_of(key),
                            tuple(one.replication for one, _ in found), tuple(position for _, position in found),
                            self.plan.exit_span(key.arm, key.point)))  # fmt: skip
        arms = {job.arm: self.arms[job.arm] for job in jobs}
        return Task(arms, tuple(jobs), self.plan.seed, self.plan.series)

    def _take(self, future: Future[Batch], task: Task, tries: int, waiting: deque[tuple[Task, int]]) -> None:
        fault = None if future.cancelled() else future.exception()
        if future.cancelled() or isinstance(fault, BrokenProcessPool):
            raise ResourceError("the executor gave up; what was finished is kept: continue with the same command")
        if fault is None:
            self._keep(future.result())
        elif not (isinstance(fault, WorkerDied) or type(fault).__name__ == "KilledWorker"):
            raise fault
        elif tries < TRIES:  # one by one, so that a run that kills its worker takes no other with it
            waiting.extend((one, tries + 1) for one in task.one_by_one())
        else:
            self._keep(lost(task, f"WorkerDied: tried {TRIES} times; {fault}"))

    def _keep(self, batch: Batch) -> None:
        runs = len(batch.positions)
        if runs and batch.seconds:
            self.pace += 0.5 * (batch.seconds / runs - self.pace)
        self.store.add(batch)
        self.done += runs
        self.failed += sum(1 for error in batch.errors if error)
        self._tell()

    def _flush_if_due(self) -> None:
        now = time.monotonic()
        patience = max(FLUSH_SECONDS, FLUSH_SHARE * (now - self.began))
        if now - self.flushed >= patience or self.store.unsaved >= FLUSH_RUNS:
            self._flush()

    def _flush(self) -> None:
        if not self.store.writable:  # nobody knows what the disk holds of what it refused: the next sweep looks
            return
        self.flushed = time.monotonic()
        safe = self.store.flush()
        if not safe:
            return
        self.safe += len(safe)
        self.last_write = datetime.now(UTC)
        self._acknowledge(safe)
        self._tell()

    def _acknowledge(self, safe: list[str]) -> None:
        text = "".join(f"{run_id}\n" for run_id in safe).encode()
        try:
            while text and self.ack_fd is not None:
                text = text[os.write(self.ack_fd, text) :]
        except BrokenPipeError:  # nobody listens any more
            self.ack_fd = None
        except OSError as fault:
            number, self.ack_fd = self.ack_fd, None
            raise ResourceError(f"the runs cannot be acknowledged on file descriptor {number}: {fault.strerror}; what "
                                "is finished is kept: continue with the same command") from fault  # fmt: skip

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(Progress(self.done, self.failed, self.total, self.safe, self.last_write))


def _portable(plan: Plan) -> bool:
    """Whether other processes can be sent the scenarios: not with an intervention that the user's script defines."""
    return all(known.__module__ != "__main__" for arm in plan.arms for known in arm.own_kinds)
