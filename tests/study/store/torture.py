"""Everything that can stop a process while it writes a study, at every place where it can.

A process writes a store of twenty made-up runs in five files, and tells through a pipe which runs it was told are safe.
It is stopped at each of its calls to the system in turn.  Then the same command goes on, and has to find every run
that was said to be safe, each once, and to end with an export of the same bytes as one that nothing happened to.

    python -m tests.study.store.torture FOLDER            all of it, and 200 kills at a random time
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from clustersim.cli.ending import guarded
from clustersim.errors import ClusterSimError, ResourceError
from clustersim.study.design.plan import Plan
from clustersim.study.store.durable import TEMPORARY
from clustersim.study.store.export import export
from clustersim.study.store.folder import OK, Store
from clustersim.study.store.verify import verify
from tests.study.store.faulty_system import ENDS, REFUSALS, Fault, System
from tests.study.store.store_stand_in import make_plan, outcome

COMMAND = "clustersim sweep try.toml"
RUNS_A_PART = 4


def a_plan(points: int = 5) -> Plan:
    """Five points, two arms and two replications; the first point comes again at the end."""
    return make_plan(points, 2, again=1)


def write_all(folder: Path, plan: Plan, acknowledge: Callable[[str], None] = lambda run_id: None,
              shard: tuple[int, int] | None = None, pause: float = 0.0) -> None:  # fmt: skip
    """Write what is missing of a plan, a few runs at a time, and acknowledge each run that is safe."""
    with Store.write(folder, plan, command=COMMAND, shard=shard) as store:
        missing = store.missing().tolist()
        for start in range(0, len(missing), RUNS_A_PART):
            time.sleep(pause)
            store.add(outcome(plan, missing[start : start + RUNS_A_PART]))
            for run_id in store.flush():
                acknowledge(run_id)


def in_a_child(work: Callable[[Callable[[str], None]], None]) -> tuple[int, list[str]]:
    """Fork, do it there, and return how the child ended and the ids that it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _as_child(work, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines = pipe.read().splitlines(keepends=True)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), [line.strip() for line in lines if line.endswith("\n")]


def _as_child(work: Callable[[Callable[[str], None]], None], writing: int) -> NoReturn:
    def acknowledge(run_id: str) -> None:
        os.write(writing, f"{run_id}\n".encode())

    code = 70
    try:
        work(acknowledge)
        code = 0
    except ResourceError:
        code = ResourceError.exit_code
    finally:
        os._exit(code)


def stopped(folder: Path, fault: Fault) -> tuple[int, list[str]]:
    """Write the store in a child that the fault happens to."""

    def work(acknowledge: Callable[[str], None]) -> None:
        system = System(fault)
        try:
            with system():
                write_all(folder, a_plan(), acknowledge)
        finally:
            after = system.calls[fault.call + 1 :]
            if fault.end in REFUSALS and after:  # a failed fsync is not tried again, nor anything else
                os._exit(71)

    return in_a_child(work)


def calls(folder: Path) -> list[str]:
    """The calls of a writer that nothing happens to."""
    with System()() as system:
        write_all(folder, a_plan())
    return system.calls


def check(folder: Path, acknowledged: list[str], scratch: Path, expected: bytes) -> list[str]:
    """What is wrong with a store whose writer was stopped, and with what becomes of it when it is gone on with."""
    try:
        return _checked(folder, acknowledged, scratch, expected)
    except ClusterSimError as fault:
        return [f"it cannot be gone on with: {fault}"]


def _checked(folder: Path, acknowledged: list[str], scratch: Path, expected: bytes) -> list[str]:
    plan, wrong = a_plan(), []
    with Store.write(folder, plan, command=COMMAND) as store:
        there = {plan.id(int(position)) for position in (store.done == OK).nonzero()[0]}
        if lost := set(acknowledged) - there:
            wrong.append(f"{len(lost)} runs were said to be safe, and are lost")
        store.add(outcome(plan, store.missing().tolist()))
        store.flush()
        export(store, scratch)
    if scratch.read_bytes() != expected:
        wrong.append("the export is another")
    found = verify(folder)
    wrong += [f"{flaw.path}: {flaw.reason}" for flaw in found.flaws]
    if found.runs != store.counts().distinct or found.unknown:
        wrong.append(f"{found.runs} runs, unknown files {found.unknown}")
    if left := [path.name for path in folder.rglob("*") if TEMPORARY.fullmatch(path.name)]:
        wrong.append(f"left lying about: {left}")
    return wrong


def places(made: list[str], *, thorough: bool) -> Iterator[Fault]:
    """Every fault that may happen to these calls; unless ``thorough`` without those that are much like another."""
    starts = [call for call, name in enumerate(made) if name == "write"]
    for call, name in enumerate(made):
        if not thorough and starts[-4] <= call < starts[-1]:
            continue  # one file of runs is written like another: the first and the last will do
        for end in ENDS:
            if end in REFUSALS and not thorough and (end == "EIO") != (name == "fsync"):
                continue
            yield Fault(end, call, "before")
            if name == "write" and (thorough or end != "power cut"):
                yield Fault(end, call, "half")
            if end not in REFUSALS and (thorough or call == len(made) - 1):  # after one call is before the next
                yield Fault(end, call, "after")


def everywhere(base: Path, *, thorough: bool = False) -> tuple[int, list[str]]:
    """Stop a writer at each of its calls; returns how often, and all that went wrong."""
    write_all(base / "undisturbed", a_plan())
    export(Store.read(base / "undisturbed"), base / "undisturbed.parquet")
    expected = (base / "undisturbed.parquet").read_bytes()
    wrong, tried = [], 0
    for fault in places(calls(base / "counted"), thorough=thorough):
        folder = base / "study"
        code, acknowledged = stopped(folder, fault)
        if code != (ResourceError.exit_code if fault.end in REFUSALS else -signal.SIGKILL):
            wrong.append(f"{fault}: the writer ended with {code}")
        wrong += [f"{fault}: {said}" for said in check(folder, acknowledged, base / "export.parquet", expected)]
        shutil.rmtree(folder)
        tried += 1
    return tried, wrong


def at_random_times(base: Path, times: int, seed: int) -> tuple[int, list[str]]:
    """Kill a writer, and those who go on after it, at random times until one of them gets through."""
    export_of = base / "undisturbed.parquet"
    expected, draw, wrong = export_of.read_bytes(), random.Random(seed), []
    for attempt in range(times):
        folder, acknowledged = base / f"random-{attempt}", list[str]()
        for _ in range(draw.randrange(1, 6)):
            acknowledged += _killed(folder, draw.uniform(0.0, 0.15))
        wrong += [f"kill {attempt}: {said}" for said in check(folder, acknowledged, base / "export.parquet", expected)]
        shutil.rmtree(folder)
    return times, wrong


def _killed(folder: Path, seconds: float) -> list[str]:
    def work(acknowledge: Callable[[str], None]) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-4))  # its signal ends a process as SIGKILL does
        write_all(folder, a_plan(), acknowledge, pause=0.01)

    return in_a_child(work)[1]


def main(arguments: list[str]) -> int:
    """The long form, and what the tests run in processes of their own."""
    match arguments:
        case ["write", folder]:
            write_all(Path(folder), a_plan(), lambda run_id: print(run_id, flush=True))
        case ["shard", folder, number, shards]:
            write_all(Path(folder), a_plan(), shard=(int(number), int(shards)), pause=0.02)
        case ["hold", folder, *shard]:
            own = (int(shard[0]), int(shard[1])) if shard else None
            with Store.write(Path(folder), a_plan(), command=COMMAND, shard=own):
                print("held", flush=True)
                sys.stdin.read()
        case ["everywhere", folder]:
            return _told(everywhere(Path(folder)))
        case [folder]:
            with tempfile.TemporaryDirectory(dir=folder) as base:
                found = _told(everywhere(Path(base), thorough=True))
                return found or _told(at_random_times(Path(base), 200, seed=int(time.time())))
        case _:
            print(__doc__)
            return 2
    return 0


def _told(found: tuple[int, list[str]]) -> int:
    tried, wrong = found
    print(*wrong, f"stopped {tried} times, {len(wrong)} faults", sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(guarded(lambda: main(sys.argv[1:])))
