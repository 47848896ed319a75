"""What is wrong with a scenario, problem by problem."""

from __future__ import annotations

import warnings
from pathlib import Path

from clustersim.errors import InputError, InputWarning, Problem
from clustersim.scenario import load_scenario, parse_scenario


def problems(source: str | Path) -> list[Problem]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        try:
            parse_scenario(source, "x.toml") if isinstance(source, str) else load_scenario(source)
        except InputError as error:
            return list(error.problems)
    return []


def only(source: str | Path) -> Problem:
    (problem,) = problems(source)
    return problem
