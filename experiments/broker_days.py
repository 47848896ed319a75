"""How many days a month does a broker need before a poor cluster moves?

The programme of `stagnant` with 2 to 16 days of the broker a month, each against no programme, on the same luck.
Prints the summary of trust, joint action and income and leaves the usual files in results/broker-days.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import clustersim as cs
from clustersim.report.folder import save

DAYS = (2.0, 4.0, 8.0, 16.0)
OUTCOMES = ("trust", "joint_action", "income", "programme_cost")


def study(replications: int, months: int = 84) -> cs.Comparison:
    """The comparison of all arms; the last year of the run is what is looked at."""
    base = cs.load_scenario("stagnant").with_values({"run.months": months})
    arms = {f"{days:g} days": base.with_values({"broker.days_per_month": days}) for days in DAYS}
    return cs.compare({**arms, "none": base.without_programme()}, replications=replications, seed=1, baseline="none")


def main() -> None:
    """Run the study and print what it found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=100)
    options.add_argument("--out", type=Path, default=Path("results/broker-days"))
    chosen = options.parse_args()
    found = study(chosen.replications)
    rows = found.summary
    rows = rows[(rows["when"] == "end") & rows["measure"].isin(OUTCOMES)]
    columns = ["measure", "arm", "mean", "difference", "difference_low", "difference_high", "replications"]
    print(rows.sort_values("measure", kind="stable")[columns].round(3).to_string(index=False))
    save(found, chosen.out, "python experiments/broker_days.py", force=True)
    print(f"in {chosen.out}: report.html, summary.csv and the rest")


if __name__ == "__main__":
    main()
