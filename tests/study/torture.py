"""Whole sweeps, stopped in every way that a process can be: killed, refused by the system, interrupted.

Each sweep is a process of its own, as from the command line, of twenty runs, and writes a file for each task, so that
there is much to be stopped at.  Then the same command goes on, and has to find every run that was acknowledged, each
once, and to end with an export of the same bytes as a sweep that nothing happened to.

    python -m tests.study.torture FOLDER [TIMES]            all of it, with 200 kills at random times
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from clustersim.study.store.folder import Store
from tests.study.sweeps import RUNS, Sweep, check, ended_badly, here, study_file, undisturbed

CALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename,renameat,renameat2")
ENDS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")
TARGETS = ("parent", "worker", "group")


def killed(
    study: Path, folder: Path, executor: str, target: str, moment: Callable[[Sweep], object]
) -> tuple[Sweep, list[str]]:
    """A sweep that is killed at some moment; the death of one worker it has to survive by itself."""
    sweep = Sweep(study, folder, "--executor", executor, "--workers", "2", "--quiet")
    moment(sweep)
    sweep.send(signal.SIGKILL, target)
    codes = (0,) if target == "worker" else (0, -signal.SIGKILL)  # 0: it had just ended
    return sweep, ended_badly(sweep.end(), codes)


def interrupted(sweep: Sweep, number: int, target: str) -> list[str]:
    """Send SIGINT or SIGTERM to a sweep; what is wrong with how it ends: its code, its time, or what it says."""
    sweep.send(number, target)
    ended = sweep.end()
    wrong = ended_badly(ended, (128 + number,)) + sweep.left()
    if ended.seconds > 5.0:
        wrong.append(f"it took {ended.seconds:.1f} s to end")
    counts = Store.read(sweep.folder).counts()
    said = f"stopped: {counts.ok:,} of {counts.distinct:,} runs kept; continue with the same command"
    if [line for line in ended.err.splitlines() if line.startswith("stopped: ")] != [said]:
        wrong.append(f"{counts.ok} runs are kept, and it said: {ended.err[-500:]}")
    if not len(sweep.acknowledged) <= counts.ok < counts.distinct:
        wrong.append(f"{len(sweep.acknowledged)} runs were acknowledged, and {counts.ok} are kept")
    return wrong


def at_random_times(base: Path, times: int, seed: int) -> tuple[int, list[str]]:
    """Kill sweeps at random times, and look at what becomes of them."""
    study, draw, wrong = study_file(base), random.Random(seed), list[str]()
    expected = undisturbed(study, base)
    for attempt in range(times):
        executor = ("processes", "threads")[attempt % 2]
        target = draw.choice(TARGETS if executor == "processes" else ("parent", "group"))
        early = attempt % 3 == 0
        pause, runs = draw.uniform(0.0, 2.0 if early else 0.02), 0 if early else draw.randrange(1, RUNS)

        def moment(sweep: Sweep, runs: int = runs, pause: float = pause) -> None:
            sweep.until_acknowledged(runs)
            time.sleep(pause)

        sweep, found = killed(study, base / f"random-{attempt}", executor, target, moment)
        found += check(study, sweep, expected)
        wrong += [f"kill {attempt} of the {target} ({executor}, {runs} runs, {pause:.3f} s): {said}" for said in found]
        shutil.rmtree(sweep.folder, ignore_errors=True)
    return times, wrong


def by_interrupts(base: Path, times: int) -> tuple[int, list[str]]:
    """Ctrl-C and SIGTERM in the middle of a longer sweep, to all of it and to its parent alone."""
    longer, wrong = study_file(base, name="longer", replications=1000), list[str]()
    for attempt in range(times):
        number = (signal.SIGINT, signal.SIGTERM)[attempt % 2]
        target = ("group", "parent")[attempt // 2 % 2]
        executor = ("processes", "threads")[attempt // 4 % 2]
        sweep = Sweep(longer, base / f"interrupted-{attempt}", "--executor", executor, "--workers", "2")
        found = interrupted(sweep.until_acknowledged(1 + 3 * attempt), number, target)
        wrong += [f"{number.name} to the {target} ({executor}): {said}" for said in found]
        shutil.rmtree(sweep.folder)
    return times, wrong


def on_dask(base: Path, times: int) -> tuple[int, list[str]]:
    """Kill a worker of a Dask cluster in the middle of a sweep."""
    distributed = importlib.import_module("distributed")
    study, wrong = study_file(base), list[str]()
    expected = undisturbed(study, base, here)
    for attempt in range(times):
        folder = base / f"dask-{attempt}"
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                                      host="127.0.0.1", silence_logs=50) as cluster:  # fmt: skip
            sweep = Sweep(study, folder, "--executor", f"dask={cluster.scheduler_address}", "--quiet")
            sweep.until_acknowledged(1 + attempt)
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            found = ended_badly(sweep.end(), (0,))
        found += [] if len(sweep.acknowledged) == RUNS else [f"{len(sweep.acknowledged)} runs were acknowledged"]
        wrong += [f"Dask {attempt}: {said}" for said in found + check(study, sweep, expected, here)]
    return times, wrong


def traced(call: str, end: str, n: int, log: Path) -> tuple[str, ...]:
    """strace around a sweep, where the n-th of these calls of each thread goes wrong."""
    return ("strace", "-f", "-qq", "-y", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:{end}:when={n}")


def happened(call: str, n: int, log: Path) -> bool:
    """Whether any thread came to its n-th call."""
    pattern = re.compile(rf"^(\d+) +(?:{call.replace(',', '|')})\(")
    seen = Counter(found[1] for line in log.read_text(errors="replace").splitlines() if (found := pattern.match(line)))
    return max(seen.values(), default=0) >= n


def struck(log: Path) -> str:
    """The call that went wrong, as strace tells it: in two lines if another thread came between."""
    begun: dict[str, str] = {}
    for line in log.read_text(errors="replace").splitlines():
        thread, _, said = line.partition(" ")
        if "INJECTED" in said:
            return begun.get(thread, "") + said if "resumed>" in said else said
        if "<unfinished" in said:
            begun[thread] = said
    return ""


def refused(study: Path, folder: Path, call: str, end: str, n: int, log: Path,
            executor: str = "threads") -> tuple[Sweep, list[str]]:  # fmt: skip
    """A sweep that the system refuses its n-th call, or that is killed at it."""
    sweep = Sweep(study, folder, "--executor", executor, "--workers", "2", under=traced(call, end, n, log))
    ended = sweep.end()
    if not happened(call, n, log):
        return sweep, ended_badly(ended, (0,))
    if end.startswith("signal"):  # of a thread that has no store it may be a worker
        return sweep, ended_badly(ended, (-signal.SIGKILL, 128 + signal.SIGKILL, *([0] * (executor == "processes"))))
    # progress, a write of nothing, or the lock of the progress bar
    of_no_matter = re.search(r'write\((2<|1<.*"", 0|\d+</dev/shm/)', struck(log))
    return sweep, ended_badly(ended, (0,) if of_no_matter else (5,))


def at_every_call(base: Path, executor: str, ends: tuple[str, ...]) -> tuple[int, list[str]]:
    """Have each call of a sweep to the system go wrong in turn."""
    study, wrong, tried = study_file(base), list[str](), 0
    expected = undisturbed(study, base, here)
    for call in CALLS:
        for end in ends:
            n = 0
            while True:
                n += 1
                sweep, found = refused(study, base / "traced", call, end, n, base / "log", executor)
                over = not happened(call, n, base / "log")
                found += check(study, sweep, expected, here)
                wrong += [f"{call}:{end}:when={n} ({executor}): {said}" for said in found]
                shutil.rmtree(sweep.folder, ignore_errors=True)
                sweep.acks.unlink()
                if over:
                    break
                tried += 1
            print(f"{call} {end} {executor}: {n - 1} places, {len(wrong)} faults so far", flush=True)
    return tried, wrong


def main(arguments: list[str]) -> int:
    """The long form."""
    if not arguments:
        print(__doc__)
        return 2
    times = int(arguments[1]) if len(arguments) > 1 else 200
    with tempfile.TemporaryDirectory(dir=arguments[0]) as base:
        parts: list[Callable[[Path], tuple[int, list[str]]]] = [
            lambda at: at_random_times(at, times, int(time.time())),
            lambda at: by_interrupts(at, max(8, times // 10)),
        ]
        if importlib.util.find_spec("distributed"):
            parts.append(lambda at: on_dask(at, max(2, times // 40)))
        if shutil.which("strace"):
            parts.append(lambda at: at_every_call(at, "threads", ENDS))
            parts.append(lambda at: at_every_call(at, "processes", ENDS[:1]))
        else:
            print("strace is not installed: no calls are refused")
        faults = 0
        for k, part in enumerate(parts):
            place = Path(base) / str(k)
            place.mkdir()
            tried, wrong = part(place)
            print(*wrong, f"stopped {tried} times, {len(wrong)} faults", sep="\n", flush=True)
            faults += len(wrong)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
