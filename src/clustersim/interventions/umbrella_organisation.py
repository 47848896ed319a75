"""An umbrella organisation, and what the cluster asks of the regulator."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class UmbrellaOrganisation(Intervention):
    """The broker wins group after group for one organisation, whose leaders meet and which speaks for them all.

    It needs members: at least two groups.  Every so many months, from the start to the end of the run, there is something to ask of the
    regulator; whoever speaks for most, umbrella or single group, asks.  The chance grows with the share of the firms represented and
    with how well the speaker is run (parameters `[umbrella]`).  Clara et al. 2000, Box 3.
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month in which the broker works for it", source="fact of the case")
    unites: bool = param(True, unit="flag", meaning="whether groups are united; if not, the requests are still made, by single groups",
                         source="fact of the case")  # fmt: skip
    every: int = param(6, unit="months", low=1, high=120, meaning="months between two requests", source="assumption")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Open the months for the broker's work, and write the requests."""
        months = calendar.span(self.start, self.end)
        if self.unites:
            plan.umbrella[months] = 1.0
        plan.requests[months.start + self.every - 1 :: self.every] = 1.0
