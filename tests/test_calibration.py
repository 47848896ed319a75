"""The method of the calibration where the answer is known, and the whole script on a toy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "experiments"))

from calibration import abc_rounds as abc  # noqa: E402
from calibration import report  # noqa: E402


def test_rounds_close_in_on_a_known_truth_and_leave_alone_what_no_figure_tells() -> None:
    random = np.random.default_rng(3)
    truth = np.array([0.3, 0.7])

    def away(unit: abc.Floats) -> abc.Floats:
        shown = unit[:, :2] + 0.01 * random.standard_normal((len(unit), 2))
        return abc.distance(shown, truth, np.array([0.05, 0.05]))

    unit = random.random((1500, 3))
    kept = abc.nearest(unit, away(unit), 100)
    for k in range(2):
        unit = abc.around(kept, 600, k)
        kept = abc.reweighed(unit, away(unit), 100, kept)
    assert kept.weights.sum() == pytest.approx(1.0)
    assert kept.mean[:2] == pytest.approx(truth, abs=0.03)
    shrunk = abc.shrinkage(kept)
    assert shrunk[0] > 0.7
    assert shrunk[1] > 0.7
    assert abs(shrunk[2]) < 0.25  # the third says nothing, and stays as wide as its range


def test_weights_undo_what_the_kernel_prefers() -> None:
    random = np.random.default_rng(4)
    drawn = 0.5 + 0.1 * random.standard_normal((400, 1)).clip(-4, 4)
    crowded = abc.Population(drawn, np.full(400, 1 / 400), np.zeros(400))
    unit = abc.around(crowded, 3000, 5)
    even = abc.reweighed(unit, np.zeros(len(unit)), len(unit), crowded)
    inside = (unit[:, 0] > 0.4) & (unit[:, 0] < 0.6)
    half = (unit[:, 0] > 0.45) & (unit[:, 0] < 0.55)
    share = even.weights[half].sum() / even.weights[inside].sum()
    assert share == pytest.approx(0.5, abs=0.08)  # even, as the prior is


def test_a_target_that_never_came_up_is_far_away() -> None:
    found = abc.distance(np.array([[1.0, np.nan], [1.0, 2.0]]), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    assert found == pytest.approx([np.sqrt(50.0), 0.0])


def test_known_truths_are_found_where_a_figure_tells_them() -> None:
    unit = np.random.default_rng(5).random((800, 2))
    shown = {"case": np.column_stack([unit[:, 0], unit[:, 0] * 2.0])}
    found = report.synthetic(unit, shown, {"case": np.array([0.05, 0.1])}, 60, 1)
    assert found["held"][0] > 0.8
    assert found["shrinkage"][0] > 0.7
    assert abs(found["shrinkage"][1]) < 0.15


def test_the_whole_script_runs_on_a_toy(tmp_path: Path) -> None:
    script = ROOT / "experiments" / "calibration" / "calibrate.py"
    command = [sys.executable, str(script), "--toy", "--without-patterns", "--workers", "1", "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    from clustersim.ensemble import load_ensemble

    assert len(load_ensemble(str(tmp_path / "all.json"))) == 4
    assert load_ensemble(str(tmp_path / "without-jaipur.json")).about["left_out"] == "jaipur"
    told = json.loads((tmp_path / "calibration.json").read_text())
    assert len(told["learned"]) == 20
    assert "| jaipur | firms_served | 155 |" in (tmp_path / "calibration.md").read_text()
