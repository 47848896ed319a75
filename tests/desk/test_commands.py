"""The three commands as a designer types them: what they print, leave and refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clustersim.cli import main
from tests.desk.desk_stand_in import SMALL

TINY = SMALL.replace(
    'base = "stagnant"', 'base = "stagnant"\nvalues = { "cluster.firms" = 40, "run.burn_in" = 4 }'
).replace("replications = 6", "replications = 3")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    return tmp_path


def test_from_the_study_to_two_pages(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["taper", "tiny.toml", "--out", "answer", "--xlsx", "--quiet", "--workers", "2"]) == 0
    said = capsys.readouterr().out
    assert "Odds: it is the best of 3 in" in said
    assert said.count("counted, ") == 4  # trust, unassisted joint action, income and poverty
    assert "clustersim brief answer --pdf" in said
    assert {
        "findings.json",
        "comparison.csv",
        "ledger.csv",
        "workbook.xlsx",
        "manifest.json",
        "cost-and-effect.png",
    } <= {path.name for path in (here / "answer").iterdir()}
    assert main(["brief", "answer", "--pdf", "--docx"]) == 0
    assert (here / "answer" / "brief.pdf").read_bytes().startswith(b"%PDF")
    assert (here / "answer" / "brief.docx").stat().st_size > 10_000
    assert main(["brief", "answer", "--xlsx", "--out", "again"]) == 0
    assert [path.name for path in (here / "again").iterdir()] == ["workbook.xlsx"]
    assert main(["taper", "tiny.toml", "--out", "answer", "--quiet"]) == 2
    assert "earlier result" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_answer(here: Path) -> None:
    for name, workers in (("a", "1"), ("b", "2")):
        assert main(["taper", "tiny.toml", "--out", name, "--quiet", "--workers", workers]) == 0
    for name in ("comparison.csv", "ranking.csv", "ledger.csv", "runs.csv", "cost-and-effect.png"):
        assert (here / "a" / name).read_bytes() == (here / "b" / name).read_bytes()


def test_json_is_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["taper", "tiny.toml", "--out", "answer", "--quiet", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {"answer", "when_it_flips", "ranking"} <= set(found)


def test_a_search_answers_within_the_budget(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["taper", "tiny.toml", "--search", "--budget", "90000", "--candidates", "10", "--quiet", "--out", "found"]
    assert main(given) == 0
    found = json.loads((here / "found" / "findings.json").read_text(encoding="utf-8"))
    assert all(row["cost"] <= 90_000 * 1.05 for row in found["ranking"])
    assert (here / "found.search").is_file()
    assert "of the days" in capsys.readouterr().out


@pytest.mark.parametrize(("given", "said"), [
    (["taper", "tiny.toml", "--budget", "5"], "is under the cheapest policy"),
    (["taper", "missing.toml"], "no such file"),
    (["taper", "missing.xlsx"], "no such file"),
    (["brief", "nothing"], "no answer of the policy desk"),
    (["template"], "--xlsx FILE or --csv FILE"),
    (["template", "--xlsx", "policies.csv"], "does not end in .xlsx"),
])  # fmt: skip
def test_what_is_refused_leaves_nothing(
    given: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(given) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert {path.name for path in here.iterdir()} == {"tiny.toml"}


def test_a_template_is_not_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "--xlsx", "p.xlsx"]) == 0
    assert main(["template", "--xlsx", "p.xlsx"]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["template", "--xlsx", "p.xlsx", "--force"]) == 0


def test_what_is_not_installed_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(
        __import__("clustersim.desk.needed", fromlist=["PACKAGES"]).PACKAGES, "no_such_module", "no-such-package"
    )
    assert main(["template", "--xlsx", "p.xlsx"]) == 2
    assert "pip install 'clustersim[desk]'" in capsys.readouterr().err


def test_the_shipped_study_reads() -> None:
    from clustersim.desk.study_file import read_desk_study

    study = read_desk_study(Path(__file__).parents[2] / "experiments" / "taper" / "jaipur.toml")
    assert len(study.policies) == 8
    assert study.replications == 200
    assert study.scenarios["actual"] == study.base
