"""The full clustersim month as the benchmark times it; the only file here that knows the project's own API.

Run as a program, it times one size in a process of its own and prints JSON: ``python -m benchmarks.full_month 5000``.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import live, new_world

SCENARIO = "jaipur"


def scenario(firms: int, months: int) -> Scenario:
    """Jaipur with its whole programme, with another number of firms and months; what it remarks on itself is known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_scenario(SCENARIO).with_values({"cluster.firms": firms, "run.months": months})


class FullMonth:
    """Times the reported months of one size, measures and books included, set-up and burn-in left out."""

    def __init__(self, firms: int, months: int = 144) -> None:
        self.firms, self.months = firms, months
        self.plan = scenario(firms, months)
        self.best = float("inf")
        live(new_world(self.plan.with_values({"cluster.firms": 50})), 0, 1)  # compile, or read the compiled code

    def measure(self, seed: int) -> float:
        """Firm-months a second by the best round so far."""
        world = new_world(self.plan, seed=seed)
        live(world, 0, world.burn_in)
        start = time.perf_counter()
        live(world, world.burn_in, world.burn_in + self.months)
        self.best = min(self.best, time.perf_counter() - start)
        return self.firms * self.months / self.best


def compare_seconds(replications: int) -> float:
    """The demo's question in one process: two arms of so many replications each on two workers."""
    import clustersim as cs

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = load_scenario(SCENARIO)
    arms = {"programme": plan, "none": plan.without_programme()}
    cs.compare(arms, replications=1, seed=1, workers=2)
    start = time.perf_counter()
    cs.compare(arms, replications=replications, seed=1, workers=2)
    return time.perf_counter() - start


def cycle_counter() -> Any:
    """A compiled function that reads the processor's cycle counter."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    def read(_context: Any) -> Any:
        def emit(_backend: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
            counter = ir.FunctionType(ir.IntType(64), [])
            return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", [], counter), [])

        return types.int64(), emit

    return intrinsic(read)


class Stopwatches(ast.NodeTransformer):
    """Puts a stopwatch around every rule that the month calls in a line of its own."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def visit_Assign(self, node: ast.Assign) -> Any:
        """The same for ``found = rule(...)``."""
        return self.visit_Expr(node)

    def visit_Expr(self, node: ast.Expr | ast.Assign) -> Any:
        """Replace ``rule(...)`` by itself between two readings of the counter."""
        if not (isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)):
            return node
        name = node.value.func.id
        if name not in self.names:
            self.names.append(name)
        stop = f"spent[{self.names.index(name)}] += tick() - before"
        return [*ast.parse("before = tick()").body, node, *ast.parse(stop).body]


def timed_months() -> tuple[list[str], Callable[..., None]]:
    """The month as it stands in month.py, with stopwatches, compiled as one like the month itself."""
    import numba

    from clustersim import month
    from clustersim.compile import OPTIONS, rule

    plain = month.month.py_func  # type: ignore[attr-defined]
    tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
    [function] = tree.body
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list.clear()
    function.args.args.append(ast.arg("spent"))
    watches = Stopwatches()
    names = {**plain.__globals__, "tick": cycle_counter()}
    exec(compile(ast.fix_missing_locations(watches.visit(tree)), "<timed month>", "exec"), names)
    one = rule(names["month"])

    def many(world, first, last, spent):  # type: ignore[no-untyped-def]
        for t in range(first, last):
            one(world, t, spent)

    return watches.names, numba.njit(**OPTIONS)(many)


def by_rule(firms: int) -> dict[str, float]:
    """Each rule's share of a month's time, averaged over the reported months of a run."""
    names, run = timed_months()
    spent = np.zeros(len(names), np.int64)
    for seed in range(1, 4):
        world = new_world(scenario(firms, months=144), seed=seed)
        live(world, 0, world.burn_in)
        run(world, world.burn_in, world.burn_in + 144, spent)
    return {name: float(cycles / max(1, spent.sum())) for name, cycles in zip(names, spent, strict=True)}


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
    full = FullMonth(firms, months=36)  # the same months at every size
    rounds = 2 + 10_000 // firms
    for seed in range(1, rounds + 1):
        rate = full.measure(seed)
    print(json.dumps({"firms": firms, "rate": rate, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main()
