"""A rule of the group that keeps its brand's carriers to a standard."""

from __future__ import annotations

from pydantic import Field

from clustersim.interventions.base import PAYERS, Calendar, Shares
from clustersim.interventions.taper import ShareTaper, TaperedSeries, taper_field
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class BrandPolicing(TaperedSeries):
    """Carriers of a common brand are inspected; one below the carriers' mean pays to come up to it, or loses the brand.

    Correcting costs the firm `[brand] correction` a unit of quality; who cannot pay that, or its share of the inspection, is put out.
    Without a catalogue there is nothing to police.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    every: int = param(6, unit="months", low=1, high=120, meaning="months between two inspections", source="assumption")
    cost: float = param(15.0, unit="USD per carrier", low=0, high=1e4, meaning="what one inspection of a firm costs", source="assumption")
    shares: Shares = Field(default_factory=lambda: Shares(participants=1.0), description="who pays for the inspections")
    taper: ShareTaper | None = taper_field()

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the inspections in the calendar, at the shares of their month."""
        for t, _, shares in self.rounds(calendar, self.every):
            if 0 <= t < calendar.length:
                plan.policing[t] = self.cost
                plan.policing_shares[t] = [getattr(shares, payer) for payer in PAYERS]
