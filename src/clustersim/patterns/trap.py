"""A. The trap and the way out."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from clustersim.patterns.arms import AFTER, programme_of, stagnant, thriving, untouched
from clustersim.patterns.claims import Curve, Differs, Level, Ordered, TwoHumps, Within
from clustersim.patterns.declare import Case, Pattern
from clustersim.patterns.outcomes import (
    at_end,
    change,
    kept_share,
    last_year,
    outcome,
    relative_change,
    year_after,
)
from clustersim.scenario import Scenario

DECADE = 120
TRUSTS = (15, 25, 35, 45, 55, 65)  # initial trust in hundredths
YEARS_WATCHED = 5
SHORT = (6, 8, 9, 10, 12)  # months of programme around the threshold
SMALL = {"cluster.firms": 24, "cluster.segments": [1.0], "cluster.association_members": 4}
SETTLED = 180  # months after which groups have died out or taken hold: five years leave many in between
LENGTHS = (6, 12, 18, 24, 36, 48)
PLACES = 16  # the most there may be
WIDE = 60.0  # km across


def _by_trust() -> Mapping[str, Scenario]:
    found = {}
    for level in TRUSTS:
        values = {"cluster.initial_trust": level / 100.0}
        found[f"trust .{level}"] = stagnant().with_values(values)
        found[f"trust .{level} alone"] = untouched().with_values(values)
    return found


def _by_length() -> Mapping[str, Scenario]:
    found = {f"{length} months": programme_of(length) for length in LENGTHS}
    return found | {"6 months, none": untouched(6 + AFTER), "none": untouched()}


@outcome("trust lost by one broken promise over trust won by one kept", "ratio")
def undone(case: Case) -> float:
    """From five years lived month by month: pairs that did one thing together, by promises kept and broken.

    A promise broken in joint activities shows in the public standing of who broke it, a kept one in familiarity.
    Whatever else moves trust in a month (talk, everyday favours, drift) goes on beside it; meetings of a broker would
    too, so this looks at a cluster without one.
    """
    lost: list[float] = []
    won: list[float] = []
    trust = familiarity = standing = np.empty(0)
    for month, world in enumerate(case.relive(range(YEARS_WATCHED * 12 + 1))):
        firms, ties = world.firms, world.ties
        if month > 0:
            source = np.repeat(np.arange(len(ties.degree)), np.diff(ties.start))
            target = np.maximum(ties.to, 0)
            group, other = firms.group[source], firms.group[target]
            together = (ties.to >= 0) & np.any((group >= 0) & (group == other), axis=1)
            together &= firms.acted[source] == world.burn_in + month - 1
            moved, dealt = ties.trust - trust, ties.familiarity - familiarity
            broke = (firms.standing[target] < 0.9 * standing[target]) & (dealt < 0.5)
            lost += (-moved[together & broke]).tolist()
            won += moved[together & (dealt >= 1.0)].tolist()
        trust, familiarity, standing = ties.trust.copy(), ties.familiarity.copy(), firms.standing.copy()
    if not lost or not won or math.fsum(won) <= 0.0:
        return math.nan
    return (math.fsum(lost) / len(lost)) / (math.fsum(won) / len(won))


A1 = Pattern(
    "A1", "Left alone, an under-performing cluster stays as it is: little trust, no joint action, flat income.",
    "o", "clara2000 ch. 1-2; unido_microfinance", "emergent", "null",
    lambda: {"alone": untouched(DECADE)},
    (
        Within(change("trust"), "alone", 0.03),
        Within(change("joint_action"), "alone", 0.05),
        Within(relative_change("income"), "alone", 0.05),
    ),
    "fear of failed tries and too low an opinion of what joint action is worth",
    {"joint_action.prior_value": 1.2, "joint_action.fear": 0.0, "learning.failure": 0.0},
)  # fmt: skip

A2 = Pattern(
    "A2", "A cluster that does well keeps itself going without outside help.",
    "o", "clara2000 ch. 1", "emergent", "sign",
    lambda: {"thriving": thriving(DECADE), "stagnant": untouched(DECADE)},
    (
        Differs(last_year("trust"), "thriving", "stagnant", 0.15),
        Differs(last_year("joint_action"), "thriving", "stagnant", 0.20),
        Level(kept_share("trust"), "thriving", 0.75),
        Level(kept_share("joint_action"), "thriving", 0.75),
    ),
    "own successes and the sight of others' keep beliefs up",
    {"learning.success": 0.0, "learning.observe": 0.0, "learning.observe_kept": 0.0},
)  # fmt: skip

A3 = Pattern(
    "A3", "A programme of limited time can move a cluster to another state, which stays when the broker has gone.",
    "e", "clara2000 ch. 2.1", "emergent", "sign, and a threshold to plot",
    lambda: {"programme": stagnant(), "none": untouched(), **_by_trust()},
    (
        Differs(last_year("trust"), "programme", "none", 0.05),
        Differs(last_year("unassisted"), "programme", "none", 0.05),
        Curve(last_year("joint_action"), tuple(f"trust .{t} alone" for t in TRUSTS)),
        Curve(last_year("joint_action"), tuple(f"trust .{t}" for t in TRUSTS)),
    ),
    "visits open the way to a table, where groups form; their successes, seen by others, keep it up",
    {"broker.visit_effect": 0.0},
)  # fmt: skip

A4 = Pattern(
    "A4", "Too short a programme falls back; the longer it was, the more of it is left five years after.",
    "e", "clara2000 ch. 2.2", "emergent", "order (by length, so not at equal money)",
    _by_length,
    (
        Ordered(last_year("joint_action"), ("6 months", "12 months", "24 months", "48 months"), 0.01),
        Within(last_year("joint_action"), "6 months", 0.05, "6 months, none"),
        Curve(year_after("joint_action", AFTER), tuple(f"{length} months" for length in LENGTHS)),
        Curve(last_year("joint_action"), tuple(f"{length} months" for length in LENGTHS)),
    ),
    "time for visits to open meetings and for groups to learn to run things",
    {"broker.visit_effect": 0.0},
)  # fmt: skip

A5 = Pattern(
    "A5", "Where a programme adds most, among poor, middling or good clusters, is an open question.",
    "t", "clara2000 ch. 1; open", "emergent", "curve, not scored",
    _by_trust,
    (
        Curve(last_year("joint_action"), tuple(f"trust .{t}" for t in TRUSTS),
              tuple(f"trust .{t} alone" for t in TRUSTS)),
        Curve(at_end("cost_recovery_total"), tuple(f"trust .{t}" for t in TRUSTS)),
    ),
    "none: reported",
)  # fmt: skip

A6 = Pattern(
    "A6", "Trust is slow to build and quick to lose: one broken promise undoes several kept ones.",
    "t", "Slovic 1993", "direct", "sign",
    lambda: {"working groups": thriving(YEARS_WATCHED * 12)},
    (Level(undone, "working groups", 3.0),),
    "asymmetric trust",
    {"trust.rule": "average"},
    revised="after 200 runs at seed 0: looked at in a cluster without a broker, whose meetings also raise trust",
)  # fmt: skip

A7 = Pattern(
    "A7", "Firms close together are no guarantee: like clusters, given the same little push, come to unlike ends.",
    "o", "clara2000 ch. 1", "emergent", "bimodal (clusters of 24 firms, 15 years after exit), Silverman's test",
    lambda: {f"{length} months": programme_of(length, SETTLED).with_values(SMALL) for length in SHORT},
    (
        TwoHumps(last_year("joint_action"), tuple(f"{length} months" for length in SHORT), 0.10, 0.10),
        Curve(last_year("joint_action"), tuple(f"{length} months" for length in SHORT)),
    ),
    "successes feed beliefs, beliefs feed successes",
    {"learning.success": 0.0, "learning.observe": 0.0},
    revised="after runs at seeds 0, 41, 42, 74 and 75: 15 years after exit instead of 5, lengths around the threshold, "
    "clusters of 24 firms, about one network: in 200, and still in 60, several groups with fates of their own blur the "
    "two ends",
)  # fmt: skip

A8 = Pattern(
    "A8", "The wider the area over which firms are spread, the harder it is for them to act together.",
    "t", "fmc2014", "one step", "sign",
    lambda: {
        "one town": stagnant(),
        "sixteen villages": stagnant().with_values(
            {"cluster.villages": [1.0 / PLACES] * PLACES, "cluster.extent": WIDE}
        ),
    },
    (
        Differs(last_year("joint_action"), "sixteen villages", "one town", -0.03),
        Curve(last_year("trust"), ("one town", "sixteen villages")),
    ),
    "every km to a meeting costs time and fare, a broker on the road sees fewer firms, fewer know each other",
    {"joint_action.travel": 0.0, "broker.visit_range": 10_000.0},
    revised="after runs at seeds 0 and 41: the area has a width in km; before, places differed only in who knows whom",
)  # fmt: skip

TRAP = (A1, A2, A3, A4, A5, A6, A7, A8)
