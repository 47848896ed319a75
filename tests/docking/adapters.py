"""The project's own sub-models in the words of the papers they are docked to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from clustersim.compile import entry
from clustersim.rules import information, joint_action, trust


def callable_from_python(rule: Any) -> Callable[..., Any]:
    """The same rule with a door to Python; compiled rules by themselves can only be called by other rules."""
    opened: Callable[..., Any] = entry(getattr(rule, "py_func", rule))
    return opened


tail = callable_from_python(joint_action.tail)
assurance_gain = callable_from_python(joint_action.assurance_gain)
hazard = callable_from_python(information.adoption_hazard)
loyalty = callable_from_python(trust.loyalty)
kept = callable_from_python(trust.kept)
broke = callable_from_python(trust.broke)


def chance_of_at_least(threshold: int, others: int, share: float) -> float:
    """Pr(K >= threshold) if each of the others joins with chance ``share``, here between .02 and .95."""
    return float(tail(others, threshold, share))


def gain_from_joining(chance: float, value: float, cost: float) -> float:
    """What joining is expected to bring if the cost is lost in a failed try, and no more than the cost."""
    return float(assurance_gain(chance, value, cost, 0.0, 0.0))


def adoption_hazard(innovation: float, imitation: float, share: float) -> float:
    """The chance that one who has not adopted does so now, if ``share`` of the others have."""
    return float(hazard(innovation, imitation, share))


def loyalty_trust(start: float, speed: float, n: int) -> float:
    """Trust in a partner at the n-th dealing in a row, as Klos and Nooteboom count them, from one."""
    return float(loyalty(float(n - 1), start, speed))


class TrustValues(NamedTuple):
    """The parameters that the trust rules read, with round numbers."""

    rule: int
    gain: float = 0.1
    loss: float = 0.3
    damage: float = 0.0
    firmness: float = 0.5
    prior_weight: float = 2.0


class Tie(NamedTuple):
    """The columns of one tie that the trust rules read and write."""

    trust: Any
    damage: Any
    kept: Any
    broken: Any
    familiarity: Any


def trust_path(rule: int, dealings: list[bool], disposition: float) -> list[float]:
    """Trust in one partner, from the disposition on, along a row of kept (True) and broken (False) dealings."""
    values, tie = TrustValues(rule), Tie(*(np.zeros(1) for _ in Tie._fields))
    tie.trust[0] = disposition
    path = [disposition]
    for keeps in dealings:
        (kept if keeps else broke)(tie, 0, 1.0, disposition, values)
        path.append(float(tie.trust[0]))
    return path
