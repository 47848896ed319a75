"""E. Banks and collateral."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from clustersim.patterns.arms import LENGTH, date, replanned, stagnant, untouched
from clustersim.patterns.claims import Curve, Differs, Level
from clustersim.patterns.declare import Case, Pattern
from clustersim.patterns.outcomes import at_end, at_month, outcome
from clustersim.scenario import Scenario

MEMBERS = 60  # of the association: banks speak to an association, not to single firms
MONTHS = 60
FLOOD = {"kind": "flood", "date": date(0), "share": 1.0}
TALKS = tuple(date(month) for month in (9, 12, 15, 18, 21, 24))


def _flooded(scenario: Scenario) -> Scenario:
    """A larger association, and a flood in the first month that takes all collateral."""
    return scenario.with_values(
        {"cluster.association_members": MEMBERS, "run.months": MONTHS, "shocks": {"flood": FLOOD}}
    )


@cache
def with_bank(chaired: bool = True) -> Scenario:
    """The programme after a flood, with bank meetings in the first two years and a mutual guarantee."""
    mediation = {"kind": "bank_mediation", "dates": list(TALKS), "chaired": chaired, "guarantee": True,
                 "start": date(12), "end": date(LENGTH - 1)}  # fmt: skip
    return replanned(_flooded(stagnant()), {"bank": mediation})


@outcome("the bank's trust in the association at the end", "0 to 1")
def bank_trust(case: Case) -> float:
    """What the talks left."""
    return float(case.run.world.banks.trust[0])


@outcome("fall of the bank's estimate of risk behind a guarantee", "share")
def learned_risk(case: Case) -> float:
    """From the month before the guarantee is offered to the end."""
    risk = case.series("bank_risk_guaranteed")
    return float(risk[11] - risk[-1])


@outcome("loans in the first year of the guarantee", "loans")
def first_loans(case: Case) -> float:
    """Loans made in months 12 to 23."""
    made = case.series("loans_made")
    return float(made[23] - made[11])


@outcome("loans in its third year", "loans")
def later_loans(case: Case) -> float:
    """Loans made in months 36 to 47."""
    made = case.series("loans_made")
    return float(made[47] - made[35])


@outcome("loans made after the first month", "loans")
def loans_after(case: Case) -> float:
    """All loans since the flood came, or did not."""
    made = case.series("loans_made")
    return float(made[-1] - made[0])


def _collateral() -> Mapping[str, Scenario]:
    dry = untouched().with_values({"cluster.association_members": MEMBERS, "run.months": MONTHS})
    return {"flood": _flooded(untouched()), "dry": dry}


E1 = Pattern(
    "E1", "Collateral gone, credit gone: after a flood nobody lends to firms that would have repaid.",
    "o", "clara2000 Box 5", "direct", "sign",
    _collateral,
    (
        Differs(loans_after, "flood", "dry", -10.0),
        Level(loans_after, "flood", 5.0, above=False),
    ),
    "banks ask for a pledge",
)  # fmt: skip

E2 = Pattern(
    "E2", "An association that screens and guarantees brings lending back, and repaid loans bring more of it.",
    "o", "clara2000 Box 5", "one step", "sign",
    lambda: {"guarantee": with_bank(), "programme without": _flooded(stagnant())},
    (
        Differs(at_end("loans_made"), "guarantee", "programme without", 15.0),
        Level(learned_risk, "guarantee", 0.01),
        Curve(first_loans, ("guarantee",)),
        Curve(later_loans, ("guarantee",)),
        Curve(at_month("loans_made", 47), ("guarantee", "programme without")),
    ),
    "screening by the association and a fund that members guarantee each other",
    {"credit.screening": 0.0, "credit.cover": 0.0},
)  # fmt: skip

BANKING = (E1, E2)
