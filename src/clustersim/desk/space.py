"""The schedules that a search may try: each an ordinary policy, so that whatever is found can be written in a row."""

from __future__ import annotations

from typing import Any

from clustersim.desk.arrange import month_text
from clustersim.desk.policy import Policy
from clustersim.interventions.base import month_number
from clustersim.scenario import Scenario

SHAPES = ("flat", "linear", "steps", "cliff")
TARGETS = ("group", "provider", "one firm")
HALF = 6
"""months: programmes and falls are counted in half-years"""


def suggested(trial: Any, base: Scenario) -> Policy:
    """The policy that a trial stands for: start and length of the fall, shape, shares, target, announcement, exit."""
    first, last = month_number(base.programme.start or ""), month_number(base.programme.end or "")
    most = max(2, (last - first + 1) // HALF)
    length = trial.suggest_int("half_years", 2, most)
    stands = trial.suggest_float("stands", 0.0, 0.75, step=0.25)
    falls = trial.suggest_float("falls", 0.25, 1.0, step=0.25)
    share = trial.suggest_float("from_share", 0.1, 0.9, step=0.1)
    rest = trial.suggest_float("end_share", 0.0, 0.75, step=0.25)
    shape = trial.suggest_categorical("shape", list(SHAPES))
    to = trial.suggest_categorical("to", list(TARGETS))
    announced = trial.suggest_categorical("announced", [True, False])
    every = trial.suggest_categorical("every", [6, 12])
    span = length * HALF
    start = first + round(stands * span)
    end = min(first + span - 1, start + max(1, round(falls * (1.0 - stands) * span)))
    from_share = round(share, 2)
    return Policy(
        shape=shape,
        from_share=from_share,
        to_share=None if shape == "flat" else round(share * rest, 3),
        to=to,
        start=month_text(start),
        end=month_text(max(start, end)),
        announced=announced,
        every=every,
        exit=month_text(first + span - 1),
        title=_title(shape, from_share, round(share * rest, 3), length, to, announced, every),
    )


def _title(shape: str, share: float, rest: float, length: int, to: str, announced: bool, every: int) -> str:
    how = f"flat {share:.0%}" if shape == "flat" else f"{shape} {share:.0%} to {rest:.0%}"
    fairs = "a fair each half-year" if every == HALF else "a fair a year"
    return f"{length / 2:g} years, {how}, to {to}, {'announced' if announced else 'not announced'}, {fairs}"


def name_of(number: int, policy: Policy, base: Scenario) -> str:
    """A short name for a found policy: its number in the search, its length, its shape and first share."""
    months = month_number(policy.exit or "") - month_number(base.programme.start or "") + 1
    return f"no. {number} ({months / 12:g} y, {policy.shape} {policy.from_share:.0%})"
