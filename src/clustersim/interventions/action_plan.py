"""The vision and the action plan: a wish list, fixed or revised."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month

YEAR = 12


class ActionPlan(Intervention):
    """The broker prepares what stands on a list drawn up with the firms: a long list leaves few days for each item.

    Of the days that are left after dated tasks a share is spread evenly over the items; a joint activity can be put to a group
    once `broker.project_days` have gone into its kind.  Items that no offer of the programme answers cost their days all the same.
    A revised plan keeps, every twelve months, only what some group was likely to take up.  Pietrobelli and Rabellotti 2006 (over-long
    lists); Clara et al. 2000, ch. 2.2 (plans that are revised).
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    items: int = param(6, unit="items", low=1, high=500, meaning="items on the wish list; at least those that are on offer count",
                       source="fact of the case")  # fmt: skip
    revised: bool = param(False, unit="flag", meaning="whether what finds no support is dropped every year", source="fact of the case")
    share: float = param(0.4, unit="share of days", low=0, high=1,
                         meaning="share of the days left after dated tasks that goes to preparation", source="assumption")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Write the list and the days kept for it, and the months of revision."""
        months = calendar.span(self.start, self.end)
        plan.items[months] = self.items
        plan.preparation[months] = self.share
        if self.revised:
            plan.revision[months.start + YEAR : months.stop : YEAR] = 1.0
