"""Certificates of single firms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Grant, Shares
from clustersim.interventions.taper import ShareTaper, TaperedSeries, taper_field
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Certification(TaperedSeries):
    """Every so many months a number of firms may be certified, at a price of which the programme pays part.

    Buyers can verify `[brand] certified` of a certified firm's own quality, in place of `[market] verified`, for the certificate's
    term.  Only firms above the segment's mean have something to show, and only those whose margin carries the price can pay it.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(12, unit="months", low=1, high=120, meaning="months between two rounds", source="assumption: yearly rounds")
    places: int = param(10, unit="firms", low=1, high=100_000, meaning="most firms in a round", source="assumption")
    cost: float = param(300.0, unit="USD per firm", low=0, high=1e6, meaning="what one certificate costs", source="assumption")
    term: int = param(36, unit="months", low=1, high=1200, meaning="how long a certificate holds", source="assumption: audited anew every three years")
    audience: Literal["any", "members"] = param(
        "any", unit="choice", meaning="all firms, or members of groups only", source="fact of the case")  # fmt: skip
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.5, programme=0.5), description="who pays")
    taper: ShareTaper | None = taper_field()

    def grants(self, calendar: Calendar) -> list[Grant]:
        """One round every so many months, each standing until the next."""
        return [Grant("certificate", first, last, self.audience == "members", self.places, self.cost, self.term, shares)
                for first, last, shares in self.rounds(calendar, self.every)]  # fmt: skip
