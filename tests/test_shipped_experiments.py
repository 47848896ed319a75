"""The scripts in experiments/ run, in a short mode."""

from __future__ import annotations

import runpy
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "experiments"


def test_more_days_cost_more() -> None:
    script = runpy.run_path(str(FOLDER / "broker_days.py"))
    summary = script["study"](replications=3, months=24).summary
    cost = summary[(summary["measure"] == "programme_cost") & (summary["when"] == "end")].set_index("arm")["mean"]
    assert list(cost.loc[["none", *(f"{days:g} days" for days in script["DAYS"])]]) == sorted(cost)
    assert cost["none"] == 0.0


def test_every_script_is_listed() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(path.name in listed for path in FOLDER.glob("*.py"))
