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
    if math.isnan(mean):
        return "–"
    ends = "" if low is None or high is None else f" [{low:,.{digits}f}, {high:,.{digits}f}]"
    return f"{mean:,.{digits}f}{ends}".replace("-", "−")


def listed(names: Sequence[str]) -> str:
    """Such as ``“a”, “b” and “c”``."""
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def answer(found: Found) -> list[str]:
    """The answer in a few sentences: which, how much, for what, with which odds, and what is as good."""
    best, unit, draws = found["best"], found["money"]["currency"], found["study"]["draws"]
    rows = {row["policy"]: row for row in found["ranking"]}
    chosen, point = rows[best], money(found["worth"], unit)
    if best == found["study"]["none"]:
        said = [
            f"At {point} for a percentage point, no policy is worth its money: leaving the cluster alone has the "
            f"highest net benefit on average.",
            f"Odds: it is the best of {len(rows)} in {chosen['odds']:.0%} of {draws} draws of what is unknown and of "
            f"luck.",
        ]
    else:
        said = [
            f"“{best}”{_titled(found, best)} gives most for its money: {_effect(chosen)} percentage points more "
            f"{found['study']['effect_words']} in the fifth year after the exit than with no programme, for "
            f"{money(chosen['cost'], unit)}.",
            f"Odds: it is the best of {len(rows)} in {chosen['odds']:.0%} of {draws} draws of what is unknown and of "
            f"luck (at {point} for a point, {found['worth_words']}).",
        ]
    often = max(found["ranking"], key=lambda row: float(row["odds"]))
    if often["odds"] > chosen["odds"]:
        said.append(f"“{often['policy']}” is the best in more of the draws, {often['odds']:.0%}, and loses more in the "
                    f"others: on average it is {money(-often['behind'], unit)} of net benefit behind.")  # fmt: skip
    top = max(found["ranking"], key=lambda row: float(row["effect"]))
    if top["policy"] != best:
        said.append(
            f"If all that may be spent is there to be spent: “{top['policy']}” leaves most on average, {_effect(top)} "
            f"points for {money(top['cost'], unit)}; it is at least as good for its money in "
            f"{top['at_least_as_good']:.0%} of the draws."
        )
    if found["alike"]:
        same = "these policies differ in cost more than in effect"
        said.append(f"In what stands after five years, {listed(found['alike'])} cannot be told from it: {same}.")
    if found["over_budget"]:
        budget = money(found["money"]["budget"], unit)
        said.append(f"Over the budget of {budget} and out of the choice: {listed(found['over_budget'])}.")
    return said


def _effect(row: Mapping[str, Any]) -> str:
    return interval(row["effect"], row["effect_low"], row["effect_high"])


def _titled(found: Found, name: str) -> str:
    title = next((policy["title"] for policy in found["policies"] if policy["name"] == name), "")
    return f" ({title[:1].lower()}{title[1:]})" if title and title.lower() != name.lower() else ""


def when_it_flips(found: Found) -> list[str]:
    """When another policy would be the answer: at another worth of a point, the nearest first, and in corners of the
    unknowns; never empty."""
    unit, none = found["money"]["currency"], found["study"]["none"]
    steps = [row for row in found["increments"] if row["icer"] is not None]
    prices: list[tuple[float, str]] = []
    for before, row in zip([none, *(step["policy"] for step in steps)], steps, strict=False):
        price, away = f"{money(row['icer'], unit)} for a percentage point", abs(row["icer"] - found["worth"])
        if row["icer"] > found["worth"]:
            prices.append((away, f"From {price} on, “{row['policy']}” takes the place of “{before}”."))
        elif row["policy"] == found["best"]:
            prices.append((away, f"Under {price}, “{before}” is the better choice."))
    said = [*(sentence for _, sentence in sorted(prices)), *(flip["sentence"] for flip in found["flips"])]
    if not found["unknowns"]:
        said.append("Nothing was declared uncertain, so no corner was looked for.")
    elif not found["flips"]:
        said.append("No corner of the unknowns was found in which another policy is surely as good more often than "
                    "not: where it is, luck decides.")  # fmt: skip
    return said


COUNTS = {"joint_action": ("firms acting jointly", "points", 100.0, 1),
          "unassisted": ("firms acting jointly without help", "points", 100.0, 1),
          "trust": ("trust between firms", "of 1", 1.0, 3), "income": ("a firm's income", "{money} a month", 1.0, 1),
          "poverty": ("households in poverty", "points", 100.0, 1),
          "services_paid": ("what firms pay for services", "{money} a month", 1.0, 0)}  # fmt: skip
"""other outcomes: in words, in which unit, times what, with how many digits"""


def counted(found: Found) -> list[tuple[str, str, str, str, str]]:
    """For each other outcome: its words, the policy that would be the answer, its gain and odds, the answer's odds."""
    rows = []
    for row in found["if_counted"]:
        words, unit, factor, digits = COUNTS[row["outcome"]]
        low, high = (None if end is None else factor * end for end in (row["low"], row["high"]))
        gain = interval(factor * row["gain"], low, high, digits)
        rows.append((words, row["policy"], f"{gain} {unit.format(money=found['money']['currency'])}",
                     f"{row['odds']:.0%}", f"{row['odds_of_the_answer']:.0%}"))  # fmt: skip
    return rows


def if_counted(found: Found) -> list[str]:
    """A sentence for each other outcome: which policy would be the answer, with its odds."""
    best, none = found["best"], found["study"]["none"]
    said = []
    for words, policy, gain, odds, of_best in counted(found):
        if policy == best:
            said.append(f"If {words} counted, it would be “{policy}” as well: {gain}, the best in {odds} of the draws.")
        elif policy == none:
            said.append(f"If {words} counted, no policy would be worth its money: “{none}” is the best in {odds} of "
                        f"the draws, “{best}” in {of_best}.")  # fmt: skip
        else:
            said.append(f"If {words} counted, it would be “{policy}”: {gain}, the best in {odds} of the draws, "
                        f"“{best}” in {of_best}.")  # fmt: skip
    return said


def what_varied(found: Found) -> str:
    """Where the values of what is unknown are from, and what an ensemble knows of them."""
    ensemble, names = found["ensemble"], [row["name"] for row in found["assumptions"]]
    ranges = [name for name in names if ensemble is None or name not in ensemble["taken"]]
    usual = ("The same draws under every policy. All other parameters are at their declared values; each has its "
             "source in `clustersim describe NAME`.")  # fmt: skip
    if not names:
        return "Nothing was declared uncertain: the odds are those of luck alone."
    evenly = f"{len(ranges)} unknowns were varied together over the ranges that the study declares, evenly."
    if ensemble is None:
        return f"{evenly} {usual}"
    cases = " and ".join(ensemble["cases"])
    fitted = f", fitted to what was published of {cases}" if cases else ""
    known = ensemble["identified"]
    tells = (f"The published figures identify {len(known)} of them ({', '.join(known)}); the others keep their whole "
             "doubt (docs/calibration.md). " if known else "")  # fmt: skip
    return (f"{len(names) - len(ranges)} parameters are from the ensemble “{ensemble['name']}”, {ensemble['sets']} "
            f"parameter sets{fitted}, each used as often as its weight says. {tells}"
            f"{evenly if ranges else ''} {usual}")  # fmt: skip


def worth_knowing(found: Found) -> list[str]:
    """Which unknown is worth studying first, and what that would be worth at most."""
    unit, voi = found["money"]["currency"], found["voi"]
    if not voi["unknowns"]:
        return ["Nothing was declared uncertain: declare ranges under [uncertain] to see what is worth studying."]
    everything, *single = voi["unknowns"]
    real = [one for one in single if one["real"]]
    said = [f"To foresee everything, luck included, would be worth {money(voi['with_luck'], unit)} to this decision; a "
            f"study can only tell the unknowns, and all of them together are {_value(everything, unit)}."]  # fmt: skip
    if real:
        then = f", then {', '.join(one['name'] for one in real[1:3])}" if real[1:] else ""
        said.append(f"Worth studying first: {real[0]['name']}, {_value(real[0], unit)}{then}.")
    else:
        said.append("No single unknown can be told from noise here: none of them decides between these policies.")
    return said


def _value(one: Mapping[str, Any], unit: str) -> str:
    if not one["real"]:
        return f"worth nothing that could be told from noise (up to {money(one['floor'], unit)})"
    return f"worth {money(one['value'], unit)} (noise alone gives up to {money(one['floor'], unit)})"


LEFT_OUT = (
    "Other clusters, and what this programme teaches them.",
    "Firms outside the cluster that lose custom to it, and prices that move beyond it.",
    "What the institutions could have done with their money and days instead.",
    "Wages, taxes and subsidies that change with the programme for reasons of their own.",
    "Whether the programme can be staffed as planned: the broker is as able as assumed from the first day.",
    "Environmental effects, and the firms' work for the home.",
)
"""what the model leaves out, for the brief"""
