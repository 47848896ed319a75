"""The columns that a survey may have: what each means, what is allowed in it, and how a gap is filled."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

LONGEST = 100
GAPS = {"", "na", "n/a"}
FLAGS = {"yes": 1.0, "y": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "n": 0.0, "false": 0.0, "0": 0.0}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class Kind(NamedTuple):
    """What a cell may hold: in words, and as bounds where it is a number; ``most`` different texts where it is one."""

    words: str
    low: float = -math.inf
    high: float = math.inf
    most: int | None = None


TEXT = Kind(f"text of at most {LONGEST} characters")
FLAG = Kind("yes or no")
SHARE = Kind("a number from 0 to 1", 0.0, 1.0)
MONEY = Kind("a number from 0 to 1e9", 0.0, 1e9)
PLACE = Kind("a number from -1e9 to 1e9", -1e9, 1e9)


def _names(most: int) -> Kind:
    return Kind(f"text, at most {most} different ones", most=most)


@dataclass(frozen=True)
class Column:
    """A column of a survey file, as `clustersim describe roster` shows it; ``filled`` says how its gaps are filled."""

    name: str
    meaning: str
    unit: str
    allowed: str
    required: bool
    filled: str


class Field(NamedTuple):
    """A column, what its cells hold, and the column of ``agents.Firms`` that takes the number as it is, if one does."""

    column: Column
    kind: Kind
    into: str = ""


def _field(name: str, kind: Kind, unit: str, meaning: str, filled: str, into: str = "") -> Field:
    return Field(Column(name, meaning, unit, kind.words, filled == "", filled), kind, into)


SHARES = "drawn in the shares of the other firms (without this column, of cluster.{})"
WORKERS = Kind("a number from 1 to 1e6", 1.0, 1e6)
FAMILY = Kind("a number from 0 to 1e6", 0.0, 1e6)
FIELDS: tuple[Field, ...] = (
    _field("id", TEXT, "name or number", "what the firm is called in these files; each only once", ""),
    _field("segment", _names(8), "name", "market segment", SHARES.format("segments")),
    _field("village", _names(16), "name", "village or quarter", SHARES.format("villages")),
    _field("community", _names(8), "name", "community of the owner", SHARES.format("communities")),
    _field("workers", WORKERS, "workers", "all who work there, the owner's family included",
           "drawn around cluster.mean_workers, no fewer than its family workers"),
    _field("family_workers", FAMILY, "workers", "of them family",
           "drawn: one to three", "family"),
    _field("women_share", SHARE, "share", "share of women among the workers",
           "drawn around 0.3", "women"),
    _field("woman_owned", FLAG, "flag", "owned by a woman",
           "drawn with cluster.women_owners", "woman"),
    _field("served_before", FLAG, "flag", "served by an earlier programme",
           "drawn with cluster.served_before", "served_before"),
    _field("quality", SHARE, "0 to 1", "quality of the product",
           "drawn around market.common_quality", "quality"),
    _field("cash", MONEY, "USD", "cash and bank balance",
           "drawn around households.working_capital months of sales"),
    _field("collateral", MONEY, "USD", "assets that can be pledged",
           "drawn with cluster.collateral, 60 a worker", "collateral"),
    _field("debt", MONEY, "USD", "bank loan outstanding, repaid within credit.term",
           "none"),
    _field("disposition", SHARE, "0 to 1", "how far the owner trusts people in general",
           "drawn around cluster.disposition", "disposition"),
    _field("climate", SHARE, "0 to 1", "belief that others would come to a joint activity",
           "drawn around cluster.initial_trust", "climate"),
    _field("leader", FLAG, "flag", "the owner leads a group, or could",
           "drawn with groups.leaders", "able"),
    _field("association", FLAG, "flag", "member of the cluster's association",
           "no (without this column, cluster.association_members are drawn)"),
    _field("network", TEXT, "name", "the small network it belongs to",
           "none (without this column, cluster.networks are drawn)"),
    _field("x", PLACE, "any", "place, to the east; any scale, the same for y",
           "drawn", "x"),
    _field("y", PLACE, "any", "place, to the north",
           "drawn", "y"),
)  # fmt: skip
TIE_FIELDS: tuple[Field, ...] = (
    _field("source", TEXT, "id", "the firm that was asked", ""),
    _field("target", TEXT, "id", "a firm that it knows; the tie goes both ways", ""),
    _field("trust", SHARE, "0 to 1", "trust of the first in the second, held to 0.01 to 0.97",
           "drawn around cluster.initial_trust"),
    _field("kin", FLAG, "flag", "the two are kin, if either says so",
           "no (without this column, drawn with cluster.kinship)"),
)  # fmt: skip
COLUMNS: tuple[Column, ...] = tuple(field.column for field in FIELDS)
TIE_COLUMNS: tuple[Column, ...] = tuple(field.column for field in TIE_FIELDS)


def number(text: str, kind: Kind, decimal_comma: bool) -> float | None:
    """The number that a cell holds, a flag as 0 or 1; NaN for a gap; None if it holds nothing of this kind."""
    if text.lower() in GAPS:
        return math.nan
    if kind is FLAG:
        return FLAGS.get(text.lower())
    if decimal_comma:
        text = text.replace(",", ".")
    if NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    return value if kind.low <= value <= kind.high else None
