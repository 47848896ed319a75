"""A study tour: a group goes to see a better cluster."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Offer, Shares
from clustersim.interventions.taper import OfferSeries, ShareTaper, taper_field
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class StudyTour(OfferSeries):
    """Every so many months the programme pays part of a group's visit to a cluster where firms act together.

    Who goes believes more that others come, and that what is done together is worth it (`[exposure]`); contacts who trust the
    traveller hear of it.  Nothing else is changed: whether anything follows is up to the groups.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(12, unit="months", low=1, high=120, meaning="months between two offers", source="assumption")
    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it is offered to", source="fact of the case")  # fmt: skip
    seats: int = param(16, unit="firms", low=3, high=1000, meaning="most firms invited", source="assumption: seats of a small bus")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.4, programme=0.6), description="who pays")
    taper: ShareTaper | None = taper_field()

    def offers(self, calendar: Calendar) -> list[Offer]:
        """One offer every so many months."""
        return self.repeated("tour", calendar)
