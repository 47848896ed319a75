"""The pool of processes: it calls, it survives deaths, and it leaves nobody behind."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest

from clustersim.study.execute.processes import Processes, WorkerDied

pytestmark = pytest.mark.skipif(os.name == "nt", reason="workers are killed by POSIX signals")


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> None:
    faulthandler.disable()  # a page about it would look like a fault of the tests
    os.kill(os.getpid(), number)


def fail() -> None:
    raise KeyError("no such thing")


def big(size: int) -> bytes:
    return b"x" * size


def die_while_sending(size: int) -> object:
    """Something whose pickling kills the worker when half of it is in the pipe."""
    return [b"x" * size, _Bomb()]


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        os.kill(os.getpid(), signal.SIGKILL)
        return (list, ())


@pytest.fixture
def pool() -> Iterator[Processes]:
    found = Processes(2, "fork")
    yield found
    found.shutdown(wait=False, cancel_futures=True)


def test_it_calls(pool: Processes) -> None:
    assert [future.result(10) for future in [pool.submit(double, k) for k in range(20)]] == list(range(0, 40, 2))


def test_a_worker_may_be_spawned() -> None:
    spawned = Processes(1, "spawn")
    try:
        assert spawned.submit(double, 4).result(30) == 8
    finally:
        spawned.shutdown(wait=False, cancel_futures=True)


def test_what_is_raised_comes_back(pool: Processes) -> None:
    with pytest.raises(KeyError, match="no such thing"):
        pool.submit(fail).result(10)
    assert pool.submit(double, 1).result(10) == 2


def test_what_cannot_be_sent_is_said(pool: Processes) -> None:
    with pytest.raises(Exception, match=r"pickle|local"):
        pool.submit(lambda: 1).result(10)
    assert pool.submit(double, 1).result(10) == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_death_costs_one_task(pool: Processes, number: int) -> None:
    futures = [pool.submit(double, k) for k in range(10)]
    dying = pool.submit(die, number)
    futures += [pool.submit(double, k) for k in range(10, 20)]
    with pytest.raises(WorkerDied, match=signal.Signals(number).name):
        dying.result(10)
    assert [future.result(10) for future in futures] == list(range(0, 40, 2))


def test_many_deaths_are_survived(pool: Processes) -> None:
    futures = [pool.submit(die, signal.SIGKILL) for _ in range(20)]
    wait(futures, timeout=30)
    assert all(isinstance(future.exception(0), WorkerDied) for future in futures)
    assert pool.submit(double, 3).result(10) == 6


def test_large_answers_come_whole(pool: Processes) -> None:
    assert len(pool.submit(big, 20_000_000).result(20)) == 20_000_000


def test_a_death_in_the_middle_of_an_answer_does_not_hang(pool: Processes) -> None:
    with pytest.raises(WorkerDied):
        pool.submit(die_while_sending, 1_000_000).result(10)
    assert pool.submit(double, 1).result(10) == 2


def test_killing_ends_what_is_under_way(pool: Processes) -> None:
    futures = [pool.submit(time.sleep, 60) for _ in range(4)]
    time.sleep(0.2)
    began = time.monotonic()
    pool.kill()
    wait(futures, timeout=10)
    assert all(future.done() for future in futures)
    assert time.monotonic() - began < 5


SCRIPT = """
import sys, time
from clustersim.study.execute.processes import Processes
pool = Processes(2, sys.argv[1])
print(*[process.pid for process in pool._serving], flush=True)
pool.submit(time.sleep, 60)
print(pool.submit(abs, -3).result(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_leave_with_a_killed_parent(method: str, tmp_path: Path) -> None:
    """Also: a script without a guard around its main part is not run again by the workers (it would print twice)."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    with subprocess.Popen([sys.executable, str(script), method], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert parent.stdout.readline() == "3\n"
        parent.kill()
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
