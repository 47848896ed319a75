"""How many days a month of a broker, from how much trust at the start, lead out of the low-trust trap?

Every number of days meets every initial trust, each with the programme of `stagnant` and with none, on the same luck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

import clustersim as cs
from clustersim.report.figures import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILION
from shared import canvas, captioned, keep, options, run, said, share, study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "escape_from_the_trap"
DAYS, TRUST = "broker.days_per_month", "cluster.initial_trust"
OUT = 0.10  # share of firms acting together from which a history is out of the trap; see the study file
LINES = {-1.0: (BLACK, "s", "--"), 2.0: (VERMILION, "o", "-"), 4.0: (ORANGE, "^", "-"), 8.0: (GREEN, "D", "-"),
         12.0: (BLUE, "v", "-"), 24.0: (PURPLE, "P", "-")}  # fmt: skip
"""days a month that the figure of histories shows, each as colour, marker and dash; -1 = no programme"""


def histories(result: cs.StudyResult) -> pd.DataFrame:
    """By days a month (-1 = no programme) and initial trust: mean joint action, and the share of histories out."""
    runs = result.to_df(["joint_action"])
    runs[DAYS] = runs[DAYS].where(runs["arm"] == "programme", -1.0)
    rows = []
    for (days, level), found in runs.groupby([DAYS, TRUST]):
        action = found.groupby("replication")["joint_action"].first()  # without a programme all days are the same run
        rows.append((days, level, action.mean(), *share(action >= OUT)))
    return pd.DataFrame(rows, columns=[DAYS, TRUST, "joint_action", "out", "low", "high", "n"])


def drawn(table: pd.DataFrame) -> Figure:
    """The share of histories out of the trap over the initial trust, a line for some numbers of days."""
    figure, ((axes,),) = canvas(8.6, 5.0)
    for k, (days, (colour, marker, dash)) in enumerate(LINES.items()):
        rows = table[table[DAYS] == days]
        label = f"{days:g} days a month" if days >= 0.0 else "no programme"
        ends = [rows["out"] - rows["low"], rows["high"] - rows["out"]]
        axes.errorbar(rows[TRUST] + 0.0025 * (k - 2.5), rows["out"], ends, color=colour, marker=marker, linestyle=dash,
                      label=label, markersize=6, linewidth=1.6, elinewidth=0.8, capsize=2)  # fmt: skip
    axes.set(xlabel="initial trust (mean over contacts, 0 to 1)", ylabel="share of histories out of the trap",
             ylim=(-0.03, 1.03))  # fmt: skip
    axes.grid(color="#E3E3E3")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), reverse=True)
    captioned(figure, "Out of the trap three years after the programme’s exit",
              f"Out: at least {OUT:g} of the firms act together in the last year of the run. Shares of "
              f"{table['n'].min()} histories with Wilson’s 95 % intervals; points moved aside a little so that they "
              "can be told apart.")  # fmt: skip
    return figure


def main() -> None:
    """Run the study and say what it found."""
    chosen = options(__doc__)
    result = run(study(NAME, chosen), chosen)
    effect = result.phase(DAYS, TRUST, on="joint_action", threshold=OUT)
    keep(NAME, chosen, effect.plot(), effect.table)
    table = histories(result)
    keep(f"{NAME}_histories", chosen, drawn(table), table)
    months, pairs = result.monthly("trust"), result.plan.replications
    began = months[(months["month"] == 0) & (months["arm"] == "none")].groupby(TRUST)["trust"].mean()

    print(f"Effect on joint action three years after the exit\n{effect}\n")
    print("By initial trust: trust in month 0; what becomes of it alone; days from which the programme leads out")
    for level, row in effect.table.groupby(TRUST):
        left = table[(table[DAYS] == -1.0) & (table[TRUST] == level)].iloc[0]
        sure = row[row["low"] >= OUT][DAYS]
        words = f"surely from {sure.min():g} days a month" if len(sure) else "surely with no number of days"
        share_out = said((left["out"], left["low"], left["high"], pairs), 2)
        action = f"joint action {left['joint_action']:.3f}"
        print(f"{level:5.2f}: {began[level]:.3f}; alone {share_out} out, {action}; {words}")
    usual = float(result.plan.arms[0].scenario.cluster.initial_trust)
    print(f"\nBy days a month at initial trust {usual:g}: histories out; effect on joint action, trust, income")
    effects = {on: result.compare("programme", "none", on).table for on in ("joint_action", "trust", "income")}
    for _, row in table[(table[TRUST] == usual) & (table[DAYS] >= 0.0)].iterrows():
        gaps = []
        for rows in effects.values():
            gap = rows[(rows[DAYS] == row[DAYS]) & (rows[TRUST] == usual)].iloc[0]
            gaps.append(said((gap["difference"], gap["low"], gap["high"], pairs), sign=True))
        print(f"{row[DAYS]:5g}: {said((row['out'], row['low'], row['high'], pairs), 2)}; {', '.join(gaps)}")
    print(f"Brackets: 95 % intervals over {pairs} paired replications at each point, one by one.")


if __name__ == "__main__":
    main()
