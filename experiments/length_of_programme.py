"""How long must a programme be for its effect to stay?

One to six years of the programme of `stagnant`, then five years without it: unassisted joint action (without a broker
day, without programme money) in the programme's last year and five years after, each against no programme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

import clustersim as cs
from clustersim.report.figures import BLUE, GREEN, VERMILION
from shared import canvas, captioned, keep, mean, options, run, said, share, study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "length_of_programme"
STANDS = 0.10  # share of firms in unassisted joint action from which a history stands; see the study file
# what the table has of each length; "first" was added when the first runs had shown that the exit is no peak
LINES = (("last", "in the programme’s last year", VERMILION, "s", "--"),
         ("first", "in the first year after", GREEN, "^", ":"),
         ("fifth", "in the fifth year after", BLUE, "o", "-"))  # fmt: skip
SHARES = (("relapsed", "relapsed: less than in the last year", VERMILION, "s", "--"),
          ("stands", f"stand: {STANDS:.2f} or more", BLUE, "o", "-"))  # fmt: skip


def found_in(result: cs.StudyResult, measure: str) -> pd.DataFrame:
    """By length the effect in three years and two changes, and how many histories relapsed and stand."""
    keys = ["length", "arm", "replication"]
    last, fifth = (result.to_df([measure], when).set_index(keys)[measure].sort_index() for when in ("exit", "end"))
    months = result.monthly(measure)
    months["before the end"] = months.groupby("length")["month"].transform("max") - months["month"]
    first = months[months["before the end"] == 48].set_index(keys)[measure].sort_index()  # it looks twelve months back
    rows = []
    for length in result.points["length"]:
        level = {(year, arm): values[length, arm] for arm in result.arms
                 for year, values in (("last", last), ("first", first), ("fifth", fifth))}  # fmt: skip
        effect = {year: level[year, "programme"] - level[year, "none"] for year, *_ in LINES}
        before, after = level["last", "programme"], level["fifth", "programme"]
        found = {year: mean(values) for year, values in effect.items()}
        found |= {"last to fifth": mean(effect["fifth"] - effect["last"]),
                  "first to fifth": mean(effect["fifth"] - effect["first"]),
                  "relapsed": share(after < before), "stands": share(after >= STANDS)}  # fmt: skip
        rows += [(length, what, *values) for what, values in found.items()]
    return pd.DataFrame(rows, columns=["length", "what", "value", "low", "high", "n"])


def drawn(table: pd.DataFrame) -> Figure:
    """Left the effect in three years, right the shares of histories that relapsed and that stand."""
    figure, (panels,) = canvas(9.6, 4.6, 1, 2)
    lengths = table["length"].unique().tolist()
    for axes, kinds in zip(panels, (LINES, SHARES), strict=True):
        for what, label, colour, marker, dash in kinds:
            rows = table[table["what"] == what]
            ends = [rows["value"] - rows["low"], rows["high"] - rows["value"]]
            axes.errorbar(range(1, len(rows) + 1), rows["value"], ends, color=colour, marker=marker, linestyle=dash,
                          label=label, capsize=3)  # fmt: skip
        axes.set_xticks(range(1, len(lengths) + 1))
        axes.set(xlabel="length of the programme (years)", ylim=(0, None))
        axes.grid(axis="y", color="#E3E3E3")
        axes.legend(frameon=False, fontsize=9.5)
    panels[0].set_ylabel("effect on unassisted joint action (share)")
    panels[1].set(ylabel="share of histories", ylim=(-0.02, 1.02))
    captioned(figure, "Length of the programme, and what is left of it without a broker",
              f"Left: unassisted joint action, programme less none, means over {table['n'].min()} pairs on common "
              "random numbers. Right: of the same histories with the programme. Lines: 95 % intervals (Student’s t; "
              "Wilson’s for shares).")  # fmt: skip
    return figure


def main() -> None:
    """Run the study and say what it found."""
    chosen = options(__doc__)
    result = run(study(NAME, chosen), chosen)
    tables = {measure: found_in(result, measure) for measure in ("unassisted", "joint_action")}
    keep(NAME, chosen, drawn(tables["unassisted"]), tables["unassisted"])
    keep(f"{NAME}_joint_action", chosen, table=tables["joint_action"])
    for measure, table in tables.items():
        print(f"{measure.replace('_', ' ')}, programme less none")
        for length, rows in table.groupby("length", sort=False):
            found = {row.what: (row.value, row.low, row.high, row.n) for row in rows.itertuples()}
            effects = ", ".join(f"{year} {said(found[year], sign=True)}" for year, *_ in LINES)
            changes = ", ".join(f"{what} {said(found[what], sign=True)}" for what in found if " to " in what)
            print(f"{length:>12}: {effects}; {changes};")
            print(f"{'':14}relapsed {said(found['relapsed'], 2)}, stand {said(found['stands'], 2)} of histories")
    print("last: the programme’s last year; first, fifth: years after it.", end=" ")
    print(f"Brackets: 95 % intervals over {result.plan.replications} paired replications of each length.")


if __name__ == "__main__":
    main()
