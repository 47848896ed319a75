"""The folder, the brief and the workbook: whole, neutralised, two pages, and sums that agree with the books."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clustersim.desk.brief import brief
from clustersim.desk.brief_docx import write_docx
from clustersim.desk.brief_pdf import write_pdf
from clustersim.desk.cells import neutral
from clustersim.desk.chart import cost_and_effect
from clustersim.desk.draws import from_ranges
from clustersim.desk.findings import findings
from clustersim.desk.folder import load, save
from clustersim.desk.ledger_sheet import TOP, Totals
from clustersim.desk.lives import PAYERS, live_all
from clustersim.desk.sheet import read_sheet
from clustersim.desk.words import answer, what_varied, when_it_flips
from clustersim.desk.workbook import SHEETS, write_workbook
from clustersim.errors import InputError, StoreError
from tests.desk.desk_stand_in import SMALL, run, study_of

EVIL = '=HYPERLINK("x")'


def found_of(folder: Path, text: str = SMALL) -> dict[str, Any]:
    study = study_of(text, folder)
    draws = from_ranges(study.factors, study.replications, study.seed)
    lives = live_all(study.scenarios, replications=study.replications, seed=study.seed, draws=draws, run=run)
    return findings(
        study, lives, {"command": "clustersim taper x.toml", "written": "today", "versions": {"clustersim": "0"}}
    )


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Any]:
    text = SMALL.replace('"USD"', '"INR"\nexchange = 43.0\ndiscount = 0.05')
    return found_of(tmp_path, text.replace("A small question", EVIL.replace('"', "'")))


def test_the_folder_reads_back(found: dict[str, Any], tmp_path: Path) -> None:
    save(found, tmp_path / "out", force=False, workbook=True)
    assert load(tmp_path / "out") == json.loads(json.dumps(found))
    rows = list(csv.DictReader((tmp_path / "out" / "comparison.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(found["rows"])
    assert {"mean", "low", "high", "additional", "deadweight", "n"} <= set(rows[0])
    with pytest.raises(InputError, match="earlier result"):
        save(found, tmp_path / "out", force=False)


def test_a_changed_folder_is_refused(found: dict[str, Any], tmp_path: Path) -> None:
    save(found, tmp_path / "out", force=False)
    path = tmp_path / "out" / "findings.json"
    path.write_text(path.read_text(encoding="utf-8").replace("odds", "odd"), encoding="utf-8")
    with pytest.raises(StoreError, match="checksum"):
        load(tmp_path / "out")
    with pytest.raises(InputError, match="no answer"):
        load(tmp_path)


def test_a_recommendation_never_goes_without_its_odds_and_its_flips(found: dict[str, Any]) -> None:
    said = brief(found)
    assert re.search(r"Odds: it is the best of 3 in \d+% of 6 draws", " ".join(said.answer))
    assert said.flips
    assert said.policies.marked is not None
    assert "n = 6" in said.policies.note
    rows = [row | {"odds": 0.9 if row["policy"] != found["best"] else 0.1} for row in found["ranking"][:2]]
    assert "is the best in more of the draws, 90%, and loses more in the others" in " ".join(
        answer(found | {"ranking": rows})
    )
    nothing = found | {"best": "none", "worth": 0.01, "ranking": sorted(found["ranking"], key=lambda row: row["cost"])}
    told = " ".join(answer(nothing))
    assert "no policy is worth its money" in told
    assert "Odds: it is the best of 3 in" in told


def test_the_nearest_worth_at_which_it_flips_comes_first(found: dict[str, Any]) -> None:
    steps = [{"policy": name, "icer": icer} for name, icer in (("none", None), ("cliff", 90.0), ("flat", 150.0))]
    for worth, first in ((100.0, "Under INR 90 for"), (140.0, "From INR 150 for")):
        said = when_it_flips(found | {"best": "cliff", "worth": worth, "increments": steps})
        assert said[0].startswith(first)
        assert len(said) == 3


def test_the_brief_says_where_what_varied_is_from(found: dict[str, Any]) -> None:
    assert brief(found).assumptions.note.startswith("1 unknowns were varied together over the ranges")
    row = found["assumptions"][0]
    fitted = found | {
        "ensemble": {"name": "all", "sets": 40, "cases": ["jaipur", "ludhiana"], "taken": ["a.b", "c.d"],
                     "identified": ["a.b"]},
        "assumptions": [row, row | {"name": "a.b"}, row | {"name": "c.d"}],
    }  # fmt: skip
    note = brief(fitted).assumptions.note
    assert note.startswith(
        "2 parameters are from the ensemble “all”, 40 parameter sets, fitted to what was published of"
    )
    assert "identify 1 of them (a.b)" in note
    assert "1 unknowns were varied together over the ranges that the study declares" in note
    bare = what_varied(fitted | {"assumptions": []})
    assert bare == "Nothing was declared uncertain: the odds are those of luck alone."


def test_two_pages_whatever_there_is_to_say(found: dict[str, Any], tmp_path: Path) -> None:
    long = found | {"when_it_flips": found["when_it_flips"] * 30, "answer": found["answer"] * 6,
                    "ranking": found["ranking"] * 6}  # fmt: skip
    for k, record in enumerate((found, long)):
        path = tmp_path / f"{k}.pdf"
        write_pdf(brief(record), cost_and_effect(record), path)
        raw = path.read_bytes()
        assert raw.startswith(b"%PDF")
        assert raw.count(b"/Type /Page\n") == 2
        assert b"DejaVu" in raw
        write_docx(brief(record), cost_and_effect(record), tmp_path / f"{k}.docx")
        document = zipfile.ZipFile(tmp_path / f"{k}.docx").read("word/document.xml").decode()
        assert "It flips when" in document
        assert document.count('w:br w:type="page"') == 1


def test_the_workbooks_sums_are_the_books(found: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(found, path)
    formulas, values = (openpyxl.load_workbook(path, data_only=only)["Cost ledger"] for only in (False, True))
    assert formulas["B3"].value == 43.0
    assert formulas["B5"].value == 0.05
    totals = Totals(found)
    for r, policy in enumerate(found["policies"], TOP + 2):
        assert formulas.cell(r, 9).value == policy["name"]
        for c, payer in enumerate(PAYERS, 10):
            assert str(formulas.cell(r, c).value).startswith("=SUMIFS(")
            assert values.cell(r, c).value == pytest.approx(totals.of(policy["name"], payer))
        assert str(formulas.cell(r, 14).value) == f"=SUM(J{r}:M{r})"
        cost = next((row["cost"] for row in found["ranking"] if row["policy"] == policy["name"]), None)
        assert cost == pytest.approx(totals.of(policy["name"], "programme", discounted=True))
    assert tuple(openpyxl.load_workbook(path).sheetnames) == SHEETS
    with zipfile.ZipFile(path) as packed:
        assert sum("charts/chart" in name for name in packed.namelist()) == len(found["series"]) + 1


def test_no_text_is_a_formula(found: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(found, path)
    book = openpyxl.load_workbook(path)
    assert str(book["Summary"]["A1"].value).startswith("'=HYPERLINK")
    known = ("=SUM", "=E", "=F", "=J", "=IF(")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or str(cell.value).startswith(known)
    assert [neutral(text) for text in ("=1", "+1", "-1", "@x", " =1", "a", -1)] == [
        "'=1",
        "'+1",
        "'-1",
        "'@x",
        "' =1",
        "a",
        -1,
    ]


def test_the_workbooks_policies_read_back(found: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(found, path)
    names = [policy["name"] for policy in found["policies"]]
    assert list(read_sheet(path).values["policies"]) == names
    again = study_of(SMALL, tmp_path, "again.toml", policies=path)
    assert again.scenarios == study_of(SMALL, tmp_path, "first.toml").scenarios
