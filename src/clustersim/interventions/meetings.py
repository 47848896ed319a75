"""Meetings of firms at one table, called by the broker."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Meetings(Intervention):
    """The broker keeps a share of its days for meetings, where firms that trust it come to trust each other."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    share: float = param(0.4, unit="share of days", low=0, high=1,
                         meaning="share of the days left after dated tasks that goes to meetings", source="assumption")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Keep the share of days in the months concerned."""
        plan.meetings[calendar.span(self.start, self.end)] = self.share
