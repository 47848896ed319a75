"""Help to one firm: the export visit."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class SingleFirmSupport(Intervention):
    """One member of the largest network is sent abroad: who decided it, and whether it is shared, is what matters."""

    date: Month = param(..., unit="year-month", meaning="month of the visit", source="Clara et al. 2000, ch. 3")
    amount: float = param(3000.0, unit="USD", low=0, high=1e6, meaning="what the visit costs", source="assumption")
    agreed: bool = param(False, unit="flag", meaning="whether the group itself chose the firm", source="Clara et al. 2000, ch. 3, Box 4")
    shared: bool = param(False, unit="flag", meaning="whether the firm shares what it learned", source="Clara et al. 2000, ch. 3, Box 4")

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the visit in the calendar."""
        month = calendar.span(self.date, self.date)
        plan.favour[month] += self.amount
        plan.favour_agreed[month] = float(self.agreed)
        plan.favour_shared[month] = float(self.shared)
