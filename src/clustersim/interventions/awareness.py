"""Awareness and sensitisation, of firms or of support institutions."""

from __future__ import annotations

from typing import Literal

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Awareness(Intervention):
    """The broker spends days on making known what could be done together: to many firms at a time, or to institutions."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    audience: Literal["firms", "institutions"] = param("firms", unit="choice", meaning="to whom", source="fact of the case")
    days: float = param(2.0, unit="days per month", low=0, high=31, meaning="days of the broker for it", source="assumption")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Keep the days in the months concerned."""
        days = plan.awareness if self.audience == "firms" else plan.institution_days
        days[calendar.span(self.start, self.end)] += self.days
