"""The matrix of mechanism and pattern: what is missing is run, what is there is kept, and the marks are right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clustersim.errors import InputError
from clustersim.patterns import PATTERNS, run_patterns
from clustersim.patterns import ablation as matrices
from clustersim.patterns.ablation import MECHANISMS, NOTHING, ablate
from clustersim.patterns.arms import stagnant
from clustersim.patterns.claims import Level
from clustersim.patterns.declare import Pattern
from clustersim.patterns.outcomes import last_year
from clustersim.scenario import Scenario


def small() -> Scenario:
    return stagnant().with_values({"cluster.firms": 40, "run.months": 14, "run.burn_in": 4})


def tiny() -> tuple[Pattern, ...]:
    seen = Level(last_year("trust_broker"), "programme", 0.05)
    return (Pattern("T1", "Visits win trust.", "t", "made up", "emergent", "sign", lambda: {"programme": small()},
                    (seen,), "visits"),)  # fmt: skip


def test_every_mechanism_can_be_switched_off() -> None:
    names = [mechanism.name for mechanism in MECHANISMS]
    assert len(names) == len(set(names))
    assert names[0] == NOTHING
    for mechanism in MECHANISMS:
        changed = small().with_values(mechanism.off)
        assert (changed == small()) == (mechanism.name == NOTHING)


def test_a_pattern_goes_with_the_mechanism_that_carries_it(tmp_path: Path) -> None:
    found = ablate(tmp_path / "m", replications=4, only=["visits", "entry"], known=tiny())
    assert found == {NOTHING: {"T1": "holds"}, "visits": {"T1": "fails"}, "entry": {"T1": "holds"}}
    text = (tmp_path / "m" / "matrix.md").read_text(encoding="utf-8")
    assert "visits build trust in the broker | ● | 1 |" in text
    assert "Needed by no pattern: entry." in text


def test_a_stopped_matrix_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "m"
    first = ablate(folder, replications=2, only=["visits"], known=tiny())
    ran: list[object] = []

    def counted(**how: Any) -> Any:
        ran.append(how["values"])
        return run_patterns(**how)

    monkeypatch.setattr(matrices, "run_patterns", counted)
    both = ablate(folder, replications=2, only=["visits", "entry"], known=tiny())
    assert len(ran) == 1
    assert both["visits"] == first["visits"]
    with pytest.raises(InputError, match="another replications"):
        ablate(folder, replications=3, known=tiny())


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="something else"):
        ablate(tmp_path, replications=2, known=tiny())
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_an_unknown_mechanism_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown mechanism"):
        ablate(tmp_path / "m", replications=2, only=["gosip"], known=tiny())
    assert not (tmp_path / "m").exists()


def test_the_files_of_a_matrix_are_plain(tmp_path: Path) -> None:
    ablate(tmp_path / "m", replications=2, only=["visits"], known=tiny())
    manifest = json.loads((tmp_path / "m" / "manifest.json").read_text())
    assert manifest["patterns"] == ["T1"]
    assert set(json.loads((tmp_path / "m" / "matrix.json").read_text())) == {NOTHING, "visits"}
    assert PATTERNS
