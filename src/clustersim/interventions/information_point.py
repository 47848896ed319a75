"""A place where firms learn what they need and what there is."""

from __future__ import annotations

from pydantic import Field

from clustersim.interventions.base import Calendar, Shares
from clustersim.interventions.taper import ShareTaper, TaperedSeries, taper_field
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month


class InformationPoint(TaperedSeries):
    """A desk that firms may go to: it tells them what services are worth, and turns them from relief to what they can do themselves.

    `cost` a month is paid by the shares; the participants' share falls on those who come that month, on the programme if nobody does.
    It makes nobody provide anything: alone it may change nothing.  Pune's food processors ended by asking for one (Clara et al. 2000,
    Box 3).
    """

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    cost: float = param(150.0, unit="USD/month", low=0, high=1e6, meaning="what it costs a month", source="assumption: a clerk and a room")
    shares: Shares = Field(default_factory=lambda: Shares(participants=0.2, programme=0.6, institutions=0.2), description="who pays")
    taper: ShareTaper | None = taper_field()

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put its cost and who pays it in the calendar, month by month; a second point in the same months is added at mean shares."""
        for t, _, shares in self.rounds(calendar, 1):
            if not 0 <= t < calendar.length:
                continue
            before = float(plan.point[t])
            plan.point[t] += self.cost
            for lever, share in ((plan.point_programme, shares.programme), (plan.point_institutions, shares.institutions),
                                 (plan.point_unrecorded, shares.unrecorded)):  # fmt: skip
                lever[t] = (before * lever[t] + self.cost * share) / max(1e-9, before + self.cost)
