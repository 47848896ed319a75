"""The broker's days, thinned out before the end."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from clustersim.interventions.base import Calendar, Intervention, month_number
from clustersim.interventions.taper import Taper
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class DayTaper(Taper):
    """A taper of the broker's days, which begins with all of them."""

    from_share: float = param(1.0, unit="share of the days", low=0, high=1, meaning="share up to the start", source="assumption: all days")


class BrokerDays(Intervention):
    """The broker comes for fewer and fewer days a month, up to the end of the programme: leaving by degrees.

    days(month) = broker.days_per_month · share(month), with the share as `taper` has it.  A day not worked is not paid.  Nothing
    else changes: offers stand, and the announced end of the programme is what it was.  After Clara et al. 2000, ch. 2.2
    (self-management is not easily achieved; the broker's withdrawal is planned from the beginning); shape and dates are the
    designer's.
    """

    start: Month = param(..., unit="year-month", meaning="last month with all days", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="month from which the last share of the days stays", source="fact of the case")
    taper: DayTaper = Field(default_factory=DayTaper, description="share of the broker's days as it falls")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Multiply the days of all months by the share."""
        first, last = month_number(self.start), month_number(self.end)
        year_0 = first - calendar.at(self.start)
        plan.days[:] *= np.array([self.taper.at(year_0 + t, first, last) for t in range(calendar.length)])
