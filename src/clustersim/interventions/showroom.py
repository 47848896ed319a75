"""A common showroom: a strategic project."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Intervention, Offer, Shares
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Showroom(Intervention):
    """The programme pays part of a common showroom: costly, slow to pay, and in need of many who commit.

    One offer at one price, so there is no taper: what a single offer costs cannot fall.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="month after which the offer lapses", source="fact of the case")
    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it is offered to", source="fact of the case")  # fmt: skip
    seats: int = param(30, unit="firms", low=3, high=1000, meaning="most firms invited", source="assumption")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.3, programme=0.5, institutions=0.2),
                           description="who pays")  # fmt: skip

    def offers(self, calendar: Calendar) -> list[Offer]:
        """One offer that stands for the whole time."""
        first, last = calendar.at(self.start), calendar.at(self.end)
        return [Offer("showroom", first, last, self.audience, self.seats, self.shares)]
