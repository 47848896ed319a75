"""Policies from a spreadsheet: an .xlsx workbook (sheets Policies and, if wanted, Study) or a CSV file.

A sheet says what it says: no formulas (nobody sees which number was meant), no merged cells (which row is it?), one
header line, one row for each policy.  A sheet Uncertain may list unknowns, each with low and high.  Every refusal
names sheet, row and column.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clustersim.desk.policy import Policy
from clustersim.desk.tables import Place, Written
from clustersim.errors import InputError, Problem, closest
from clustersim.parameters.declare import Section
from clustersim.scenario.check import plain_type

COLUMNS = ("name", *Policy.model_fields)
SECTIONS = {"name": "", "title": "", "base": "", "effect": "", "replications": "", "seed": "", "budget": "money.",
            "currency": "money.", "exchange": "money.", "price_year": "money.", "price_index": "money.",
            "discount": "money.", "counts": "money.", "worth": "money."}  # fmt: skip
"""what the Study sheet may say, and the table it belongs to"""
MOST_ROWS, MOST_BYTES = 200, 5_000_000
FLAGS = {"true": True, "yes": True, "ja": True, "oui": True, "false": False, "no": False, "nein": False, "non": False}
Grid = list[list[Any]]


def read_sheet(path: Path) -> Written:
    """The policies, and what the Study sheet says, of an .xlsx or CSV file; raises InputError with every problem."""
    if not path.is_file():
        raise InputError(Problem("no such file", str(path)))
    if path.stat().st_size > MOST_BYTES:
        raise InputError(Problem("the file is too large", str(path), allowed=f"at most {MOST_BYTES:,} bytes"))
    grids = _csv(path) if path.suffix.lower() == ".csv" else _xlsx(path)
    name = "Policies" if "Policies" in grids else next(iter(grids))
    written, problems = _policies(grids[name], _where(path, name))
    if "Study" in grids:
        problems += _study(grids["Study"], _where(path, "Study"), written)
    if "Uncertain" in grids:
        problems += _uncertain(grids["Uncertain"], _where(path, "Uncertain"), written)
    if problems:
        raise InputError(problems)
    return written


def _where(path: Path, sheet: str) -> str:
    return f"{path}, sheet {sheet}" if sheet else str(path)


def _csv(path: Path) -> dict[str, Grid]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(Problem(f"the file is not UTF-8 text (byte {error.start})", str(path))) from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows: Grid = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)]
    except csv.Error as error:
        raise InputError(Problem(f"not a CSV file: {error}", str(path))) from None
    for row in rows:
        row[:] = [re.sub(r"^(\d*),(\d+)$", r"\1.\2", cell) if separator == ";" else cell for cell in row]
    wrong = [
        Problem("is a formula, not a value", str(path), k, f"column {letter(c)}", cell, "the number itself")
        for k, row in enumerate(rows, 1)
        for c, cell in enumerate(row)
        if cell.lstrip().startswith("=")
    ]
    if wrong:
        raise InputError(wrong)
    return {"": rows}


def _xlsx(path: Path) -> dict[str, Grid]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise InputError(Problem("not an .xlsx workbook", str(path), allowed=".xlsx, .csv or .toml")) from None
    wrong: list[Problem] = []
    grids: dict[str, Grid] = {}
    known = [sheet for sheet in book.worksheets if sheet.title in ("Policies", "Study", "Uncertain")]
    for sheet in known or book.worksheets[:1]:
        where = _where(path, sheet.title)
        for area in sheet.merged_cells.ranges:
            wrong.append(Problem("cells are merged: which row and column is the value of?", where, area.min_row,
                                 f"column {letter(area.min_col - 1)}", str(area), "single cells"))  # fmt: skip
        if sheet.max_row > 10 * MOST_ROWS or sheet.max_column > 500:
            raise InputError(Problem(f"{sheet.max_row} rows by {sheet.max_column} columns", where,
                                     allowed=f"at most {MOST_ROWS} policies"))  # fmt: skip
        grid: Grid = []
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    wrong.append(Problem("is a formula, not a value", where, cell.row, f"column {cell.column_letter}",
                                         str(cell.value), "the number itself"))  # fmt: skip
                if cell.data_type == "e":
                    wrong.append(Problem("is an error", where, cell.row, f"column {cell.column_letter}", cell.value))
            grid.append([cell.value for cell in row])
        grids[sheet.title] = grid
    if wrong:
        raise InputError(wrong)
    return grids


def _policies(grid: Grid, where: str) -> tuple[Written, list[Problem]]:
    written = Written(where, {"policies": {}})
    lines = [(k, row) for k, row in enumerate(grid, 1) if any(_text(cell) for cell in row)]
    if not lines:
        wanted = f"a header line of {', '.join(COLUMNS[:4])} ..., and a row for each policy"
        raise InputError(Problem("the sheet is empty", where, allowed=wanted))
    at, head = lines[0]
    names = [_text(cell).lower().replace(" ", "_") for cell in head]
    problems: list[Problem] = []
    for k, name in enumerate(names):
        if not name and any(k < len(row) and _text(row[k]) for _, row in lines[1:]):
            problems.append(Problem("a column without a name", where, at, f"column {letter(k)}"))
        elif name and name not in COLUMNS:
            guess = closest(name, COLUMNS)
            problems.append(Problem("unknown column", where, at, f"column {letter(k)}", name,
                                    None if guess else ", ".join(COLUMNS), guess))  # fmt: skip
        elif name and name in names[:k]:
            problems.append(Problem("the same column twice", where, at, f"column {letter(k)}", name))
    if "name" not in names:
        problems.append(Problem("the column 'name' is missing", where, at))
    if len(lines) == 1:
        problems.append(Problem("no rows: there is a header, and no policy under it", where, at + 1))
    if len(lines) - 1 > MOST_ROWS:
        problems.append(Problem(f"{len(lines) - 1} policies", where, allowed=f"at most {MOST_ROWS}"))
    for row, cells in lines[1:] if not problems else ():
        problems += _row(dict(zip(names, cells, strict=False)), names, where, row, written)
    return written, problems


def _row(cells: dict[str, Any], names: Sequence[str], where: str, row: int, written: Written) -> Iterator[Problem]:
    name = _text(cells.get("name"))
    if not name:
        yield Problem("is missing", where, row, f"column {letter(names.index('name'))} (name)")
        return
    if name in written.values["policies"]:
        yield Problem("the same policy twice", where, row, f"column {letter(names.index('name'))} (name)", name)
        return
    values: dict[str, Any] = {}
    written.places["policies", name] = Place(where, row, name)
    for k, field in enumerate(names):
        if not field:
            continue
        written.places["policies", name, field] = Place(where, row, f"column {letter(k)} ({field})")
        if field != "name" and _text(cells.get(field)) != "":
            values[field] = _value(cells[field], field, Policy)
    written.values["policies"][name] = values


def _study(grid: Grid, where: str, written: Written) -> Iterator[Problem]:
    from clustersim.desk.money import Money

    written.places[("money",)] = Place(where, None, "money")  # what is missing from the sheet is missing here
    for row, cells in enumerate(grid, 1):
        key = _text(cells[0]).lower().replace(" ", "_") if cells else ""
        value = cells[1] if len(cells) > 1 else None
        if not key or key == "setting":
            continue
        if key not in SECTIONS:
            yield Problem("unknown setting", where, row, "column A", key, ", ".join(SECTIONS), closest(key, SECTIONS))
            continue
        written.places[("money", key) if SECTIONS[key] else (key,)] = Place(where, row, f"column B ({key})")
        if _text(value) == "":
            continue
        table = written.values.setdefault("money", {}) if SECTIONS[key] else written.values
        table[key] = _value(value, key, Money)
        if key in ("replications", "seed") and isinstance(table[key], float) and table[key] == int(table[key]):
            table[key] = int(table[key])


def _uncertain(grid: Grid, where: str, written: Written) -> Iterator[Problem]:
    """Rows of parameter, low, high; the first row is the head."""
    for row, cells in enumerate(grid[1:], 2):
        name = _text(cells[0]) if cells else ""
        if not name:
            continue
        ends = {key: cells[k] if k < len(cells) else None for k, key in ((1, "low"), (2, "high"))}
        for k, (key, value) in enumerate(ends.items(), 1):
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield Problem("must be a number", where, row, f"column {letter(k)} ({key})", value)
        written.values.setdefault("uncertain", {})[name] = {key: float(value) for key, value in ends.items()
                                                            if isinstance(value, int | float)}  # fmt: skip
        written.places["uncertain", name] = Place(where, row, f"column A ({name})")


def _value(cell: Any, field: str, model: type[Section]) -> Any:
    """A cell as the field has it: months from dates, shares from percentages, lists from words with commas."""
    if isinstance(cell, datetime.date):  # a datetime is one too
        return f"{cell.year:04d}-{cell.month:02d}"
    known = model.model_fields.get(field)
    kind = plain_type(known.annotation) if known is not None else None
    if isinstance(cell, str):
        text = cell.strip()
        if kind is bool and text.lower() in FLAGS:
            return FLAGS[text.lower()]
        if field == "activity":
            return [word.strip() for word in re.split(r"[,;]", text) if word.strip()]
        if kind in (int, float) or (known is None and re.fullmatch(r"\d+(\.\d+)?", text)):
            number = re.fullmatch(r"(-?\d+(?:\.\d*)?|-?\.\d+)\s*(%?)", text)
            cell = float(number[1]) / (100.0 if number[2] else 1.0) if number else text
        else:
            return text
    if kind is int and isinstance(cell, float) and cell == int(cell):
        return int(cell)
    if kind is float and isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    if kind is bool and cell in (0, 1):
        return bool(cell)
    return cell


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def letter(column: int) -> str:
    """The letter of a column, counted from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
