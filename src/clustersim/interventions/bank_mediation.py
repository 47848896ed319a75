"""Mending relations with a bank, and a mutual guarantee."""

from __future__ import annotations

from pydantic import Field

from clustersim.interventions.base import Calendar, Offer, Shares
from clustersim.interventions.taper import ShareTaper, TaperedSeries, taper_field
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month

YEAR = 12


class BankMediation(TaperedSeries):
    """Meetings of bank and association, chaired by the broker or not, and a fund in which members guarantee each other."""

    dates: tuple[Month, ...] = param((), unit="year-months", meaning="the meetings", source="fact of the case", max_length=120)
    chaired: bool = param(True, unit="flag", meaning="whether the broker chairs them", source="fact of the case")
    guarantee: bool = param(True, unit="flag", meaning="whether a mutual guarantee is offered to the groups", source="fact of the case")
    start: Month = param(..., unit="year-month", meaning="first month of that offer", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month of that offer", source="fact of the case")
    endowment: float = param(0.0, unit="USD", low=0, high=1e7, meaning="paid into the fund by the programme when the offer begins",
                             source="fact of the case")  # fmt: skip
    seats: int = param(40, unit="firms", low=3, high=1000, meaning="most firms invited into the guarantee", source="assumption")
    shares: Shares = Field(default_factory=lambda: Shares(participants=1.0, programme=0.0),
                           description="who pays for setting the fund up")  # fmt: skip
    taper: ShareTaper | None = taper_field()

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the meetings and the endowment in the calendar."""
        for date in self.dates:
            plan.bank_meeting[calendar.span(date, date)] = 1.0 if self.chaired else 2.0
        if self.guarantee:
            plan.guarantee[calendar.span(self.start, self.start)] += self.endowment

    def offers(self, calendar: Calendar) -> list[Offer]:
        """An offer of the guarantee that stands all the time and can be taken up by one group after another."""
        if not self.guarantee:
            return []
        last = calendar.at(self.end)
        return [Offer("guarantee", first, last, "any", self.seats, shares, self.turn(calendar))
                for first, _, shares in self.rounds(calendar, YEAR)]  # fmt: skip
