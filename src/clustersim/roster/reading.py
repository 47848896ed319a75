"""The files of a survey, read whole and checked whole: every problem with its file, line, column and value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.parameters.programme import Cluster
from clustersim.roster.columns import FIELDS, GAPS, LONGEST, TEXT, TIE_FIELDS, Field, number
from clustersim.roster.sheet import Row, Sheet, raw_bytes, read_csv, read_graphml

FEWEST = 3
MOST_PROBLEMS = 100
EMPTY_IS_NONE = ("association", "network")  # an empty column of these says something: nobody is a member


@dataclass(frozen=True)
class Filled:
    """A gap in the survey: for how many firms (or ties) a column says nothing, and the rule that fills it."""

    column: str
    count: int
    of: int
    rule: str

    def __str__(self) -> str:
        what = "ties" if self.column.startswith("ties.") else "firms"
        return f"{self.column} is missing for {self.count:,} of {self.of:,} {what}: {self.rule}"


@dataclass(frozen=True)
class KnownTies:
    """Who knows whom, by place in the roster; ``trust`` of the first in the second, NaN where nobody was asked."""

    source: np.ndarray
    target: np.ndarray
    trust: np.ndarray
    kin: np.ndarray | None
    """1 where the two are kin; None where the survey does not say so of anybody"""


@dataclass(frozen=True)
class Survey:
    """A checked survey: numbers by column and firm, NaN for a gap; names as their places in ``names``."""

    firms: int
    values: dict[str, np.ndarray]
    """by column of the roster; no entry for a column of which it says nothing at all"""
    names: dict[str, tuple[str, ...]]
    """by column of names, in the order in which the roster first has them"""
    ties: KnownTies | None
    filled: tuple[Filled, ...]


def read_survey(cluster: Cluster) -> Survey | None:
    """The survey that a scenario's cluster names, or None; raises InputError with every problem of both files."""
    if cluster.roster is None:
        if cluster.ties is not None:
            message = "ties need a roster that says whose they are"
            raise InputError(Problem(message, key="cluster.ties", value=cluster.ties, allowed="cluster.roster as well"))
        return None
    files = [Path(file) for file in (cluster.roster, cluster.ties) if file is not None]
    return _read(*(str(file) for file in files), stamps=tuple(_stamp(file) for file in files))


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:  # reading it says what is wrong
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)  # a comparison reads the same survey for every run
def _read(roster: str, ties: str | None = None, *, stamps: object = None) -> Survey:
    problems: list[Problem] = []
    sheet = read_csv(raw_bytes(roster), roster, FIELDS, problems)
    ids = _ids(sheet, problems)
    values, names = {}, {}
    for field in sheet.fields:
        if field.kind is TEXT or field.kind.most is not None:
            if field.column.name != "id":
                values[field.column.name], names[field.column.name] = _codes(sheet, field, problems)
        else:
            values[field.column.name] = _numbers(sheet, field, problems)
    if len(sheet.rows) < FEWEST and not problems:
        problems.append(Problem(f"{len(sheet.rows)} firms", roster, allowed=f"{FEWEST} or more"))
    _family(sheet, values, problems)
    known: KnownTies | None = None
    tie_gaps: list[Filled] = []
    if ties is not None:
        read = read_graphml if Path(ties).suffix.lower() in (".graphml", ".xml") else read_csv
        known, tie_gaps = _known(read(raw_bytes(ties), ties, TIE_FIELDS, problems), ids, problems)
    if problems:
        more = len(problems) - MOST_PROBLEMS
        rest = [Problem(f"and {more:,} more problems")] if more > 0 else []
        raise InputError([*problems[:MOST_PROBLEMS], *rest])
    values = {name: cells for name, cells in values.items() if name in EMPTY_IS_NONE or not np.isnan(cells).all()}
    gaps = _gaps(FIELDS[1:], values, len(sheet.rows), "")
    return Survey(len(sheet.rows), values, names, known, (*gaps, *tie_gaps))


def _ids(sheet: Sheet, problems: list[Problem]) -> dict[str, int]:
    """Place in the roster by id."""
    ids: dict[str, int] = {}
    lines: dict[str, int | None] = {}
    for row in sheet.rows:
        name = row.cells.get("id", "")
        if name in lines:
            first = f"another id than that of line {lines[name]}"
            problems.append(Problem("the same id twice", sheet.file, row.line, "id", name, first))
        elif _is_text(name, sheet, row, "id", problems, required=True):
            ids[name], lines[name] = len(ids), row.line
    return ids


def _is_text(text: str, sheet: Sheet, row: Row, column: str, problems: list[Problem], required: bool = False) -> bool:
    if required and text == "":
        if column in {field.column.name for field in sheet.fields}:  # a missing column is said once, not for each row
            problems.append(Problem("is empty", sheet.file, row.line, column, allowed=TEXT.words))
        return False
    if len(text) > LONGEST:
        problems.append(Problem("too long", sheet.file, row.line, column, text, TEXT.words))
        return False
    return True


def _codes(sheet: Sheet, field: Field, problems: list[Problem]) -> tuple[np.ndarray, tuple[str, ...]]:
    """A column of names as numbers, in the order in which they first occur."""
    column, seen = field.column.name, dict[str, int]()
    codes = np.full(len(sheet.rows), math.nan)
    for k, row in enumerate(sheet.rows):
        text = row.cells.get(column, "")
        if text.lower() in GAPS or not _is_text(text, sheet, row, column, problems):
            continue
        if text not in seen and len(seen) == field.kind.most:
            problems.append(Problem("one name too many", sheet.file, row.line, column, text, field.kind.words))
            break
        codes[k] = seen.setdefault(text, len(seen))
    return codes, tuple(seen)


def _numbers(sheet: Sheet, field: Field, problems: list[Problem]) -> np.ndarray:
    column = field.column.name
    found = np.full(len(sheet.rows), math.nan)
    for k, row in enumerate(sheet.rows):
        text = row.cells.get(column, "")
        value = number(text, field.kind, sheet.decimal_comma)
        if value is None:
            words = field.kind.words
            problems.append(Problem(f"must be {words}", sheet.file, row.line, column, text, words))
        else:
            found[k] = value
    return found


def _family(sheet: Sheet, values: dict[str, np.ndarray], problems: list[Problem]) -> None:
    if "workers" in values and "family_workers" in values:
        for k in np.flatnonzero(values["family_workers"] > values["workers"]):
            family, allowed = values["family_workers"][k].item(), f"{values['workers'][k]:g} or less"
            line = sheet.rows[k].line
            problems.append(Problem("more than its workers", sheet.file, line, "family_workers", family, allowed))


def _known(sheet: Sheet, ids: dict[str, int], problems: list[Problem]) -> tuple[KnownTies, list[Filled]]:
    ends: list[list[int]] = [[], []]
    lines: dict[tuple[int, int], int | None] = {}
    present = {field.column.name for field in sheet.fields}
    for row in sheet.rows:
        pair = []
        for column in ("source", "target"):
            name = row.cells.get(column, "")
            pair.append(ids.get(name, -1))
            if _is_text(name, sheet, row, column, problems, required=True) and ids and name not in ids:
                problems.append(Problem("not in the roster", sheet.file, row.line, column, name, "an id of the roster"))
        one, other = pair
        if one >= 0 and one == other:
            problems.append(Problem("a firm tied to itself", sheet.file, row.line, "target", row.cells["target"],
                                    "another firm"))  # fmt: skip
        elif one >= 0 and other >= 0 and (one, other) in lines:
            first = lines[one, other]
            where = "" if first is None else f" of line {first}"
            problems.append(Problem("the same tie twice", sheet.file, row.line, "target", row.cells["target"],
                                    f"another tie than that{where}"))  # fmt: skip
        else:
            lines[one, other] = row.line
        ends[0].append(one)
        ends[1].append(other)
    numbers = {field.column.name: _numbers(sheet, field, problems) for field in TIE_FIELDS[2:]}
    kin = np.nan_to_num(numbers["kin"]).astype(np.int8) if "kin" in present else None
    said = {name: cells for name, cells in numbers.items() if name in present}
    known = KnownTies(np.array(ends[0], np.int64), np.array(ends[1], np.int64), numbers["trust"], kin)
    return known, _gaps(TIE_FIELDS[2:], said, len(sheet.rows), "ties.")


def _gaps(fields: Iterable[Field], values: dict[str, np.ndarray], of: int, prefix: str) -> list[Filled]:
    found = []
    for field in fields:
        cells: Sequence[float] | np.ndarray = values.get(field.column.name, np.full(of, math.nan))
        count = int(np.isnan(cells).sum())
        if count:
            found.append(Filled(prefix + field.column.name, count, of, field.column.filled))
    return found
