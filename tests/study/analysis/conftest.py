"""The folder of the small study, written once, and what may be asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustersim.study.analysis.result import StudyResult, read_study
from tests.study.analysis.small_study import FAILED, PENDING, plan, saved


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = list(range(30, -1, -1))  # not in the plan's order
    second = [position for position in range(31, len(plan())) if position != PENDING]
    return saved(tmp_path_factory.mktemp("study") / "my study", [(first, frozenset({FAILED})), (second, frozenset())])


@pytest.fixture(scope="session")
def result(folder: Path) -> StudyResult:
    return read_study(folder)
