"""B, C. The life of a programme: the diagnostic study, the action plan, the umbrella organisation."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from clustersim.month import World
from clustersim.patterns.arms import LENGTH, date, replanned, stagnant
from clustersim.patterns.claims import Curve, Differs, NoMore, Ordered
from clustersim.patterns.declare import Case, Pattern
from clustersim.patterns.outcomes import COST, at_end, between, last_year, outcome
from clustersim.scenario import Scenario

STUDIED = 4  # the month before which the study has ended and no meeting has been called
FIFTH = 5  # joint activities with help by which delivery is told
SHORT, LONG = 4, 24  # items on the wish list; stagnant's own offers answer three of them
PLANNED = {"start": date(4), "end": date(LENGTH - 1)}
SPOKEN = 24  # from this month on there is something to ask of the regulator, twice a year


def _living(world: World) -> np.ndarray:
    there: np.ndarray = world.firms.alive == 1
    return there


@outcome("trust in the broker over all firms when the study has ended", "0 to 1")
def trust_after_study(case: Case) -> float:
    """Mean over the firms alive, in the broker's circle or not."""
    (world,) = case.relive((STUDIED,))
    return float(world.firms.trust_broker[_living(world)].mean())


@outcome("spread of what firms believe of others when the study has ended", "standard deviation")
def spread_after_study(case: Case) -> float:
    """Standard deviation of the climate belief over the firms alive."""
    (world,) = case.relive((STUDIED,))
    return float(world.firms.climate[_living(world)].std())


@outcome("months until the fifth joint activity with help; the programme's length if it never comes", "months")
def delivery(case: Case) -> float:
    """From the first month of the programme, by the log of tries."""
    world = case.run.world
    log, rows = world.log, int(world.log.count[0])
    done = (log.happened[:rows] == 1) & ((log.assisted[:rows] == 1) | (log.funded[:rows] == 1))
    months = log.month[:rows][done] - world.burn_in
    return float(min(LENGTH, months[FIFTH - 1])) if len(months) >= FIFTH else float(LENGTH)


@outcome("members of groups who know somebody in another group, at the end", "share")
def bridges(case: Case) -> float:
    """Share of the living members of networks with a contact in another network."""
    firms, ties = case.run.world.firms, case.run.world.ties
    members = np.flatnonzero(_living(case.run.world) & (firms.group[:, 1] >= 0))
    known = [ties.to[int(ties.start[i]) : int(ties.start[i] + ties.degree[i])] for i in members]
    found = [bool(((firms.group[row, 1] >= 0) & (firms.group[row, 1] != firms.group[i, 1])).any())
             for i, row in zip(members, known, strict=True)]  # fmt: skip
    return float(np.mean(found)) if found else math.nan


def _studied() -> Mapping[str, Scenario]:
    """The same broker days; the study's go to visits where there is none, or to nothing at all."""
    alone = dict.fromkeys(name for name in stagnant().interventions if name != "study")
    return {
        "study alone": replanned(stagnant(), alone), "nothing": replanned(stagnant(), {**alone, "study": None}),
        "study, then the programme": stagnant(), "programme without study": replanned(stagnant(), {"study": None}),
    }  # fmt: skip


def _listed(items: int, revised: bool) -> Scenario:
    return replanned(stagnant(), {"plan": {"kind": "action_plan", "items": items, "revised": revised, **PLANNED}})


def _voiced(unites: bool) -> Scenario:
    voice = {"kind": "umbrella_organisation", "start": date(SPOKEN), "end": date(LENGTH - 1), "unites": unites}
    return replanned(stagnant(), {"umbrella": voice})


B9 = Pattern(
    "B9", "The diagnostic study itself builds trust, and brings what firms believe of their cluster closer together.",
    "o", "unido_tools; clara2000 ch. 3.1", "direct", "sign, before any visit or meeting",
    _studied,
    (
        Differs(trust_after_study, "study alone", "nothing", 0.02),
        Differs(spread_after_study, "study alone", "nothing", -0.002),
        Curve(at_end("first_meeting"), ("study, then the programme", "programme without study")),
        Curve(between("trust", 12, 24), ("study, then the programme", "programme without study")),
    ),
    "firms are asked and heard, and what was found is told to all who were",
    {"broker.visit_effect": 0.0},
)  # fmt: skip

B11 = Pattern(
    "B11", "Over-long wish lists slow delivery; a plan revised every year does no worse than one that is fixed.",
    "e", "pietrobelli2006; clara2000 ch. 2.2", "one step", "order at equal broker days",
    lambda: {"short, fixed": _listed(SHORT, False), "short, revised": _listed(SHORT, True),
             "long, fixed": _listed(LONG, False), "long, revised": _listed(LONG, True)},
    (
        Ordered(delivery, ("short, fixed", "long, fixed"), 3.0),
        NoMore(delivery, "long, revised", "long, fixed"),
        NoMore(delivery, "short, revised", "short, fixed"),
        Curve(between("joint_action", LENGTH - 12, LENGTH),
              ("short, fixed", "short, revised", "long, fixed", "long, revised")),
    ),
    "days of preparation are spread over all that is on the list",
    {"broker.project_days": 0.0},
)  # fmt: skip

C9 = Pattern(
    "C9", "An umbrella organisation gains its cluster a voice: the regulator meets more of its requests.",
    "o", "clara2000 Box 3", "one step", "sign, as many requests either way",
    lambda: {"umbrella": _voiced(True), "each group for itself": _voiced(False)},
    (
        Differs(at_end("requests_met"), "umbrella", "each group for itself", 1.0),
        NoMore(COST, "umbrella", "each group for itself"),
        Curve(bridges, ("umbrella", "each group for itself")),
        Curve(last_year("joint_action"), ("umbrella", "each group for itself")),
    ),
    "a body that speaks for more firms, and whose leaders meet, is heard more",
    {"umbrella.joining": 0.0},
    revised="after its first runs: the statement also said that an umbrella organisation unites what was scattered; no "
    "claim scores that (contacts between groups are reported), so it was taken out",
)  # fmt: skip

PROGRAMME = (B9, B11, C9)
