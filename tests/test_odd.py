"""The model description keeps up with the code: its tables, the order of the month, the rules it must explain."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clustersim import odd
from clustersim.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "odd.md"
PACKAGE = ROOT / "src" / "clustersim"


def text() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def section(number: int) -> str:
    """The text of one of the numbered sections."""
    return re.split(r"^## ", text(), flags=re.MULTILINE)[number]


def rules_of_the_month() -> list[str]:
    """What ``month()`` calls of what it imports, in order: the rules, the books and the measures."""
    tree = ast.parse((PACKAGE / "month.py").read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("clustersim.")
        for alias in node.names
    }
    [month] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "month"]
    calls = [node for node in ast.walk(month) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    calls.sort(key=lambda call: call.lineno)
    return [call.func.id for call in calls if isinstance(call.func, ast.Name) and call.func.id in imported]


def test_the_tables_are_fresh() -> None:
    assert odd.refreshed(text()) == text(), "stale tables: run `make docs`"


def test_every_table_is_in_the_document() -> None:
    assert sorted(found["name"] for found in odd.MARKED.finditer(text())) == sorted(odd.TABLES)


def test_the_inputs_of_the_cases_are_fresh_and_each_says_where_it_is_from() -> None:
    cases = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
    assert odd.refreshed(cases) == cases, "stale table: run `make docs`"
    assert sorted(found["name"] for found in odd.MARKED.finditer(cases)) == sorted(odd.OTHERS)
    table = odd.case_inputs()
    assert "| `ludhiana` | `cluster.association_members` | `20` | assumption: founders of the association" in table
    assert "| `tirupur` | `market.wage` | `58.0` | assumption: as in `ludhiana`" in table  # the table's own note
    assert "| `jaipur` | `interventions.bank` | `bank_mediation` | Box 5" in table
    assert odd.UNSAID not in table, "write source or assumption beside each input of a case"


def test_section_3_has_the_order_of_the_month() -> None:
    steps = section(3).partition("| step |")[2]
    before, month = rules_of_the_month()[:3], rules_of_the_month()[3:]
    assert before == ["open_market", "open_books", "list_members"]
    assert re.findall(r"`(\w+)`", steps) == month


@pytest.mark.parametrize("rule", sorted(set(rules_of_the_month())))
def test_section_7_explains_every_rule_of_the_month(rule: str) -> None:
    assert f"**`{rule}`**" in section(7)


def test_files_that_are_named_exist() -> None:
    names = set(re.findall(r"`(rules/\w+\.py)`", text()))
    assert names
    assert [name for name in names if not (PACKAGE / name).is_file()] == []


def test_rewriting_leaves_the_rest_alone(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("before\n<!-- generated: accounts -->\nSTALE\n<!-- end of generated -->\nafter\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "clustersim.odd", str(file)], check=True, cwd=ROOT)
    new = file.read_text(encoding="utf-8")
    assert new.startswith("before\n<!-- generated: accounts -->\n")
    assert new.endswith("<!-- end of generated -->\nafter\n")
    assert "STALE" not in new
    assert "guarantee fund" in new


def test_an_unknown_mark_is_refused() -> None:
    with pytest.raises(InputError, match="nonsense"):
        odd.refreshed("<!-- generated: nonsense -->\n<!-- end of generated -->\n")


def test_cells_are_safe_in_a_table() -> None:
    table = odd.markdown_table(("a", "b"), [("x | y", "two\nlines <b> *")])
    assert table.splitlines()[2] == "| x \\| y | two lines &lt;b> \\* |"
