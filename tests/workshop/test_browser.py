"""The page in a real browser: all scenes in English and Arabic, from the file without a network and live, by keyboard.

Needs node, the packages of web/ and Chromium; skipped with a word where one is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clustersim.cli import main
from clustersim.workshop.words import words

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
TITLE = '<script>window.bad = 1</script><img src=x onerror="window.bad = 2">'
SCENARIO = f"""
format = 1
extends = "stagnant"
title = '{TITLE}'
[cluster]
firms = 60
[run]
burn_in = 12
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="no node on this machine"),
    pytest.mark.skipif(not (WEB / "node_modules" / "playwright-core").is_dir(), reason="npm ci has not been run in web/"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("walk")
    (folder / "mine.toml").write_text(SCENARIO, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signal.signal", lambda *_: None)
        patch.chdir(folder)
        assert main(["workshop", "mine.toml", "--export", "demo.html", "--lucks", "20", "--quiet"]) == 0
    command = [sys.executable, "-m", "clustersim", "workshop", "mine.toml", "--port", "0", "--no-browser", "--lucks", "20"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            address = serving.stdout.readline().strip()
            walked = subprocess.run(
                ["node", "test/walk.mjs", (folder / "demo.html").as_uri(), address], cwd=WEB, capture_output=True, text=True,
                check=False, timeout=240, env=os.environ | {"CHROMIUM": str(CHROMIUM)},
            )  # fmt: skip
        finally:
            serving.terminate()
    assert walked.returncode == 0, walked.stderr
    return dict(json.loads(walked.stdout))


@pytest.fixture(scope="module")
def walks(seen: dict[str, Any]) -> list[dict[str, Any]]:
    return list(seen["walks"])


def test_all_eight_scenes_are_reached_by_keyboard(walks: list[dict[str, Any]]) -> None:
    for walk in walks:
        texts = words(walk["language"])
        assert walk["titles"] == [f"{k}{texts[f's{k}']}" for k in range(1, 9)]
        assert walk["direction"] == ("rtl" if walk["language"] == "ar" else "ltr")
        assert walk["presenter"] == f"7. {texts['s7']}"


def test_nothing_is_asked_of_any_network_and_nothing_goes_wrong(walks: list[dict[str, Any]]) -> None:
    for walk in walks:
        assert walk["errors"] == []
        if walk["from"] == "file":
            assert [url for url in walk["requests"] if not url.startswith("file:")] == []
        else:
            assert all(re.search(r"/api/(pair|few|plan|lucks)$", url) for url in walk["requests"])


def test_axe_finds_nothing(walks: list[dict[str, Any]]) -> None:
    assert [found for walk in walks for found in walk["axe"]] == []


def test_the_keyboard_reaches_everything_and_the_focus_shows(walks: list[dict[str, Any]]) -> None:
    assert [found for walk in walks for found in walk["unseen"]] == []


def test_who_asks_for_less_motion_sees_one_picture_a_month(seen: dict[str, Any]) -> None:
    assert seen["motion"]["reduced"] <= 5  # three months a second
    assert seen["motion"]["free"] > 2 * seen["motion"]["reduced"]


def test_every_scene_fits_the_screen(walks: list[dict[str, Any]]) -> None:
    assert not any(over for walk in walks for over in walk["overflow"])


def test_what_a_scenario_says_is_never_run(walks: list[dict[str, Any]]) -> None:
    for walk in walks:
        assert walk["foreign"] == {"bad": None, "images": 0, "source": TITLE}


def test_file_and_live_show_the_same(walks: list[dict[str, Any]]) -> None:
    def numbers(walk: dict[str, Any]) -> list[list[str]]:
        told = [*walk["bet"], walk["said"], walk["luck"], walk["money"], *walk["plans"]]
        return [re.findall(r"\d+", text) for text in told]

    english = [walk for walk in walks if walk["language"] == "en"]
    assert len({walk["story"] for walk in english}) == 1
    assert len({str(numbers(walk)) for walk in walks if walk["language"] == "en"}) == 1
    assert len({str(numbers(walk)) for walk in walks if walk["language"] == "ar"}) == 1
    assert len({walk["events"] for walk in walks}) == 1
    assert any(number for number in numbers(walks[0]))


def test_the_live_page_answers_a_slider(walks: list[dict[str, Any]]) -> None:
    live = [walk for walk in walks if walk["from"] == "live"]
    assert len(live) == 2
    assert all(walk["sliders"] == 4 and walk["slider"] < 20_000 for walk in live)


def test_a_bet_that_nobody_made_is_not_shown_and_a_slider_put_back_is_not_moved(seen: dict[str, Any]) -> None:
    assert seen["untouched"] == {"bets": 0, "foot": [1, 0]}
