"""One direction of imports: a file of the package imports only from rooms above its own in docs/architecture.md."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "clustersim"
PLAN = ROOT / "docs" / "architecture.md"

# The libraries that only some rooms know. The rules reach numba through compile.py.
KNOWN_TO = {"mesa": {"state", "model"}, "numba": {"compile", "pointer"}, "llvmlite": {"pointer"}}
# Slow to import; what checks a scenario has to start at once.
HEAVY = {"mesa", "numba", "pandas", "matplotlib", "scipy"}


def rooms(heading: str = "Rooms") -> list[str]:
    """The rooms in order, from the code block under a heading; ``state.py, model.py`` on one line are two rooms."""
    block = PLAN.read_text(encoding="utf-8").split(f"## {heading}")[1].split("```")[1]
    found: list[str] = []
    for line in block.splitlines():
        names = re.match(r"\w+(\.py|/)(, \w+(\.py|/))*", line)
        if names:
            found += [re.sub(r"\.py$|/$", "", name) for name in names[0].split(", ")]
    return found


def files() -> list[Path]:
    """The sources of the package, without its face (``__init__``) and its ``python -m`` door."""
    faces = {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path not in faces]


def room_of(path: Path) -> str:
    """A package is one room, a file outside of any package another."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever in the file; ``from a import b`` gives ``a.b``."""
    package = ["clustersim", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def test_the_plan_and_the_tree_name_the_same_rooms() -> None:
    assert set(rooms()) == {room_of(path) for path in files()}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_upwards(path: Path) -> None:
    order = rooms()
    here = room_of(path)
    assert here in order, f"{here} has no place in docs/architecture.md"
    above = {*order[: order.index(here)], here}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in imported(path)
        if name.split(".")[0] == "clustersim" and (name + ".").split(".")[1] not in above
    ]
    assert not wrong, "not from a room above:\n" + "\n".join(wrong)


@pytest.mark.parametrize("path", sorted((PACKAGE / "study").rglob("*.py")), ids=lambda path: path.stem)
def test_inside_a_study_too_imports_point_upwards(path: Path) -> None:
    order = rooms("A study")
    inside = path.relative_to(PACKAGE / "study").parts[0].removesuffix(".py")
    if inside == "__init__":
        return
    above = {*order[: order.index(inside)], inside}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in imported(path)
        if name.startswith("clustersim.study.") and name.split(".")[2] not in above
    ]
    if inside == "definition":  # a Study reads its file: the two are one question in two forms
        wrong = [text for text in wrong if "study.study_file" not in text]
    assert not wrong, "not from above:\n" + "\n".join(wrong)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_few_rooms_know_mesa_and_numba(path: Path) -> None:
    libraries = {name.split(".")[0] for _, name in imported(path)}
    assert {library for library in libraries & set(KNOWN_TO) if room_of(path) not in KNOWN_TO[library]} == set()


@pytest.mark.parametrize("module", ["clustersim", "clustersim.scenario", "clustersim.cli"])
def test_what_checks_a_scenario_starts_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
