"""Waking an association that sleeps."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class AssociationRevival(Intervention):
    """The broker holds meetings of the association that the cluster has, and brings firms it works with to them.

    The same as `network_formation` with `networks` off, at dates of its own (CALICO at Jaipur, Clara et al. 2000, Annex I).  Needs
    `meetings` for its days; a cluster without members of an association has none to revive.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open the months for work with the association."""
        plan.association[calendar.span(self.start, self.end)] = 1.0
