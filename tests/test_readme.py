"""README and guides: their Python runs (in a short mode), their scenarios are good, what they name exists."""

from __future__ import annotations

import re
import shlex
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import clustersim as cs
from clustersim.cli import cli

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs").glob("guide-*.md"))
STUDIES = ROOT / "docs" / "studies.md"
PAGES = [README, *GUIDES, STUDIES]
LINKED = [README, *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language, without the indent of a list they may stand in."""
    fence = re.compile(rf"^(?P<indent> *)```{language}\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
    found = fence.finditer(page.read_text(encoding="utf-8"))
    return [re.sub(rf"^{match['indent']}", "", match["body"], flags=re.MULTILINE) for match in found]


@pytest.fixture
def short_mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Small clusters, few months, two replications, whatever a page asks for; an empty folder to work in."""
    load, compare, study = cs.load_scenario, cs.compare, cs.Study

    def load_small(name: str | Path) -> cs.Scenario:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", cs.InputWarning)
            scenario = load(name)
        return scenario.with_values({"cluster.firms": 60, "run.months": 24, "run.burn_in": 6})

    def compare_few(arms: Mapping[str, cs.Scenario], **options: Any) -> cs.Comparison:
        return compare(arms, **{**options, "replications": 2})

    def study_few(base: Any, **options: Any) -> cs.Study:
        base = load_small(base) if isinstance(base, str) else base
        return study(base, **{**options, "replications": 2, "points": 16})

    monkeypatch.setattr(cs, "Study", study_few)
    monkeypatch.setattr(cs, "load_scenario", load_small)
    monkeypatch.setattr(cs, "compare", compare_few)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("short_mode")
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page: Path) -> None:
    names: dict[str, Any] = {"__name__": page.stem}
    for number, block in enumerate(blocks(page, "python"), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec", dont_inherit=True), names)


def test_the_example_of_an_intervention_moves_its_lever(short_mode: None) -> None:
    block = next(block for block in blocks(README, "python") if "cs.Intervention" in block)
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(block, "README.md", "exec", dont_inherit=True), names)
    from clustersim.simulation import plan_of

    plain, with_day = plan_of(names["plan"]), plan_of(names["with_day"])
    month = 6 + 17  # June 2001, with the burn-in of the short mode before January 2000
    assert with_day.days[month] == plain.days[month] + 5.0
    assert with_day.days.sum() == plain.days.sum() + 5.0
    assert len(with_day.offers.kind) == len(plain.offers.kind) + 1


def test_the_study_of_its_page_is_good(tmp_path: Path) -> None:
    whole, levels = blocks(STUDIES, "toml")
    (tmp_path / "days.toml").write_text(f"{whole}\n{levels}", encoding="utf-8")
    plan = cs.Study.from_file(tmp_path / "days.toml").plan()
    assert [arm.name for arm in plan.arms] == ["programme", "none", "lean"]
    assert len(plan.points) == 4 * 5 * 2 * 2


@pytest.mark.parametrize("page", [README, *GUIDES], ids=[page.name for page in (README, *GUIDES)])
def test_the_scenarios_of_a_page_are_good(page: Path) -> None:
    for block in blocks(page, "toml"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", cs.InputWarning)
            assert cs.parse_scenario(block).name != "scenario"


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_commands_that_are_named_exist_with_their_options(page: Path) -> None:
    said = re.findall(r"`clustersim ([^`]+)`", page.read_text(encoding="utf-8"))
    said += [line for block in blocks(page, "sh") for line in re.findall(r"^clustersim (.*)", block, re.MULTILINE)]
    for line in said:
        name, *given = shlex.split(line, comments=True)
        if name.startswith("-"):
            continue
        assert name in cli.commands, line
        if given:  # `clustersim compare` alone names a command; with anything behind it, it is one to type
            cli.commands[name].make_context(name, given)  # raises at an option or a value that is none


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub turns them into anchors."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_names_the_two_commands(command: str) -> None:
    assert command in README.read_text(encoding="utf-8")


def test_chores_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in LINKED:
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)) <= targets


def test_the_pictures_are_small() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    assert len(pictures) == 3
    assert all((ROOT / picture).stat().st_size < 200_000 for picture in pictures)
