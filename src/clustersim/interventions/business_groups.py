"""Firms drawn by lot into groups that meet every month."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class BusinessGroups(Intervention):
    """Firms are drawn by lot into groups of about the same size, which meet every month for some time; each firm decides whether it comes.

    No trust in a broker is needed.  What comes of it is what firms see at the meetings (parameters `[business_groups]`): who comes, who
    does better and how.  In a trial only those assigned to it are drawn.
    """

    start: Month = param(..., unit="year-month", meaning="month of the draw and of the first meeting", source="fact of the case")
    months: int = param(12, unit="months", low=1, high=120, meaning="monthly meetings of each group", source="assumption: a year")
    size: int = param(10, unit="firms", low=3, high=100, meaning="firms in a group, or a few more where the number does not divide",
                      source="assumption: around one table")  # fmt: skip
    firms: int = param(1_000_000, unit="firms", low=3, high=10_000_000, meaning="most firms drawn in all", source="assumption: all of them")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Write the draw and the meetings."""
        first = calendar.at(self.start)
        if not 0 <= first < calendar.length:
            return
        plan.tables[first], plan.table_firms[first] = self.size, self.firms
        plan.table_meetings[first : first + self.months] = 1.0
