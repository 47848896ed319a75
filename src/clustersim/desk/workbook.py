"""The workbook: the answer, the books, the courses and the runs, with formulas that live and charts that are native.

Text is written as text and neutralised (cells.py); every formula carries its value, so that a viewer which does not
reckon shows the same as one that does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clustersim.desk.cells import put
from clustersim.desk.ledger_sheet import write_ledger
from clustersim.desk.policy import OWN, Policy
from clustersim.desk.words import what_varied

Found = Mapping[str, Any]
TITLE, HEAD, WRAP, NOTE, INPUT = "title", "head", "wrap", "note", "input"
NARROW, USUAL = 9, 16
SHEETS = ("Summary", "Policies", "Cost ledger", "Series", "Acceptability", "Runs", "Indicators", "Assumptions",
          "Provenance")  # fmt: skip


def write_workbook(found: Found, path: Path) -> None:
    """Write the workbook of some findings."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": found["study"]["title"], "author": "clustersim"})
        styles = {
            TITLE: book.add_format({"bold": True, "font_size": 14}),
            HEAD: book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            WRAP: book.add_format({"text_wrap": True, "valign": "top"}),
            NOTE: book.add_format({"italic": True, "font_color": "#5b6470"}),
            INPUT: book.add_format({"bg_color": "#fff6d6", "border": 1, "num_format": "#,##0.0000"}),
            "money": book.add_format({"num_format": "#,##0"}), "share": book.add_format({"num_format": "0.000"}),
            "percent": book.add_format({"num_format": "0%"}),
            "number": book.add_format({"num_format": "[>=1000]#,##0;[<=-1000]-#,##0;0.000"}),
        }  # fmt: skip
        sheets = {name: book.add_worksheet(name) for name in SHEETS}
        _summary(sheets["Summary"], found, styles)
        _policies(sheets["Policies"], found, styles)
        write_ledger(sheets["Cost ledger"], found, styles)
        _series(book, sheets["Series"], found, styles)
        _acceptability(book, sheets["Acceptability"], found, styles)
        _records(sheets["Runs"], found["runs"], styles)
        _indicators(sheets["Indicators"], found, styles)
        _records(sheets["Assumptions"], found["assumptions"], styles, (28, 18, 12, 60, 18, 60))
        _provenance(sheets["Provenance"], found, styles)


def _records(sheet: Any, records: Sequence[Mapping[str, Any]], styles: Mapping[str, Any],
             widths: Sequence[float] = (), top: int = 0) -> None:  # fmt: skip
    """A table with a head, from a row on."""
    if not records:
        put(sheet, top, 0, "nothing to show", styles[NOTE])
        return
    for c, name in enumerate(records[0]):
        put(sheet, top, c, name.replace("_", " ") if "." not in name else name, styles[HEAD])
        sheet.set_column(c, c, widths[c] if c < len(widths) else USUAL)
    for r, record in enumerate(records, top + 1):
        for c, value in enumerate(record.values()):
            style = "number" if isinstance(value, float) else WRAP if isinstance(value, str) and len(value) > 40 else ""
            put(sheet, r, c, value, styles.get(style))
    sheet.freeze_panes(top + 1, 1)


def _summary(sheet: Any, found: Found, styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 12, 14)
    put(sheet, 0, 0, found["study"]["title"] or found["study"]["name"], styles[TITLE])
    row = 2
    for heading, key in (("The answer", "answer"), ("When it flips", "when_it_flips"),
                         ("What is worth studying first", "worth_knowing")):  # fmt: skip
        put(sheet, row, 0, heading, styles[HEAD])
        for text in found[key]:
            row += 1
            put(sheet, row, 0, text)
        row += 2
    put(sheet, row, 0, f"By net benefit at {found['worth']:,.0f} {found['money']['currency']} for a percentage point; "
                       "low and high are the ends of 95 % intervals, n the paired draws.", styles[NOTE])  # fmt: skip
    _records(sheet, found["ranking"], styles, (24,), row + 1)
    sheet.freeze_panes(0, 0)
    row += len(found["ranking"]) + 4
    put(sheet, row, 0, "The efficiency frontier: what a point more costs over the policy before it", styles[HEAD])
    _records(sheet, found["increments"], styles, (24,), row + 1)
    row += len(found["increments"]) + 4
    put(
        sheet,
        row,
        0,
        "The answer if another outcome counted, from the same runs",
        styles[HEAD],
    )
    _records(sheet, found["if_counted"], styles, (24,), row + 1)
    row += len(found["if_counted"]) + 4
    put(sheet, row, 0, "Every outcome, at the exit and after", styles[HEAD])
    _records(sheet, found["rows"], styles, (24,), row + 1)
    sheet.freeze_panes(0, 0)


def _policies(sheet: Any, found: Found, styles: Mapping[str, Any]) -> None:
    """The sheet that was, or could have been, filled in: it is read back as it stands."""
    columns = ("name", *Policy.model_fields)
    for c, name in enumerate(columns):
        put(sheet, 0, c, name, styles[HEAD])
        sheet.set_column(c, c, 34 if name in ("title", "activity") else 14)
    for r, policy in enumerate(found["policies"], 1):
        untouched = policy["shape"] in ("none", "planned")
        for c, name in enumerate(columns):
            blank = untouched and name not in ("name", "shape", *OWN)
            put(sheet, r, c, None if blank else policy[name])
    sheet.freeze_panes(1, 1)


def _series(book: Any, sheet: Any, found: Found, styles: Mapping[str, Any]) -> None:
    """A block for each measure: a row a year, a column a policy, and a chart of it."""
    policies = [policy["name"] for policy in found["policies"]]
    first = int(found["study"]["start"][:4])
    sheet.set_column(0, 0, NARROW)
    sheet.set_column(1, len(policies), USUAL)
    row = 0
    for measure, courses in found["series"].items():
        put(sheet, row, 0, measure.replace("_", " ") + ", mean over the draws at the end of each year", styles[HEAD])
        put(sheet, row + 1, 0, "year", styles[HEAD])
        years = len(next(iter(courses.values()))["mean"])
        chart = book.add_chart({"type": "line"})
        for c, name in enumerate(policies, 1):
            put(sheet, row + 1, c, name, styles[HEAD])
            for k, value in enumerate(courses[name]["mean"]):
                put(sheet, row + 2 + k, 0, first + k)
                put(sheet, row + 2 + k, c, value, styles["share"])
            last = row + 1 + years
            chart.add_series({"name": ["Series", row + 1, c], "categories": ["Series", row + 2, 0, last, 0],
                              "values": ["Series", row + 2, c, last, c], "line": {"width": 1.5}})  # fmt: skip
        chart.set_title({"name": measure.replace("_", " "), "name_font": {"size": 11}})
        chart.set_legend({"position": "right"})
        chart.set_size({"width": 720, "height": max(260, 20 * (years + 2))})
        sheet.insert_chart(row, len(policies) + 2, chart)
        row += max(years, 14) + 4


def _acceptability(book: Any, sheet: Any, found: Found, styles: Mapping[str, Any]) -> None:
    """The share of draws in which each policy is the best, for what a point may be worth, and its chart."""
    curves, worth = found["acceptability"]["share"], found["acceptability"]["worth"]
    put(sheet, 0, 0, "Share of draws with the highest net benefit, by what a percentage point is worth", styles[HEAD])
    put(sheet, 1, 0, found["money"]["currency"], styles[HEAD])
    chart = book.add_chart({"type": "scatter", "subtype": "straight"})
    last = 1 + len(worth)
    for k, value in enumerate(worth):
        put(sheet, 2 + k, 0, value, styles["money"])
    for c, (name, shares) in enumerate(curves.items(), 1):
        put(sheet, 1, c, name, styles[HEAD])
        for k, value in enumerate(shares):
            put(sheet, 2 + k, c, value, styles["share"])
        chart.add_series({"name": ["Acceptability", 1, c], "categories": ["Acceptability", 2, 0, last, 0],
                          "values": ["Acceptability", 2, c, last, c], "line": {"width": 1.5}})  # fmt: skip
    sheet.set_column(0, len(curves), USUAL)
    chart.set_x_axis({"name": f"worth of a percentage point ({found['money']['currency']})", "num_format": "#,##0"})
    chart.set_y_axis({"name": "share of draws", "min": 0, "max": 1})
    chart.set_size({"width": 760, "height": 380})
    sheet.insert_chart(2, len(curves) + 2, chart)


def _indicators(sheet: Any, found: Found, styles: Mapping[str, Any]) -> None:
    """Baseline, target, value, range, gross and attributable change; targets are for the reader to fill in."""
    put(sheet, 0, 0, "Fill in targets (yellow); what of the way to them was gone is reckoned. Gross change is since "
                     "month 0, attributable change is over no programme on the same draws.", styles[NOTE])  # fmt: skip
    records = [{**{key: row[key] for key in ("policy", "indicator", "when", "baseline")}, "target": None,
                **{key: row[key] for key in ("value", "low", "high", "gross", "attributable", "attributable_low",
                                             "attributable_high", "n")}, "share_of_the_way": None}
               for row in found["indicators"]]  # fmt: skip
    _records(sheet, records, styles, (24, 20), 1)
    names = list(records[0]) if records else []
    for r in range(2, 2 + len(records)):
        sheet.write_blank(r, names.index("target"), None, styles[INPUT])
        line = r + 1
        gone = f'=IF(E{line}="","",(F{line}-D{line})/(E{line}-D{line}))'
        sheet.write_formula(r, names.index("share_of_the_way"), gone, styles["percent"], "")
    sheet.freeze_panes(2, 2)


def _provenance(sheet: Any, found: Found, styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    made, study = found["provenance"], found["study"]
    rows = [
        ("command", made["command"]),
        ("written", made["written"]),
        ("seed", study["seed"]),
        ("replications", study["replications"]),
        ("draws kept", study["draws"]),
        ("base", study["base"]),
        ("unknowns", what_varied(found)),
        ("effect", study["effect_definition"]),
        ("effect reckoned", "in percentage points over no programme, " + study["last"]),
        *((f"version of {name}", number) for name, number in made["versions"].items()),
        *((f"digest of {policy['name']}", policy["digest"]) for policy in found["policies"]),
        *(("left out by the model", text) for text in found["left_out"]),
        *(("run that failed", text) for text in study["failed"]),
    ]
    for r, (name, value) in enumerate(rows):
        put(sheet, r, 0, name, styles[HEAD])
        put(sheet, r, 1, value, styles[WRAP])
