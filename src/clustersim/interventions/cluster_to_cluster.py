"""Learning from another cluster at home: its people are received."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Offer, Shares
from clustersim.interventions.taper import OfferSeries, ShareTaper, taper_field
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class ClusterToCluster(OfferSeries):
    """Every so many months firms of another cluster come and tell, at a group's table, what they do together.

    The effects of a study tour, each times the listener's trust in the broker, who vouches for the guests: cheaper a head than
    going there, and worth no more than the broker's word.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(12, unit="months", low=1, high=120, meaning="months between two visits", source="assumption")
    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it is offered to", source="fact of the case")  # fmt: skip
    seats: int = param(30, unit="firms", low=3, high=1000, meaning="most firms invited", source="assumption: a hall, not a bus")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.2, programme=0.8), description="who pays")
    taper: ShareTaper | None = taper_field()

    def offers(self, calendar: Calendar) -> list[Offer]:
        """One offer every so many months."""
        return self.repeated("exchange", calendar)
