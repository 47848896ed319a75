"""Whole sweeps in processes of their own, and what has to be true of one that was stopped."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
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
LEFT = 10.0
"""seconds after which nothing of a stopped sweep may still run"""
PATIENCE = 120.0
"""seconds for a sweep that is let be, on a busy machine"""
RUNS = 20


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
