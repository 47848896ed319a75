"""A common facility: a technical centre that must live on its fees."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Intervention, Offer, Shares
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class CommonFacility(Intervention):
    """The programme pays part of a common facility that one group builds; from then on users' fees carry it, or it closes.

    A hard intervention: lumpy (`[activities.facility]`), in need of many who commit, no taper for a single offer.  Fees, running cost
    and what it gives to a user are `[facility]`.  Nobody pays its losses: where too few use it, it closes after some months.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it is offered to", source="fact of the case")  # fmt: skip
    seats: int = param(40, unit="firms", low=3, high=1000, meaning="most firms invited to build it", source="assumption")
    access: Literal["members", "all"] = param(
        "members", unit="choice", meaning="who may use it: members of the group that built it, or every firm of the cluster",
        source="fact of the case")  # fmt: skip
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.2, programme=0.6, institutions=0.2),
                           description="who pays for building it")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open it to all from the first month of the offer on, if it is for all."""
        if self.access == "all":
            plan.facility_for_all[max(0, calendar.at(self.start)) :] = 1.0

    def offers(self, calendar: Calendar) -> list[Offer]:
        """One offer that stands for the whole time."""
        first, last = calendar.at(self.start), calendar.at(self.end)
        return [Offer("facility", first, last, self.audience, self.seats, self.shares)]
