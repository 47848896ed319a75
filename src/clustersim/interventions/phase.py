"""A phase in the life of a programme, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from clustersim.interventions.base import Calendar, Gate, Intervention, Objection
from clustersim.levers import OPEN_END
from clustersim.parameters.declare import param
from clustersim.parameters.programme import Month

COUNTS = ("association_members", "successes")


class Phase(Intervention):
    """Opens when its date has come and the cluster is ready; what names it under `phase` stands only from then on.

    Ready: what the run measures (`on`) was at least `level` at the end of the month before.  A phase that opens d months after
    its start moves all that was planned in it by d months, inside the programme's time.  Phases may overlap.  The stages are those
    of Clara et al. 2000, ch. 2.2, and UNIDO's tools for cluster development, ch. 3.1; dates and levels are the designer's.
    """

    stage: Literal["selection", "diagnostic_study", "trust_building", "vision_and_action_plan", "pilot_projects", "strategic_projects",
                   "self_management", "monitoring_and_evaluation"] = param(
        "pilot_projects", unit="choice", meaning="what is done in it; a label, which changes nothing", source="Clara et al. 2000, ch. 2.2")  # fmt: skip
    start: Month = param(..., unit="year-month", meaning="first month in which it may open", source="fact of the case")
    on: Literal["date", "trust_broker", "association_members", "successes", "cost_recovery", "trust", "agent_skill"] = param(
        "date", unit="choice", source="fact of the case, or assumption",
        meaning="what it waits for: the date alone; a measure of that name; successes: joint activities that happened with help")  # fmt: skip
    level: float = param(0.0, unit="as what it waits for", low=0, high=1e6, meaning="level from which on it opens",
                         source="fact of the case, or assumption")  # fmt: skip
    latest: Month | None = param(None, unit="year-month", meaning="last month of waiting; none: it waits to the end",
                                 source="fact of the case, or assumption")  # fmt: skip
    otherwise: Literal["opens", "lapses"] = param(
        "opens", unit="choice", meaning="what becomes of it after the last month of waiting", source="fact of the case, or assumption")  # fmt: skip

    def gate(self, calendar: Calendar) -> Gate:
        """What it waits for."""
        latest = OPEN_END if self.latest is None else calendar.at(self.latest)
        return Gate(calendar.at(self.start), self.on, self.level, latest, self.otherwise == "lapses")

    def objections(self, others: Mapping[str, Intervention], calendar: Calendar, values: Mapping[str, Any]) -> Iterator[Objection]:
        """A wait that ends before it begins, and a level that nothing can reach."""
        if self.latest is not None and calendar.at(self.latest) < calendar.at(self.start):
            yield Objection("latest", "lies before its start", f"{self.start} or later")
        if self.on not in (*COUNTS, "date") and self.level > 1.0:
            yield Objection("level", f"{self.on} is never above 1", "a number from 0 to 1")
        if self.on == "date" and self.level > 0.0:
            yield Objection("level", "nothing is named under `on` that could reach it", "`on`, or no level")
