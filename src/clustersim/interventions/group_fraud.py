"""A shock: the keeper of common money runs off with it."""

from __future__ import annotations

from typing import ClassVar, Literal

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class GroupFraud(Intervention):
    """Who keeps the common money of the largest group, its leader, takes it: what the group had saved and what members put in.

    The keeper leaves the group, but not the town.  Members lose the money, their trust in the keeper and some belief in others; other
    contacts hear of it, public standing goes, and talk carries it on.  Nothing happens where there is no such group.
    """

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="month of the fraud", source="assumption")
    deposit: float = param(50.0, unit="USD per member", low=0, high=1e5, meaning="what each member had put in, as far as it has cash",
                           source="assumption: near the deposit of a mutual guarantee")  # fmt: skip
    audience: Literal["any", "association", "network"] = param(
        "any", unit="choice", meaning="the kind of group it happens in", source="assumption")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the fraud in the calendar."""
        month = calendar.span(self.date, self.date)
        plan.fraud[month] = 1.0 + ("any", "association", "network").index(self.audience)
        plan.fraud_deposit[month] = self.deposit
