"""The page in one file: nothing foreign in it, nothing run but its own program, and small."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import shutil
import subprocess
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from clustersim.scenario import Scenario
from clustersim.workshop.pack import unpack
from clustersim.workshop.page import as_data, page, policy
from clustersim.workshop.room import Room
from clustersim.workshop.sheets import PAPERS, sheets
from clustersim.workshop.words import LANGUAGES, words

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
EVIL = '</script><script>window.bad=1</script>"><img src=x onerror=window.bad=2> &amp; {n} $title'


class Elements(HTMLParser):
    """The elements of a page, and the text of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside.append("")
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.inside[-1] += data


@pytest.fixture(scope="module")
def recording(room: Room) -> dict[str, Any]:
    return {"pair": room.pair(), "lucks": room.lucks(1)}


def test_only_the_program_and_the_style_whose_hashes_are_named_can_work(room: Room) -> None:
    found = Elements(page(room.about(), language="en", live=False))
    tags = [tag for tag, _ in found.tags]
    assert tags.count("script") == 4
    assert tags.count("style") == 1
    rule = next(a["content"] for tag, a in found.tags if tag == "meta" and a.get("http-equiv"))
    assert rule == policy(live=False)
    assert "unsafe" not in rule
    assert "default-src 'none'" in rule
    assert "connect-src 'none'" in rule
    for text in (found.inside[0], found.inside[-1]):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rule
    kinds = [a.get("type") for tag, a in found.tags if tag == "script"]
    assert kinds == ["application/json", "application/json", "text/plain", None]


def test_the_page_asks_for_nothing(room: Room) -> None:
    found = Elements(page(room.about(), language="ar", live=False))
    asked = [(tag, a) for tag, a in found.tags if {"src", "href", "action", "data", "srcset"} & set(a)]
    assert asked == [("link", {"rel": "icon", "href": "data:,"})]
    assert not re.search(r"@import|url\((?!data:)", found.inside[0])


def test_what_a_scenario_says_stays_text(small: Scenario) -> None:
    evil = Room(small.model_copy(update={"title": EVIL}), lucks=2)
    text = page(evil.about(), language="en", live=False)
    assert len([tag for tag, _ in Elements(text).tags if tag == "script"]) == 4
    assert "<img" not in text.split("<script>")[0]
    assert html.escape(EVIL) in text
    assert "<" not in as_data({"title": EVIL})


def test_a_recording_comes_back_out_of_the_page(room: Room, recording: dict[str, Any]) -> None:
    text = page(room.about(), language="en", live=False, recording=recording)
    data = re.search(r'id="recording">([^<]*)<', text)
    assert data is not None
    again = unpack(zlib.decompress(base64.b64decode(data[1])))
    assert (again["pair"]["arms"]["with"]["trust"] == recording["pair"]["arms"]["with"]["trust"].values).all()


def test_eighty_firms_and_a_hundred_lucks_take_half_a_megabyte_at_most(small: Scenario) -> None:
    large = Room(small.with_values({"cluster.firms": 80}), lucks=100)
    text = page(large.about(), language="en", live=False,
                recording={"pair": large.pair(), "lucks": large.lucks(2)})  # fmt: skip
    assert len(text.encode()) < 450_000  # the plans, about 20 kB, still come on top


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_the_kit_can_be_printed_in_every_language(
    room: Room, recording: dict[str, Any], language: str, paper: str
) -> None:
    text = sheets({**room.about(), "title": EVIL}, recording, language=language, paper=paper)
    found = Elements(text)
    assert not [tag for tag, _ in found.tags if tag in ("script", "img")]
    assert not re.search(r"\{\w+\}", text.split("</style>")[1].replace("{n} $title", ""))
    assert f"size: {PAPERS[paper]}" in text
    for key in ("x_sheet", "x_cards", "x_strips", "x_assumes", "x_45", "x_90"):
        assert html.escape(words(language)[key]) in text


def test_the_bundle_is_what_its_sources_build() -> None:
    if shutil.which("node") is None:
        pytest.skip("no node on this machine")
    if not (WEB / "node_modules" / "esbuild").is_dir():
        pytest.skip("the page's build tools are not installed: npm ci in web/")
    built = subprocess.run(["node", "build.mjs", "--check"], cwd=WEB, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr


def test_the_lock_file_names_no_index() -> None:
    lock = WEB / "package-lock.json"
    if not lock.is_file():
        pytest.skip("the page's sources are not in this copy")
    assert "resolved" not in lock.read_text(encoding="utf-8")
