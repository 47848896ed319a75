"""Whole sweeps, stopped in every way that a process can be: killed, refused by the system, interrupted.

Each sweep is a process of its own, as from the command line, of twenty runs, and writes a file for each task, so that
there is much to be stopped at.  Then the same command goes on, and has to find every run that was acknowledged, each
once, and to end with an export of the same bytes as a sweep that nothing happened to.

    python -m tests.study.torture FOLDER [TIMES]            all of it, with 200 kills at random times
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pyarrow.parquet as pq

from clustersim.cli import main as clustersim
from clustersim.study.store.durable import TEMPORARY
from clustersim.study.store.export import export
from clustersim.study.store.folder import OK, Store
from clustersim.study.store.verify import verify

ROOT = Path(__file__).resolve().parents[2]
HASTY = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "  # a job in the background has none
    "from clustersim.study.execute import engine; engine.FLUSH_SECONDS = 0.0; engine.TASK_SECONDS = 0.02; "
    "from clustersim.cli import main; sys.exit(main())"
)
"""clustersim with few runs to a task, and a file for each task"""
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename,renameat,renameat2")
ENDS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")
LEFT = 10.0
"""seconds after which nothing of a stopped sweep may still run"""
PATIENCE = 120.0
"""seconds for a sweep that is let be, on a busy machine"""
RUNS = 20
TARGETS = ("parent", "worker", "group")


def study_file(folder: Path, *, name: str = "tiny", months: int = 300, replications: int = RUNS // 4) -> Path:
    """A study of two arms, two points and some replications; 300 months of 100 firms take some 15 ms."""
    size = f"cluster.firms = 100\nrun.months = {months}\nrun.burn_in = 3\n"
    path = folder / f"{name}.toml"
    path.write_text(
        f'base = "stagnant"\nreplications = {replications}\nseed = 4\n[arms.programme]\n{size}'
        f"[arms.none]\nprogramme = false\n{size}[vary]\ntrust.gain = [0.03, 0.09]\n", encoding="utf-8",
    )  # fmt: skip
    return path


class Ended(NamedTuple):
    """How a process ended, and what it said."""

    code: int
    out: str
    err: str
    seconds: float
    """from the signal that was sent to it, or from its start"""


class Sweep:
    """A sweep in a process group of its own, which writes down what it acknowledges in ``<folder>.ack``."""

    def __init__(self, study: Path, folder: Path, *options: str, under: tuple[str, ...] = (),
                 program: str = HASTY) -> None:  # fmt: skip
        self.folder, self.acks = folder, folder.with_name(f"{folder.name}.ack")
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "80"}
        with self.acks.open("ab") as acks:
            given = [*under, sys.executable, "-c", program, "sweep", str(study), "--out", str(folder), "--ack-fd",
                     str(acks.fileno()), *options]  # fmt: skip
            self.began = time.monotonic()
            self.process = subprocess.Popen(given, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE,
                                            stderr=subprocess.PIPE, start_new_session=True,
                                            pass_fds=[acks.fileno()])  # fmt: skip

    @property
    def acknowledged(self) -> list[str]:
        """The runs that it said are safe."""
        lines = self.acks.read_text().splitlines(keepends=True)
        return [line.strip() for line in lines if line.endswith("\n")]

    def until_acknowledged(self, runs: int) -> Sweep:
        """Wait until so many runs are safe, or it has ended."""
        while len(self.acknowledged) < runs and self.process.poll() is None:
            time.sleep(0.005)
        return self

    def workers(self) -> list[psutil.Process]:
        """Its worker processes."""
        try:
            found = psutil.Process(self.process.pid).children()
            return [child for child in found if "spawn_main" in " ".join(child.cmdline())]
        except psutil.NoSuchProcess:
            return []

    def send(self, number: int, target: str) -> None:
        """Send a signal to the parent, to one of its workers, or to the whole group as a terminal does."""
        if self.process.poll() is not None:
            return
        self.began = time.monotonic()
        if target == "group":
            os.killpg(self.process.pid, number)
        elif target == "parent":
            self.process.send_signal(number)
        else:
            for worker in self.workers()[:1]:
                worker.send_signal(number)

    def end(self) -> Ended:
        """Wait for it."""
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            out, err = self.process.communicate()
            err += f"\nTraceback: it was still at work after {PATIENCE:.0f} s"
        return Ended(self.process.returncode, out, err, time.monotonic() - self.began)

    def left(self) -> list[str]:
        """What of its group is still at work after ten seconds."""
        deadline = time.monotonic() + LEFT
        while found := list(_group(self.process.pid)):
            if time.monotonic() > deadline:
                os.killpg(self.process.pid, signal.SIGKILL)
                return found
            time.sleep(0.02)
        return []


def _group(number: int) -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == number and process.status() != psutil.STATUS_ZOMBIE:
                yield f"{process.pid} {' '.join(process.cmdline())[:60]}"
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue


def real(*arguments: str) -> int:
    """A command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-m", "clustersim", *arguments], cwd=ROOT, env=environment, text=True,
                          capture_output=True, check=False)  # fmt: skip
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    return done.returncode


def here(*arguments: str) -> int:
    """A command in this process: without its second of imports."""
    with contextlib.redirect_stdout(io.StringIO()):
        return clustersim(arguments)


Command = Callable[..., int]


def undisturbed(study: Path, base: Path, command: Command = real) -> bytes:
    """The export of a sweep that nothing happens to."""
    assert command("sweep", str(study), "--out", str(base / "undisturbed"), "--quiet") == 0
    return exported(base / "undisturbed")


def exported(folder: Path) -> bytes:
    """The canonical export of a study, as `clustersim export` writes it."""
    table = folder.with_suffix(".parquet")
    assert export(Store.read(folder), table) == 0
    return table.read_bytes()


def check(study: Path, sweep: Sweep, expected: bytes, command: Command = real) -> list[str]:
    """What is wrong with a sweep that was stopped, and with what becomes of it when the same command goes on."""
    folder, wrong = sweep.folder, [f"still running: {found}" for found in sweep.left()]
    if (folder / "manifest.json").exists():
        store = Store.read(folder)
        there = {store.plan.id(int(position)) for position in (store.done == OK).nonzero()[0]}
        if lost := set(sweep.acknowledged) - there:
            wrong.append(f"{len(lost)} runs were acknowledged, and are lost")
    elif sweep.acknowledged:
        wrong.append("runs were acknowledged, and there is no study")
    if code := command("sweep", str(study), "--out", str(folder), "--quiet"):
        return [*wrong, f"the same command ended with {code}"]
    tables = [pq.read_table(path, use_threads=False) for path in (folder / "runs").glob("part-*")]
    ids = Counter(name for table in tables for name in table["run_id"].to_pylist())
    if twice := [name for name, count in ids.items() if count > 1]:
        wrong.append(f"{len(twice)} runs were run twice")
    if exported(folder) != expected:
        wrong.append("the export is another")
    found = verify(folder)
    wrong += [f"{flaw.path}: {flaw.reason}" for flaw in found.flaws]
    if left := [path.name for path in folder.rglob("*") if TEMPORARY.fullmatch(path.name)]:
        wrong.append(f"left lying about: {left}")
    return wrong


def ended_badly(ended: Ended, codes: tuple[int, ...]) -> list[str]:
    """What is wrong with how it ended: its code, a traceback, or a refusal without a word."""
    wrong = [] if ended.code in codes else [f"it ended with {ended.code}: {ended.err[-300:]}"]
    if "Traceback" in ended.err:
        wrong.append(f"a traceback: {ended.err[-1500:]}")
    if ended.code == 5 and len([line for line in ended.err.splitlines() if line.startswith("error: ")]) != 1:
        wrong.append(f"not one line: {ended.err}")
    return wrong


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
