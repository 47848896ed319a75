"""The full clustersim month as the benchmark times it; the only file here that knows the project's own API.

Run as a program, it times one size in a process of its own and prints JSON: ``python -m benchmarks.full_month 5000``.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import clustersim as cs
from clustersim import simulation

SHORT, LONG = 12, 144  # months; both runs begin with the programme


def scenario(firms: int, months: int) -> Any:
    """Jaipur with its whole programme, with another number of firms and months."""
    return cs.load_scenario("jaipur").with_values({"cluster.firms": firms, "run.months": months})


def run_seconds(plan: Any, seed: int) -> float:
    """One run of a scenario, without turning its results into tables."""
    start = time.perf_counter()
    simulation.run(plan, seed=seed)
    return time.perf_counter() - start


class FullMonth:
    """Times months of one size; what a run costs before its first month is taken off by a shorter run."""

    def __init__(self, firms: int, short: int = SHORT, long: int = LONG) -> None:
        self.firms, self.months = firms, long - short
        self.plans = scenario(firms, short), scenario(firms, long)
        self.best = [float("inf"), float("inf")]
        run_seconds(self.plans[0], seed=1)  # compile, or read the compiled code

    def measure(self, seed: int) -> float:
        """Firm-months a second, by the best short and the best long run so far."""
        for k, plan in enumerate(self.plans):
            self.best[k] = min(self.best[k], run_seconds(plan, seed))
        return self.firms * self.months / (self.best[1] - self.best[0])


def compare_seconds(replications: int) -> float:
    """The demo's question in one process: two arms of so many replications each on two workers."""
    jaipur = cs.load_scenario("jaipur")
    arms = {"programme": jaipur, "none": jaipur.without_programme()}
    cs.compare(arms, replications=1, seed=1, workers=2)
    start = time.perf_counter()
    cs.compare(arms, replications=replications, seed=1, workers=2)
    return time.perf_counter() - start


def by_rule(firms: int, months: int) -> dict[str, float] | None:
    """Seconds in each rule over some months, each called by itself; None where the month cannot be taken apart."""
    profile = getattr(simulation, "seconds_by_rule", None)
    return None if profile is None else dict(profile(scenario(firms, months), seed=1))


def peak_bytes() -> int:
    """The most memory this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux: the other figure starts from the parent's
        return 1024 * int(status.read_text().split("VmHWM:")[1].split()[0])
    import resource  # not on Windows, where `make bench` is not either

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Time one size and say what it took, memory included."""
    firms = int(sys.argv[1])
    full = FullMonth(firms, long=36)  # the same months at every size
    rounds = 3 + 12_000 // firms
    for seed in range(1, rounds + 1):
        rate = full.measure(seed)
    print(json.dumps({"firms": firms, "rate": rate, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main()
