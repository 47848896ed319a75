"""The way round a bad history: begin with the owners' heirs."""

from __future__ import annotations

from clustersim.interventions.base import Calendar, Intervention
from clustersim.levers import Plan
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month

BOX2 = "Clara et al. 2000, Box 2"


class YouthFirst(Intervention):
    """A course for the heirs, visits to them, and news of what showrooms pay: three parts, each of which can be left out."""

    start: Month = param(..., unit="year-month", meaning="first month", source="fact of the case")
    end: Month = param(..., unit="year-month", meaning="last month", source="fact of the case")
    course: bool = param(True, unit="flag", meaning="whether there is a course for heirs", source=BOX2)
    visits: bool = param(True, unit="flag", meaning="whether the broker visits heirs", source=BOX2)
    news: bool = param(True, unit="flag", meaning="whether heirs hear what is earned in showrooms and at fairs", source=BOX2)
    dates: tuple[Month, ...] = param((), unit="year-months", max_length=120, source="fact of the case",
                                     meaning="when the course is held; none: in the first month")  # fmt: skip
    seats: int = param(23, unit="heirs", low=3, high=1000, meaning="seats of a course", source=f"{BOX2}: 23 were trained")
    cost: float = param(20.0, unit="USD a head", low=0, high=1e5, meaning="what the programme pays for the course", source="assumption")
    days: float = param(4.0, unit="days", low=0, high=31, meaning="days of the broker that a course takes", source="assumption")
    share: float = param(1.0, unit="share of the days for visits", low=0, high=1,
                         meaning="how much of them goes to heirs instead of owners", source="assumption")  # fmt: skip

    def schedule(self, plan: Plan, calendar: Calendar) -> None:
        """Put the parts that there are in the calendar."""
        months = calendar.span(self.start, self.end)
        if self.visits:
            plan.youth_visits[months] = self.share
        if self.news:
            plan.youth_news[months] = 1.0
        for date in (self.dates or (self.start,)) if self.course else ():
            month = calendar.span(date, date)
            plan.youth_seats[month] = self.seats
            plan.youth_cost[month] = self.cost
            plan.youth_days[month] = self.days
