"""From felt needs to real ones."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class DemandArticulation(Intervention):
    """For some months the broker talks with firms, one by one and in groups, about what they really need.

    days(month) from start to end are taken from the broker's days, after the tasks with a date and before projects and meetings.
    Half go to calls on firms of its circle, half to meetings of groups (all to calls where there is no group).  Firms that asked for
    relief from outside come to ask for services, as far as they trust the broker; nobody is sold anything.  At Pune firms first
    wanted the law relaxed and ended by asking for an information point, after about four months (Clara et al. 2000, Box 3).
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case; about four months: Clara et al. 2000, Box 3")
    days: float = param(6.0, unit="days per month", low=0, high=31, meaning="days of the broker", source="assumption: half of them")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Keep the days."""
        plan.articulation[calendar.span(self.start, self.end)] += self.days
