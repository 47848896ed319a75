"""Meetings of the cluster with support institutions."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class InstitutionMeeting(Intervention):
    """Firms and support institutions meet, chaired by the broker or not; it may fail, and then relations are worse."""

    dates: tuple[Month, ...] = param((), unit="year-months", meaning="the meetings", max_length=120,
                                     source="fact of the case; Jaipur's first, 01/1998, failed (Clara et al. 2000, Box 5)")  # fmt: skip
    chaired: bool = param(True, unit="flag", meaning="whether the broker chairs them, which takes two days", source="fact of the case")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the meetings in the calendar."""
        for date in self.dates:
            plan.institution_meeting[calendar.span(date, date)] = 1.0 if self.chaired else 2.0
