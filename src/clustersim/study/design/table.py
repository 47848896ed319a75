"""Points that somebody has written down: a CSV file, or rows in Python or TOML; a column for each factor.

A column that ``vary`` does not describe is a parameter, and its levels are what the rows hold.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from clustersim.errors import InputError, Problem, closest
from clustersim.roster.columns import FLAGS, NUMBER
from clustersim.roster.sheet import SEPARATORS, raw_bytes
from clustersim.study.design.arms import Source, flattened
from clustersim.study.design.factors import Factor, Levels, Value
from clustersim.study.design.plan import Arm
from clustersim.study.design.vary import Parameter, known_parameter, refusals, typed

MOST_PROBLEMS = 50
_KINDS = {"double": float, "int64": int, "bool": bool, "string": str}


class Row(NamedTuple):
    """One row: its cells by column, and the source that knows where it stands."""

    cells: dict[str, Any]
    key: str
    """the key path of a row that is no line of a file; else empty"""
    line: int | None


class Sheet(NamedTuple):
    """The rows of a table, and where they are from."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    source: Source
    file: str | None
    """the CSV file"""

    def problem(self, message: str, column: str, row: Row | None, **more: Any) -> Problem:
        """A problem of a column, or of one cell."""
        if self.file is not None:
            return Problem(message, self.file, row.line if row else 1, column, **more)
        return self.source.problem(message, f"{row.key}.{column}" if row else f"table.{column}", **more)


def read_table(
    table: Any, described: Sequence[Factor], arms: Sequence[Arm], source: Source, problems: list[Problem]
) -> tuple[tuple[Factor, ...], list[tuple[Value, ...]]]:
    """The factors of a table in the order of its columns, and the values of its rows; problems are noted."""
    try:
        sheet = _sheet(table, source)
    except InputError as error:
        problems += error.problems
        return (), []
    by_name = {factor.name: factor for factor in described}
    wrong = [sheet.problem("this column is missing", name, None, suggestion=closest(name, sheet.columns))
             for name in by_name if name not in sheet.columns]  # fmt: skip
    factors: list[Factor] = []
    columns: list[list[Value]] = []
    for name in sheet.columns:
        before = len(wrong)
        factor, values = _column(name, sheet, by_name.get(name), arms, wrong)
        if factor is not None and len(wrong) == before:
            factors.append(factor)
            columns.append(values)
    problems += wrong[:MOST_PROBLEMS]
    if len(wrong) > MOST_PROBLEMS:
        problems.append(sheet.problem(f"{len(wrong) - MOST_PROBLEMS:,} problems more", "table", None))
    return tuple(factors), [] if wrong else list(zip(*columns, strict=True))


def _column(
    name: str, sheet: Sheet, described: Factor | None, arms: Sequence[Arm], wrong: list[Problem]
) -> tuple[Factor | None, list[Value]]:
    """One column as a factor and its value in each row."""
    if described is None:
        try:
            known = known_parameter(name, name, arms, sheet.source)
        except InputError as error:
            wrong += [sheet.problem(found.message, name, None, allowed=found.allowed, suggestion=found.suggestion)
                      for found in error.problems]  # fmt: skip
            return None, []
    else:
        kind = _KINDS[described.column_type]
        known = Parameter(kind, None, None, _allowed(described))
    values: list[Value] = []
    first: dict[Value, Row] = {}
    for row in sheet.rows:
        cell = row.cells.get(name, "")
        value = _value(cell, known, from_text=sheet.file is not None)
        if value is None or (described is not None and not _has(described, value)):
            missing = isinstance(cell, str) and not cell.strip()
            wrong.append(sheet.problem("is missing" if missing else f"must be {known.allowed}", name, row,
                                       value=cell, allowed=known.allowed))  # fmt: skip
        else:
            values.append(value)
            first.setdefault(value, row)
    if described is not None or not first:
        return described, values
    factor = Levels(name, tuple(first))
    tried = factor.probes()
    for value in tried:
        for found in refusals(factor, value, arms, sheet.source):
            row = first[value]
            told = sheet.problem(found.message, name, row, value=value)
            wrong.append(replace(told, allowed=found.allowed, suggestion=found.suggestion))
    return factor, values


def _allowed(factor: Factor) -> str:
    if factor.levels is not None:
        return "one of " + ", ".join(map(str, factor.levels))
    low, high = getattr(factor, "low", None), getattr(factor, "high", None)
    kind = "a whole number" if factor.column_type == "int64" else "a number"
    return kind + ("" if low is None else f" from {low}") + ("" if high is None else f" to {high}")


def _has(factor: Factor, value: Value) -> bool:
    """Whether a factor that is described has the value."""
    if factor.levels is not None:
        return value in factor.levels
    return not isinstance(value, str) and _between(value, getattr(factor, "low", None), getattr(factor, "high", None))


def _between(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _value(cell: Any, known: Parameter, *, from_text: bool) -> Value | None:
    """The cell as the parameter has it; None if it is nothing of the kind, or out of bounds."""
    if from_text and known.kind is not str:
        text = cell.strip().lower()
        if known.kind is bool:
            return {"true": True, "false": False}.get(text, bool(FLAGS[text]) if text in FLAGS else None)
        if NUMBER.fullmatch(text) is None:
            return None  # a float of Python's may be "nan" or "1_000"
        cell = float(text)
    kind: Any = known.kind
    value: Value = typed(cell, known)
    if type(value) is not kind or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str | bool) or _between(value, known.low, known.high):
        return value
    return None


def _sheet(table: Any, source: Source) -> Sheet:
    """The rows of a table, of whatever form; raises InputError."""
    table = table.to_dict("records") if hasattr(table, "to_dict") else table  # a frame of pandas
    if isinstance(table, str | Path):
        return _csv(source.folder / table, table, source)
    if isinstance(table, Mapping) or not isinstance(table, Sequence):
        raise InputError(source.problem("not a table", "table", allowed="the path of a CSV file, or a list of rows"))
    rows = []
    for k, row in enumerate(table):
        key = f"table[{k}]"
        if not isinstance(row, Mapping):
            raise InputError(source.problem("not a row", key, value=row, allowed="a value for each factor, by name"))
        rows.append(Row(dict(flattened(row)), key, None))
    if not rows:
        raise InputError(source.problem("no rows", "table", allowed="one or more"))
    return Sheet(tuple(dict.fromkeys(name for row in rows for name in row.cells)), tuple(rows), source, None)


def _csv(path: Path, said: str | Path, source: Source) -> Sheet:
    if not path.exists():
        raise InputError(source.problem("no such file", "table", value=str(said)))
    file = str(path)
    raw = raw_bytes(file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(Problem("the file is not UTF-8 text", file, line)) from None
    separator = max(SEPARATORS, key=next((line for line in text.splitlines() if line.strip()), "").count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not header:
                header = cells
                problems += [Problem("the same column twice" if name else "a column without a name", file,
                                     reader.line_num, name or None)
                             for k, name in enumerate(header) if name in header[:k] or not name]  # fmt: skip
            elif len(cells) != len(header):
                problems.append(Problem(f"{len(cells)} cells", file, reader.line_num,
                                        allowed=f"{len(header)}, as in the header"))  # fmt: skip
            else:
                if separator == ";":  # as spreadsheets write numbers in much of Europe
                    cells = [re.sub(r"^([+-]?\d+),(\d+)$", r"\1.\2", cell) for cell in cells]
                rows.append(Row(dict(zip(header, cells, strict=True)), "", reader.line_num))
    except csv.Error as error:
        problems.append(Problem(f"not a CSV file: {error}", file, reader.line_num))
    if not rows and not problems:
        problems.append(Problem("no rows", file, allowed="a header line of key paths, and a row for each point"))
    if problems:
        raise InputError(problems)
    return Sheet(tuple(header), tuple(rows), source, file)
