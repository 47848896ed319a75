"""Designs: what each promises of its points, that they grow, and that only the seed decides."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustersim.study.design.designs import LEVELS, SOBOL_LUCK, points, size, with_luck
from clustersim.study.design.factors import Bundles, Distribution, Factor, Levels, Luck, Range
from clustersim.study.design.plan import Point

FACTORS: tuple[Factor, ...] = (
    Range("trust.gain", 0.02, 0.15),
    Levels("trust.rule", ("beta", "average", "loyalty")),
    Range("broker.circle", 5, 500, integer=True),
    Distribution("trust.loss", "normal", {"mean": 0.4, "sd": 0.1}, 0.0, 1.0),
)
DRAWN = [("lhs", 16), ("sobol", 8), ("morris", 6)]


def unit(found: Sequence[Point]) -> np.ndarray:
    return np.array([point.unit for point in found])


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_a_latin_hypercube_has_each_factor_once_in_each_stratum(count: int, seed: int) -> None:
    strata = np.floor(unit(points("lhs", FACTORS, count, seed)) * count).astype(int)
    assert (np.sort(strata, axis=0) == np.arange(count)[:, None]).all()


@pytest.mark.parametrize("seed", [0, 1, 7, 2**32 - 1])
@pytest.mark.parametrize("design", ["sobol", "morris"])
def test_a_larger_design_keeps_the_points_of_the_smaller(design: str, seed: int) -> None:
    small, large = points(design, FACTORS, 8, seed), points(design, FACTORS, 16, seed)
    assert len(large) == 2 * len(small)
    assert large[: len(small)] == small
    assert large[len(small) :] != small


def test_saltellis_scheme_changes_one_factor_of_the_first_matrix() -> None:
    k = len(FACTORS)
    blocks = unit(points("sobol", FACTORS, 16, 3)).reshape(16, k + 2, k)
    for block in blocks:
        first, last = block[0], block[-1]
        for j in range(k):
            expected = first.copy()
            expected[j] = last[j]
            np.testing.assert_array_equal(block[1 + j], expected)


@pytest.mark.parametrize("levels", [2, 4, 6])
def test_in_each_step_of_a_trajectory_one_factor_moves_by_the_same_length(levels: int) -> None:
    k = len(FACTORS)
    found = points("morris", FACTORS, 20, 5, levels=levels)
    paths = unit(found).reshape(20, k + 1, k)
    moves = np.diff(paths, axis=1)
    assert ((moves != 0).sum(axis=2) == 1).all()
    assert ((moves != 0).sum(axis=1) == 1).all()  # each factor once a trajectory
    np.testing.assert_allclose(np.abs(moves).sum(axis=2), levels / (2 * (levels - 1)))
    assert set(unit(found).ravel().tolist()) == {k / (levels - 1) for k in range(levels)}  # to the last bit
    for here, there in itertools.pairwise(found):  # what moves changes its value, and nothing else does
        moved = np.array(here.unit) != np.array(there.unit)
        if moved.sum() == 1:
            assert [a != b for a, b in zip(here.values, there.values, strict=True)] == moved.tolist()


def test_levels_of_text_are_met_evenly_in_trajectories() -> None:
    factor = Levels("trust.rule", ("a", "b"))
    found = [point.values[0] for point in points("morris", (factor,), 50, 1)]
    assert found.count("a") == found.count("b")


def test_a_morris_design_takes_the_middles_of_a_distribution() -> None:
    factor = Distribution("trust.loss", "uniform", {}, 0.0, 1.0)
    found = {point.values[0] for point in points("morris", (factor,), 50, 1)}
    assert found == {0.125, 0.375, 0.625, 0.875}


def test_a_grid_has_every_combination_once() -> None:
    factors = (Levels("a.a", (1, 2)), Bundles("b", {"x": {}, "y": {}}), Range("c.c", 0.0, 1.0))  # type: ignore[arg-type]
    found = points("grid", factors, 0, 0, steps=3)
    assert len(found) == len(set(found)) == size("grid", factors, 0, steps=3) == 12
    assert found[0] == Point((1, "x", 0.0))
    assert found[-1] == Point((2, "y", 1.0))
    assert len(points("grid", factors, 0, 0)) == 20  # five steps unless something else is said


@pytest.mark.parametrize(("design", "count"), DRAWN)
def test_the_seed_alone_decides(design: str, count: int) -> None:
    np.random.seed(1)
    before = np.random.get_state()[1].tolist(), random.getstate()  # type: ignore[index]
    found = points(design, FACTORS, count, 11)
    assert found == points(design, FACTORS, count, 11)
    assert found != points(design, FACTORS, count, 12)
    assert (np.random.get_state()[1].tolist(), random.getstate()) == before  # type: ignore[index]
    assert len(found) == size(design, FACTORS, count)


@pytest.mark.parametrize(("design", "count"), DRAWN)
def test_a_value_is_what_its_factor_makes_of_the_place(design: str, count: int) -> None:
    for point in points(design, FACTORS, count, 2):
        for factor, u, value in zip(FACTORS, point.unit, point.values, strict=True):
            if design != "morris" or not isinstance(factor, Distribution):
                assert value == factor.value(u)


def test_the_points_of_a_seed_are_the_same_on_every_machine() -> None:
    assert points("morris", FACTORS, 1, 42)[0].unit == (1.0, 2 / 3, 0.0, 1.0)
    assert points("lhs", FACTORS, 2, 42)[0].values == (0.0254116297589, "average", 35, 0.501667383925)
    assert points("sobol", FACTORS, 1, 42)[0].values == (0.0760338316672, "loyalty", 404, 0.238805232014)


def test_the_dummy_stands_last_where_it_is_needed() -> None:
    assert with_luck("morris", FACTORS) == (*FACTORS, Luck(count=LEVELS))
    assert with_luck("morris", FACTORS, 6) == (*FACTORS, Luck(count=6))
    assert with_luck("sobol", FACTORS) == (*FACTORS, Luck(count=SOBOL_LUCK))
    assert with_luck("lhs", FACTORS) == with_luck("grid", FACTORS) == FACTORS
    lucks = [point.values[-1] for point in points("sobol", with_luck("sobol", FACTORS), 64, 1)]
    assert len(set(lucks)) > 60
    assert max(map(int, lucks)) < SOBOL_LUCK


@pytest.mark.parametrize("design", ["grid", "lhs", "sobol", "morris", "table"])
def test_where_nothing_varies_there_is_one_point(design: str) -> None:
    assert points(design, (), 8, 1) == (Point(()),)
    assert with_luck(design, ()) == ()
