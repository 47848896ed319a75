"""A shock: demand that grows or shrinks."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class DemandTrend(Intervention):
    """What buyers want grows or shrinks by a steady rate between two dates, and stays there."""

    shock: ClassVar[bool] = True
    start: Month = param(..., unit="year-month", meaning="first month of the trend", source="assumption")
    end: Month = param(..., unit="year-month", meaning="last month of the trend", source="assumption")
    rate: float = param(0.02, unit="1/year", low=-0.5, high=0.5, meaning="growth of demand a year", source="assumption")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Multiply the demand of all later months."""
        first, last = calendar.at(self.start), calendar.at(self.end)
        elapsed = np.clip(np.arange(calendar.length) - first, 0, max(0, last - first))
        plan.demand[:] *= (1.0 + self.rate) ** (elapsed / 12.0)
