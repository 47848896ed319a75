"""What an evaluator says from a trial: least squares with intervals that allow for clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clustersim.experiment.trial_estimate import ancova, difference, least_squares


def made_up() -> tuple[Any, ...]:
    i = np.arange(60)
    cluster = i // 5
    treated = (cluster % 2 == 0).astype(float)
    base = np.sin(i * 1.7) + 0.3 * np.cos(cluster)
    y = 1.0 + 0.5 * treated + 0.8 * base + 0.4 * np.sin(cluster * 2.3) + 0.2 * np.cos(i * 5.1)
    return y, treated, base, cluster


def test_the_sandwich_is_that_of_statsmodels() -> None:
    # statsmodels 0.15.0: OLS(...).fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    y, treated, base, cluster = made_up()
    found = difference(y, treated, cluster)
    assert found.effect == pytest.approx(0.30748955837769565, abs=1e-12)
    assert found.error == pytest.approx(0.25952225805897183, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((-0.26371508032357405, 0.8786941970789653), abs=1e-10)
    found = ancova(y, treated, base, cluster)
    assert (found.effect, found.error) == pytest.approx((0.34972168718381885, 0.1536397830003952), abs=1e-12)
    assert (found.firms, found.clusters) == (60, 12)


def test_an_effect_that_was_planted_is_found() -> None:
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(80), 10)
    treated = (cluster < 40).astype(float)
    y = 3.0 + 0.7 * treated + rng.normal(0, 0.5, 80)[cluster] + rng.normal(0, 1, 800)
    found = difference(y, treated, cluster)
    assert found.low < 0.7 < found.high
    assert found.low > 0.0
    assert found.effect == pytest.approx(y[treated == 1].mean() - y[treated == 0].mean(), abs=1e-12)


def test_over_null_trials_with_clustered_noise_the_interval_covers_as_it_says() -> None:
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(24), 8)
    held = {"by cluster": 0, "as if firms were independent": 0}
    for _ in range(400):
        chosen = rng.permutation(24) < 12
        y = rng.normal(0, 1, 24)[cluster] + rng.normal(0, 1, cluster.size)
        treated = chosen[cluster].astype(float)
        for name, by in (("by cluster", cluster), ("as if firms were independent", np.arange(cluster.size))):
            found = difference(y, treated, by)
            held[name] += found.low <= 0.0 <= found.high
    assert 0.92 <= held["by cluster"] / 400 <= 0.98
    assert held["as if firms were independent"] / 400 < 0.75


def test_empty_values_are_left_out_and_where_nothing_can_be_said_nothing_is() -> None:
    y, treated, _, cluster = made_up()
    holes = y.copy()
    holes[::7] = np.nan
    assert difference(holes, treated, cluster) == difference(y[np.isfinite(holes)], treated[np.isfinite(holes)],
                                                             cluster[np.isfinite(holes)])  # fmt: skip
    assert np.isnan(difference(y, np.ones(60), cluster).effect)
    assert np.isnan(least_squares(y[:2], [treated[:2]], cluster[:2]).low)
    assert np.isnan(difference(y, treated, np.zeros(60)).effect)
    assert ancova(y, treated, np.zeros(60), cluster) == difference(y, treated, cluster)
