"""Sensitivity against functions whose indices are known."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from clustersim.errors import InputError
from clustersim.study.analysis.indices import elementary_effects
from clustersim.study.analysis.outcome import Outcome
from clustersim.study.analysis.ranks import partial_rank_correlations
from clustersim.study.analysis.sample import NOISE, Sample
from clustersim.study.analysis.sensitivity import Sensitivity, sensitivity

Array = np.ndarray


def problem(factors: int) -> dict[str, object]:
    return {"num_vars": factors, "names": [f"x{k}" for k in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def saltelli(factors: int, base: int) -> Array:
    drawn: Array = sobol_sample.sample(problem(factors), base, calc_second_order=False, seed=3)
    return drawn


def trajectories(factors: int, count: int) -> Array:
    drawn: Array = morris_sample.sample(problem(factors), count, num_levels=4, seed=3)
    return drawn


def sample(unit: Array, design: str, luck: bool = True) -> Sample:
    names = tuple(f"f{k}" for k in range(unit.shape[1] - luck)) + ("luck",) * luck
    return Sample(names, tuple(unit.T.tolist()), (False,) * len(names), design, unit, 4, "luck" if luck else None)


def asked(y: Array, design: Sample, method: str | None = None) -> Sensitivity:
    values = y if y.ndim == 2 else y[:, None]
    return sensitivity(Outcome("trust", "end", "taper", None, values), design, method)


def ishigami(unit: Array) -> Array:
    x = -np.pi + 2.0 * np.pi * unit
    y: Array = np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return y


def luck_of(unit: Array, deviation: float) -> Array:
    """Noise that depends on the last coordinate alone, as it does on common random numbers."""
    level = (unit[:, -1] * 1e6).astype(int)
    return np.array([np.random.default_rng(k).normal(0.0, deviation) for k in level])


def test_ishigami() -> None:
    unit = saltelli(4, 1024)
    table = asked(ishigami(unit), sample(unit, "sobol")).table.set_index("factor")
    for index, known in (("S1", (0.3139, 0.4424, 0.0)), ("ST", (0.5576, 0.4424, 0.2437))):
        low, high = ("low", "high") if index == "ST" else ("S1_low", "S1_high")
        for factor, value in zip(("f0", "f1", "f2"), known, strict=True):
            assert table[index][factor] == pytest.approx(value, abs=0.03)
            assert table[low][factor] < value < table[high][factor]
            assert table[high][factor] - table[low][factor] < 0.25
    assert table.index.tolist() == ["f0", "f1", "f2", "luck"]
    assert table["ST"]["luck"] == 0.0  # nothing depends on it


def test_sobol_g_function() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0])
    unit = saltelli(5, 2048)
    y = np.prod((np.abs(4.0 * unit[:, :4] - 2.0) + a) / (1.0 + a), axis=1)
    table = asked(y, sample(unit, "sobol")).table.set_index("factor")
    parts = 1.0 / (3.0 * (1.0 + a) ** 2)
    whole = np.prod(1.0 + parts) - 1.0
    for k, part in enumerate(parts):
        assert table["S1"][f"f{k}"] == pytest.approx(part / whole, abs=0.03)
        assert table["ST"][f"f{k}"] == pytest.approx(part * (whole + 1.0) / (1.0 + part) / whole, abs=0.03)


def test_the_noise_floor_is_the_lucks_share_of_the_variance() -> None:
    unit = saltelli(4, 512)
    y = 4.0 * unit[:, 0] + 2.0 * unit[:, 1] + luck_of(unit, 0.5)
    found = asked(y, sample(unit, "sobol"))
    table = found.table.set_index("factor")
    total = 16.0 / 12.0 + 4.0 / 12.0 + 0.25
    assert table["ST"]["luck"] == pytest.approx(0.25 / total, abs=0.03)
    assert found.noise is not None
    assert found.noise.mean == table["ST"]["luck"]
    assert found.noise.low < 0.25 / total < found.noise.high
    assert table["above_noise"].to_dict() == {"f0": True, "f1": True, "f2": False, "luck": False}
    assert "luck, which changes nothing but the random numbers" in found.note


def test_morris_of_a_linear_function_is_its_coefficients() -> None:
    unit = trajectories(4, 10)
    table = asked(3.0 * unit[:, 0] - 2.0 * unit[:, 1], sample(unit, "morris")).table.set_index("factor")
    assert table["mu"].to_dict() == pytest.approx({"f0": 3.0, "f1": -2.0, "f2": 0.0, "luck": 0.0}, abs=1e-12)
    assert table["mu_star"]["f1"] == pytest.approx(2.0)
    assert table["sigma"].abs().max() < 1e-12
    assert (table["low"]["f0"], table["high"]["f0"]) == pytest.approx((3.0, 3.0))  # every trajectory says the same


def test_morris_with_noise_has_intervals_and_a_floor() -> None:
    unit = trajectories(4, 40)
    y = 3.0 * unit[:, 0] + 2.0 * (unit[:, 1] > 0.5) + luck_of(unit, 0.2)
    found = asked(y, sample(unit, "morris"))
    table = found.table.set_index("factor")
    # a jump of 2 over a step of 2/3 is an effect of 3, met by every step of f1
    assert table["mu_star"]["f1"] == pytest.approx(3.0)
    # luck moves between the levels 0 and 2/3, or 1/3 and 1, as often
    levels = luck_of(np.arange(4.0)[:, None] / 3.0, 0.2)
    assert table["low"]["luck"] < np.abs(levels[2:] - levels[:2]).mean() * 1.5 < table["high"]["luck"]
    assert table["above_noise"].to_dict() == {"f0": True, "f1": True, "f2": False, "luck": False}


def test_intervals_of_morris_are_percentiles_over_trajectories() -> None:
    unit = trajectories(2, 4)
    effects = np.array([1.0, 2.0, 3.0, 10.0])
    y = np.repeat(effects, 3) * unit[:, 0]
    found = elementary_effects(unit, y, 4)
    np.testing.assert_allclose(found[:, 0], effects)
    row = asked(y, sample(unit, "morris")).table.iloc[0]
    assert row["mu_star"] == pytest.approx(4.0)
    assert row["sigma"] == pytest.approx(np.std(effects, ddof=1))
    # skewed like the effects; about ± a half width it would be as far down as up, below the smallest effect
    assert row["low"] >= 1.0
    assert row["high"] - 4.0 > 4.0 - row["low"]


@pytest.mark.parametrize(("design", "block"), [("morris", 5), ("sobol", 6)])
def test_a_missing_value_takes_its_block_along_and_nothing_else(design: str, block: int) -> None:
    unit = trajectories(4, 12) if design == "morris" else saltelli(4, 16)
    y = np.stack([unit[:, 0], 3.0 * unit[:, 0]], axis=1)
    y[block + 2] = np.nan  # the whole point
    y[2 * block + 1, 0] = np.nan  # one replication of two: the point still has a mean
    found = asked(y, sample(unit, design))
    blocks = len(unit) // block
    assert f"1 of {blocks} " in found.note
    assert "left out whole" in found.note
    assert "of other luck than the rest" in found.note  # a level, not a difference
    kept = np.ones(len(unit), dtype=bool)
    kept[block : 2 * block] = False
    alone = asked(y[kept], sample(unit[kept], design))
    assert found.table.equals(alone.table)


def test_too_little_left_is_refused() -> None:
    unit = trajectories(3, 4)
    y = np.full(len(unit), np.nan)
    y[:4] = 1.0
    with pytest.raises(InputError, match="1 trajectory complete, and two are the least; run more of the study"):
        asked(y, sample(unit, "morris"))
    whole = "1 Saltelli block complete, and two are the least; make a study of more points"
    with pytest.raises(InputError, match=whole):  # there is nothing left to run
        asked(np.ones(5), sample(saltelli(3, 1), "sobol"))


def test_without_luck_in_the_design_no_floor_is_claimed() -> None:
    unit = trajectories(3, 4)
    found = asked(unit[:, 0], sample(unit, "morris", luck=False))
    assert found.noise is None
    assert found.table["above_noise"].isna().all()
    assert "no noise floor" in found.note
    for method in ("rank", "sobol"):  # these bring a random column, which is not luck
        note = asked(unit_of_many()[:, 0], sample(unit_of_many(), "lhs", luck=False), method).note
        assert "the noise of sampling alone. The design has no factor luck, so what luck does is not in it" in note


def unit_of_many() -> Array:
    return np.random.default_rng(6).random((60, 3))


def test_intervals_are_of_95_percent() -> None:
    """Against the quantiles of the mean effect of 30 trajectories, resampled here."""
    unit = trajectories(2, 30)
    effects = np.random.default_rng(7).normal(5.0, 1.0, 30)
    row = asked(np.repeat(effects, 3) * unit[:, 0], sample(unit, "morris")).table.iloc[0]
    again = np.random.default_rng(8).choice(effects, (20_000, 30)).mean(axis=1)
    low, high = np.percentile(again, [2.5, 97.5])
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=0.04)  # of 90 % each end is .06 further in
    x = np.random.default_rng(9).random((200, 2))
    y = x[:, 0] + np.random.default_rng(10).normal(0.0, 0.6, 200)
    table = asked(y, sample(x, "lhs", luck=False), "rank").table.set_index("factor")
    # the deviation of a correlation of r is (1 - r²) / √n
    r = table["prcc"]["f0"]
    half = 1.96 * (1.0 - r * r) / np.sqrt(200.0)
    assert table["high"]["f0"] - table["low"]["f0"] == pytest.approx(2.0 * half, rel=0.1)  # of 90 % it is .84 of it


def test_an_outcome_that_never_changes_has_indices_of_zero() -> None:
    unit = saltelli(3, 8)
    table = asked(np.ones(len(unit)), sample(unit, "sobol")).table
    assert (table[["ST", "S1", "low", "high"]].to_numpy() == 0.0).all()
    assert not table["above_noise"].any()


def test_the_same_seed_gives_the_same_table() -> None:
    unit = saltelli(3, 16)
    y = unit[:, 0] + unit[:, 1] ** 2
    assert asked(y, sample(unit, "sobol")).table.equals(asked(y, sample(unit, "sobol")).table)


def test_a_method_by_another_name_is_refused_with_a_suggestion() -> None:
    unit = trajectories(2, 4)
    with pytest.raises(InputError, match="did you mean 'morris'"):
        asked(unit[:, 0], sample(unit, "morris"), "moris")


def test_another_method_than_the_designs_goes_through_a_surrogate() -> None:
    unit = trajectories(3, 40)
    found = asked(2.0 * unit[:, 0] + unit[:, 1], sample(unit, "morris"), "sobol")
    assert "Through a surrogate, as the design (morris)" in found.note
    assert found.table["factor"].tolist() == ["f0", "f1", "luck"]
    assert found.table["ST"].tolist() == pytest.approx([0.8, 0.2, 0.0], abs=0.03)


def residual_correlation(x: Array, y: Array, others: Array) -> float:
    """Partial rank correlation as it is defined: what is left of both after a regression on the others."""
    ranks = [np.argsort(np.argsort(column)) for column in (x, y, *others.T)]
    base = np.column_stack([np.ones(len(y)), *ranks[2:]])
    left = [each - base @ np.linalg.lstsq(base, each, rcond=None)[0] for each in ranks[:2]]
    return float(left[0] @ left[1] / np.sqrt((left[0] @ left[0]) * (left[1] @ left[1])))


def test_partial_rank_correlation_is_what_it_is_defined_as() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((60, 3))
    x[:, 1] += x[:, 0]  # related factors, so that partial is not plain
    y = np.exp(3.0 * x[:, 0]) - x[:, 2] + rng.normal(0.0, 1.0, 60)
    found = partial_rank_correlations([x[:, [k]] for k in range(3)], y)
    for k in range(3):
        assert found[k] == pytest.approx(residual_correlation(x[:, k], y, np.delete(x, k, axis=1)), abs=1e-9)


def test_ranks_are_the_default_of_a_latin_hypercube_and_need_a_random_column() -> None:
    unit = np.random.default_rng(2).random((120, 3))
    y = np.exp(4.0 * unit[:, 0]) - 2.0 * unit[:, 1] + np.random.default_rng(3).normal(0.0, 0.5, 120)
    found = asked(y, sample(unit, "lhs", luck=False))
    assert found.method == "rank"
    table = found.table.set_index("factor")
    assert table["prcc"]["f0"] > 0.95
    assert table["high"]["f1"] < -0.2
    assert table["above_noise"].to_dict() == {"f0": True, "f1": True, "f2": False, NOISE: False}
    assert table.index[0] == "f0"


def test_a_factor_of_names_is_seen_by_ranks_whatever_their_order() -> None:
    rng = np.random.default_rng(4)
    rules = [("a", "b", "c")[k % 3] for k in range(90)]
    days = rng.random(90)
    y = np.array([{"a": 0.0, "b": 5.0, "c": 0.1}[rule] for rule in rules]) + days + rng.normal(0.0, 0.1, 90)
    design = Sample(("rule", "days"), (rules, days.tolist()), (True, True), "table", np.zeros((90, 0)))
    table = asked(y, design).table.set_index("factor")
    assert table["prcc"]["rule"] > 0.85
    assert table["low"]["days"] > 0.5
    assert "no sign" in asked(y, design).note


def test_the_text_marks_the_dummy() -> None:
    unit = trajectories(3, 20)
    text = str(asked(3.0 * unit[:, 0] + luck_of(unit, 0.1), sample(unit, "morris")))
    assert text.startswith("trust, “taper”, end of the run (0 to 1): elementary effects (Morris)")
    assert "dummy" in text
    assert "yes" in text
