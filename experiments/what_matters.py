"""What decides how much a programme changes?

First a screening (Morris) of 25 parameters, then the shares of variance (Sobol) of those that came out on top, all
others at their defaults.  The outcomes are the programme's effects on trust, joint action and income: arm minus arm on
common random numbers, three years after the exit.
"""

from __future__ import annotations

import tomllib
from argparse import Namespace

import pandas as pd

import clustersim as cs
from shared import HERE, keep, options, run, said, study

NAME = "what_matters"
OUTCOMES = ("trust", "joint_action", "income")
FOLLOWED = 6  # parameters that go on to the second design: those with the best mean rank over the three outcomes
SECOND = {"design": "sobol", "points": 256, "replications": 2, "seed": 35, "levels": None}


def ranges(wanted: list[str]) -> dict[str, object]:
    """The ranges of some parameters as the study file has them."""
    tables = tomllib.loads((HERE / f"{NAME}.toml").read_text(encoding="utf-8"))["vary"]
    found: dict[str, object] = {}
    for path in wanted:
        place = tables
        for part in path.split("."):
            place = place[part]
        found[path] = place
    return found


def ranked(result: cs.StudyResult, chosen: Namespace, name: str) -> pd.DataFrame:
    """Print and keep the indices of the three outcomes; one table of all of them."""
    tables = []
    for on in OUTCOMES:
        found = result.sensitivity(on)
        keep(f"{name}_{on}", chosen, found.plot(), shown=on == "joint_action")
        print(f"{found}\n")
        tables.append(found.table.assign(on=on, rank=range(1, len(found.table) + 1)))
    table = pd.concat(tables)
    keep(name, chosen, table=table)
    return table


def main() -> None:
    """Run both designs and say what they found."""
    chosen = options(__doc__)
    few = {"points": 3} if chosen.toy else {}
    screening = run(study(NAME, chosen, **few), chosen)
    first = ranked(screening, chosen, f"{NAME}_morris")
    parameters = first[first["factor"] != "luck"]
    top = parameters.groupby("factor")["rank"].mean().sort_values(kind="stable").index[:FOLLOWED].tolist()
    print(f"Followed up: {', '.join(top)}\n\nMean effect on joint action over all points of the screening with")
    effect = screening.compare("programme", "none", "joint_action").table
    for name in top:
        levels = effect.groupby(name)["difference"].mean()
        print(f"    {name} at {', '.join(f'{at:.3g}: {size:.3f}' for at, size in levels.items())}")
    print()
    few = {"points": 4} if chosen.toy else {}
    second = study(NAME, chosen, name=f"{NAME}_most", vary=ranges(top), title="What matters most: shares of variance",
                   **SECOND | few)  # fmt: skip
    table = ranked(run(second, chosen), chosen, f"{NAME}_sobol")
    for on in OUTCOMES:
        clear = first[(first["on"] == on) & first["above_noise"].fillna(False).astype(bool)]["factor"]
        print(f"{on}: {len(clear)} of {parameters['factor'].nunique()} parameters stand out of the noise: "
              f"{', '.join(clear) or 'none'}")  # fmt: skip
        rows = table[table["on"] == on].itertuples()
        shares = [f"{row.factor} {said((row.ST, row.low, row.high, 0), 2)}" for row in rows]
        print(f"    total shares of its variance over {SECOND['points']} blocks: {', '.join(shares)}")


if __name__ == "__main__":
    main()
