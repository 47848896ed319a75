"""Figures: what they show is what was found, they write what they are asked to, and leave nothing behind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from SALib.sample import morris as morris_sample

from clustersim.errors import InputError, ResourceError
from clustersim.study.analysis.contrast import Contrast, contrast
from clustersim.study.analysis.crossed import mean_of
from clustersim.study.analysis.enough import enough
from clustersim.study.analysis.outcome import Outcome, factor_label, in_words
from clustersim.study.analysis.phase import phase
from clustersim.study.analysis.sample import Sample
from clustersim.study.analysis.sensitivity import Sensitivity, sensitivity
from clustersim.study.analysis.spaghetti import Course, Spaghetti

RNG = np.random.default_rng(1)
GRID = pd.DataFrame({"broker.days_per_month": np.repeat([0.0, 6.0, 12.0], 2), "trust.gain": [0.1, 0.2] * 3})


def outcome(values: Any) -> Outcome:
    found = np.atleast_2d(np.array(values, dtype=float))
    return Outcome("trust", "end", "taper", "flat", found, np.zeros_like(found))


def tornado() -> Sensitivity:
    names = ("trust.gain", "broker.days_per_month", "luck")
    problem = {"num_vars": 3, "names": list(names), "bounds": [[0.0, 1.0]] * 3}
    unit = morris_sample.sample(problem, 8, num_levels=4, seed=1)
    y = -0.3 * unit[:, 0] + 0.3 * unit[:, 1] * (1.0 - unit[:, 1]) * (unit[:, 0] - 0.5) + 0.01 * (unit[:, 2] > 0.5)
    design = Sample(names, tuple(unit.T.tolist()), (False,) * 3, "morris", unit, 4, "luck")
    return sensitivity(outcome(y[:, None]), design)


def by_point() -> Contrast:
    return contrast(outcome(RNG.normal(np.arange(-2, 4)[:, None] * 0.1, 0.02, (6, 5))), GRID)


def spaghetti(runs: int = 12) -> Spaghetti:
    values = 0.4 + np.cumsum(RNG.normal(0.0, 0.01, (runs, 48)), axis=1)
    values[0, 40:] = np.nan
    courses = {"with $5": Course(values, "1997-07", (12, 36)), "none": Course(values - 0.1, "1997-07", None)}
    return Spaghetti("trust", courses, 1)


def texts(figure: Figure) -> str:
    from matplotlib.text import Text

    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ").replace("\u00a0", " ")


ALL: dict[str, Callable[[], Any]] = {
    "tornado": tornado,
    "contrast": by_point,
    "one-point": lambda: contrast(outcome([0.1, 0.2, 0.3]), pd.DataFrame(index=[0])),
    "many-points": lambda: contrast(outcome(RNG.normal(size=(60, 3))), pd.DataFrame({"trust.gain": range(60)})),
    "stability": lambda: enough(outcome(RNG.normal(0.1, 0.05, 20)), 0.005),
    "stability-by-point": lambda: enough(outcome(RNG.normal(0.1, 0.05, (4, 20))), 0.005),
    "phase": lambda: phase(outcome(np.arange(-2, 4)[:, None] * 0.1 + [-0.01, 0.01]), GRID, *GRID.columns),
    "spaghetti": spaghetti,
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_every_figure_in_every_format(name: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"figure.{ending}"
    figure = ALL[name]().plot(path)
    assert isinstance(figure, Figure)
    head = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert path.read_bytes().startswith(head)
    assert "95 %" in texts(figure) or name == "spaghetti"


def test_no_window_and_no_global_state() -> None:
    by_point().plot()
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_a_vector_figure_has_the_same_bytes_again(tmp_path: Path) -> None:
    found = by_point()
    for name in ("a.svg", "b.svg"):
        found.plot(tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_wrong_ending_and_a_missing_folder_are_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.pdf, \.svg, \.png"):
        by_point().plot(tmp_path / "figure.docx")
    with pytest.raises(ResourceError):
        by_point().plot(tmp_path / "nowhere" / "figure.pdf")


def test_a_tornado_has_its_bars_in_order_and_its_floor() -> None:
    found = tornado()
    axes: Any = found.plot().axes[0]
    bars = [patch for patch in axes.patches if patch.get_height() < 1]
    widths = {round(bar.get_y() + bar.get_height() / 2): bar.get_width() for bar in bars}
    assert [widths[row] for row in sorted(widths, reverse=True)] == pytest.approx(found.table["mu_star"].tolist())
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[-1] == "trust: gain (−)"
    assert "luck" in labels
    assert "(±)" in " ".join(labels)
    assert found.noise is not None
    assert any(patch.get_width() == pytest.approx(found.noise.high) for patch in axes.patches if patch.get_hatch())
    assert "From 8 trajectories" in texts(found.plot())


def test_points_are_open_where_the_interval_contains_zero() -> None:
    found = contrast(outcome([[0.1, 0.11, 0.12], [-0.1, 0.0, 0.1]]), GRID.head(2))
    axes: Any = found.plot().axes[0]
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    fill = {float(x): line.get_markerfacecolor() for line in marks for x in line.get_xdata()}
    assert {round(x, 6): colour == "white" for x, colour in fill.items()} == {0.11: False, 0.0: True}
    assert axes.get_xlabel() == "difference in trust (0 to 1)"


def test_the_caption_of_a_contrast_says_what_its_intervals_are_over() -> None:
    shown = texts(by_point().plot())
    assert "over 5 pairs, with its 95 % interval over luck; open where that contains zero" in shown
    assert "Broken line: mean over 6 points × 5 replications; shaded: its 95 % interval over luck, for these" in shown
    drawn = replace(outcome(RNG.normal(size=(6, 5))), design="lhs")
    assert "shaded: its 95 % interval over points and luck." in texts(contrast(drawn, GRID).plot())


def test_a_contrast_of_single_pairs_claims_no_interval() -> None:
    figure: Any = contrast(outcome([[0.1], [-0.1]]), GRID.head(2)).plot()
    shown = texts(figure)
    assert "of one pair each and so without an interval" in shown
    assert "pairs" not in shown
    assert "95 %" not in shown
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o" and len(line.get_xdata())]
    assert "white" not in {line.get_markerfacecolor() for line in marks}


@pytest.mark.parametrize("name", ALL)
def test_every_figure_takes_a_title(name: str) -> None:
    figure = ALL[name]().plot(title="What $5 buy")
    assert figure.get_suptitle() == r"What \$5 buy"
    assert ALL[name]().plot().get_suptitle() != figure.get_suptitle()


def test_a_phase_diagram_writes_its_numbers_and_its_line() -> None:
    values = np.array([[-0.2, -0.2], [-0.12, -0.12], [0.12, 0.12], [0.3, 0.3], [-0.1, 0.2], [0.5, 0.5]])
    found = phase(outcome(values), GRID, "broker.days_per_month", "trust.gain")
    figure = found.plot()
    shown = texts(figure)
    for number in ("−0.200", "0.500", "thick line: where the outcome passes 0", "dotted cells"):
        assert number in shown
    # columns 0, 6, 12 and rows .1, .2 hold -.2 .12 .05 over -.12 .3 .5: the line stands between columns 0 and 1
    axes: Any = figure.axes[0]
    lines = [each for each in axes.collections if hasattr(each, "get_segments")]
    edges = [segment.tolist() for line in lines for segment in line.get_segments()]
    assert sorted(edges) == [[[0.5, -0.5], [0.5, 0.5]], [[0.5, 0.5], [0.5, 1.5]]]
    # only (12, .1) has an interval with zero in it
    dots = {(round(x), round(y + 0.36)) for line in axes.lines for x, y in zip(*line.get_data(), strict=True)}
    assert dots == {(2, 0)}


def test_phase_cells_average_over_other_factors_and_bins_say_so() -> None:
    points = pd.DataFrame({"a": [0, 0, 1, 1] * 2, "b": [0] * 4 + [1] * 4, "c": [0, 1] * 4})
    values = np.arange(8.0)[:, None] + np.array([0.0, 1.0, 2.0])
    table = phase(outcome(values), points, "a", "b", threshold=3.0).table
    assert table["value"].tolist() == [1.5, 5.5, 3.5, 7.5]
    assert table["points"].tolist() == [2, 2, 2, 2]
    # replications 0.5, 1.5, 2.5: over the replications, not over the two points that were chosen
    assert table["high"][0] - table["value"][0] == pytest.approx(2.484138, abs=1e-6)
    drawn = RNG.random((200, 2))
    found = phase(replace(outcome(drawn[:, :1]), design="lhs"), pd.DataFrame(drawn, columns=["a", "b"]), "a", "b")
    assert found.x.binned
    assert len(found.x.labels) == 6
    assert found.outcome.over == "points, for one draw of luck"
    assert found.table.groupby("a")["value"].mean().is_monotonic_increasing
    assert "bins" in texts(found.plot())
    assert "(95 % intervals over points, for one draw of luck)" in texts(found.plot())
    # of drawn points and five replications neither alone is the sample
    shared = drawn[:, :1] + np.random.default_rng(3).normal(0.0, 1.0, 5)
    both = phase(replace(outcome(shared), design="lhs"), pd.DataFrame(drawn, columns=["a", "b"]), "a", "b").table
    assert (both["high"] - both["low"]).min() > 2.0 * 1.96 * np.std(shared.mean(axis=0), ddof=1) / np.sqrt(5)


def test_points_of_two_trajectories_in_a_cell_are_two_draws() -> None:
    points = pd.DataFrame({"a": [0, 1, 1, 0], "b": [0, 1, 1, 0]})  # a cell of the points 0 and 3, of two trajectories
    values = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0], [9.0, 9.0, 9.0], [3.0, 5.0, 4.0]])
    table = phase(replace(outcome(values), design="morris", block=2), points, "a", "b").table
    low, high = mean_of(values[[0, 3]], drawn=True)[1:3]
    assert (table["low"][0], table["high"][0]) == pytest.approx((low, high))


def test_a_large_phase_diagram_has_no_numbers_and_a_smooth_line() -> None:
    sides = np.linspace(0.0, 1.0, 12)
    points = pd.DataFrame([(a, b) for a in sides for b in sides], columns=["a", "b"])
    found = phase(outcome((points["a"] + points["b"] - 1.0).to_numpy()[:, None] + [0.0, 0.001]), points, "a", "b")
    axes = found.plot().axes[0]
    assert not axes.texts
    assert len(found.table) == 144
    line = next(each for each in axes.collections if isinstance(each, QuadContourSet))
    ends = np.asarray(line.get_paths()[0].vertices)
    np.testing.assert_allclose(ends.sum(axis=1), 11.0, atol=0.02)  # a + b = 1, in cells


def test_bands_are_quantiles_of_the_runs() -> None:
    values = np.arange(101.0)[:, None] * np.ones((1, 3))
    table = Spaghetti("trust", {"a": Course(values, "1997-01", None)}, 1).table
    assert table.iloc[0][["low_90", "low_50", "median", "high_50", "high_90"]].tolist() == [5, 25, 50, 75, 95]


def test_spaghetti_names_the_programme_and_thins_many_runs() -> None:
    figure: Any = spaghetti(150).plot()
    shown = texts(figure)
    assert "programme starts" in shown
    assert "100 of them" in shown
    assert r"with \$5, 150 runs" in shown
    thin = [line for line in figure.axes[0].lines if line.get_linewidth() == 0.4]
    assert len(thin) == 100
    marks = [line.get_xdata()[0] for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert marks == pytest.approx([1998.5, 2000.5])


def test_labels_are_words_with_units() -> None:
    assert in_words("joint_action.threshold") == "joint action: threshold"
    assert factor_label("broker.days_per_month") == "broker: days per month"
    assert factor_label("trust.gain") == "trust: gain (share of the gap to 1)"
    assert factor_label("a_bundle") == "a bundle"
