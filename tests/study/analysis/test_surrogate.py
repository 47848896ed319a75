"""Surrogates: they find what is there, and refuse where they would make it up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import qmc

from clustersim.errors import InputError
from clustersim.study.analysis import indirect
from clustersim.study.analysis.outcome import Outcome
from clustersim.study.analysis.sample import NOISE, Sample, coordinates
from clustersim.study.analysis.sensitivity import Sensitivity, sensitivity
from clustersim.study.analysis.surrogate import Surrogate, fitted, surface

GROUPS = np.arange(150)


def cube(points: int, factors: int, seed: int = 0) -> np.ndarray:
    drawn: np.ndarray = qmc.LatinHypercube(factors, rng=np.random.default_rng(seed)).random(points)
    return drawn


def asked(y: np.ndarray, sample: Sample, method: str | None) -> Sensitivity:
    values = np.asarray(y)[:, None]
    return sensitivity(Outcome("trust", "end", "taper", None, values), sample, method)


def lhs(unit: np.ndarray) -> Sample:
    names = tuple(f"f{k}" for k in range(unit.shape[1]))
    return Sample(names, tuple(unit.T.tolist()), (False,) * len(names), "lhs", unit)


def test_a_plane_is_found_exactly_and_needs_no_smoothing() -> None:
    x = cube(150, 3)
    fit = fitted(x, 2.0 * x[:, 0] - x[:, 1], GROUPS)
    assert fit.r2 > 0.999999
    assert fit(np.array([[0.5, 0.25, 0.9]]))[0] == pytest.approx(0.75, abs=1e-6)


def test_noise_is_smoothed_and_the_r2_is_of_points_not_seen() -> None:
    rng, x = np.random.default_rng(2), cube(150, 2)
    y = 3.0 * x[:, 0] + rng.normal(0.0, 0.3, 150)
    fit = fitted(x, y, GROUPS)
    assert fit.smoothing > 0.0
    assert 0.75 < fit.r2 < 0.95  # var of the signal .75, of the noise .09: at best .89
    seen = 1.0 - np.var(y - surface(x, y, 0.0)(x)) / np.var(y)
    assert seen > 0.999  # what an R² of points that were seen would claim


def test_points_of_one_group_are_left_out_together() -> None:
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(40), 5)  # five points beside each other, alike in an outcome that is pure noise
    x = cube(40, 2)[groups] + rng.normal(0.0, 1e-3, (200, 2))
    y = rng.normal(size=40)[groups] + rng.normal(0.0, 0.01, 200)
    assert fitted(x, y, np.arange(200)).r2 > 0.9  # what the neighbours of a point that is left out give away
    with pytest.raises(InputError, match="cross-validated R²"):
        fitted(x, y, groups)


@pytest.mark.parametrize(("design", "block"), [("morris", 3), ("sobol", 4), ("lhs", 1)])
def test_the_groups_are_the_blocks_of_the_design(design: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []

    def noted(x: np.ndarray, y: np.ndarray, groups: np.ndarray, seed: int) -> Surrogate:
        seen.append(groups)
        return fitted(x, y, groups, seed)

    monkeypatch.setattr(indirect, "fitted", noted)
    x = cube(96, 2)
    asked(x[:, 0], replace(lhs(x), design=design), "sobol" if design == "morris" else "morris")
    assert seen[0].tolist() == [k // block for k in range(96)]


def test_pure_noise_is_refused() -> None:
    y = np.random.default_rng(3).normal(size=150)
    with pytest.raises(InputError, match=r"cross-validated R² -?0\.\d+.*more points"):
        fitted(cube(150, 2), y, GROUPS)
    with pytest.raises(InputError, match="too few"):
        fitted(cube(6, 2), np.arange(6.0), np.arange(6))
    with pytest.raises(InputError, match="the same at every point"):
        fitted(cube(150, 2), np.ones(150), GROUPS)


def test_a_repeated_point_weighs_as_often_as_it_is_there() -> None:
    x, y = np.array([[0.0], [0.5], [1.0], [0.3]]), np.array([0.0, 1.0, 0.0, 0.2])
    once, twice = surface(x, y, 1.0), surface(x[[0, 1, 1, 1, 2, 3]], y[[0, 1, 1, 1, 2, 3]], 1.0)
    at = np.array([[0.5]])
    assert abs(twice(at)[0] - 1.0) < abs(once(at)[0] - 1.0)


def test_names_are_all_equally_far_apart() -> None:
    placed = coordinates(["c", "a", "b", "d", "a"])
    assert placed.shape == (5, 3)
    gaps = np.linalg.norm(placed[:, None] - placed[None], axis=2)
    np.testing.assert_allclose(gaps[np.triu_indices(4, 1)], 1.0)  # the width of a number's range
    assert gaps[1, 4] == 0.0
    assert coordinates([10, 20, 15])[:, 0].tolist() == [0.0, 1.0, 0.5]


def test_sobol_through_a_surrogate_has_the_known_shares_and_says_so() -> None:
    x = cube(150, 3)
    found = asked(4.0 * x[:, 0] + 2.0 * x[:, 1], lhs(x), "sobol")
    table = found.table.set_index("factor")
    # variances as 16 : 4 : 0
    assert table["ST"].tolist() == pytest.approx([0.8, 0.2, 0.0, 0.0], abs=0.02)
    assert table["S1"]["f0"] == pytest.approx(0.8, abs=0.03)
    assert found.dummy == NOISE
    assert table["above_noise"]["f0"]
    assert not table["above_noise"]["f2"]
    assert "Through a surrogate, as the design (lhs)" in found.note
    assert "R² of 1.00" in found.note


def test_morris_through_a_surrogate_and_its_interval() -> None:
    rng, x = np.random.default_rng(8), cube(150, 2)
    found = asked(3.0 * x[:, 0] - x[:, 1] + rng.normal(0.0, 0.2, 150), lhs(x), "morris")
    table = found.table.set_index("factor")
    assert table["mu_low"]["f0"] < 3.0 < table["mu_high"]["f0"]
    assert table["mu_low"]["f1"] < -1.0 < table["mu_high"]["f1"]
    assert 0.01 < table["high"]["f0"] - table["low"]["f0"] < 0.8
    assert table["low"][NOISE] <= table["mu_star"][NOISE] < 0.4


def test_a_grid_with_names_is_scaled_by_its_levels() -> None:
    days, rules = [0.0, 5.0, 20.0], ["beta", "wary", "open"]
    grid = [(d, r, k) for d in days for r in rules for k in range(8)]
    effect = {"beta": 0.0, "wary": 1.0, "open": 2.0}
    columns = tuple(zip(*grid, strict=True))
    sample = Sample(("days", "rule", "luck"), columns, (True,) * 3, "grid", np.zeros((len(grid), 0)), luck="luck")
    y = np.array([d / 20.0 + effect[r] for d, r, _ in grid])
    found = asked(y, sample, "sobol")
    table = found.table.set_index("factor")
    # the levels 0, .25, 1 have variance .1805556, the rules 0, 1, 2 have 2/3
    assert table["ST"].tolist() == pytest.approx([0.7869, 0.2131, 0.0], abs=0.03)
    assert table.index.tolist() == ["rule", "days", "luck"]
    assert found.dummy == "luck"


def test_a_surrogate_that_predicts_nothing_refuses_the_method() -> None:
    y = np.random.default_rng(5).normal(size=100)
    with pytest.raises(InputError, match='method="rank"'):
        asked(y, lhs(cube(100, 3)), "morris")


def test_a_factor_that_does_not_vary_is_named() -> None:
    x = cube(60, 2)
    x[:, 1] = 0.5
    found = asked(x[:, 0], lhs(x), "rank")
    assert "f1 did not vary" in found.note
    assert found.table["factor"].tolist() == ["f0", NOISE]
