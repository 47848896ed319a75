"""`make bench`, the part on studies: what a sweep costs beyond its runs, in time and in memory.

The same runs in a bare loop are the yardstick.  Rounds are interleaved, so that a machine's own swings hit all alike,
and best is held against best.  Fewer runs, and some parts only: ``python -m benchmarks.studies 2000 short``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import clustersim as cs
from benchmarks.full_month import peak_bytes
from benchmarks.run import title, verdict
from clustersim.simulation import run, warm_up

RUNS = 10_000
ROUNDS = 4
SHORT = 200
CREWS: tuple[tuple[str, int], ...] = (("threads", 1), ("processes", 1), ("threads", 2), ("processes", 2))
CLI = "import sys; from clustersim.cli import main; sys.exit(main())"
RATIO, OVERHEAD, RESUME = 1.8, 0.10, 3.0
"""the bars: two workers to one; what a sweep adds to its runs; seconds to find that there is nothing to do"""


def study(runs: int) -> cs.Study:
    """The shipped scenario of 200 firms and 120 months, one arm."""
    return cs.Study("stagnant", arms={"programme": {}}, replications=runs, seed=7, name="bench")


def load() -> str:
    """How busy the machine is, for whoever reads the figures."""
    return ", load " + " ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else ""


def bare(runs: int) -> float:
    """Seconds of the same runs in a loop, with nothing around them."""
    scenario = study(1).plan().arms[0].scenario
    begin = time.perf_counter()
    for replication in range(runs):
        run(scenario, seed=7, replication=replication)
    return time.perf_counter() - begin


def swept(folder: Path, runs: int, executor: str, workers: int) -> float:
    """Seconds of a sweep, from an empty folder to its result."""
    begin = time.perf_counter()
    study(runs).run(folder, executor=executor, workers=workers)
    return time.perf_counter() - begin


def throughput(runs: int, base: Path) -> None:
    """One worker and two, threads and processes, beside the bare loop, in interleaved rounds."""
    each = max(1, runs // ROUNDS)
    title(f"{each:,} runs of stagnant, best of {ROUNDS} interleaved rounds{load()}")
    warm_up()
    best: dict[Any, float] = dict.fromkeys(("loop", *CREWS), float("inf"))
    for turn in range(ROUNDS):
        best["loop"] = min(best["loop"], bare(each))
        for executor, workers in CREWS:
            spent = swept(base / f"{executor}-{workers}-{turn}", each, executor, workers)
            best[executor, workers] = min(best[executor, workers], spent)
    print(f"{'':14}{'workers':>8}{'seconds':>10}{'runs/s':>10}{'to one':>8}{'overhead':>10}")
    print(f"{'bare loop':14}{1:8}{best['loop']:10.2f}{each / best['loop']:10.1f}")
    for executor, workers in CREWS:
        spent = best[executor, workers]
        over = 1 - best["loop"] / (spent * workers)
        print(f"{executor:14}{workers:8}{spent:10.2f}{each / spent:10.1f}{best[executor, 1] / spent:8.2f}{over:10.1%}")
    for executor in ("threads", "processes"):
        ratio, over = best[executor, 1] / best[executor, 2], 1 - best["loop"] / best[executor, 1]
        print(f"{executor}: two to one {ratio:.2f} (bar {RATIO}: {verdict(ratio, RATIO)}), overhead {over:.1%} "
              f"(bar {OVERHEAD:.0%}: {verdict(over, OVERHEAD, below=True)})")  # fmt: skip
    print(f"afterwards{load()}")


def memory(runs: int, base: Path) -> None:
    """The peak of the process that keeps the results, with two worker processes."""
    title("Memory of the parent of two processes")
    for count in (max(1, runs // 10), runs):
        command = [sys.executable, "-m", "benchmarks.studies", "one", str(count), str(base / f"kept-{count}")]
        peak = int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        print(f"{count:10,} runs{peak / 1e6:10,.0f} MB", flush=True)


def short(runs: int, base: Path) -> None:
    """A study of 200 runs as a whole command, and when its first run is safe."""
    title(f"{SHORT} runs as a command{load()}")
    path = base / "short.toml"
    path.write_text(f'base = "stagnant"\nreplications = {SHORT}\nseed = 7\n[arms.programme]\n', encoding="utf-8")
    warm_up()
    loop, whole, first = (float("inf"),) * 3
    for turn in range(3):
        loop = min(loop, bare(SHORT))
        reading, writing = os.pipe()
        begin = time.perf_counter()
        command = ["sweep", str(path), "--out", str(base / f"short-{turn}"), "--ack-fd", str(writing), "--quiet"]
        with subprocess.Popen([sys.executable, "-c", CLI, *command], stdout=subprocess.DEVNULL,
                              pass_fds=[writing]) as process:  # fmt: skip
            os.close(writing)
            with os.fdopen(reading) as acknowledged:
                acknowledged.readline()
                first = min(first, time.perf_counter() - begin)
                acknowledged.read()
            if process.wait():
                raise SystemExit("the sweep failed")
        whole = min(whole, time.perf_counter() - begin)
    print(f"the first run is safe after {first:.2f} s, all of them after {whole:.2f} s; in a bare loop {loop:.2f} s")


def commands(runs: int, base: Path) -> None:
    """What a finished study answers, each as a whole command."""
    folder = base / f"kept-{runs}"
    if not folder.exists():
        swept(folder, runs, "processes", 2)
    title(f"Commands on a finished study of {runs:,} runs, best of 3{load()}")
    table = str(base / "all.parquet")
    asked = {"sweep": ["--quiet"], "status": [], "verify": [], "export": ["--canonical", "--out", table, "--force"]}
    for name, options in asked.items():
        best = min(timed([name, str(folder), *options]) for _ in range(3))
        bar = f"  (bar {RESUME:.0f}: {verdict(best, RESUME, below=True)})" if name == "sweep" else ""
        print(f"{name:10}{best:8.2f} s{bar}", flush=True)


def timed(arguments: list[str]) -> float:
    """Seconds of a command, from start to end."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", CLI, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


PARTS: dict[str, Callable[[int, Path], None]] = {
    "throughput": throughput, "memory": memory, "short": short, "commands": commands,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Run the parts named on the command line, or all of them."""
    if arguments[:1] == ["one"]:
        swept(Path(arguments[2]), int(arguments[1]), "processes", 2)
        print(peak_bytes())
        return
    runs = next((int(argument) for argument in arguments if argument.isdecimal()), RUNS)
    names = [argument for argument in arguments if not argument.isdecimal()]
    if unknown := set(names) - set(PARTS):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as base:
        for name in names or PARTS:
            PARTS[name](runs, Path(base))


if __name__ == "__main__":
    main(sys.argv[1:])
