"""The version of the model: every source that a run's outcomes pass through is in it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from clustersim.study.design import version

PACKAGE = Path(version.PACKAGE)
ONLY_SAYS = {"errors", "toml_source", "reference"}
"""what is wrong with an input, and where: it makes no number"""
LAID_UNDER = {"ensemble"}
"""parameters that a comparison lays under a scenario; those of a study stand in its points"""
WITHOUT_NUMBERS = {
    "experiment/__init__.py", "experiment/compare.py", "experiment/execute.py", "experiment/files.py",
    "experiment/words.py", "experiment/worlds.py",
    "study/__init__.py", "study/design/__init__.py", "study/execute/__init__.py",
}  # fmt: skip
"""what is imported on the way and touches none"""


def sources_of(module: str, found: set[str]) -> set[str]:
    """The files that a module is made of: itself, its package's face, and all that it imports, wherever it does."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not file.exists() or file.relative_to(PACKAGE).as_posix() in found or file == PACKAGE / "__init__.py":
        return found
    found.add(file.relative_to(PACKAGE).as_posix())
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("clustersim"):
            assert node.module is not None
            sources_of(node.module, found)
            for alias in node.names:
                sources_of(f"{node.module}.{alias.name}", found)
    return found


def test_all_that_a_run_passes_through_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = sources_of("clustersim.study.work", set())
    assert {"rules/trust.py", "simulation.py", "measures.py", "experiment/statistics.py"} <= needed
    copied = {path.relative_to(PACKAGE).as_posix(): path.read_bytes() for path in PACKAGE.rglob("*.py")}
    for name, content in copied.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(version, "PACKAGE", tmp_path)
    fresh = version.model_version.__wrapped__
    before = fresh()
    silent = []
    for name in sorted(needed):
        (tmp_path / name).write_bytes(copied[name] + b"# another")
        if fresh() == before:
            silent.append(name)
        (tmp_path / name).write_bytes(copied[name])
    rooms = {Path(name).parts[0].removesuffix(".py") for name in silent}
    assert rooms <= ONLY_SAYS | LAID_UNDER | {"study", "experiment", "report"}
    # of these rooms only the files that are named make a number; none of the others is on the way of one
    assert not {name for name in silent if name.startswith(("experiment", "study"))} - WITHOUT_NUMBERS
    assert fresh() == before


def test_line_ends_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "month.py").write_bytes(b"a = 1\nb = 2\n")
    monkeypatch.setattr(version, "PACKAGE", tmp_path)
    unix = version.model_version.__wrapped__()
    (tmp_path / "month.py").write_bytes(b"a = 1\r\nb = 2\r\n")
    assert version.model_version.__wrapped__() == unix
