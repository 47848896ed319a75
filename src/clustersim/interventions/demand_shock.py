"""A shock: demand that breaks off, or jumps, and may come back."""

from __future__ import annotations

from typing import ClassVar

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class DemandShock(Intervention):
    """What buyers want falls or rises at a date, at once or over some months, for some months or for good.

    demand(month) *= 1 + change·u, with u rising evenly from 0 before the date to 1 in the last month of `phase_in` (in the month of
    the date itself, if that is 1), and back to 0 once `lasts` months have gone by.  Quantity only: where a
    market is opened to cheaper goods from elsewhere, `import_liberalisation` is the kind.
    """

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="first month of the shock", source="assumption")
    change: float = param(-0.2, unit="share of demand", low=-0.95, high=1, meaning="change of demand at its fullest",
                          source="assumption: a fifth of the buyers gone")  # fmt: skip
    phase_in: int = param(1, unit="months", low=1, high=120, meaning="months until it has its full size", source="assumption: at once")
    lasts: int | None = param(None, unit="months", low=1, high=1200, meaning="months after which demand is back at once; none: for good",
                              source="assumption: markets lost stay lost")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Multiply the demand of the months concerned."""
        plan.demand[:] *= 1.0 + self.change * calendar.rise(self.date, self.phase_in, self.lasts)
