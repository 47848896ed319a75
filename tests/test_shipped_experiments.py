"""The studies in experiments/: their files plan, their scripts run in a short mode, and what they assume is so."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

import clustersim as cs

FOLDER = Path(__file__).parents[1] / "experiments"
STUDIES = sorted(FOLDER.glob("*.toml"))
SCRIPTS = sorted(path for path in FOLDER.glob("*.py") if path.name != "shared.py")
LEFT = {
    "escape_from_the_trap": ["escape_from_the_trap", "escape_from_the_trap_histories"],
    "length_of_programme": ["length_of_programme"],
    "trust_rules": ["trust_rules"],
    "what_matters": [f"what_matters_{design}_{on}" for design in ("morris", "sobol")
                     for on in ("trust", "joint_action", "income")],
}  # fmt: skip
"""the figures that each script leaves"""
COMMON_SEEDS = {0, 1, 2, 3, 7, 101, 2026, 2027, 11, 2028}


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.fixture
def run_script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs a script with options, its results in a folder of the test."""

    def run(path: Path, *options: str) -> dict[str, Any]:
        monkeypatch.setattr(sys, "argv", [path.name, "--out", str(tmp_path), "--workers", "1", *options])
        monkeypatch.syspath_prepend(str(FOLDER))
        return runpy.run_path(str(path), run_name="__main__")

    return run


@pytest.mark.parametrize("path", STUDIES, ids=names(STUDIES))
def test_a_study_file_plans(path: Path) -> None:
    study = cs.Study.from_file(path)
    if len(study.plan().points) <= 100:  # more take seconds
        study.check()
    assert len(study) >= 1000
    assert study.seed not in COMMON_SEEDS  # what was tuned or tested on is no evidence
    assert study.arms[0].scenario.programme.start is not None
    assert study.arms[1].name == "none"


@pytest.mark.parametrize("path", SCRIPTS, ids=names(SCRIPTS))
def test_a_script_runs(path: Path, run_script: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_script(path, "--toy", "--replications", "2", "--img", str(tmp_path / "img"))
    said = capsys.readouterr().out
    assert "95 %" in said
    assert ", 0 failed" in said
    for name in LEFT[path.stem]:
        assert (tmp_path / f"{name}.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000
    shown = list((tmp_path / "img").glob("*.png"))
    assert shown
    assert list(tmp_path.glob("*.csv"))


def test_a_script_goes_on_where_it_was(run_script: Any, tmp_path: Path) -> None:
    script = FOLDER / "trust_rules.py"
    run_script(script, "--toy", "--replications", "2")
    began = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("part-*.parquet")}
    run_script(script, "--toy", "--replications", "3")
    more = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("part-*.parquet")}
    assert began
    assert more.items() > began.items()


def test_every_script_and_study_is_listed() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(path.name in listed for path in (*SCRIPTS, *STUDIES))
    assert set(LEFT) == set(names(SCRIPTS)) == set(names(STUDIES))


def test_programmes_of_all_lengths_are_whole() -> None:
    """Nothing begins after the exit, the agent takes over in the month after it, and five years follow."""
    plan = cs.Study.from_file(FOLDER / "length_of_programme.toml").plan()
    for at, point in enumerate(plan.points):
        said = plan.settings(at)
        years = 1 + at
        end = f"{1999 + years}-12"
        assert said["run.months"] == 12 * years + 60, point
        assert said["programme.end"] == end
        assert all(said[f"interventions.{name}.end"] == end for name in ("visits", "meetings", "groups"))
        assert said["interventions.handover.date"] == f"{2000 + years}-01"
        dates = [event["date"] for event in said["interventions.fairs.events"]]
        assert len(dates) == 2 * (years - 1)
        dates += [value for path, value in said.items() if isinstance(value, str) and path[-13:] != "handover.date"]
        assert max(dates) == end


def test_four_years_are_the_base_but_for_two_fairs() -> None:
    plan = cs.Study.from_file(FOLDER / "length_of_programme.toml").plan()
    said = plan.settings([point.values[0] for point in plan.points].index("four-years"))
    base: Any = cs.load_scenario("stagnant").to_values()
    for path, value in said.items():
        there = base
        for part in path.split("."):
            there = there[part]
        if path == "interventions.fairs.events":
            assert [event["date"] for event in value][:4] == [event["date"] for event in there]
        elif path != "run.months":
            assert value == there, path


def test_the_ranges_of_the_screening_follow_their_rule() -> None:
    """Half the default to its double, cut at the bounds, or what the source states; the default lies inside."""
    text = (FOLDER / "what_matters.toml").read_text(encoding="utf-8")
    stated = {line.partition(" = ")[0] for line in text.splitlines() if "# s " in line}
    base: Any = cs.load_scenario("stagnant").to_values()
    for factor in cs.Study.from_file(FOLDER / "what_matters.toml").factors:
        if factor.is_luck:
            continue
        default: Any = base
        for part in factor.name.split("."):
            default = default[part]
        low, high = factor.spread(2)
        assert low < default < high
        if factor.name not in stated:
            assert low == pytest.approx(default / 2.0)
            assert high == pytest.approx(2.0 * default) or high == 1.0 < 2.0 * default  # shares end at 1


def test_a_verdict_needs_the_whole_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    verdict = runpy.run_path(str(FOLDER / "trust_rules.py"))["verdict"]
    assert verdict(0.05, 0.09, 0.05) == "holds"
    assert verdict(0.01, 0.04, 0.05) == "fails"
    assert verdict(0.04, 0.06, 0.05) == "open"
