"""Bringing firms together in networks, and waking an association."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class NetworkFormation(Intervention):
    """At its meetings the broker helps firms that trust each other form small networks, and works with the association."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    networks: bool = param(True, unit="flag", meaning="whether new small networks are introduced", source="fact of the case")
    association: bool = param(True, unit="flag", meaning="whether the association is revived", source="fact of the case")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open the months for introductions, for work with the association, or both."""
        months = calendar.span(self.start, self.end)
        if self.networks:
            plan.networks[months] = 1.0
        if self.association:
            plan.association[months] = 1.0
