"""An ensemble: read, refused, laid under a scenario; draws come in proportion to their weights, and arms share them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clustersim as cs
from clustersim.ensemble import OBSERVED, Ensemble, load_ensemble, observed_of
from clustersim.experiment.compare import compare
from clustersim.measures import MEASURES

THREE = Ensemble("three", ("trust.gain", "joint_action.threshold"), ((0.08, 0.35), (0.12, 0.4), (0.15, 0.45)),
                 (0.5, 0.25, 0.25))  # fmt: skip


def small(**values: Any) -> cs.Scenario:
    return cs.load_scenario("stagnant").with_values({"cluster.firms": 30, "run.months": 8, "run.burn_in": 4, **values})


def test_what_is_identified_is_what_the_report_says() -> None:
    lines = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| `")]
    assert list(load_ensemble("all").about["identified"]) == [row[1].strip("`") for row in rows if row[5] == "yes"]


def test_each_draw_is_used_about_as_often_as_its_weight_says() -> None:
    many = Ensemble("many", ("trust.gain",), tuple((0.01 * k,) for k in range(20)), (0.5, *[0.5 / 19] * 19))
    used = [many.draw(r)["trust.gain"] for r in range(20)]
    assert used.count(0.0) == 10
    assert len(set(used)) == 11
    assert used == [many.draw(r)["trust.gain"] for r in range(20, 40)]


def test_equal_weights_use_every_draw_once() -> None:
    even = Ensemble("even", ("trust.gain",), tuple((0.01 * k,) for k in range(13)), (1 / 13,) * 13)
    assert sorted(even.order) == list(range(13))
    assert even.order != tuple(range(13))


def test_a_draw_stands_in_for_defaults_only() -> None:
    said = small(**{"trust.gain": 0.12})  # the default's own value, but said
    laid = THREE.under(said)(0)
    assert laid.trust.gain == 0.12
    assert laid.joint_action.threshold == THREE.draw(0)["joint_action.threshold"]
    assert THREE.under(said)(3) is THREE.under(said)(3) or THREE.under(said)(3) == laid


def test_replication_r_of_every_arm_uses_draw_r_mod_d() -> None:
    scenario = small()
    arms = {"programme": scenario, "none": scenario.without_programme()}
    both = compare(arms, replications=4, seed=3, ensemble=THREE)
    for name, arm in arms.items():
        for r in range(4):
            alone = cs.run(arm.with_values(THREE.draw(r)), seed=3, replication=r)
            np.testing.assert_array_equal(both.arms[name].measures[r], alone.measures)
    assert both.ensemble is THREE


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    file = tmp_path / "three.json"
    file.write_text(THREE.to_json(), encoding="utf-8")
    again = load_ensemble(str(file))
    assert (again.parameters, again.draws, again.weights) == (THREE.parameters, THREE.draws, THREE.weights)
    assert again.digest() == THREE.digest()


@pytest.mark.parametrize(
    ("change", "key"),
    [({"format": 2}, "format"), ({"parameters": []}, "parameters"), ({"draws": [[0.1]]}, "draws"),
     ({"draws": [[0.1, "x"]] * 3}, "draws"), ({"weights": [0.5, 0.25, 0.5]}, "weights"),
     ({"weights": [1.5, -0.25, -0.25]}, "weights"), ({"draws": [[True, 0.4]] * 3}, "draws")],
)  # fmt: skip
def test_what_is_not_sound_is_refused(tmp_path: Path, change: dict[str, Any], key: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(json.loads(THREE.to_json()) | change), encoding="utf-8")
    with pytest.raises(cs.InputError) as refused:
        load_ensemble(str(file))
    assert refused.value.problems[0].key == key


@pytest.mark.parametrize(("change", "words"), [
    ({"parameters": ["trust.gian", "joint_action.threshold"]},
     'bad.json: parameters[0] = "trust.gian": is no parameter that an ensemble can draw; did you mean \'trust.gain\'?'),
    ({"parameters": ["trust.gain", "run.months"]}, 'bad.json: parameters[1] = "run.months": is no parameter'),
    ({"draws": [[0.08, 0.35], [0.12, 4.0], [0.1, 5.0]]},
     "bad.json: draws[1][1] = 4.0: out of bounds for joint_action.threshold (allowed: 0.05 to 1)"),
])  # fmt: skip
def test_a_bad_name_or_value_is_refused_by_file_and_place(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(json.loads(THREE.to_json()) | change), encoding="utf-8")
    with pytest.raises(cs.InputError) as refused:
        load_ensemble(str(file))
    assert words in str(refused.value)


def test_an_unknown_name_is_refused_with_those_that_exist() -> None:
    with pytest.raises(cs.InputError, match="unknown ensemble"):
        load_ensemble("nowhere")


def test_what_was_observed_names_measures_and_payers_that_add_up() -> None:
    assert {seen.measure for seen in OBSERVED} <= {measure.name for measure in MEASURES}
    for case in ("jaipur", "ludhiana"):
        shares = [seen.value for seen in observed_of(case) if seen.measure.startswith("share_")]
        assert sum(shares) == pytest.approx(1.0, abs=0.002)
