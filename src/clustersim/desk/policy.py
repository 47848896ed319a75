"""A policy: which share the programme pays over time, of what, to whom, until when, and who pays the rest."""

from __future__ import annotations

from typing import get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from clustersim.interventions import ShareTaper
from clustersim.interventions.taper import never_rises, not_before
from clustersim.parameters.declare import Section, param
from clustersim.parameters.programme import Month

PLANNED, NONE = "planned", "none"
SHAPES = (PLANNED, *get_args(ShareTaper.model_fields["shape"].annotation), NONE)
"""as the base has it, the shapes that a taper knows, and no programme at all"""
ACTIVITIES = {"fairs": "joint_fair", "purchases": "joint_purchase", "trainings": "training", "showroom": "showroom",
              "guarantee": "bank_mediation", "services": "pilot_service"}  # fmt: skip
"""what a policy may act on, and the kind of intervention that it is"""
TARGETS = ("group", "firm", "provider", "one firm")
OWN = ("title", "start", "end", "shape", "activity", "to", "announced", "exit", "every", "participants", "broker_days")
"""fields that a policy has beside those of a taper"""
DESIGNER = "the designer's choice"


class Policy(Section):
    """One row of the policies sheet.

    ``shape`` says how the programme's share falls from ``from_share`` at ``start`` to ``to_share`` at ``end`` (taper.py
    has the equations); "planned" leaves the shares of the base as they are, "none" takes the programme away.  With p the
    programme's share and ``institutions`` i, ``taken_over`` g as in a taper, participants pay what is left, or
    ``participants`` and their part of the fall: what is then missing to the whole is booked to the payer `unrecorded`.
    """

    title: str = Field(default="", max_length=120, description="what it is, in a line")
    shape: str = param("linear", unit="choice", meaning="how the share falls", source=DESIGNER)
    from_share: float = param(0.5, unit="share of the cost", low=0, high=1, meaning="programme's share up to the start", source=DESIGNER)
    to_share: float | None = param(None, unit="share of the cost", low=0, high=1, meaning="from the end on; none: 0, or no fall if flat", source=DESIGNER)
    start: Month | None = param(None, unit="year-month", meaning="last month at the first share; none: that of the first offer", source=DESIGNER)
    end: Month | None = param(None, unit="year-month", meaning="month in which the fall ends (cliff: the last before it); none: that of the last offer", source=DESIGNER)
    steps: int = param(3, unit="treads", low=2, high=60, meaning="shape steps: number of treads", source=DESIGNER)
    on: str = param("cost_recovery", unit="choice", meaning="shape conditional: the measure that the fall waits for", source=DESIGNER)
    level: float | None = param(None, unit="share", low=0, high=1, meaning="shape conditional: the level at which the share falls to to_share", source=DESIGNER)
    activity: tuple[str, ...] = param(("fairs", "purchases", "trainings"), unit="names", max_length=20, source=DESIGNER,
                                      meaning="what it pays for: fairs, purchases, trainings, showroom, guarantee, services, or names of interventions")  # fmt: skip
    to: str = param("group", unit="choice", meaning="to whom it is paid: group, firm, provider, one firm", source=DESIGNER)
    announced: bool = param(True, unit="flag", meaning="whether the end is known from the beginning", source=DESIGNER)
    exit: Month | None = param(None, unit="year-month", meaning="last month of the programme; none: that of the base", source=DESIGNER)
    every: int | None = param(None, unit="months", low=1, high=60, meaning="months between two fairs; none: the fairs of the base, at their dates", source=DESIGNER)
    institutions: float = param(0.0, unit="share of the cost", low=0, high=1, meaning="paid by support institutions from the beginning", source=DESIGNER)
    taken_over: float = param(0.0, unit="share of the fall", low=0, high=1, meaning="what institutions take over of the fall", source=DESIGNER)
    participants: float | None = param(None, unit="share of the cost", low=0, high=1, meaning="paid by participants at the start; none: the rest", source=DESIGNER)
    broker_days: float = param(1.0, unit="share of the days", low=0, high=1, meaning="the broker's days and their cost, as a share of the base's plan in every month", source=DESIGNER)

    @field_validator("shape", "to")
    @classmethod
    def _known(cls, word: str, info: ValidationInfo) -> str:
        allowed = SHAPES if info.field_name == "shape" else TARGETS
        if word not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return word

    @field_validator("to_share")
    @classmethod
    def _falls(cls, to: float | None, info: ValidationInfo) -> float | None:
        return never_rises(to, info.data.get("from_share"), info.data.get("shape"))

    @field_validator("end", "exit")
    @classmethod
    def _in_order(cls, end: str | None, info: ValidationInfo) -> str | None:
        return not_before(end, info.data.get("start"))

    @field_validator("institutions", "participants")
    @classmethod
    def _within_the_whole(cls, share: float | None, info: ValidationInfo) -> float | None:
        before = info.data.get("from_share", 0.0) + info.data.get("institutions", 0.0)  # fields declared above this one
        if share is not None and before + share > 1 + 1e-9 and info.data.get("shape") not in (PLANNED, NONE):
            raise ValueError(f"the payers' shares add up to {before + share:.6g}: more than the whole cost, 1")
        return share

    @model_validator(mode="after")
    def _conditional(self) -> Policy:
        if self.shape == "conditional" and self.level is None:
            raise ValueError("a conditional taper needs `level`, of what `on` measures, from which the share falls")
        if self.shape == "conditional" and self.unrecorded:
            raise ValueError("under a conditional taper participants pay what is left: leave `participants` out")
        return self

    @property
    def unrecorded(self) -> float:
        """The share of the cost at the start whose payer is not said."""
        if self.participants is None or self.shape in (PLANNED, NONE):
            return 0.0
        return max(0.0, round(1.0 - self.from_share - self.institutions - self.participants, 9))
