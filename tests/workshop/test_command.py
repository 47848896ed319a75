"""`clustersim workshop` on the command line: what it writes, and what it refuses before it has begun."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from clustersim.cli import main

SMALL = 'format = 1\nextends = "stagnant"\n[run]\nmonths = 60\nburn_in = 6\n[cluster]\nfirms = 40\n'


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    Path("mine.toml").write_text(SMALL, encoding="utf-8")


def test_it_writes_a_page_and_a_kit(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["workshop", "mine.toml", "--export", "demo.html", "--print", "kit.html", "--lucks", "3", "--language", "ar", "--quiet"]
    assert main(command) == 0
    assert re.fullmatch(r"kit.html \(\d+ kB\)\ndemo.html \(\d+ kB\)\n", capsys.readouterr().out)
    text = Path("demo.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl">' in text
    about = re.search(r'id="about">([^<]+)<', text)
    assert about is not None
    # a programme that ends with the run is given two years to look back from
    assert json.loads(about[1])["months"] == 48 + 24
    assert main(command) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert main([*command, "--force"]) == 0
    assert sorted(path.name for path in Path().iterdir()) == ["demo.html", "kit.html", "mine.toml"]


def test_the_same_seed_gives_the_same_file() -> None:
    for name, workers in (("a.html", "1"), ("b.html", "2")):
        assert main(["workshop", "mine.toml", "--export", name, "--lucks", "3", "--workers", workers, "--quiet"]) == 0
    assert Path("a.html").read_bytes() == Path("b.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["thriving"], "has no programme"), (["nowhere"], "no such scenario"), (["stagnant", "--firms", "5000"], "range"),
     (["stagnant", "--months", "1000"], "is too much for a page"), (["stagnant", "--language", "de"], "'de' is not one of")],
)  # fmt: skip
def test_what_it_cannot_show_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workshop", *arguments, "--export", "x.html", "--quiet"]) == 2
    assert said in capsys.readouterr().err
    assert not Path("x.html").exists()


@pytest.mark.parametrize("option", ["--export", "--print"])
def test_a_page_goes_into_no_file_of_another_kind(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workshop", "stagnant", option, "kit.pdf", "--quiet"]) == 2
    assert "kit.pdf does not end in .html" in capsys.readouterr().err
    assert not Path("kit.pdf").exists()


def test_it_serves_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "clustersim", "workshop", "mine.toml", "--port", "0", "--no-browser", "--lucks", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert b'id="about"' in answer.read()
        began = time.monotonic()
        serving.send_signal(signal.SIGINT)
        _, errors = serving.communicate(timeout=20)
        assert time.monotonic() - began < 10
        assert "Traceback" not in errors


def test_names_of_a_survey_do_not_reach_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["Zebulon & Sons", "<script>alert(1)</script>", "Quaggamills", "Wombatweave", "Ocelotprint"]
    rows = "".join(f'"{name}",{4 + k}\n' for k, name in enumerate(names))
    Path("firms.csv").write_text(f"id,workers\n{rows}", encoding="utf-8")
    ties = "".join(f'"{one}","{other}"\n' for one in names for other in names if one < other)
    Path("ties.csv").write_text(f"source,target\n{ties}", encoding="utf-8")
    assert main(["import", "firms.csv", "ties.csv", "--out", "town.toml"]) == 0
    assert main(["workshop", "town.toml", "--export", "town.html", "--print", "kit.html", "--lucks", "2", "--quiet"]) == 0
    for page in ("town.html", "kit.html"):
        text = Path(page).read_text(encoding="utf-8")
        assert not [name for name in [*names, "Zebulon", "alert("] if name in text]
    about = re.search(r'id="about">([^<]+)<', Path("town.html").read_text(encoding="utf-8"))
    assert about is not None
    assert json.loads(about[1])["firms"] == len(names)
