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


def main() -> None:
    """Run all strengths and say what was found."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--out", type=Path, default=Path("results/taper-memory"))
    given.add_argument("--replications", type=int, default=REPLICATIONS)
    given.add_argument("--seed", type=int, default=SEED)
    given.add_argument("--workers", type=int)
    asked = given.parse_args()
    whole = read_desk_study(STUDY, replications=asked.replications, seed=asked.seed)
    rows = []
    for memory in MEMORY:
        for learning in LEARNING:
            study = at(whole, memory, learning)
            draws = from_ranges(study.factors, study.replications, study.seed)
            table = Table(
                study,
                live_all(
                    study.scenarios,
                    replications=study.replications,
                    seed=study.seed,
                    draws=draws,
                    workers=asked.workers,
                ),
            )
            cliff = table.effect("cliff")
            for name in SCHEDULES[:-1]:
                gain = interval(table.effect(name) - cliff)
                dearer = float(np.mean(table.costs(name) - table.costs("cliff")))
                pays = interval(table.values(name, "willingness_to_pay", "2 years after"))
                rows.append(
                    {
                        "memory": memory,
                        "learning": learning,
                        "policy": name,
                        "effect": float(np.mean(table.effect(name))),
                        "over_cliff": gain.mean,
                        "low": gain.low,
                        "high": gain.high,
                        "dearer": dearer,
                        "would_pay": pays.mean,
                        "would_pay_low": pays.low,
                        "would_pay_high": pays.high,
                        "n": gain.n,
                    }
                )
                print(
                    f"memory {memory:7} learning {learning:6} {name:16} effect {rows[-1]['effect']:5.1f}, over the "
                    f"cliff "
                    f"{gain.mean:+.2f} [{gain.low:+.2f}, {gain.high:+.2f}], dearer by {dearer:,.0f}; would pay "
                    f"{pays.mean:.3f}",
                    flush=True,
                )
    asked.out.mkdir(parents=True, exist_ok=True)
    with (asked.out / "memory.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
