"""Mending quarrels inside groups."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class ConflictMediation(Intervention):
    """The broker hears grievances inside groups and mends them, as far as it is trusted."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open the months for mediation."""
        plan.mediation[calendar.span(self.start, self.end)] = 1.0
