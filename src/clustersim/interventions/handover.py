"""Leaving well: a local agent is coached and takes over."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Handover(Intervention):
    """The broker coaches a local agent for some days a month; at the date of the hand-over the agent takes the work on."""

    start: Month = param(..., unit="year-month", meaning="first month of coaching", source="fact of the case")
    date: Month = param(..., unit="year-month", meaning="month of the hand-over", source="fact of the case")
    days: float = param(2.0, unit="days per month", low=0, high=31, meaning="days of coaching a month", source="assumption")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Keep days for coaching up to the hand-over, and let the local agent work from then on."""
        plan.coaching[calendar.span(self.start, self.date)] = self.days
        plan.handover[max(0, calendar.at(self.date)) :] = 1.0
