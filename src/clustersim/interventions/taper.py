"""Help that falls: the one place where a taper is declared and reckoned, for every kind that pays shares over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from clustersim.interventions.base import Calendar, Gate, Intervention, Objection, Offer, Shares, month_number
from clustersim.levers import OPEN_END
from clustersim.parameters.declare import Section, param
from clustersim.parameters.programme import Month

FAIRS = "Clara et al. 2000, table on national fairs: the programme's part falls from .50 to .38 at Jaipur, from .26 to .07 at Delhi"


def never_rises(to: float | None, first: float | None, shape: str | None) -> float | None:
    """The share at the end, which may not be above the first, nor under it if flat; raises ValueError."""
    if to is None or first is None:
        return to
    if to > first:
        raise ValueError(f"is above from_share, {first:g}: a taper never rises")
    if shape == "flat" and to < first:
        raise ValueError(f"is under from_share, {first:g}, which a flat taper never leaves")
    return to


def not_before(end: str | None, start: str | None) -> str | None:
    """The month of an end, which may not lie before the start; raises ValueError."""
    if end is not None and start is not None and month_number(end) < month_number(start):
        raise ValueError(f"ends before it starts, {start}")
    return end


class Taper(Section):
    """A share that falls from one date to another, before and after which it stands still.

    With u = (month − start)/(end − start), kept within 0 and 1:
    linear   from + (to − from)·u
    steps    from + (to − from)·k/(steps − 1), k = 0 … steps − 1: as many even treads from start to end
    cliff    from up to the month `end`, `to` after it
    flat     from all the time
    """

    shape: Literal["linear", "steps", "cliff", "flat"] = param(
        "linear", unit="choice", meaning="how it falls", source="assumption: the evenest fall")  # fmt: skip
    from_share: float = param(0.5, unit="share", low=0, high=1, meaning="share up to the start", source=FAIRS)
    to_share: float | None = param(None, unit="share", low=0, high=1, meaning="share from the end on; none: 0, or no fall if flat",
                                   source="assumption: help that ends")  # fmt: skip
    steps: int = param(3, unit="treads", low=2, high=60, meaning="shape steps: number of treads, the first and the last included",
                       source="assumption: full, half, none")  # fmt: skip
    start: Month | None = param(None, unit="year-month", meaning="last month at the first share; none: that of the first offer",
                                source="fact of the case, or assumption")  # fmt: skip
    end: Month | None = param(None, unit="year-month", meaning="month in which the fall ends (cliff: the last before it); none: with the offers",
                              source="fact of the case, or assumption")  # fmt: skip

    @field_validator("to_share")
    @classmethod
    def _never_rises(cls, to: float | None, info: ValidationInfo) -> float | None:
        return never_rises(to, info.data.get("from_share"), info.data.get("shape"))

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: str | None, info: ValidationInfo) -> str | None:
        return not_before(end, info.data.get("start"))

    def at(self, month: int, first: int, last: int) -> float:
        """The share in a month; ``first`` and ``last`` stand for a start and an end that are not given.

        All three are counted like ``month_number``.
        """
        first = first if self.start is None else month_number(self.start)
        last = max(first, last if self.end is None else month_number(self.end))
        if self.shape == "flat":
            return self.from_share
        if self.shape == "cliff":
            fallen = float(month > last)
        elif self.shape == "linear":
            fallen = (month - first) / (last - first) if last > first else float(month > last)
        else:
            fallen = self.steps * (month - first) // (last - first + 1) / (self.steps - 1)
        share = self.from_share + ((self.to_share or 0.0) - self.from_share) * min(1.0, max(0.0, fallen))
        return round(share, 12)  # .3 and not .30000000000000004 where people read it


class ShareTaper(Taper):
    """A taper of what the programme pays, and who pays the rest.

    With p the programme's share, support institutions pay i = institutions + taken_over·(from − p), participants 1 − p − i.
    Shape conditional: p steps from from_share to to_share in the first month from `start` on in which what the run measures
    (`on`) was at least `level` at the end of the month before, or after the month `end` whatever it was; it never steps back.
    """

    shape: Literal["linear", "steps", "cliff", "flat", "conditional"] = param(  # type: ignore[assignment]  # one more
        "linear", unit="choice", meaning="how it falls", source="assumption: the evenest fall")  # fmt: skip

    institutions: float = param(0.0, unit="share of the cost", low=0, high=1, meaning="paid by support institutions from the beginning",
                                source="fact of the case, or assumption")  # fmt: skip
    taken_over: float = param(0.0, unit="share of the fall", low=0, high=1,
                              meaning="what institutions take over of that which the programme no longer pays; participants the rest",
                              source="Clara et al. 2000, table on national fairs: all of it and more at Jaipur, none at Delhi")  # fmt: skip

    on: Literal["cost_recovery", "trust"] | None = param(
        None, unit="choice", meaning="shape conditional: the measure that it waits for", source="the designer's")  # fmt: skip
    level: float | None = param(None, unit="share", low=0, high=1, meaning="shape conditional: the level at which the share steps down",
                                source="the designer's")  # fmt: skip

    @model_validator(mode="after")
    def _condition_whole(self) -> ShareTaper:
        if self.shape == "conditional" and (self.on is None or self.level is None):
            raise ValueError("a conditional taper needs `on`, the measure that it waits for, and `level`")
        if self.shape != "conditional" and (self.on is not None or self.level is not None):
            raise ValueError(f"`on` and `level` belong to the shape conditional, not to {self.shape}")
        return self

    @field_validator("institutions")
    @classmethod
    def _leaves_room(cls, institutions: float, info: ValidationInfo) -> float:
        programme = info.data.get("from_share", 0.0)
        if programme + institutions > 1 + 1e-9:
            raise ValueError(f"adds up to {programme + institutions:.6g} with from_share, {programme:g}: more than the whole cost")
        return institutions

    def shares(self, month: int, first: int, last: int) -> Shares:
        """Who pays what of an offer that begins in this month; see :meth:`at`."""
        return self._paid(self.from_share if self.shape == "conditional" else self.at(month, first, last))

    def turn(self, calendar: Calendar, first: int) -> tuple[Gate, Shares] | None:
        """For a conditional taper: what it waits for, and who pays then; ``first`` is the month of the first offer."""
        if self.on is None or self.level is None:
            return None
        start = first if self.start is None else calendar.at(self.start)
        latest = OPEN_END if self.end is None else calendar.at(self.end)
        return Gate(start, self.on, self.level, latest), self._paid(self.to_share or 0.0)

    def _paid(self, programme: float) -> Shares:
        institutions = round(self.institutions + self.taken_over * (self.from_share - programme), 12)
        participants = round(max(0.0, 1.0 - programme - institutions), 12)
        return Shares(participants=participants, programme=programme, institutions=institutions)


def taper_field() -> Any:
    """The declaration of the field ``taper``, for a class that builds on :class:`Tapered`."""
    return Field(default=None, description="the programme's share as it falls, and who pays the rest; stands in place of `shares`")


class Tapered(Intervention):
    """Base of the kinds that pay shares of dated offers: where there is a ``taper``, it says who pays, and nothing else does."""

    if TYPE_CHECKING:  # declared by each kind, where it stands best among its other fields
        taper: ShareTaper | None

    @property
    def shares_not_read(self) -> bool:
        """Whether shares were written, here or in what the scenario extends, whose place a taper takes."""
        events = getattr(self, "events", ())
        written = [self.model_fields_set, *(event.model_fields_set for event in events)]
        return self.taper is not None and any("shares" in fields for fields in written)

    @model_serializer(mode="wrap")
    def _one_truth(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The fields without the shares that a taper stands for, so that a file written from them says each thing once."""
        values: dict[str, Any] = write(self)
        if self.taper is not None:
            for table in (values, *values.get("events", ())):
                table.pop("shares", None)
        return values


class TaperedSeries(Tapered):
    """Base of the kinds that make offers from a start to an end, all at the same shares or at those of a taper."""

    if TYPE_CHECKING:
        start: str
        end: str
        shares: Shares

    def shares_at(self, month: int) -> Shares:
        """Who pays what of an offer that begins in this month, counted like ``month_number``."""
        if self.taper is None:
            return self.shares
        return self.taper.shares(month, month_number(self.start), month_number(self.end))

    def turn(self, calendar: Calendar) -> tuple[Gate, Shares] | None:
        """For a conditional taper: what it waits for, and who pays then."""
        return None if self.taper is None else self.taper.turn(calendar, calendar.at(self.start))

    def rounds(self, calendar: Calendar, every: int) -> Iterator[tuple[int, int, Shares]]:
        """A round every so many months: its first month, its last before the next, and who pays, as in its first month."""
        first, last = calendar.at(self.start), calendar.at(self.end)
        for t in range(first, last + 1, every):
            yield t, min(t + every - 1, last), self.shares_at(month_number(self.start) + t - first)

    def objections(self, others: Mapping[str, Intervention], calendar: Calendar, values: Mapping[str, Any]) -> Iterator[Objection]:
        """A taper on a condition that no offer to groups could follow: what single firms are paid cannot turn."""
        if self.turn(calendar) is not None and not self.offers(calendar):
            yield Objection("taper", "waits for a condition, which only offers to groups can", "linear, steps, cliff or flat")


class OfferSeries(TaperedSeries):
    """Base of the kinds that offer groups the same joint activity every so many months, from a start to an end."""

    if TYPE_CHECKING:
        every: int
        audience: str
        seats: int

    def repeated(self, kind: str, calendar: Calendar) -> list[Offer]:
        """An offer of this activity every so many months, each standing until the next."""
        return [Offer(kind, first, last, self.audience, self.seats, shares, self.turn(calendar))
                for first, last, shares in self.rounds(calendar, self.every)]  # fmt: skip
