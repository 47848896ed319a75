"""The sheet to fill in: Policies with the columns and what each means, Study with the money and the cluster."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from clustersim.desk.policy import SHAPES, TARGETS, Policy
from clustersim.desk.sheet import COLUMNS
from clustersim.experiment.files import write_text

EXAMPLES: tuple[dict[str, Any], ...] = (
    {"name": "half to the end", "title": "Half of everything, to the end", "shape": "flat", "from_share": 0.5},
    {"name": "cliff", "title": "Half for two years, then nothing", "shape": "cliff", "from_share": 0.5,
     "end": "1998-12"},
    {"name": "even taper", "title": "From half to nothing, evenly", "shape": "linear", "from_share": 0.5,
     "start": "1997-12", "end": "2001-12"},
    {"name": "half the days", "title": "The cliff with half of the broker's days", "shape": "cliff", "from_share": 0.5,
     "end": "1998-12", "broker_days": 0.5},
    {"name": "no programme", "title": "No programme", "shape": "none"},
)  # fmt: skip
STUDY = (
    ("base", "jaipur", "a shipped scenario (`clustersim scenarios`), or the path of a file"),
    ("title", "Half, a stop, or a taper?", "the question, as it will head the brief"),
    ("replications", 200, "draws of what is unknown and of luck"),
    ("seed", 51, "the same seed gives the same numbers"),
    ("effect", "joint_action", "what counts: joint_action, unassisted or trust, five years after the exit"),
    ("currency", "USD", "the programme's currency"),
    ("exchange", None, "what a dollar costs in it; empty for USD"),
    ("price_year", 1999, "year of whose prices amounts are"),
    ("price_index", None, "prices of that year over those of 1999; needed for another year"),
    ("budget", 240000, "what may be spent on the whole; empty: no limit"),
    ("counts", "all", "all: the broker's days included; activities: without them"),
    ("discount", None, "discount rate a year, as 0.05; empty: not discounted"),
    ("worth", None, "what a percentage point of firms is worth; empty: what the best policy pays for one"),
)
UNCERTAIN = (("cluster.initial_trust", 0.15, 0.40), ("fairness.resentment", 0.0, 2.0), ("fairness.reference", 0.1, 0.9),
             ("learning.use", 0.1, 0.6), ("joint_action.threshold", 0.33, 0.48))  # fmt: skip
"""unknowns with plausible ranges; `clustersim describe NAME` says what each is"""
ROOM = 60
"""rows of the sheet that have drop-down lists"""


def write_template(path: Path) -> None:
    """Write the sheet as .xlsx, or the policies alone as .csv."""
    if path.suffix.lower() == ".csv":
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(EXAMPLES)
        write_text(path, out.getvalue())
        return
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#e8eef2"})
        text = book.add_format({"num_format": "@"})  # or a spreadsheet would turn 1998-12 into a day
        note = book.add_format({"italic": True, "font_color": "#5b6470"})
        policies, study = book.add_worksheet("Policies"), book.add_worksheet("Study")
        _policies(policies, head, text)
        study.write_row(0, 0, ("setting", "value", "meaning"), head)
        for r, (name, value, meaning) in enumerate(STUDY, 1):
            study.write(r, 0, name)
            study.write(r, 1, value)
            study.write(r, 2, meaning, note)
        study.set_column(0, 1, 26)
        study.set_column(2, 2, 70)
        unknown = book.add_worksheet("Uncertain")
        unknown.write_row(0, 0, ("parameter", "low", "high"), head)
        for r, row in enumerate(UNCERTAIN, 1):
            unknown.write_row(r, 0, row)
        unknown.set_column(0, 0, 30)
        help_ = book.add_worksheet("Columns")
        help_.write_row(0, 0, ("column", "meaning", "unit", "usual value"), head)
        for r, (name, field) in enumerate(Policy.model_fields.items(), 1):
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            usual = ", ".join(field.default) if isinstance(field.default, tuple) else field.default
            said = (name, field.description or "", str(extra.get("unit", "")), "" if usual is None else str(usual))
            help_.write_row(r, 0, said)
        help_.set_column(0, 0, 16)
        help_.set_column(1, 1, 90)
        help_.set_column(2, 3, 22)


def _policies(sheet: Any, head: Any, text: Any) -> None:
    for c, name in enumerate(COLUMNS):
        sheet.write_string(0, c, name, head)
        wide = name in ("name", "title", "activity")
        sheet.set_column(c, c, 30 if wide else 13, text if name in ("start", "end", "exit", "name", "title") else None)
        for r, row in enumerate(EXAMPLES, 1):
            if name in row:
                sheet.write(r, c, row[name])
    lists = {"shape": list(SHAPES), "to": list(TARGETS), "announced": ["yes", "no"]}
    for name, allowed in lists.items():
        column = COLUMNS.index(name)
        sheet.data_validation(1, column, ROOM, column, {"validate": "list", "source": allowed})
    share = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1,
             "error_message": "a share from 0 to 1"}  # fmt: skip
    for name in ("from_share", "to_share", "institutions", "taken_over", "participants", "broker_days"):
        column = COLUMNS.index(name)
        sheet.data_validation(1, column, ROOM, column, share)
    sheet.freeze_panes(1, 1)
