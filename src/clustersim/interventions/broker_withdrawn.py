"""A shock: the broker is gone before the end."""

from __future__ import annotations

from typing import ClassVar

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class BrokerWithdrawn(Intervention):
    """The broker is called away, unannounced, for some months or for good; where there is no broker, nothing changes.

    days(month) = 0 from the date on.  What needs the broker's days stops with them: visits, meetings, coaching, mediation, chaired
    bank meetings, the bringing of offers to groups.  What the calendar has without them goes on: groups may still take up offers by
    themselves at the programme's shares, the end that was announced is still expected, and a planned hand-over comes to a local
    agent with no more ability than was coached by then.  To end the money too, end the interventions.
    """

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="first month without the broker", source="assumption")
    months: int | None = param(None, unit="months", low=1, high=1200, meaning="months without the broker; none: for good",
                               source="assumption: posts are cut, not paused")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Take the days out of the calendar."""
        first = max(0, calendar.at(self.date))
        last = calendar.length if self.months is None else max(0, calendar.at(self.date) + self.months)
        plan.days[first:last] *= 0.0
