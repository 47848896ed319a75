"""New equipment and process of single firms, paid in part by others."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Grant, Shares
from clustersim.interventions.taper import ShareTaper, TaperedSeries, taper_field
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class TechnologyUpgrading(TaperedSeries):
    """Every so many months a number of firms may buy equipment of which the programme pays part.

    A firm takes part only if its margin above subsistence pays back its own share in `[investment] payback` months and it has the
    cash; so this help reaches those who earn something already.  It saves materials and raises quality (`[investment]`).
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(12, unit="months", low=1, high=120, meaning="months between two rounds", source="assumption: yearly rounds")
    places: int = param(10, unit="firms", low=1, high=100_000, meaning="most firms in a round", source="assumption")
    cost: float = param(600.0, unit="USD per firm", low=0, high=1e6, meaning="what the equipment of one firm costs", source="assumption")
    audience: Literal["any", "members"] = param(
        "any", unit="choice", meaning="all firms, or members of groups only", source="fact of the case")  # fmt: skip
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.5, programme=0.5), description="who pays")
    taper: ShareTaper | None = taper_field()

    def grants(self, calendar: Calendar) -> list[Grant]:
        """One round every so many months, each standing until the next."""
        return [Grant("technology", first, last, self.audience == "members", self.places, self.cost, 0, shares)
                for first, last, shares in self.rounds(calendar, self.every)]  # fmt: skip
