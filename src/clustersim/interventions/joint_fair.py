"""A joint stand at a fair."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from clustersim.interventions.base import Calendar, Offer, Shares, month_number
from clustersim.interventions.taper import ShareTaper, Tapered, taper_field
from clustersim.parameters.declare import Section, param
from clustersim.parameters.programme import Month


class FairEvent(Section):
    """One fair: when, and who pays which share of it."""

    date: Month = param(..., unit="year-month", meaning="month of the fair", source="fact of the case")
    title: str = param("", unit="text", meaning="name of the fair", source="fact of the case", max_length=100)
    reach: Literal["domestic", "international"] = param(
        "domestic", unit="choice", source="fact of the case",
        meaning="which buyers come: those of the country, or exporters' (`activities.expo`, costlier a head; it opens the export channel)")  # fmt: skip
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.5, programme=0.5), description="who pays")


class JointFair(Tapered):
    """The programme and others pay part of a joint stand; whether enough firms come is up to them."""

    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it is offered to", source="fact of the case")  # fmt: skip
    seats: int = param(24, unit="firms", low=3, high=1000, meaning="most firms invited", source="assumption: stands of one fair")
    window: int = param(4, unit="months", low=1, high=60, meaning="how long the offer stands if it is not taken up at once",
                        source="assumption: the next fair of the season")  # fmt: skip
    taper: ShareTaper | None = taper_field()
    events: Annotated[tuple[FairEvent, ...], Field(description="the fairs, one table each")] = ()

    @field_validator("events")
    @classmethod
    def _at_the_taper(cls, events: tuple[FairEvent, ...], info: ValidationInfo) -> tuple[FairEvent, ...]:
        """Each fair with the shares that the taper gives it, from the first fair to the last."""
        taper = info.data.get("taper")
        if taper is None or not events:
            return events
        months = [month_number(event.date) for event in events]
        return tuple(
            FairEvent.model_construct(
                _fields_set=set(event.model_fields_set),
                **{**dict(event), "shares": taper.shares(month, min(months), max(months))},
            )
            for event, month in zip(events, months, strict=True)
        )

    def offers(self, calendar: Calendar) -> list[Offer]:
        """One offer for each fair."""
        dates = [calendar.at(event.date) for event in self.events]
        turn = self.taper.turn(calendar, min(dates)) if self.taper is not None and dates else None
        return [
            Offer("expo" if event.reach == "international" else "fair", date, date + self.window - 1, self.audience,
                  self.seats, event.shares, turn)
            for date, event in zip(dates, self.events, strict=True)
        ]  # fmt: skip
