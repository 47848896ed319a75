"""C, E. What joint action does to costs, wages, prices and the poorest."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from clustersim import ledger as books
from clustersim.parameters.values import PURCHASE
from clustersim.patterns.arms import LENGTH, date, replanned, stagnant, untouched
from clustersim.patterns.claims import Curve, Differs, Level, NoMore, Within
from clustersim.patterns.declare import Case, Pattern
from clustersim.patterns.outcomes import COST, YEAR, at_end, last_year, outcome
from clustersim.scenario import Scenario

LOOKS = (0, 3, 6, 9)  # months of a year at which firms are looked at
BOTTOM = 0.2
Floats = NDArray[np.float64]


def _bought_together(case: Case) -> tuple[float, float]:
    """Saving on materials and rise of hired wages, programme's first to last year: those who bought less the others.

    Those who bought did so in the last year; the others belong to no group.  Both were in business all along.
    """
    wages: list[Floats] = []
    savings: list[Floats] = []
    for world in case.relive([start + k for start in (0, LENGTH - YEAR) for k in LOOKS] + [LENGTH]):
        firms = world.firms
        wages.append(firms.wage.copy())
        savings.append(firms.discount.copy())
    stayed = (firms.cohort == 1) & (firms.alive == 1) & (firms.workers > firms.family)
    bought = stayed & (firms.taken_part[:, PURCHASE] >= world.burn_in + LENGTH - YEAR)
    others = stayed & (firms.group < 0).all(axis=1)
    n = len(LOOKS)
    before, after = np.mean(wages[:n], axis=0), np.mean(wages[n : 2 * n], axis=0)
    saved = np.mean(savings[n : 2 * n], axis=0)
    if not bought.any() or not others.any():
        return math.nan, math.nan
    rises = [float(after[these].mean() / before[these].mean()) for these in (bought, others)]
    return float(saved[bought].mean() - saved[others].mean()), rises[0] - rises[1]


@outcome("saving on materials in the programme's last year, those who bought together less firms in no group", "share")
def saving(case: Case) -> float:
    """What buying together takes off."""
    return case.once(_bought_together)[0]


@outcome("relative rise of hired wages since the first year, those who bought together less firms in no group", "share")
def wage_rise(case: Case) -> float:
    """Difference in differences."""
    return case.once(_bought_together)[1]


@outcome("spread of prices at the end", "price, standard deviation")
def price_spread(case: Case) -> float:
    """Over the living firms."""
    firms = case.run.world.firms
    return float(firms.price[firms.alive == 1].std())


@outcome("sales of the cluster in the last year", "USD")
def sales(case: Case) -> float:
    """From the ledger."""
    flow = case.run.world.ledger.flow
    return math.fsum(flow[-YEAR:, books.SALES].ravel().tolist())


def _by_income(case: Case) -> tuple[float, float]:
    """Mean income at the end of the poorest fifth of owners of month 0, and of all; closed firms count as zero."""
    poorest = everybody = np.empty(0, np.int64)
    income = np.empty(0)
    for month, world in enumerate(case.relive((0, case.scenario.run.months))):
        firms = world.firms
        if month == 0:
            everybody = np.flatnonzero(firms.alive == 1)
            order = everybody[np.argsort(firms.income_year[everybody], kind="stable")]
            poorest = order[: max(1, round(BOTTOM * len(order)))]
        else:
            income = np.where(firms.cohort == 1, firms.income_year, 0.0)
    return float(income[poorest].mean()), float(income[everybody].mean())


@outcome("income of the poorest fifth of month 0 over that of all, at the end", "ratio")
def behind(case: Case) -> float:
    """How far behind the poorest are."""
    low, mean = case.once(_by_income)
    return low / mean if mean > 0.0 else math.nan


@outcome("income of the poorest fifth of month 0, at the end", "USD/month")
def lowest(case: Case) -> float:
    """In money."""
    return case.once(_by_income)[0]


def _export_first() -> Mapping[str, Scenario]:
    """Fairs and a showroom only, against the usual plan of small things, and against nothing."""
    showroom = {"kind": "showroom", "start": date(24), "end": date(LENGTH - 6)}
    selling = replanned(stagnant(), {"purchase": None, "training": None, "showroom": showroom})
    return {"export first": selling, "usual plan": stagnant(), "none": untouched()}


C5 = Pattern(
    "C5", "Buying in bulk lowers what materials cost, and workers come to earn more.",
    "o", "unido_microfinance", "one step", "sign",
    lambda: {"bulk purchase": replanned(stagnant(), {"fairs": None, "training": None}, {"run.months": LENGTH})},
    (Level(saving, "bulk purchase", 0.02), Level(wage_rise, "bulk purchase", 0.01)),
    "a discount leaves more above the owner's subsistence, and workers get a share of that",
    {"market.sharing": 0.0},
)  # fmt: skip

C6 = Pattern(
    "C6", "Competition does not end but changes its nature: quality and the spread of prices rise, the price war "
    "abates, and neither sales nor the number of firms fall.",
    "e", "clara2000 ch. 5", "emergent", "sign; no fall: at most 3 % below",
    lambda: {"programme": stagnant(), "none": untouched()},
    (
        Differs(last_year("quality"), "programme", "none", 0.02),
        Differs(price_spread, "programme", "none", 0.005),
        Differs(last_year("price"), "programme", "none", 0.005),
        NoMore(at_end("firms"), "none", "programme", 0.03),
        NoMore(sales, "none", "programme", 0.03),
    ),
    "training and what is left over subsistence go into quality, which distant buyers look for",
    {"activities.training.gain": 0.0, "market.upgrading": 0.0, "market.upgrade_effect": 0.0},
)  # fmt: skip

E6 = Pattern(
    "E6", "Competitiveness is not enough against poverty: a programme for exports raises the mean income and leaves "
    "the poorest behind.",
    "e", "unido_microfinance", "emergent", "sign, null",
    _export_first,
    (
        Differs(last_year("income"), "export first", "none", 2.0),
        Differs(behind, "export first", "none", -0.01),
        Within(last_year("poverty"), "export first", 0.01, "none"),
        Curve(behind, ("usual plan",), ("none",)),
        Curve(lowest, ("export first", "usual plan"), ("none", "none")),
        Curve(last_year("poverty"), ("export first", "usual plan"), ("none", "none")),
        Curve(COST, ("export first", "usual plan")),
    ),
    "marketing pays those who take part in it, and the poorest take part less",
    {"activities.fair.gain": 0.0, "activities.showroom.gain": 0.0},
)  # fmt: skip

INCOMES = (C5, C6, E6)
