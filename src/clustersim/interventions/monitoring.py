"""Keeping an eye on what the programme does."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Monitoring(Intervention):
    """Days a month spent on finding out how firms took the last activity, so that the next is proposed where it stands a chance.

    A broker who monitors also reckons with what firms are used to paying, what they resent and who has broken their word; in a month
    without those days to spare it judges as before.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    days: float = param(0.5, unit="days per month", low=0.1, high=31, meaning="days of monitoring a month", source="assumption")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Keep these days."""
        plan.monitoring[calendar.span(self.start, self.end)] = self.days
