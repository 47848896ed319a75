"""What a trial asks of a run that the run cannot give, and arms too small to say anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clustersim.errors import NOTHING, Problem
from clustersim.interventions import Calendar
from clustersim.parameters.programme import Cluster, Trial
from clustersim.scenario.check import Found, Locate, dotted, is_month, month_number
from clustersim.toml_source import Key

FEWEST = 10
"""firms under which nothing is compared: with ten in one arm and a hundred in the other, the interval that should hold
in 95 of 100 trials holds in about 91; with five in 86, with two in 65"""
FEWEST_UNITS = 2
"""villages or clusters in an arm: between the firms of one alone no chance of the lots can be told"""


def small_arms(trial: Trial, cluster: Cluster) -> Iterator[tuple[str, str, str]]:
    """Field, what is wrong with it, and what is allowed, where an arm of a trial would be too small to say anything.

    These are expected numbers: what the lots make of them, and who has closed by then, comes on top.
    """
    worlds = trial.clusters if trial.unit == "cluster" else 1
    units = {"village": len(cluster.villages), "cluster": worlds}.get(trial.unit)
    for arm, share in (("treated", trial.share), ("control", 1.0 - trial.share)):
        firms = share * worlds * cluster.firms
        if arm == "treated" and trial.unit == "cluster":
            firms *= trial.within
        if units is not None and share * units < FEWEST_UNITS:
            few, least = f"{share * units:.3g} {trial.unit}s", FEWEST_UNITS
        elif firms < FEWEST:
            few, least = f"{firms:.3g} firms of {worlds * cluster.firms}", FEWEST
        else:
            continue
        yield "share", f"leaves {few} to the {arm} arm", f"{least} or more in each arm"
        return


def trial_findings(tables: Mapping[str, Any], calendar: Calendar, locate: Locate) -> Iterator[Found]:
    """A trial whose lots or follow-ups do not fit the run, or whose lots cannot be drawn."""
    trial, programme = tables["trial"], tables["programme"]
    if trial["unit"] == "none":
        return

    def found(key: str, message: str, allowed: str) -> Found:
        path: Key = ("trial", key)
        return Found(path, Problem(message, *locate(path), dotted(path), trial.get(key, NOTHING), allowed), (path,))

    begins = programme.get("start")
    start = trial.get("start") or begins or tables["run"]["start"]
    first = calendar.at(start) - calendar.burn_in
    if not 0 <= first < calendar.months:
        yield found("start", "lots are drawn outside the run", "a month of the run")
    elif is_month(begins) and month_number(start) > month_number(begins):
        yield found("start", "lots are drawn after the programme has begun", f"{begins} or before")
    asked = trial["follow_up"]
    if not asked or min(asked) < 1 or sorted(set(asked)) != list(asked):
        yield found("follow_up", "must be months after the start, each later than the one before", "as in [12, 24]")
    elif 0 <= first < calendar.months < first + asked[-1]:
        yield found("follow_up", "lies beyond the run", f"at most {calendar.months - first}")
    if not trial["outcomes"]:
        yield found("outcomes", "nothing is asked", "one outcome or more")
    if trial["unit"] == "village" and len(tables["cluster"]["villages"]) < 2:
        yield found("unit", "there is one village, and lots need two", "firm, group or cluster")
    elif tables["cluster"].get("roster") is None:  # else the survey says how many firms there are
        for problem in small_arms(Trial(**trial), Cluster(**tables["cluster"])):
            yield found(*problem)
    if trial["pairs"] and (trial["unit"] != "cluster" or trial["clusters"] % 2 or trial["share"] != 0.5):
        yield found("pairs", "pairs need clusters as units, an even number of them, and a share of one half", "false")
