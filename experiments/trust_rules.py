"""Which findings hang on one rule of trust?

Each finding is a difference of two arms, held against the smallest effect that would be of interest, under each of the
four rules.  It holds if the whole 95 % interval lies at or above that, fails if the whole interval lies below, and is
open otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clustersim.report.figures import BLUE, GREY, VERMILION
from shared import canvas, captioned, keep, mean, options, run, said, study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "trust_rules"
# finding, measure, (arm, window), (the arm that it is held against, window), smallest effect of interest
FINDINGS = (
    ("The programme raises trust", "trust", ("programme", "end"), ("none", "end"), 0.05),
    ("The programme raises joint action", "joint_action", ("programme", "end"), ("none", "end"), 0.05),
    ("The programme raises income", "income", ("programme", "end"), ("none", "end"), 3.0),
    ("Before it ends, firms act without help", "unassisted", ("programme", "exit"), ("none", "exit"), 0.05),
    ("Three years on, joint action still stands", "joint_action", ("programme", "end"), ("programme", "exit"), -0.05),
    ("12 days a month do more than 6", "joint_action", ("programme", "end"), ("half", "end"), 0.03),
    ("24 days a month do more than 12", "joint_action", ("double", "end"), ("programme", "end"), 0.03),
    ("An announced end leaves more", "unassisted", ("programme", "end"), ("unannounced", "end"), 0.01),
    ("A local agent leaves more", "unassisted", ("programme", "end"), ("no-local-agent", "end"), 0.02),
)
UNITS = {"income": "USD/month", "trust": "0 to 1"}
RULE = "trust.rule"
MARKS = {"holds": (BLUE, "o", BLUE), "open": (GREY, "D", "white"), "fails": (VERMILION, "s", VERMILION)}


def verdict(low: float, high: float, least: float) -> str:
    """What a 95 % interval says of a smallest effect of interest."""
    return "holds" if low >= least else "fails" if high < least else "open"


def found_in(runs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each finding and rule; ``runs`` are the last years (``end``) and the programme's last (``exit``)."""
    pairs = {when: table.set_index([RULE, "arm", "replication"]).sort_index() for when, table in runs.items()}
    rows = []
    for finding, measure, (arm, when), (against, then), least in FINDINGS:
        for rule in runs["end"][RULE].unique():
            gap = pairs[when][measure][rule, arm] - pairs[then][measure][rule, against]
            centre, low, high, n = mean(gap)
            rows.append((finding, measure, rule, centre, low, high, n, least, verdict(low, high, least)))
    columns = ["finding", "measure", "rule", "difference", "low", "high", "n", "least", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def drawn(table: pd.DataFrame) -> Figure:
    """A panel for each finding, in it a row for each rule, and a line at the smallest effect of interest."""
    figure, grid = canvas(9.6, 8.0, 3, 3, sharey=True)
    for axes, (finding, rows) in zip(grid.flat, table.groupby("finding", sort=False), strict=True):
        measure, least = rows["measure"].iloc[0], rows["least"].iloc[0]
        axes.axvline(0.0, color="black", linewidth=0.9)
        axes.axvline(least, color=GREY, linewidth=1.2, linestyle=(0, (4, 2)))
        for place, row in enumerate(rows.itertuples()):
            colour, marker, filling = MARKS[row.verdict]
            axes.plot([row.low, row.high], [place, place], "-|", color=colour, linewidth=2.0)
            axes.plot(row.difference, place, marker, color=colour, markersize=6.5, markerfacecolor=filling)
        axes.set_yticks(range(len(rows)), rows["rule"])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.tick_params(labelsize=9)
        axes.set_title(finding, loc="left", fontsize=10)
        axes.set_xlabel(f"{measure.replace('_', ' ')} ({UNITS.get(measure, 'share')})", fontsize=9)
        axes.locator_params(axis="x", nbins=5)
        axes.grid(axis="x", color="#E3E3E3")
    captioned(figure, "Which findings hang on one rule of trust?",
              f"Differences of two arms on common random numbers, {table['n'].min()} pairs each, with their 95 % "
              "intervals. Broken line: the smallest effect of interest. Filled: the finding holds; open diamond: open; "
              "square: it fails.")  # fmt: skip
    return figure


def main() -> None:
    """Run the study and say what it found."""
    chosen = options(__doc__)
    result = run(study(NAME, chosen), chosen)
    measures = list(dict.fromkeys(measure for _, measure, *_ in FINDINGS))
    table = found_in({when: result.to_df(measures, when) for when in ("end", "exit")})
    keep(NAME, chosen, drawn(table), table)
    for finding, rows in table.groupby("finding", sort=False):
        print(f"{finding} ({rows['measure'].iloc[0]}, at least {rows['least'].iloc[0]:g})")
        for row in rows.itertuples():
            print(f"    {row.rule:<11} {row.verdict:<6} {said((row.difference, row.low, row.high, row.n), sign=True)}")
    held = table.assign(holds=table["verdict"] == "holds").groupby("finding", sort=False)["holds"].all()
    print(f"{held.sum()} of {len(held)} findings hold under every rule: {'; '.join(held.index[held])}.")
    print(f"Not under every rule: {'; '.join(held.index[~held]) or 'none'}.")
    print(f"Brackets: 95 % intervals over {result.plan.replications} pairs, one by one, without correction for "
          f"{len(table)} comparisons.")  # fmt: skip


if __name__ == "__main__":
    main()
