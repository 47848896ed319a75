"""The tables of the documents that come from declarations, rewritten by ``python -m clustersim.odd FILE...``.

A table stands between ``<!-- generated: NAME -->`` and ``<!-- end of generated -->``; what is written between two such
marks is lost at the next rewriting, and all else is left alone.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_type_hints

from clustersim import reference
from clustersim.agents import WIDTHS, Banks, Brokers, Column, Firms, Groups, Institutions, Providers
from clustersim.errors import InputError, Problem
from clustersim.ledger import ACTIVITY_PURPOSES, PURPOSES, SECTORS
from clustersim.scenario.files import read_chain, shipped
from clustersim.scenario.text import value_text
from clustersim.ties import Ties

ACTORS: dict[str, type[Any]] = {
    "firms": Firms, "groups": Groups, "providers": Providers, "banks": Banks, "institutions": Institutions,
    "brokers": Brokers, "ties": Ties,
}  # fmt: skip
MARKED = re.compile(
    r"(?P<open><!-- generated: (?P<name>[\w-]+) -->\n).*?(?P<close><!-- end of generated -->)", re.DOTALL
)


def cell(text: str) -> str:
    """Text as it may stand in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*") or "–"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; cells are escaped, names in backticks are the caller's."""
    lines = [head, ["---"] * len(head), *([cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def parameters() -> str:
    """Every parameter, section by section."""
    entries = reference.parameters()
    parts: list[str] = []
    for section, about in reference.sections().items():
        of_section = [entry for entry in entries if entry.name.startswith(f"{section}.")]
        parts += [f"**`[{section}]`** {cell(about)}\n", markdown_table(
            ("parameter", "default", "unit", "allowed", "meaning", "source"),
            [(f"`{entry.name}`", _code(entry.facts["default"]), entry.facts["unit"], _bare(entry.facts["allowed"]),
              entry.facts["meaning"], entry.facts["source"]) for entry in of_section],
        )]  # fmt: skip
    return "\n".join(parts)


def interventions() -> str:
    """Every kind of intervention and shock in one table, and their fields in another."""
    entries = reference.interventions()
    kinds = markdown_table(
        ("kind", "written under", "what it is"),
        [(f"`{entry.name}`", f"`[{entry.group}s]`", entry.facts["meaning"]) for entry in entries],
    )
    fields = [(entry.name, name, text) for entry in entries for name, text in entry.facts.items() if name != "meaning"]
    rows = []
    for kind, name, text in fields:
        summary, *more = text.split("\n")
        facts = dict(line.split(": ", 1) for line in more)
        rows.append((f"`{kind}`", f"`{name}`", _code(facts["default"]), _bare(facts["allowed"]), summary,
                     facts.get("source", "")))  # fmt: skip
    return kinds + "\n" + markdown_table(("kind", "field", "default", "allowed", "meaning", "source"), rows)


def measures() -> str:
    """Every measure."""
    return markdown_table(
        ("measure", "unit", "definition"),
        [(f"`{entry.name}`", entry.facts["unit"], entry.facts["definition"]) for entry in reference.measures()],
    )


def actor(name: str) -> str:
    """The columns of one table of actors, or of the ties."""
    table = ACTORS[name]
    rows = []
    for column, hint in get_type_hints(table, include_extras=True).items():
        declared = next((part for part in get_args(hint) if isinstance(part, Column)), None)
        if declared is None:  # the rows of ties by firm
            continue
        many = f" (one for each of {WIDTHS[declared.width]} {declared.width})" if declared.width else ""
        rows.append((f"`{column}`", declared.unit, declared.meaning + many))
    about = " ".join(inspect.cleandoc(table.__doc__ or "").split())
    return f"**{name}**: {cell(about)}\n\n" + markdown_table(("column", "unit", "meaning"), rows)


def accounts() -> str:
    """The sectors between which money moves, and the purposes of payments."""
    counted = [f"`{purpose}`" for purpose in PURPOSES if purpose in ACTIVITY_PURPOSES]
    others = [f"`{purpose}`" for purpose in PURPOSES if purpose not in ACTIVITY_PURPOSES]
    return (
        f"- Accounts: {', '.join(SECTORS)}.\n- Purposes that count as spending on cluster activities: "
        f"{', '.join(counted)}.\n- Other purposes: {', '.join(others)}.\n"
    )


GENERIC = ("stagnant", "thriving")  # scenarios that stand for no place
NOT_OF_THE_CASE = {"run": ("months", "burn_in")}  # how long is looked at
NOTE = re.compile(r"\s#\s*(.+)$")
UNSAID = "assumption, unless the scenario's own words say otherwise"


def case_inputs() -> str:
    """What each case says of itself: value, and the note beside it in its file: the source, or that it is assumed."""
    rows = [row for name in shipped() if name not in GENERIC for row in _inputs_of(name)]
    return markdown_table(("case", "input", "value", "source, or assumption"), rows)


def _inputs_of(name: str) -> Iterator[tuple[str, str, str, str]]:
    document = read_chain(name)[0].documents[-1]  # what the case takes over from another stands there
    text = Path(document.file).read_text(encoding="utf-8").split("\n")

    def note(*path: str) -> str:
        found = NOTE.search(text[document.lines[path] - 1]) if path in document.lines else None
        return found[1] if found else ""

    for section, table in document.values.items():
        if not isinstance(table, dict):
            continue
        for key, value in table.items():
            if isinstance(value, dict) and "kind" in value:
                said = note(section, key) or note(section, key, "kind") or UNSAID
                yield f"`{name}`", f"`{section}.{key}`", f"`{value['kind']}`", said
            elif key not in NOT_OF_THE_CASE.get(section, ()):
                said = note(section, key) or note(section) or UNSAID
                yield f"`{name}`", f"`{section}.{key}`", f"`{value_text(value)}`", said


def _code(text: str) -> str:
    return f"`{text}`" if text not in ("none", "required") else text


def _bare(allowed: str) -> str:
    """What is allowed, without the unit, which has a column of its own."""
    return re.sub(r"\s*\(unit: [^()]*(\([^()]*\)[^()]*)*\)", "", allowed)


TABLES: dict[str, Callable[[], str]] = {
    "parameters": parameters, "interventions": interventions, "measures": measures, "accounts": accounts,
    **{f"columns-{name}": partial(actor, name) for name in ACTORS},
}  # fmt: skip
OTHERS: dict[str, Callable[[], str]] = {"case-inputs": case_inputs}
"""tables of other documents than the model description"""


def refreshed(text: str) -> str:
    """The document with each generated table as the declarations have it now; raises InputError for an unknown mark."""

    def fill(found: re.Match[str]) -> str:
        name, known = found["name"], {**TABLES, **OTHERS}
        if name not in known:
            raise InputError(Problem("no table is generated under this name", key=name,
                                     allowed=f"one of {', '.join(known)}"))  # fmt: skip
        return f"{found['open']}\n{known[name]()}\n{found['close']}"

    return MARKED.sub(fill, text)


def main(files: Sequence[str]) -> None:
    """Rewrite the tables of these files."""
    for file in files:
        path = Path(file)
        old = path.read_text(encoding="utf-8")
        new = refreshed(old)
        if new != old:
            path.write_text(new, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
