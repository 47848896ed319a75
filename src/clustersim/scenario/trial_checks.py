"""What a trial asks of a run that the run cannot give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clustersim.errors import NOTHING, Problem
from clustersim.interventions import Calendar
from clustersim.scenario.check import Found, Locate, dotted, is_month, month_number
from clustersim.toml_source import Key


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
    if trial["pairs"] and (trial["unit"] != "cluster" or trial["clusters"] % 2 or trial["share"] != 0.5):
        yield found("pairs", "pairs need clusters as units, an even number of them, and a share of one half", "false")
