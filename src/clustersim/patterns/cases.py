"""C, F. What was published about Jaipur, December 1999: month 35 of the run, counted from 0.

The figures were in sight while mechanisms were built.  With the shipped ensembles they are judged under the one that
was fitted without Jaipur; with default parameters they only say whether histories reach what the real one reached.
"""

from __future__ import annotations

from clustersim.patterns.arms import jaipur
from clustersim.patterns.declare import Pattern
from clustersim.patterns.outcomes import at_end
from clustersim.patterns.ranges import Covers

MONTHS = 36  # January 1997 to December 1999
PAID = {"private": 58199.0, "institutions": 16166.0, "programme": 29606.0}  # USD, table 1
TOTAL = sum(PAID.values())
SEEN = "range, the case left out of the fit; the figures were in sight while mechanisms were built"


def _share(payer: str) -> Covers:
    return Covers(at_end(f"share_{payer}"), "Jaipur", round(PAID[payer] / TOTAL, 3))


C3 = Pattern(
    "C3", "The association of Jaipur's artisans grows from 26 to 120 members in about two years.",
    "o", "clara2000 Annex I", "emergent", SEEN,
    lambda: {"Jaipur": jaipur(MONTHS)},
    (Covers(at_end("association_members"), "Jaipur", 120.0),),
    "meetings of an association that is woken, guests who stay, firms that follow trusted contacts",
    {"broker.visit_effect": 0.0},
    {"Jaipur": "jaipur"},
)  # fmt: skip

F1 = Pattern(
    "F1", "Jaipur by the end of 1999: 155 firms served, cost recovery .55, leverage 3.5, who paid which share.",
    "o", "clara2000 Table 1", "emergent", SEEN,
    lambda: {"Jaipur": jaipur(MONTHS)},
    (
        Covers(at_end("firms_served"), "Jaipur", 155.0),
        Covers(at_end("cost_recovery_total"), "Jaipur", 0.55),
        Covers(at_end("leverage"), "Jaipur", 3.5),
        _share("private"),
        _share("institutions"),
        _share("programme"),
    ),
    "offers that groups take up or not (shares and leverage follow in good part from the shares that a scenario gives)",
    {"broker.visit_effect": 0.0},
    {"Jaipur": "jaipur"},
)  # fmt: skip

CASES = (C3, F1)
