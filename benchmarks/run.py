"""`make bench`: how fast the full month is, beside the same small game in plain Mesa, plain lists and numpy.

Ratios, not seconds, are what can be compared between machines.  A machine's own swings would swamp them, so rounds are
interleaved and minimum is divided by minimum.  Some parts only: ``python -m benchmarks.run yardstick scaling``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import full_month, trust_game_lists, trust_game_mesa, trust_game_numpy
from benchmarks.trust_game import FIRMS

ROUNDS = 15
GAMES = {"plain Mesa": (trust_game_mesa, 12), "plain lists": (trust_game_lists, 36), "numpy": (trust_game_numpy, 240)}
CLI = "import sys; from clustersim.cli import main; sys.exit(main())"


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def verdict(value: float, bar: float, below: bool = False) -> str:
    """Say whether a bar was met."""
    return "met" if (value <= bar if below else value >= bar) else "NOT met"


def game_timer(module: object, months: int) -> Callable[[int], float]:
    """A measure of one version of the game: firm-months a second by its best round so far."""
    best = float("inf")

    def measure(seed: int) -> float:
        nonlocal best
        model = module.TrustModel(FIRMS, seed)  # type: ignore[attr-defined]
        model.step()
        start = time.perf_counter()
        for _ in range(months):
            model.step()
        best = min(best, time.perf_counter() - start)
        return FIRMS * months / best

    return measure


def yardstick() -> None:
    """The full month beside the small game, in interleaved rounds."""
    title(f"Firm-months a second, {FIRMS} firms, one core, best of {ROUNDS} interleaved rounds")
    timers = {name: game_timer(module, months) for name, (module, months) in GAMES.items()}
    timers["clustersim"] = full_month.FullMonth(FIRMS).measure
    rates: dict[str, float] = {}
    for seed in range(1, ROUNDS + 1):
        rates |= {name: measure(seed) for name, measure in timers.items()}
    print(f"{'':14}{'firm-months/s':>16}{'to Mesa':>10}{'to lists':>10}{'to numpy':>10}")
    for name, rate in rates.items():
        print(f"{name:14}{rate:16,.0f}" + "".join(f"{rate / rates[other]:10.2f}" for other in GAMES))
    to_mesa, to_numpy = rates["clustersim"] / rates["plain Mesa"], rates["clustersim"] / rates["numpy"]
    print(f"the full month: {to_mesa:.1f} times plain Mesa (bar 20, aim 40: {verdict(to_mesa, 20)}), "
          f"{to_numpy:.2f} of numpy (bar 0.5: {verdict(to_numpy, 0.5)})")


def scaling() -> None:
    """Cost per firm-month and memory from 500 to 100,000 firms, each in a process of its own."""
    title("Scaling")
    rates: list[float] = []
    peak = 0.0
    print(f"{'firms':>10}{'firm-months/s':>16}{'cost to 500':>14}{'peak MB':>10}")
    for firms in (500, 5_000, 100_000):
        command = [sys.executable, "-m", "benchmarks.full_month", str(firms)]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        rates.append(found["rate"])
        peak = found["peak_bytes"] / 1e6
        print(f"{firms:10,}{rates[-1]:16,.0f}{rates[0] / rates[-1]:14.2f}{peak:10,.0f}", flush=True)
    print(f"cost per firm-month within 2.5 times: {verdict(rates[0] / rates[-1], 2.5, below=True)}; "
          f"100,000 firms within 1 GB: {verdict(peak, 1000, below=True)}")


def seconds(*command: str, **environment: str) -> float:
    """How long a Python process takes, from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - start


def demo() -> None:
    """The demo's 100 runs once compiled."""
    title("The demo's 100 runs on two cores, once compiled")
    spent = full_month.compare_seconds(replications=50)
    print(f"{spent:.1f} s (bar 10: {verdict(spent, 10, below=True)})")


def startup() -> None:
    """A warm run from the command line beside a bare import of Mesa, and the first compilation."""
    title("Starting up, best of 5 interleaved rounds")
    with tempfile.TemporaryDirectory() as folder:
        run = ("-c", CLI, "run", "jaipur", "--quiet", "--force", "--out", str(Path(folder) / "out"))
        first = seconds(*run, CLUSTERSIM_CACHE=folder)
        ours, mesa = float("inf"), float("inf")
        for _ in range(5):
            ours = min(ours, seconds(*run, CLUSTERSIM_CACHE=folder))
            mesa = min(mesa, seconds("-c", "import mesa"))
    print(f"import mesa {mesa:.2f} s; clustersim run jaipur, warm {ours:.2f} s: {ours / mesa:.2f} times "
          f"(bar 2.5: {verdict(ours / mesa, 2.5, below=True)})")
    print(f"the same with nothing compiled yet {first:.1f} s (bar 40: {verdict(first, 40, below=True)})")


def rules() -> None:
    """Where the month's time goes."""
    title(f"Where the month's time goes, {FIRMS} firms, all 144 months")
    full = full_month.FullMonth(FIRMS)
    month = 1e6 * FIRMS / max(full.measure(seed) for seed in range(1, ROUNDS + 1))
    for name, share in sorted(full_month.by_rule(FIRMS).items(), key=lambda item: -item[1]):
        print(f"{name:28}{share * month:8.1f} µs{share:8.1%}")
    print(f"{'month':28}{month:8.1f} µs")


PARTS = {"yardstick": yardstick, "scaling": scaling, "demo": demo, "startup": startup, "rules": rules}


def main() -> None:
    """Run the parts named on the command line, or all of them."""
    unknown = set(sys.argv[1:]) - set(PARTS)
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
