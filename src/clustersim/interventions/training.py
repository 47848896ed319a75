"""Joint training of a group by a provider."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Offer, Shares, Support
from clustersim.interventions.taper import OfferSeries, ShareTaper, taper_field
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Training(OfferSeries):
    """Every so many months the programme pays part of a course: taken together by a group, or by a few members who then teach it.

    mode group: a joint activity like others, with its threshold; a technical course, whatever the topic.
    mode individual: `trainees` members of the largest group are sent, nobody has to act jointly, and each becomes a tutor: members
    who know it catch up as far as they trust it.  Technical courses add skill and quality, design more quality and less skill,
    marketing access to national buyers (which cannot be taught), IT a view of what web and software services are worth.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(6, unit="months", low=1, high=120, meaning="months between two offers", source="assumption")
    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it is offered to", source="fact of the case")  # fmt: skip
    mode: Literal["group", "individual"] = param("group", unit="choice", meaning="who takes it", source="fact of the case")
    topic: Literal["technical", "marketing", "design", "it"] = param(
        "technical", unit="choice", meaning="what it is about, if it is for individuals", source="fact of the case")  # fmt: skip
    trainees: int = param(2, unit="firms", low=1, high=1000, meaning="members sent, if it is for individuals", source="assumption: a few")
    fee: float = param(60.0, unit="USD per head", low=0, high=1e5, meaning="what a place costs, if it is for individuals",
                       source="assumption: dearer than a place in a course for all")  # fmt: skip
    seats: int = param(20, unit="firms", low=3, high=1000, meaning="most firms invited", source="assumption")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.4, programme=0.6), description="who pays")
    taper: ShareTaper | None = taper_field()

    def offers(self, calendar: Calendar) -> list[Offer]:
        """One offer to groups every so many months."""
        if self.mode == "individual":
            return []
        return self.repeated("training", calendar)

    def supports(self, calendar: Calendar) -> list[Support]:
        """One course for individuals every so many months."""
        if self.mode == "group":
            return []
        return [Support("course", self.topic, first, last, self.trainees, shares, fee=self.fee)
                for first, last, shares in self.rounds(calendar, self.every)]  # fmt: skip
