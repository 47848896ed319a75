"""How the best schedule moves with the memory of a price and with learning by use.

    python experiments/taper/memory.py            nine strengths, 200 draws each; a table, and memory.csv in --out

The other unknowns are drawn from the calibrated ensemble, and as in jaipur.toml where it has nothing.  Fixed before the
first run on its seed: what counts is the effect five years after the exit of each schedule against the cliff, draw by
draw, and what firms would pay for a fair after two.  Fixed before the run over the ensemble: level help against the
even taper, and what each schedule costs over the cliff.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustersim.desk.arrange import arranged
from clustersim.desk.draws import draws_of, over_ensemble
from clustersim.desk.lives import live_all
from clustersim.desk.outcomes import Table
from clustersim.desk.study_file import DeskStudy, read_desk_study
from clustersim.ensemble import Ensemble, load_ensemble
from clustersim.experiment.statistics import interval

STUDY = Path(__file__).with_name("jaipur.toml")
SCHEDULES = ("cliff", "half to the end", "even taper", "three steps", "quiet taper", "no programme")
PAIRS = (*((name, "cliff") for name in SCHEDULES[1:-1]), ("half to the end", "even taper"))
"""which schedule is set against which"""
MEMORY = {"none": (0.0, 0.5), "usual": (0.8, 0.5), "strong": (2.0, 0.9)}
"""fairness.resentment and fairness.reference"""
LEARNING = {"slow": 0.1, "usual": 0.35, "fast": 0.6}
"""learning.use"""
ALL, MOVE = "all", "strongest less weakest"
SEED, REPLICATIONS = 52, 200

Draws = NDArray[np.float64]
Cells = dict[tuple[str, str], Draws]
"""memory, learning -> a value a draw; the draws and their luck are the same in all cells"""


def at(study: DeskStudy, memory: str, learning: str) -> DeskStudy:
    """The study with these strengths in place of their ranges, and the schedules only."""
    resentment, reference = MEMORY[memory]
    fixed = {"fairness.resentment": resentment, "fairness.reference": reference, "learning.use": LEARNING[learning]}
    base = study.base.with_values(fixed)
    policies = {name: study.policies[name] for name in SCHEDULES}
    scenarios = {name: arranged(policy, base, study.months) for name, policy in policies.items()}
    factors = tuple(factor for factor in study.factors if factor.name not in fixed)
    return replace(study, base=base, policies=policies, scenarios=scenarios, factors=factors)


def measured(study: DeskStudy, ensemble: Ensemble | None, workers: int | None) -> dict[tuple[str, str], Draws]:
    """By what is asked and of which schedule: a value for each draw."""
    if ensemble is not None:
        study = over_ensemble(study, ensemble)
    lives = live_all(study.scenarios, replications=study.replications, seed=study.seed, draws=draws_of(study),
                     workers=workers)  # fmt: skip
    table = Table(study, lives)
    found = {(f"effect over {other}", name): table.effect(name) - table.effect(other) for name, other in PAIRS}
    for name in SCHEDULES[:-1]:
        found["would pay", name] = np.array(table.values(name, "willingness_to_pay", "2 years after"))
        found["cost over cliff", name] = table.costs(name) - table.costs("cliff")
    return found


def told(cells: Cells) -> list[tuple[str, str, Draws]]:
    """Each cell, the mean over the other strength, and how far the strongest is from the weakest, draw by draw."""

    def pooled(axis: int, strength: str) -> Draws:
        return np.mean([values for at_, values in cells.items() if at_[axis] == strength], axis=0)  # type: ignore[no-any-return]

    rows = [(memory, learning, values) for (memory, learning), values in cells.items()]
    rows += [(memory, ALL, pooled(0, memory)) for memory in MEMORY]
    rows += [(ALL, learning, pooled(1, learning)) for learning in LEARNING]
    rows.append((MOVE, ALL, pooled(0, "strong") - pooled(0, "none")))
    rows.append((ALL, MOVE, pooled(1, "fast") - pooled(1, "slow")))
    return rows


def main() -> None:
    """Run all strengths and say what was found."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--out", type=Path, default=Path("results/taper-memory"))
    given.add_argument("--ensemble", default="all", help="`none` draws from the ranges of jaipur.toml instead")
    given.add_argument("--replications", type=int, default=REPLICATIONS)
    given.add_argument("--seed", type=int, default=SEED)
    given.add_argument("--workers", type=int)
    asked = given.parse_args()
    ensemble = None if asked.ensemble == "none" else load_ensemble(asked.ensemble)
    whole = read_desk_study(STUDY, replications=asked.replications, seed=asked.seed)
    found: dict[tuple[str, str], Cells] = {}
    for memory in MEMORY:
        for learning in LEARNING:
            for key, values in measured(at(whole, memory, learning), ensemble, asked.workers).items():
                found.setdefault(key, {})[memory, learning] = values
            print(f"lived: memory {memory}, learning {learning}", flush=True)
    rows = []
    for (what, policy), cells in found.items():
        for memory, learning, values in told(cells):
            one = interval(values)
            rows.append({"what": what, "policy": policy, "memory": memory, "learning": learning, "mean": one.mean,
                         "low": one.low, "high": one.high, "n": one.n})  # fmt: skip
            print(f"{policy}: {what}, memory {memory}, learning {learning}: "
                  f"{one.mean:+.2f} [{one.low:+.2f}, {one.high:+.2f}]")  # fmt: skip
    asked.out.mkdir(parents=True, exist_ok=True)
    with (asked.out / "memory.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
