"""What every script here does alike: its options, running a study file, writing a table and figures."""

from __future__ import annotations

import argparse
import math
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import clustersim as cs
from clustersim.report.figures import GREY, STYLE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

HERE = Path(__file__).parent
TOY = {"cluster.firms": 40, "run.burn_in": 6}  # far too small to tell anything: to see whether all works


def options(about: str | None) -> argparse.Namespace:
    """The options that all scripts have."""
    asked = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("results"), help="the runs, tables and figures go below it")
    asked.add_argument("--workers", type=int, help="all cores unless given")
    asked.add_argument("--replications", type=int, help="in place of the study file's")
    asked.add_argument("--seed", type=int, help="in place of the study file's")
    asked.add_argument("--img", type=Path, help="leave the main figures there too, as in docs/img")
    asked.add_argument("--toy", action="store_true", help="a cluster of 40 firms and few points: does all work?")
    return asked.parse_args()


def study(file: str, chosen: argparse.Namespace, **changes: Any) -> cs.Study:
    """The study of ``file``.toml, with what the options say otherwise."""
    if chosen.toy:
        changes["base"] = cs.load_scenario("stagnant").with_values(TOY)
    for key in ("replications", "seed"):
        if getattr(chosen, key) is not None:
            changes[key] = getattr(chosen, key)
    return cs.Study.from_file(HERE / f"{file}.toml", **changes)


def run(asked: cs.Study, chosen: argparse.Namespace) -> cs.StudyResult:
    """Run what is missing of a study, in the folder that ``clustersim sweep`` would take."""
    began = time.perf_counter()
    found = asked.run(chosen.out / asked.name, workers=chosen.workers or "auto")
    print(f"{found!r}, seed {asked.seed}, {time.perf_counter() - began:.0f} s\n")
    return found


def keep(name: str, chosen: argparse.Namespace, figure: Figure | None = None, table: pd.DataFrame | None = None, *,
         shown: bool = True) -> None:  # fmt: skip
    """Write a figure (SVG, PNG) and a table (CSV) beside the runs; a figure to be ``shown`` goes to ``--img`` too."""
    from matplotlib import rc_context

    chosen.out.mkdir(parents=True, exist_ok=True)
    if table is not None:
        table.to_csv(chosen.out / f"{name}.csv", index=False)
    if figure is None:
        return
    with rc_context(STYLE):
        figure.savefig(chosen.out / f"{name}.svg", metadata={"Date": None})  # the same bytes for the same numbers
        figure.savefig(chosen.out / f"{name}.png", dpi=200)
        if shown and chosen.img is not None:
            chosen.img.mkdir(parents=True, exist_ok=True)
            figure.savefig(chosen.img / f"{name.replace('_', '-')}.png", dpi=100)


def canvas(width: float, height: float, rows: int = 1, columns: int = 1, **more: Any) -> tuple[Figure, Any]:
    """A figure in inches with its axes, in the style of all other figures; it belongs to no window."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False, **more)
    for axes in grid.flat:
        axes.set_axisbelow(True)
    return figure, grid


def captioned(figure: Figure, title: str, below: str) -> None:
    """A title above, and below in small print what the figure rests on."""
    wide = figure.get_figwidth()
    figure.suptitle(textwrap.fill(title, int(11 * wide)), x=0.01, ha="left", fontweight="bold", fontsize=12)
    figure.supxlabel(textwrap.fill(below, int(14.6 * wide)), x=0.01, ha="left", fontsize=8.5, color=GREY)


def mean(values: Any) -> tuple[float, float, float, int]:
    """Mean, the ends of its 95 % interval (Student's t), and how many values there were; empty ones are left out."""
    from scipy import stats

    kept = [float(value) for value in values if not math.isnan(value)]
    centre = math.fsum(kept) / len(kept) if kept else math.nan
    if len(kept) < 2 or min(kept) == max(kept):
        return centre, centre, centre, len(kept)
    low, high = stats.t.interval(0.95, len(kept) - 1, centre, stats.sem(kept))
    return centre, float(low), float(high), len(kept)


def share(values: Any) -> tuple[float, float, float, int]:
    """Share of those that are true, its 95 % interval (Wilson's), and how many there were."""
    from scipy.stats import binomtest

    flags = [bool(value) for value in values]
    ends, found = binomtest(sum(flags), len(flags)).proportion_ci(method="wilson"), sum(flags) / len(flags)
    return found, min(found, float(ends.low)), max(found, float(ends.high)), len(flags)


def said(found: tuple[float, float, float, int], digits: int = 3, sign: bool = False) -> str:
    """As in "+0.276 [0.268, 0.284]"."""
    kind = f"{'+' if sign else ''}.{digits}f"
    return f"{found[0]:{kind}} [{found[1]:.{digits}f}, {found[2]:.{digits}f}]".replace("-", "−")
