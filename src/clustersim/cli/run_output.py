"""What ``clustersim run`` prints and leaves: a table by year, and the files of one run."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.measures import MEASURES
from clustersim.scenario.check import month_number, month_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clustersim.scenario import Scenario

SHOWN = ("trust", "joint_action", "income", "members", "firms_served")
YEAR = 12


def by_year(measures: NDArray[np.float64], start: str) -> list[dict[str, Any]]:
    """The main measures at the end of each year of the run (its last month, if the run ends before): one row a year."""
    columns = {measure.name: k for k, measure in enumerate(MEASURES)}
    rows = []
    for month in sorted({*range(YEAR - 1, len(measures), YEAR), len(measures) - 1}):
        values = {name: float(measures[month, columns[name]]) for name in SHOWN}
        date = month_text(month_number(start) + month)
        rows.append({"month": date} | {name: None if math.isnan(value) else value for name, value in values.items()})
    return rows


def as_text(rows: list[dict[str, Any]]) -> str:
    """The rows as a table for a terminal."""
    cells = [["month", *SHOWN], *([row["month"], *(_number(row[name]) for name in SHOWN)] for row in rows)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(cells[0]))]
    return "\n".join("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)) for line in cells)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 1 else f"{value:,.3f}"


def save(run: Any, scenario: Scenario, folder: Path, *, seed: int, command: str, force: bool) -> None:
    """Leave monthly, ledger, firms (or worlds) as Parquet, the scenario and a manifest in ``folder``: all or none."""
    from clustersim.experiment.files import about, whole_folder, write_manifest, write_text

    with whole_folder(folder, force=force) as partial:
        for name in ("monthly", "ledger", "worlds" if scenario.worlds.count > 1 else "firms"):
            getattr(run, name).to_parquet(partial / f"{name}.parquet", compression="zstd")
        write_text(partial / "scenario.toml", scenario.to_toml())
        write_manifest(partial, about("run", command, seed=seed, replication=0, scenario=scenario.digest()))
