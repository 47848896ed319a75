"""A small room that all tests of the workshop share."""

from __future__ import annotations

import warnings

import pytest

from clustersim.errors import InputWarning
from clustersim.scenario import Scenario, load_scenario
from clustersim.workshop.room import Room


@pytest.fixture(scope="session")
def small() -> Scenario:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return load_scenario("stagnant").with_values({"cluster.firms": 60, "run.burn_in": 12})


@pytest.fixture(scope="session")
def room(small: Scenario) -> Room:
    return Room(small, seed=3, lucks=6)
