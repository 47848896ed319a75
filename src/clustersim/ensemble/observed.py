"""What was published about the outcome of real programmes: targets of calibration, and what predictions are held to."""

from __future__ import annotations

from typing import NamedTuple

TABLE_1 = "Clara, Russo and Gulati 2000, table 1"
ANNEX = "Clara, Russo and Gulati 2000, annex I"


class Observation(NamedTuple):
    """One published figure: a measure of a case at the end of a month."""

    case: str
    measure: str
    date: str
    value: float
    tolerance: float
    """how far off a good model may be, as one standard deviation: rounding, definitions that differ, reporters' eyes"""
    source: str


def _paid(case: str, date: str, usd: dict[str, float]) -> tuple[Observation, ...]:
    """The payers' shares of a row of table 1."""
    total = sum(usd.values())
    return tuple(Observation(case, f"share_{payer}", date, round(spent / total, 3), 0.05, TABLE_1)
                 for payer, spent in usd.items())  # fmt: skip


OBSERVED: tuple[Observation, ...] = (
    Observation("jaipur", "firms_served", "1999-12", 155.0, 16.0, TABLE_1),
    Observation("jaipur", "association_members", "1999-12", 120.0, 15.0, ANNEX),
    Observation("jaipur", "outreach", "1999-12", 1.0, 0.1, TABLE_1),
    Observation("jaipur", "cost_recovery_total", "1999-12", 0.55, 0.06, TABLE_1),
    Observation("jaipur", "leverage", "1999-12", 3.5, 0.35, TABLE_1),
    *_paid("jaipur", "1999-12", {"private": 58199.0, "institutions": 16166.0, "programme": 29606.0}),
    Observation("ludhiana", "firms_served", "1999-12", 130.0, 13.0, TABLE_1),
    Observation("ludhiana", "outreach", "1999-12", 0.0, 0.1, TABLE_1),
    Observation("ludhiana", "cost_recovery_total", "1999-12", 0.82, 0.08, TABLE_1),
    Observation("ludhiana", "leverage", "1999-12", 5.5, 0.55, TABLE_1),
    *_paid("ludhiana", "1999-12", {"private": 58244.0, "institutions": 0.0, "programme": 12999.0}),
)  # fmt: skip


def observed_of(case: str) -> tuple[Observation, ...]:
    """What was published about a case, by the name of its scenario; empty if nothing was."""
    return tuple(known for known in OBSERVED if known.case == case)
