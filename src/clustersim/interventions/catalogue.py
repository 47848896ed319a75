"""A joint catalogue under a common brand."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Offer, Shares
from clustersim.interventions.taper import OfferSeries, ShareTaper, taper_field
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Catalogue(OfferSeries):
    """Every so many months the programme pays part of a catalogue in which a group's firms show their goods under one brand.

    While it lasts (`[brand] term`) those in it reach more distant buyers, and in what buyers cannot verify the brand's name takes
    a part of the place of the cluster's.  What the brand is taken for follows from the quality of all who carry it, the weak
    counting twice; so unpoliced it is hardly worth more than the cluster's name.  See `brand_policing`.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(12, unit="months", low=1, high=120, meaning="months between two offers", source="assumption: a yearly catalogue")
    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it is offered to", source="fact of the case")  # fmt: skip
    seats: int = param(24, unit="firms", low=3, high=1000, meaning="most firms invited", source="assumption")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.5, programme=0.5), description="who pays")
    taper: ShareTaper | None = taper_field()

    def offers(self, calendar: Calendar) -> list[Offer]:
        """One offer every so many months."""
        return self.repeated("catalogue", calendar)
