"""The diagnostic study with which a programme begins."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class DiagnosticStudy(Intervention):
    """Interviews all over the cluster: some trust in the broker, views of the cluster closer together, needs clearer."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    days: float = param(8.0, unit="days per month", low=0, high=31, meaning="days of interviews a month", source="assumption")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Keep these days for interviews."""
        plan.study[calendar.span(self.start, self.end)] = self.days
