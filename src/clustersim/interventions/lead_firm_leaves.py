"""A shock: a leading firm leaves the others for a global buyer."""

from __future__ import annotations

from typing import ClassVar, Literal

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class LeadFirmLeaves(Intervention):
    """The leading firm of the largest network (a self-help group counts as one) signs with a global buyer and leaves all groups.

    It joins nothing any more.  Members take it as a broken promise and think less of others in general, its other contacts hear of it;
    it gains access to export for good.  Nothing happens where there is no network.
    """

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="month in which it leaves", source="assumption")
    who: Literal["exporter", "connected"] = param(
        "exporter", unit="choice", source="assumption: whom a global buyer would pick",
        meaning="which firm: the largest exporter (access to export times workers), or the one with most contacts")  # fmt: skip
    gain: float = param(0.5, unit="share of the gap to 1", low=0, high=1, meaning="rise of its access to export", source="assumption")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the departure in the calendar."""
        month = calendar.span(self.date, self.date)
        plan.departure[month] = 1.0 if self.who == "exporter" else 2.0
        plan.departure_reach[month] = self.gain
