"""The tests' own kinds, among those that exist."""

from __future__ import annotations

import pytest

from clustersim.interventions import KINDS
from tests.scenario.kinds import Bazaar, Storm


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "bazaar", Bazaar)
    monkeypatch.setitem(KINDS, "storm", Storm)
