"""How the best schedule moves with the memory of a price and with learning by use.

    python experiments/taper/memory.py            nine strengths, 60 draws each; a table, and memory.csv in --out

The other unknowns vary as in jaipur.toml.  Fixed before the first run on its seed: what counts is the effect five
years after the exit of each schedule against the cliff, draw by draw, and what firms would pay for a fair after two.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from clustersim.desk.arrange import arranged
from clustersim.desk.draws import from_ranges
from clustersim.desk.lives import live_all
from clustersim.desk.outcomes import Table
from clustersim.desk.study_file import DeskStudy, read_desk_study
from clustersim.experiment.statistics import interval

STUDY = Path(__file__).with_name("jaipur.toml")
SCHEDULES = ("cliff", "half to the end", "even taper", "three steps", "quiet taper", "no programme")
MEMORY = {"none": (0.0, 0.5), "usual": (0.8, 0.5), "strong": (2.0, 0.9)}
"""fairness.resentment and fairness.reference"""
LEARNING = {"slow": 0.1, "usual": 0.35, "fast": 0.6}
"""learning.use"""
SEED, REPLICATIONS = 52, 60


def at(study: DeskStudy, memory: str, learning: str) -> DeskStudy:
    """The study with these strengths in place of their ranges, and the schedules only."""
    resentment, reference = MEMORY[memory]
    fixed = {"fairness.resentment": resentment, "fairness.reference": reference, "learning.use": LEARNING[learning]}
    base = study.base.with_values(fixed)
    policies = {name: study.policies[name] for name in SCHEDULES}
    scenarios = {name: arranged(policy, base, study.months) for name, policy in policies.items()}
    factors = tuple(factor for factor in study.factors if factor.name not in fixed)
    return replace(study, base=base, policies=policies, scenarios=scenarios, factors=factors)


def gains(study: DeskStudy, workers: int | None) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """By schedule and draw what it leaves over the cliff after five years, and what firms would pay after two."""
    draws = from_ranges(study.factors, study.replications, study.seed)
    lives = live_all(study.scenarios, replications=study.replications, seed=study.seed, draws=draws, workers=workers)
    table = Table(study, lives)
    over = {name: list(table.effect(name) - table.effect("cliff")) for name in SCHEDULES[:-1]}
    return over, {name: table.values(name, "willingness_to_pay", "2 years after") for name in SCHEDULES[:-1]}


def pooled(found: dict[tuple[str, str], dict[str, list[float]]], policy: str, axis: int, strength: str) -> list[float]:
    """Draw by draw the mean over the other strength; the draws and their luck are the same at all of them."""
    parts = [values[policy] for at_, values in found.items() if at_[axis] == strength]
    return [float(value) for value in np.mean(parts, axis=0)]


def main() -> None:
    """Run all strengths and say what was found."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--out", type=Path, default=Path("results/taper-memory"))
    given.add_argument("--replications", type=int, default=REPLICATIONS)
    given.add_argument("--seed", type=int, default=SEED)
    given.add_argument("--workers", type=int)
    asked = given.parse_args()
    whole = read_desk_study(STUDY, replications=asked.replications, seed=asked.seed)
    over: dict[tuple[str, str], dict[str, list[float]]] = {}
    pays: dict[tuple[str, str], dict[str, list[float]]] = {}
    for memory in MEMORY:
        for learning in LEARNING:
            over[memory, learning], pays[memory, learning] = gains(at(whole, memory, learning), asked.workers)
            print(f"lived: memory {memory}, learning {learning}", flush=True)
    rows = []
    for axis, (name, strengths) in enumerate((("memory", list(MEMORY)), ("learning", list(LEARNING)))):
        first, last = strengths[0], strengths[-1]
        for policy in SCHEDULES[:-1]:
            by = {strength: pooled(over, policy, axis, strength) for strength in strengths}
            cases = {**by, f"{last} less {first}": [b - a for a, b in zip(by[first], by[last], strict=True)]}
            for strength, values in cases.items():
                gain = interval(values)
                pay = interval(pooled(pays, policy, axis, strength)) if strength in strengths else None
                rows.append({
                    "axis": name, "strength": strength, "policy": policy, "over_cliff": gain.mean, "low": gain.low,
                    "high": gain.high, "n": gain.n, "would_pay": "" if pay is None else pay.mean,
                })  # fmt: skip
                paid = "" if pay is None else f"; would pay {pay.mean:.2f} [{pay.low:.2f}, {pay.high:.2f}]"
                said = f"{gain.mean:+.2f} [{gain.low:+.2f}, {gain.high:+.2f}]{paid}"
                print(f"{name} {strength:16} {policy:16} over the cliff {said}")
    asked.out.mkdir(parents=True, exist_ok=True)
    with (asked.out / "memory.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
