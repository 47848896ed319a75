"""What an ensemble adds to the page: ranges beside what was observed, and the share of the spread that is doubt."""

from __future__ import annotations

from typing import Any

import pytest

import clustersim as cs
from clustersim.ensemble import Ensemble
from clustersim.experiment.compare import compare
from clustersim.experiment.result import Comparison
from clustersim.report import doubt
from clustersim.report.page import render

WIDE = Ensemble("wide", ("broker.visit_effect",), ((0.0,), (0.6,)), (0.5, 0.5))


def both(name: str, ensemble: Ensemble | None, **values: Any) -> Comparison:
    scenario = cs.load_scenario(name).with_values({"cluster.firms": 60, "run.burn_in": 6, **values})
    arms = {"programme": scenario, "none": scenario.without_programme()}
    return compare(arms, replications=8, seed=1, ensemble=ensemble, baseline="none")


def test_a_page_with_an_ensemble_says_whose_doubt_the_spread_is() -> None:
    found = both("stagnant", WIDE, **{"run.months": 40})
    page = render(found, "a command")
    assert "What could be checked in the field" in page
    assert "doubt about parameters makes up: trust" in page
    assert "one of 2 plausible parameter sets" in page
    assert "one of 2 sets" in found.answer


def test_a_page_without_one_has_no_such_section() -> None:
    page = render(both("stagnant", None, **{"run.months": 14}), "a command")
    assert "What could be checked in the field" not in page


@pytest.mark.filterwarnings("ignore::clustersim.errors.InputWarning")
def test_what_was_observed_stands_beside_the_range() -> None:
    table = doubt.predictions(both("jaipur", WIDE, **{"run.months": 36, "cluster.association_members": 8}))
    served = next(row for row in table.rows if row[0] == "firms_served")
    assert served[1] == "1999-12"
    assert served[5] == "155 (outside)"
