"""D. Help to firms: who gets it, who decides, how it tapers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim.agents import NETWORK
from clustersim.parameters.values import FAIR
from clustersim.patterns.arms import LENGTH, date, replanned, stagnant
from clustersim.patterns.claims import Curve, Differs, Level, NoMore, Within
from clustersim.patterns.declare import Case, Pattern
from clustersim.patterns.outcomes import COST, between, outcome
from clustersim.scenario import Scenario

if TYPE_CHECKING:
    from clustersim.month import World

VISIT = 30  # month of the export visit: groups are at work by then
FAIRS = (14, 21, 26, 33)  # months of the four fairs
FALLING = (0.5, 0.4, 0.3, 0.2)  # the programme's share of each


def _members_trust(case: Case) -> tuple[float, float]:
    """Mean trust between members of the largest network before the visit, and of the same pairs a year later."""
    before = math.nan
    pairs = np.empty(0, np.int64)
    for world in case.relive((VISIT, VISIT + 12)):
        firms, ties, groups = world.firms, world.ties, world.groups
        if math.isnan(before):
            sizes = np.where((groups.alive == 1) & (groups.kind == NETWORK), groups.size, 0)
            if sizes.max() < 3:
                return math.nan, math.nan
            source = np.repeat(np.arange(len(ties.degree)), np.diff(ties.start))
            inside = firms.group[:, 1] == int(sizes.argmax())
            pairs = np.flatnonzero((ties.to >= 0) & inside[source] & inside[np.maximum(ties.to, 0)])
            if pairs.size == 0:
                return math.nan, math.nan
            before = float(ties.trust[pairs].mean())
        else:
            return before, float(ties.trust[pairs].mean())
    return math.nan, math.nan


@outcome("trust between members of the group a year after the visit", "0 to 1")
def group_trust(case: Case) -> float:
    """A year later."""
    return case.once(_members_trust)[1]


@outcome("trust between members a year after the visit less before it", "0 to 1")
def group_change(case: Case) -> float:
    """Against where it started."""
    before, after = case.once(_members_trust)
    return after - before


def _willingness(world: World, scenario: Scenario) -> NDArray[np.float64]:
    """What each firm would pay for the next fair, as a share of its cost: ``willingness_to_pay`` firm by firm."""
    firms, p, fair = world.firms, world.p, scenario.activities.fair
    invited = p.groups.invited
    cost = fair.fixed / (0.7 * invited) + fair.per_head
    least = math.ceil(p.joint_action.threshold * invited) - 1
    climate = np.clip(firms.climate, 0.02, 0.95)
    fewer = sum(math.comb(invited - 1, k) * climate**k * (1.0 - climate) ** (invited - 1 - k) for k in range(least))
    pays = (1.0 - fewer) * fair.gain * firms.felt[:, FAIR] * firms.guess[:, FAIR] / cost
    used, resentment = firms.reference[:, FAIR], p.fairness.resentment
    pays = np.where(pays > used, (pays + resentment * used) / (1.0 + resentment), pays)
    share: NDArray[np.float64] = np.maximum(pays, 0.0)
    return share


def _of_those_helped(case: Case) -> tuple[float, float]:
    """Willingness before the first fair and at the end, mean over firms that were at a fair since."""
    before: NDArray[np.float64] | None = None
    for world in case.relive((FAIRS[0], LENGTH)):
        share = _willingness(world, case.scenario)
        if before is None:
            before = share
            continue
        helped = (world.firms.cohort == 1) & (world.firms.taken_part[:, FAIR] >= world.burn_in + FAIRS[0])
        if helped.any():
            return float(before[helped].mean()), float(share[helped].mean())
    return math.nan, math.nan


@outcome("share of the next fair that firms helped before would pay", "share")
def willing(case: Case) -> float:
    """At the programme's end."""
    return case.once(_of_those_helped)[1]


@outcome("its rise since before the first fair", "share")
def more_willing(case: Case) -> float:
    """The same firms, before and after."""
    before, after = case.once(_of_those_helped)
    return after - before


def export_visits() -> Mapping[str, Scenario]:
    """The export visit, imposed on the group or chosen by it, and the same months without one."""

    def arm(**how: Any) -> Scenario:
        visit = {"kind": "single_firm_support", "date": date(VISIT), **how}
        return replanned(stagnant(), {"visit": visit}, {"run.months": VISIT + 12})

    return {
        "imposed and kept": arm(agreed=False, shared=False),
        "agreed and shared": arm(agreed=True, shared=True),
        "no visit": stagnant().with_values({"run.months": VISIT + 12}),
    }


def _fairs(shares: tuple[float, ...]) -> Scenario:
    events = [
        {"date": date(month),
         "shares": {"participants": round(0.9 - share, 4), "programme": share, "institutions": 0.1}}
        for month, share in zip(FAIRS, shares, strict=True)
    ]  # fmt: skip
    return replanned(stagnant(), {"fairs": {"events": events}}, {"run.months": LENGTH})


D5 = Pattern(
    "D5", "One firm singled out from outside that keeps what it learned brings conflict; one that the group chose, and "
    "that shares, does not.",
    "o", "clara2000 ch. 3, Box 4", "direct", "sign, null",
    export_visits,
    (
        Differs(group_trust, "imposed and kept", "no visit", -0.05),
        Level(group_change, "imposed and kept", -0.02, above=False),
        Within(group_trust, "agreed and shared", 0.02, "no visit"),
        Curve(group_change, ("imposed and kept", "agreed and shared", "no visit")),
    ),
    "a visible private gain that was not agreed is resented inside the group",
    {"fairness.envy": 0.0},
)  # fmt: skip

D6 = Pattern(
    "D6", "Help for one activity falls from one time to the next, and firms come to pay for the next one themselves.",
    "o", "clara2000 Annex I", "one step", "sign at equal money",
    lambda: {
        "falling": _fairs(FALLING),
        "level": _fairs((sum(FALLING) / len(FALLING),) * len(FALLING)),
        "no fairs": replanned(stagnant(), {"fairs": None}, {"run.months": LENGTH}),
    },
    (
        Level(more_willing, "falling", 0.02),
        NoMore(COST, "falling", "level"),
        Curve(willing, ("falling", "level")),
        Curve(more_willing, ("falling", "level")),
        Curve(between("willingness_to_pay", FAIRS[-1] + 3, LENGTH), ("falling", "level", "no fairs")),
    ),
    "firms learn what a fair is worth and get used to the share they pay",
    {"learning.use": 0.0, "fairness.resentment": 0.0},
    revised="after 200 runs at seeds 0 and 2028: willingness of firms that were at a fair, and its rise; falling "
    "against level help was scored first and made no difference (.000 [-.014, .014]): nothing published compares the "
    "two, so it is reported",
)  # fmt: skip

HELPING = (D5, D6)
