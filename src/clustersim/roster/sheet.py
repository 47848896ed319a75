"""Rows of text out of CSV and GraphML files, whatever program wrote them, each with the line on which it stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from clustersim.errors import InputError, Problem, closest
from clustersim.roster.columns import Field

MAX_BYTES = 50_000_000
SEPARATORS = ",;\t"


class Row(NamedTuple):
    """One row: its line in the file, None where a file has no lines, and its cells by column."""

    line: int | None
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, and which of the known columns it has."""

    file: str
    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    decimal_comma: bool = False


def raw_bytes(file: str) -> bytes:
    """What is in the file; raises InputError if it is missing, a folder or too large."""
    path = Path(file)
    if not path.is_file():
        raise InputError(Problem("is a folder, not a file" if path.is_dir() else "no such file", file=file))
    with path.open("rb") as opened:
        raw = opened.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise InputError(Problem("the file is too large", file=file, allowed=f"at most {MAX_BYTES:,} bytes"))
    return raw


def read_csv(raw: bytes, file: str, fields: Sequence[Field], problems: list[Problem]) -> Sheet:
    """The rows of a CSV file; what is wrong with its form or its header is added to the problems.

    Commas, semicolons (with decimal commas, as spreadsheets write them in much of Europe) and tabs are understood, so
    are line ends of all kinds and a byte order mark.  Raises InputError if it is not UTF-8.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8 text (byte 0x{raw[error.start]:02x})"
        raise InputError(Problem(message, file, line, allowed='UTF-8: in a spreadsheet, save as "CSV UTF-8"')) from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    known: tuple[Field, ...] = ()
    rows = []
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if header is None:
                header = [cell.lower() for cell in cells]
                known = _known_columns(header, fields, file, reader.line_num, problems)
            elif len(cells) != len(header):
                allowed = f"{len(header)}, as in the header"
                problems.append(Problem(f"{len(cells)} cells", file, reader.line_num, allowed=allowed))
            else:
                rows.append(Row(reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        problems.append(Problem(f"not a CSV file: {error}", file, reader.line_num))
    if header is None and not problems:
        raise InputError(Problem("the file is empty", file, allowed="a header line and a row for each firm or tie"))
    return Sheet(file, known, tuple(rows), separator == ";")


def _known_columns(
    header: list[str], fields: Sequence[Field], file: str, line: int, problems: list[Problem]
) -> tuple[Field, ...]:
    names = {field.column.name: field for field in fields}
    for place, name in enumerate(header):
        if name in header[:place]:
            problems.append(Problem("the same column twice", file, line, name))
        elif name not in names:
            guess = closest(name, names)
            allowed = None if guess else "one of " + ", ".join(names)
            message = "unknown column" if name else "a column without a name"
            problems.append(Problem(message, file, line, name or None, allowed=allowed, suggestion=guess))
    for field in fields:
        if field.column.required and field.column.name not in header:
            problems.append(Problem("this column is missing", file, line, field.column.name, allowed=field.kind.words))
    return tuple(names[name] for name in dict.fromkeys(header) if name in names)


def read_graphml(raw: bytes, file: str, fields: Sequence[Field], problems: list[Problem]) -> Sheet:
    """The edges of a GraphML file as rows: its nodes are ids of the roster, ``trust`` and ``kin`` data of its edges.

    An edge without direction counts in both.  Other data of its edges are left alone.
    """
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    try:
        graph = nx.read_graphml(io.BytesIO(raw))
    except ParseError as error:
        raise InputError(Problem(f"not a GraphML file: {error}", file, error.position[0])) from None
    except (nx.NetworkXException, KeyError, ValueError, AttributeError) as error:
        raise InputError(Problem(f"not a GraphML file: {error}", file)) from None
    edges = list(graph.edges(data=True))
    if not graph.is_directed():
        edges += [(target, source, data) for source, target, data in edges if source != target]
    named = {field.column.name for field in fields}
    present = {"source", "target"}.union(*(data.keys() & named for _, _, data in edges))
    rows = []
    for source, target, data in edges:
        said = {name: str(value) for name, value in data.items() if name in named}
        rows.append(Row(None, {**said, "source": str(source), "target": str(target)}))
    return Sheet(file, tuple(field for field in fields if field.column.name in present), tuple(rows))
