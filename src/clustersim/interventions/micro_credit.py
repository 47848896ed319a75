"""Credit of a bank or micro-finance institution to self-help groups."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class MicroCredit(Intervention):
    """While it lasts the bank lends to self-help groups, against their savings and the liability of the whole group."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    linkage: float = param(4.0, unit="USD per USD saved", low=0, high=50, meaning="most that the bank lends to a group for its savings",
                           source="assumption: links of one to four were usual in India")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open the months."""
        plan.linkage[calendar.span(self.start, self.end)] = self.linkage
