"""Kinds of intervention of the tests' own, and a scenario that uses them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from clustersim.interventions import Intervention
from clustersim.parameters.declare import Section, param
from clustersim.parameters.programme import Month


class Happening(Section):
    """One date with its payers."""

    date: Month = param(..., unit="year-month", meaning="when", source="a test")
    shares: dict[str, float] = param({}, unit="shares", meaning="who pays", source="a test")


class Bazaar(Intervention):
    """An intervention of the tests' own."""

    start: Month = param("1998-01", unit="year-month", meaning="first month", source="a test")
    end: Month | None = param(None, unit="year-month", meaning="last month", source="a test")
    stands: int = param(24, unit="stands", low=1, high=500, meaning="how many", source="a test")
    happenings: tuple[Happening, ...] = ()


class Storm(Intervention):
    """A shock of the tests' own."""

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="when", source="a test")


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


FULL = """
format = 1
title = "two lines and \\"quotes\\""
about = \"\"\"
First \\\\ line
second\\u0007 line\"\"\"
[run]
months = 60
[trust]
gain = 1e-1
rule = "beta"
[activities.fair]
gain = 900.5
[interventions.fairs]
kind = "bazaar"
stands = 30
[[interventions.fairs.happenings]]
date = "1998-03"
shares = { participants = 0.35, unido = 0.65 }
[shocks.flood]
kind = "storm"
date = "1999-07"
"""
