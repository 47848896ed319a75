"""Self-help groups of poor households."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month

MICRO = "UNIDO Cluster Development Programme and microfinance (about 2004)"


class SelfHelpGroups(Intervention):
    """The poorest small firms and their neighbours form groups that save and lend to each other; women may learn to lead."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    groups: int = param(2, unit="groups per month", low=1, high=100, meaning="most groups formed in a month", source="assumption")
    days: float = param(1.0, unit="days", low=0, high=31, meaning="days of the broker for each group", source="assumption")
    saving: float = param(1.0, unit="USD per member and month", low=0.01, high=1000, meaning="what members save",
                          source="assumption: 30 to 50 rupees were usual")  # fmt: skip
    literacy: bool = param(False, unit="flag", source=f"{MICRO}: literacy and leadership training for women",
                           meaning="whether women learn to read, reckon and lead, upon which their work is recognised")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open the months."""
        months = calendar.span(self.start, self.end)
        plan.self_help[months] = self.groups
        plan.self_help_days[months] = self.days
        plan.self_help_saving[months] = self.saving
        plan.literacy[months] = float(self.literacy)
