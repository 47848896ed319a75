"""The two pages: what they say, in which order; brief_pdf.py and brief_docx.py set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clustersim.desk.words import counted, interval, money, what_varied

MOST_ROWS = 9
"""of the table on page 1 and of the assumptions: the best and the most telling; the workbook has all"""


@dataclass(frozen=True)
class Grid:
    """A table: its head, its rows, which of them is the answer's, and what has to be said of it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: int | None
    note: str


@dataclass(frozen=True)
class Brief:
    """Everything on the two pages, in order."""

    title: str
    question: str
    answer: tuple[str, ...]
    caption: str
    policies: Grid
    flips: tuple[str, ...]
    counted: Grid
    study_first: tuple[str, ...]
    assumptions: Grid
    left_out: tuple[str, ...]
    provenance: tuple[str, ...]


def brief(found: Mapping[str, Any]) -> Brief:
    """The brief of some findings."""
    study = found["study"]
    return Brief(
        title=study["title"] or study["name"],
        question=_question(found),
        answer=tuple(found["answer"]),
        caption=(
            "What stands five years after the exit, over no programme, against what it cost. Bars: 95 % intervals. "
            "Line: the efficiency frontier, which begins at no programme (nothing spent, nothing gained)."
        ),
        policies=_policies(found),
        flips=tuple(found["when_it_flips"]),
        counted=_counted(found),
        study_first=tuple(found["worth_knowing"]),
        assumptions=_assumptions(found),
        left_out=tuple(found["left_out"]),
        provenance=_provenance(found),
    )


def _question(found: Mapping[str, Any]) -> str:
    study, said = found["study"], found["money"]
    budget = "" if said["budget"] is None else f", with {money(said['budget'], said['currency'])} to spend"
    counts = "the broker's days included" if said["counts"] == "all" else "the broker's days left out"
    return (
        f"Which of {len(found['policies'])} policies leaves most behind for its money in “{study['base']}”, a model "
        f"cluster of {study['firms']:,} firms{budget} ({counts})?"
    )


def _policies(found: Mapping[str, Any]) -> Grid:
    unit, last = found["money"]["currency"], found["study"]["last"]
    titles = {policy["name"]: policy["title"] for policy in found["policies"]}
    status = {row["policy"]: row for row in found["increments"]}
    cells = {(row["policy"], row["when"], row["outcome"]): row for row in found["rows"]}
    ranking = found["ranking"]
    shown = ranking[:MOST_ROWS]
    rows = []
    for row in shown:
        name = row["policy"]
        icer = status[name]["icer"]
        title = titles[name] if titles[name].lower() != name.lower() else ""
        rows.append((
            f"{name}\n{title}",
            interval(row["effect"], row["effect_low"], row["effect_high"]),
            _over(row["cost"], row["cost_low"], row["cost_high"], 0),
            f"{unit} {icer:,.0f} a point" if icer is not None else status[name]["status"],
            _over(*_ends(cells[name, last, "fairs"]), 1),
            _over(*_ends(cells[name, last, "willingness_to_pay"]), 2),
            f"{row['odds']:.0%}",
        ))  # fmt: skip
    left = len(ranking) - len(shown) + len(found["over_budget"])
    more = f" {left} more in the workbook." if left else ""
    discount = found["money"]["discount"]
    rate = "not discounted" if discount is None else f"discounted at {discount:.1%} a year, costs and effects"
    note = (
        f"By net benefit at {money(found['worth'], unit)} a point. Effect: percentage points more "
        f"{found['study']['effect_words']} in the fifth year after the exit than with no programme. Fairs held a year "
        f"and willingness to pay (share of a fair's full cost) in that year. Brackets and small print: 95 % "
        f"intervals. n = {found['study']['draws']} paired draws; {rate}.{more}"
    )
    head = ("policy", "effect after 5 years", f"cost ({unit})", "place on the frontier", "fairs", "would pay", "odds")
    marked = next((k for k, row in enumerate(shown) if row["policy"] == found["best"]), None)
    return Grid(head, tuple(rows), marked, note)


def _ends(cell: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    return cell["mean"], cell["low"], cell["high"]


def _over(mean: float | None, low: float | None, high: float | None, digits: int) -> str:
    """A mean, and under it its interval."""
    if mean is None:
        return "–"
    if low is None or high is None or low == high:
        return f"{mean:,.{digits}f}"
    return f"{mean:,.{digits}f}\n{low:,.{digits}f} to {high:,.{digits}f}"


def _counted(found: Mapping[str, Any]) -> Grid:
    head = ("what counts, in the fifth year after the exit", "the answer", "over no programme", "odds",
            f"odds of “{found['best']}”")  # fmt: skip
    note = (
        "From the same runs: for each outcome the policy with the highest net benefit, a unit gained reckoned at what "
        "the policy that gains most pays for one on average. Brackets: 95 % intervals."
    )
    return Grid(head, tuple(counted(found)), None, note)


def _assumptions(found: Mapping[str, Any]) -> Grid:
    known = found["assumptions"]
    rows = tuple((row["name"], row["meaning"], row["range"], row["source"]) for row in known[:MOST_ROWS])
    more = f" {len(known) - len(rows)} more in the workbook." if len(known) > len(rows) else ""
    return Grid(("what is not known", "meaning", "range", "source"), rows, None, what_varied(found) + more)


def _provenance(found: Mapping[str, Any]) -> tuple[str, ...]:
    study, made = found["study"], found["provenance"]
    versions = ", ".join(f"{name} {number}" for name, number in made["versions"].items()
                         if name in ("clustersim", "python", "numpy", "numba"))  # fmt: skip
    failed = f" {len(study['failed'])} runs failed and were left out." if study["failed"] else ""
    return (
        f"{study['draws']} replications of {len(found['policies'])} policies, {study['months']} months each from "
        f"{study['start']}, seed {study['seed']}, common random numbers.{failed}",
        f"Command: {made['command']}",
        f"Written {made['written']} with {versions}.",
        "A model's answer under stated assumptions, not a forecast; no organisation named has endorsed it.",
    )
