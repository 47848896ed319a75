"""D, F. What was published about Ludhiana, December 1999: month 24 of the run, counted from 0 (December 1997).

The scenario's plan offers each activity without help first and with some where no group is likely to take it up
unaided, so who pays which share is not an input; the published figures were in sight while the plan was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from clustersim.agents import ASSOCIATION
from clustersim.parameters.values import TRAINING
from clustersim.patterns.arms import jaipur
from clustersim.patterns.cases import MONTHS as JAIPUR_MONTHS
from clustersim.patterns.claims import Curve, Differs, Level
from clustersim.patterns.declare import Case, Pattern
from clustersim.patterns.outcomes import at_end, outcome
from clustersim.patterns.ranges import Covers
from clustersim.scenario import Scenario, load_scenario

MONTHS = 25  # December 1997 to December 1999
PAID = {"private": 58244.0, "institutions": 0.0, "programme": 12999.0}  # USD, table 1
TOTAL = sum(PAID.values())
SEEN = "range, the case left out of the fit; the figures were in sight while the plan was written"
OWN = ("cluster", "market", "households")  # what a case says of its firms
ARM = "Ludhiana"


@cache
def ludhiana(months: int = MONTHS) -> Scenario:
    """The neighbourhood of Ludhiana with its programme, for its first so many months."""
    return load_scenario("ludhiana").with_values({"run.months": months})


@cache
def under_one_plan() -> Scenario:
    """Jaipur's firms, with their economy, under the plan and in the months of Ludhiana."""
    tables = jaipur(MONTHS).to_values()
    own = {f"{section}.{key}": value for section in OWN for key, value in tables[section].items()}
    return ludhiana().with_values(own)


def _share(payer: str) -> Covers:
    return Covers(at_end(f"share_{payer}"), ARM, round(PAID[payer] / TOTAL, 3))


@outcome("members at the end of the network that was brought together first", "firms")
def first_network(case: Case) -> float:
    """Of those that the broker introduced and that are still there; none counts as no members."""
    groups = case.run.world.groups
    rows = np.flatnonzero((groups.alive == 1) & (groups.kind != ASSOCIATION) & (groups.brokered == 1))
    return float(groups.size[rows[np.argmin(groups.founded[rows])]]) if rows.size else 0.0


@outcome("firms that took part in a joint course", "firms")
def trained(case: Case) -> float:
    """At least once since the programme began."""
    world = case.run.world
    return float(np.sum(world.firms.taken_part[:, TRAINING] >= world.burn_in))


@outcome("most firms that took one course together", "firms")
def largest_course(case: Case) -> float:
    """Since the programme began; 0 if there was none."""
    log, first = case.run.world.log, case.run.world.burn_in
    rows = int(log.count[0])
    courses = (log.kind[:rows] == TRAINING) & (log.happened[:rows] == 1) & (log.month[:rows] >= first)
    return float(log.came[:rows][courses].max()) if courses.any() else 0.0


def _two_cases() -> Mapping[str, Scenario]:
    return {ARM: ludhiana(), "Jaipur": jaipur(JAIPUR_MONTHS), "Jaipur's firms, Ludhiana's plan": under_one_plan()}


D8 = Pattern(
    "D8", "Users bear more of the cost in the more dynamic cluster: .82 at Ludhiana, .55 at Jaipur by the end of 1999.",
    "o", "clara2000 Table 1", "one step",
    "order of the cases as shipped, order at the same plan and month, ranges; Jaipur's shares are inputs in good part",
    _two_cases,
    (
        Differs(at_end("cost_recovery_total"), ARM, "Jaipur", 0.05),
        Differs(at_end("share_private"), ARM, "Jaipur's firms, Ludhiana's plan", 0.02),
        Covers(at_end("cost_recovery_total"), ARM, 0.82),
        Covers(at_end("cost_recovery_total"), "Jaipur", 0.55),
        Curve(at_end("share_private"), (ARM, "Jaipur's firms, Ludhiana's plan", "Jaipur")),
    ),
    "poor firms have not the cash to pay all of an activity, so more of theirs are helped under a plan that helps only "
    "where no group is likely to come unaided; the programme leaves bought services out, so the second order does too",
    {"households.spending": 0.0},
    {ARM: "ludhiana", "Jaipur": "jaipur"},
)  # fmt: skip

F2 = Pattern(
    "F2", "Ludhiana by the end of 1999: 130 firms served, cost recovery .82, leverage 5.5, who paid which share.",
    "o", "clara2000 Table 1", "emergent", SEEN,
    lambda: {ARM: ludhiana()},
    (
        Covers(at_end("firms_served"), ARM, 130.0),
        Covers(at_end("cost_recovery_total"), ARM, 0.82),
        Covers(at_end("leverage"), ARM, 5.5),
        _share("private"),
        Level(at_end("share_institutions"), ARM, 0.02, above=False),
        _share("programme"),
    ),
    "groups that take up an activity unaided, or wait for help",
    {"broker.visit_effect": 0.0},
    {ARM: "ludhiana"},
)  # fmt: skip

F3 = Pattern(
    "F3", "Ludhiana: associations of 12 and of 80 members formed, 30 firms aware of IT, 17 train under one contract.",
    "o", "clara2000 Annex I, Box 4", "emergent",
    f"{SEEN}; the small association is the first network here, and both kinds of course are joint training",
    lambda: {ARM: ludhiana()},
    (
        Covers(first_network, ARM, 12.0),
        Covers(at_end("association_members"), ARM, 80.0),
        Covers(trained, ARM, 30.0),
        Covers(largest_course, ARM, 17.0),
    ),
    "meetings at which firms that trust the broker found groups, guests who stay, courses that groups take up",
    {"broker.visit_effect": 0.0},
    {ARM: "ludhiana"},
)  # fmt: skip

LUDHIANA = (D8, F2, F3)
