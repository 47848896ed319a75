"""The schedules that a search may try: each an ordinary policy, so that whatever is found can be written in a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clustersim.desk.policy import Policy
from clustersim.scenario import Scenario
from clustersim.scenario.check import month_number, month_text

SPACE = 2
"""version of what may be tried: a change of it begins every search anew"""
SHAPES = ("flat", "linear", "steps", "cliff")
TARGETS = ("group", "provider", "one firm")
HALF = 6
"""months: programmes and falls are counted in half-years"""
DAYS = {0.25: "¼ of the days", 0.5: "½ of the days", 0.75: "¾ of the days", 1.0: "all days"}
HOW = {"flat": "flat", "cliff": "cliff", "linear": "taper", "steps": "steps"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def suggested(trial: Any, base: Scenario) -> Policy:
    """The policy that a trial stands for."""
    first, last = month_number(base.programme.start or ""), month_number(base.programme.end or "")
    most = max(2, (last - first + 1) // HALF)
    span = HALF * trial.suggest_int("half_years", 2, most)
    start = first + round(trial.suggest_float("stands", 0.0, 0.75, step=0.25) * span)
    falls = trial.suggest_float("falls", 0.25, 1.0, step=0.25) * (first + span - start)
    share = round(trial.suggest_float("from_share", 0.1, 0.9, step=0.1), 2)
    rest = trial.suggest_float("end_share", 0.0, 0.75, step=0.25)
    shape = trial.suggest_categorical("shape", list(SHAPES))
    schedule: dict[str, Any] = {
        "shape": shape,
        "from_share": share,
        "to_share": None if shape == "flat" else round(share * rest, 3),
        "start": month_text(start),
        "end": month_text(min(first + span - 1, start + max(1, round(falls)))),
        "exit": month_text(first + span - 1),
        "to": trial.suggest_categorical("to", list(TARGETS)),
        "announced": trial.suggest_categorical("announced", [True, False]),
        "every": trial.suggest_categorical("every", [HALF, 2 * HALF]),
        "broker_days": trial.suggest_float("broker_days", 0.25, 1.0, step=0.25),
    }
    return Policy(**schedule, title=_title(**schedule))


def _title(shape: str, from_share: float, to_share: float | None, start: str, end: str, exit: str, to: str,
           announced: bool, every: int, broker_days: float) -> str:  # fmt: skip
    """What a schedule pays, to whom, for how long, in a line."""
    share, rest = _percent(from_share), _percent(to_share or 0.0)
    how = {
        "flat": f"{share} to the end",
        "cliff": f"{share} to {_month(end)}, then {rest}" if end < exit else f"{share} to the end",
        "linear": f"{share} to {_month(start)}, falling to {rest} by {_month(end)}",
        "steps": f"{share} to {_month(start)}, in steps to {rest} by {_month(end)}",
    }[shape]
    whom = "one firm" if to == "one firm" else f"the {to}"
    fairs = "two fairs a year" if every == HALF else "a fair a year"
    return f"{how}, paid to {whom}; {fairs}{'' if announced else ', end not announced'}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g}%"


def _month(text: str) -> str:
    return f"{MONTHS[int(text[5:]) - 1]} {text[:4]}"


def named(policies: Iterable[Policy], base: Scenario) -> dict[str, Policy]:
    """Found policies by their names, with a letter behind a name that several have."""
    found: dict[str, Policy] = {}
    for policy in policies:
        name = name_of(policy, base)
        others = (f"{name} {letter}" for letter in "bcdefgh")
        found[name if name not in found else next(other for other in others if other not in found)] = policy
    return found


def name_of(policy: Policy, base: Scenario) -> str:
    """A short name: how long, how many of the broker's days, what share; "2.5 years, ½ of the days, 40% taper"."""
    months = month_number(policy.exit or "") - month_number(base.programme.start or "") + 1
    long = "1 year" if months == 12 else f"{months / 12:g} years"
    shape = "flat" if policy.shape == "cliff" and policy.end == policy.exit else policy.shape
    return f"{long}, {DAYS[policy.broker_days]}, {_percent(policy.from_share)} {HOW[shape]}"
