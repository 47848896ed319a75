"""A service is made to fit small firms, and tried out by a few."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Intervention, Shares, Support
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class PilotService(Intervention):
    """Development of one service is paid for, with a provider who then sells it to all, or for one firm alone.

    It begins in the first month from `date` in which there is a group with more members than pilots, and a provider who is able and has
    not begun; after `window` months the offer lapses.  With a provider, the contract caps the price for some months; pilot firms try it
    first.  For one firm, that firm alone can use it.  Who chose the pilots and whether they show what they learned decides whether
    they are envied.  After Clara et al. 2000, ch. 3 and Box 4: subsidise the provider; two pilots chosen by their group.
    """

    date: Month = param(..., unit="year-month", meaning="first month in which it may begin", source="fact of the case")
    window: int = param(12, unit="months", low=1, high=120, meaning="how long the offer stands", source="assumption: a year's budget")
    service: Literal["testing", "packaging", "design", "web", "software"] = param(
        "testing", unit="choice", meaning="the service", source="fact of the case")  # fmt: skip
    to: Literal["provider", "one firm"] = param("provider", unit="choice", meaning="for whom it is developed", source="fact of the case")
    pilots: int = param(2, unit="firms", low=1, high=100, meaning="pilot firms; one if it is for one firm alone", source="Clara et al. 2000, Box 4")
    agreed: bool = param(True, unit="flag", meaning="whether the group chooses the pilot firms", source="Clara et al. 2000, Box 4")
    shared: bool = param(True, unit="flag", meaning="whether they show the group what they learned", source="Clara et al. 2000, Box 4")
    mark_up: float = param(0.25, unit="share of the unit cost", low=0, high=10, meaning="highest mark-up that the contract allows",
                           source="assumption")  # fmt: skip
    months: int = param(60, unit="months", low=0, high=600, meaning="how long that contract binds", source="assumption")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.1, programme=0.7, institutions=0.2),
                           description="who pays for the development; participants are the pilot firms")  # fmt: skip

    def supports(self, calendar: Calendar) -> list[Support]:
        """One pilot that stands for the window."""
        first = calendar.at(self.date)
        return [Support(self.to, self.service, first, first + self.window - 1, self.pilots, self.shares, self.agreed,
                        self.shared, mark_up=self.mark_up, months=self.months)]  # fmt: skip
