"""A folder of one's own with a small study in it, finished ones, and commands that say how they ended."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from clustersim.cli import ending, main
from tests.cli.studies import STUDY, Says


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command's own folder, with a study file in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ending.DEBUG, raising=False)
    monkeypatch.setattr("signal.signal", lambda *_: None)  # leave the tests' own handlers alone
    Path("tiny.toml").write_text(STUDY, encoding="utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished study, to be copied."""
    base = tmp_path_factory.mktemp("finished")
    (base / "tiny.toml").write_text(STUDY, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signal.signal", lambda *_: None)
        assert main(["sweep", str(base / "tiny.toml"), "--out", str(base / "study"), "--quiet"]) == 0
    return base / "study"


@pytest.fixture
def says(capsys: pytest.CaptureFixture[str]) -> Says:
    """Run a command; gives its code, and what it wrote to stdout and stderr."""

    def run(*arguments: Any) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def study(finished: Path) -> Path:
    """A finished study of one's own."""
    return Path(shutil.copytree(finished, "study"))
