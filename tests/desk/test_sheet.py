"""Sheets: what the template writes reads back, and what cannot be read is refused at its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clustersim.desk.policy import Policy
from clustersim.desk.sheet import letter, read_sheet
from clustersim.desk.study_file import read_desk_study
from clustersim.desk.taper import check_budget
from clustersim.desk.template import EXAMPLES, write_template
from clustersim.errors import InputError
from tests.desk.desk_stand_in import SMALL, run, study_of


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "policies.xlsx"
    write_template(path)
    return path


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    """The workbook after a change, as a spreadsheet program would save it."""
    found = openpyxl.load_workbook(path)
    change(found)
    found.save(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        read_desk_study(path)
    return str(refused.value)


def test_the_template_is_a_study(book: Path) -> None:
    study = read_desk_study(book)
    assert list(study.policies) == [row["name"] for row in EXAMPLES]
    assert study.policies["cliff"] == Policy(
        title="Half for two years, then nothing", shape="cliff", from_share=0.5, end="1998-12"
    )
    assert study.policies["half the days"].broker_days == 0.5
    assert study.money.budget == 240000.0
    assert (study.base.name, study.replications, study.seed) == ("jaipur", 200, 51)
    assert study.factors[0].name == "cluster.initial_trust"


def test_the_same_as_csv(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "policies.csv"
    write_template(path)
    assert read_sheet(path).values["policies"] == read_sheet(book).values["policies"]
    study = study_of(SMALL, tmp_path, policies=path)
    assert list(study.policies) == [row["name"] for row in EXAMPLES]
    assert study.replications == 6


def test_a_spreadsheets_ways_of_writing_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "\ufeffName;Shape;From share;Announced;Activity\r\nA;flat;0,4;no;fairs, trainings\r\nB;linear;40 %;YES;\r\n",
        encoding="utf-8",
    )
    assert read_sheet(path).values["policies"] == {
        "A": {"shape": "flat", "from_share": 0.4, "announced": False, "activity": ["fairs", "trainings"]},
        "B": {"shape": "linear", "from_share": 0.4, "announced": True},
    }


def test_a_date_of_the_spreadsheet_is_a_month(book: Path) -> None:
    import datetime

    def change(found: Any) -> None:
        found["Policies"]["G3"] = datetime.datetime(1998, 12, 1)

    assert read_desk_study(changed(book, change)).policies["cliff"].end == "1998-12"


@pytest.mark.parametrize(("sheet", "cell", "value", "words"), [
    ("Policies", "D2", "=1/2", "sheet Policies:2: column D = \"=1/2\": is a formula, not a value"),
    ("Policies", "D2", 1.4, "sheet Policies:2: column D (from_share) = 1.4: must be a number from 0 to 1"),
    ("Policies", "D2", "half", "column D (from_share) = \"half\""),
    ("Policies", "C3", "clif", "sheet Policies:3: column C (shape) = \"clif\""),
    ("Policies", "D1", "from_shar", "column D = \"from_shar\": unknown column; did you mean 'from_share'"),
    ("Policies", "E1", "from_share", "the same column twice"),
    ("Policies", "A3", "half to the end", "the same policy twice"),
    ("Policies", "A3", None, "sheet Policies:3: column A (name): is missing"),
    ("Policies", "A1", "policy", "the column 'name' is missing"),
    ("Policies", "R2", 0.7, "sheet Policies:2: column R (participants) = 0.7: the payers' shares add up to 1.2"),
    ("Policies", "S2", 2, "sheet Policies:2: column S (broker_days) = 2.0: must be a number from 0 to 1"),
    ("Study", "B7", None, "sheet Study:7: column B (currency): is missing"),
    ("Study", "A7", None, "sheet Study: money.currency: is missing"),
    ("Study", "B7", "INR", "exchange is missing: how much INR is a dollar?"),
    ("Study", "A7", "curency", "sheet Study:7: column A = \"curency\": unknown setting"),
    ("Study", "B11", "lots", "sheet Study:11: column B (budget) = \"lots\""),
    ("Uncertain", "B2", "low", "sheet Uncertain:2: column B (low)"),
    ("Uncertain", "A2", "cluster.inital_trust", "cluster.initial_trust"),
])  # fmt: skip
def test_a_bad_cell_is_named(book: Path, sheet: str, cell: str, value: Any, words: str) -> None:
    assert words in refusal(changed(book, lambda found: found[sheet].__setitem__(cell, value)))


def test_a_budget_that_is_too_low_is_found_where_it_stands(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clustersim.simulation.run", run)
    study = read_desk_study(changed(book, lambda found: found["Study"].__setitem__("B11", 10)))
    with pytest.raises(InputError, match=r"sheet Study:11: column B \(budget\) = 10.0: is under the cheapest policy"):
        check_budget(replace(study, replications=2), 1)
    with pytest.raises(InputError, match=r"^--budget = 20.0: is under the cheapest policy"):
        check_budget(replace(read_desk_study(book, budget=20.0), replications=2), 1)


def test_merged_cells_are_refused(book: Path) -> None:
    said = refusal(changed(book, lambda found: found["Policies"].merge_cells("B2:B3")))
    assert 'sheet Policies:2: column B = "B2:B3": cells are merged' in said


def test_empty_sheets_are_refused(book: Path, tmp_path: Path) -> None:
    def emptied(found: Any) -> None:
        found["Policies"].delete_rows(1, 20)

    assert "the sheet is empty" in refusal(changed(book, emptied))
    path = tmp_path / "e.csv"
    path.write_text("", encoding="utf-8")
    assert "the sheet is empty" in refusal(path)
    path.write_text("name,shape\n", encoding="utf-8")
    assert "no rows" in refusal(path)


def test_what_is_no_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    assert "not an .xlsx workbook" in refusal(path)
    assert "no such file" in refusal(tmp_path / "missing.xlsx")
    path = tmp_path / "b.csv"
    path.write_bytes(b"name,shape\n\xff,flat\n")
    assert "not UTF-8" in refusal(path)
    path.write_text('name,shape\n"a,flat\n', encoding="utf-8")
    assert "not a CSV file" in refusal(path)
    path.write_text("name,title\na,=1+1\n", encoding="utf-8")
    assert "b.csv:2: column B" in refusal(path)


def test_letters() -> None:
    assert [letter(k) for k in (0, 25, 26, 51, 52, 702)] == ["A", "Z", "AA", "AZ", "BA", "AAA"]
