"""One cell of a table that a spreadsheet will open."""

from __future__ import annotations

from typing import Any


def neutral(text: Any) -> Any:
    """Text that no spreadsheet takes for a formula: with an apostrophe in front if it begins with = + - @."""
    return f"'{text}" if isinstance(text, str) and text.lstrip()[:1] in ("=", "+", "-", "@") else text


def put(sheet: Any, row: int, column: int, value: Any, style: Any = None) -> None:
    """Write one cell: text neutralised and as text, numbers as numbers, nothing as nothing."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(neutral(str(value))), style)
