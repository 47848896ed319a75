"""Visits of the broker to firms, one by one."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Visits(Intervention):
    """The broker spends the days that nothing else needs on visits to firms, which builds their trust in it."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open the months for visits."""
        plan.visits[calendar.span(self.start, self.end)] = 1.0
