"""Every language says everything that the page and the printed kit say, with the same values in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clustersim.errors import InputError
from clustersim.workshop.exits import EXITS
from clustersim.workshop.plans import HEAPS, OPENINGS
from clustersim.workshop.record import SHOWN, TOLD
from clustersim.workshop.room import SLIDERS
from clustersim.workshop.story import MESSAGES
from clustersim.workshop.words import LANGUAGES, places, say, words

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = words("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_with_its_values(language: str) -> None:
    found = words(language)
    assert list(found) == list(ENGLISH)
    assert all(text.strip() for text in found.values())
    assert {key for key in ENGLISH if places(found[key]) != places(ENGLISH[key])} == set()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_language_is_left_in_english(language: str) -> None:
    same = {key for key, text in words(language).items() if text == ENGLISH[key] and len(text) > 12}
    assert same == set()


def test_what_the_page_says_exists() -> None:
    sources = sorted((ROOT / "web" / "src").rglob("*.ts"))
    if not sources:
        pytest.skip("the page's sources are not in this copy")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert set(re.findall(r'\bt\("(\w+)"', text)) <= set(ENGLISH)


def test_what_exists_is_said() -> None:
    """Every text is asked for by its key, or by a key that is put together, as `s${k}` in the page."""
    sources = [*(ROOT / "web" / "src").rglob("*.ts"), *(ROOT / "src" / "clustersim" / "workshop").glob("*.py")]
    if not any(path.suffix == ".ts" for path in sources):
        pytest.skip("the page's sources are not in this copy")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    plain = set(re.findall(r"[\"'`](\w+)[\"'`]", text))
    made = re.findall(r"[`'\"]((?:\w|\$?\{[^{}`]*\})+)[`'\"]", text)
    shapes = [re.sub(r"\$?\{[^{}]*\}", "{}", key) for key in made]
    patterns = [re.compile(shape.replace("{}", r"(\d+|[a-z]\w+)") + "$") for shape in shapes if shape.count("{}") and shape.strip("{}")]
    assert {key for key in ENGLISH if key not in plain and not any(p.match(key) for p in patterns)} <= {"language"}


@pytest.mark.parametrize(
    "key",
    [*(f"e_{name}" for name in MESSAGES), *(f"h_{name}" for name in HEAPS), *(f"hl_{name}" for name in HEAPS),
     *(f"o_{name}" for name in OPENINGS), *(f"m_{name}" for name in SHOWN + TOLD), *(f"d_{name}" for name in SHOWN),
     *(f"c_{name}" for name in SLIDERS), *EXITS, *(f"{name}_text" for name in EXITS)],
)  # fmt: skip
def test_what_the_model_can_tell_has_words(key: str) -> None:
    assert key in ENGLISH


def test_values_are_put_in_once() -> None:
    assert say("en", "s4_bet", bet="{value}", value=3) == "We said {value}; it was 3."


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="allowed: en, fr"):
        words("../en")
