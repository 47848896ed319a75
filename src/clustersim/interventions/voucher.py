"""Vouchers for a service: help to the firm, not to the provider."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clustersim.interventions.base import Calendar, Shares, Support
from clustersim.interventions.taper import ShareTaper, TaperedSeries, taper_field
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Voucher(TaperedSeries):
    """Firms that buy a service, made to fit or generic, pay only their share of its price, as long as there are vouchers.

    A batch is issued every so many months and stands until the next; what nobody takes up is not spent.  The low price is
    remembered: the full one is resented later, less where the end of the programme was announced (Dupas 2014).
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(12, unit="months", low=1, high=120, meaning="months between two batches", source="assumption: yearly budgets")
    service: Literal["testing", "packaging", "design", "web", "software"] = param(
        "testing", unit="choice", meaning="the service", source="fact of the case")  # fmt: skip
    number: int = param(30, unit="vouchers", low=1, high=100_000, meaning="vouchers in a batch", source="assumption")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.4, programme=0.6), description="who pays the price")
    taper: ShareTaper | None = taper_field()

    def supports(self, calendar: Calendar) -> list[Support]:
        """One batch every so many months, at the shares of its first month."""
        return [Support("voucher", self.service, first, last, self.number, shares)
                for first, last, shares in self.rounds(calendar, self.every)]  # fmt: skip
