"""What was found, in sentences that carry their odds, their intervals and when they flip."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]


def money(amount: float, currency: str) -> str:
    """An amount with its currency; thousands apart, cents only of small ones."""
    return f"{currency} {amount:,.0f}" if abs(amount) >= 10 else f"{currency} {amount:,.2f}"


def interval(mean: float, low: float | None, high: float | None, digits: int = 1) -> str:
    """Such as ``29.8 [28.6, 31.0]``."""
    if mean is None or (isinstance(mean, float) and math.isnan(mean)):
        return "–"
    if low is None or high is None:
        return f"{mean:,.{digits}f}"
    return f"{mean:,.{digits}f} [{low:,.{digits}f}, {high:,.{digits}f}]"


def listed(names: Sequence[str]) -> str:
    """Such as ``“a”, “b” and “c”``."""
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def answer(found: Found) -> list[str]:
    """The answer in a few sentences: which, how much, for what, with which odds, and what is as good."""
    best, unit = found["best"], found["money"]["currency"]
    chosen = next(row for row in found["ranking"] if row["policy"] == best)
    draws = found["study"]["draws"]
    if best == found["study"]["none"]:
        said = [
            f"At {money(found['worth'], unit)} for a percentage point, no policy is worth its money: leaving the "
            f"cluster "
            f"alone has the highest net benefit on average, and in {chosen['odds']:.0%} of {draws} draws."
        ]
    else:
        effect = interval(chosen["effect"], chosen["effect_low"], chosen["effect_high"])
        said = [
            f"“{best}”{_titled(found, best)} gives most for its money: {effect} percentage points more "
            f"{found['study']['effect_words']} in the "
            f"fifth year after the exit than with no programme, for {money(chosen['cost'], unit)}.",
            f"Odds: it is the best of {len(found['ranking'])} in {chosen['odds']:.0%} of {draws} draws of what is "
            f"unknown "
            f"and of luck (at {money(found['worth'], unit)} for a point, {found['worth_words']}).",
        ]
    top = max(found["ranking"], key=lambda row: float(row["effect"]))
    if top["policy"] != best:
        most = interval(top["effect"], top["effect_low"], top["effect_high"])
        said.append(
            f"If all that may be spent is there to be spent: “{top['policy']}” leaves most on average, {most} "
            f"points for "
            f"{money(top['cost'], unit)}; it is at least as good for its money in {top['at_least_as_good']:.0%} of "
            f"the "
            "draws."
        )
    if found["alike"]:
        said.append(f"In what stands after five years, {listed(found['alike'])} cannot be told from it: "
                    "these policies differ in cost more than in effect.")  # fmt: skip
    if found["over_budget"]:
        said.append(f"Over the budget of {money(found['money']['budget'], unit)} and out of the choice: "
                    f"{listed(found['over_budget'])}.")  # fmt: skip
    return said


def _titled(found: Found, name: str) -> str:
    title = next((policy["title"] for policy in found["policies"] if policy["name"] == name), "")
    return f" ({title[:1].lower()}{title[1:]})" if title and title.lower() != name.lower() else ""


def when_it_flips(found: Found) -> list[str]:
    """When another policy would be the answer: for more money a point, in corners of the unknowns; never empty."""
    unit = found["money"]["currency"]
    said: list[str] = []
    steps = [row for row in found["increments"] if row["icer"] is not None]
    below = ""
    for before, row in zip([found["study"]["none"], *(step["policy"] for step in steps)], steps, strict=False):
        if row["icer"] > found["worth"]:
            said.append(
                f"From {money(row['icer'], unit)} for a percentage point on, “{row['policy']}” takes the place of "
                f"“{before}”."
            )
        elif row["policy"] == found["best"]:
            below = f"Under {money(row['icer'], unit)} for a percentage point, “{before}” is the better choice."
    said += [below] if below else []
    said += [flip["sentence"] for flip in found["flips"]]
    if not found["flips"]:
        said.append(
            "No corner of the unknowns was found in which another policy is surely as good more often than not: "
            "where it "
            "is, luck decides."
            if found["unknowns"]
            else "Nothing was declared uncertain, so no corner was looked for."
        )
    return said


def worth_knowing(found: Found) -> list[str]:
    """Which unknown is worth studying first, and what that would be worth at most."""
    unit, voi = found["money"]["currency"], found["voi"]
    if not voi["unknowns"]:
        return ["Nothing was declared uncertain: declare ranges under [uncertain] to see what is worth studying."]
    everything, *single = voi["unknowns"]
    real = [one for one in single if one["real"]]
    said = [
        f"To foresee everything, luck included, would be worth {money(voi['with_luck'], unit)} to this decision; a "
        f"study can "
        f"only tell the unknowns, and all of them together are {_value(everything, unit)}."
    ]
    if real:
        first = real[0]
        said.append(f"Worth studying first: {first['name']}, {_value(first, unit)}"
                    + (f", then {', '.join(one['name'] for one in real[1:3])}." if real[1:] else "."))  # fmt: skip
    else:
        said.append("No single unknown can be told from noise here: none of them decides between these policies.")
    return said


def _value(one: Mapping[str, Any], unit: str) -> str:
    return (f"worth {money(one['value'], unit)} (noise alone gives up to {money(one['floor'], unit)})" if one["real"]
            else f"worth nothing that could be told from noise (up to {money(one['floor'], unit)})")  # fmt: skip


LEFT_OUT = (
    "Other clusters, and what this programme teaches them.",
    "Firms outside the cluster that lose custom to it, and prices that move beyond it.",
    "What the institutions could have done with their money and days instead.",
    "Wages, taxes and subsidies that change with the programme for reasons of their own.",
    "Whether the programme can be staffed as planned: the broker is as able as assumed from the first day.",
    "Environmental effects, and the firms' work for the home.",
)
"""what the model leaves out, for the brief"""
