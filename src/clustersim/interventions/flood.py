"""A shock: a flood that destroys what firms could pledge."""

from __future__ import annotations

from typing import ClassVar

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class Flood(Intervention):
    """A flood takes the collateral of a share of the firms; it comes in every arm alike."""

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="month of the flood", source="fact of the case")
    share: float = param(1.0, unit="share of firms", low=0, high=1, meaning="firms that lose their collateral",
                         source="Clara et al. 2000, Box 5: the flood of 1991 at Jaipur")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the flood in the calendar."""
        plan.flood[calendar.span(self.date, self.date)] = self.share
