"""A comparison in words and as text: numbers to read, the sentence that answers, the table for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from clustersim.experiment import statistics
from clustersim.experiment.result import Comparison, SummaryRow, Window
from clustersim.experiment.statistics import Interval

NO_VALUE = "–"
OUTCOMES = ("trust", "joint_action", "income")
"""the three that the answer is about"""
TABLE = (*OUTCOMES, "members", "cost_recovery", "leverage", "loans", "poverty", "programme_cost")
"""the rows of the terminal's table"""
SPOKEN = {"joint_action": "joint action", "income": "real income", "poverty": "poverty", "trust": "trust"}


def digits_for(values: Iterable[float]) -> int:
    """Decimals that show about three figures of the largest value, one number for a whole row of a table."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    bounds = ((1000.0, 0), (10.0, 1), (2.0, 2), (0.02, 3), (0.002, 4))
    return next((digits for bound, digits in bounds if largest >= bound), 5 if largest else 3)


def number(value: float, digits: int, sign: bool = False) -> str:
    """A number with its thousands set off and a true minus; a dash where there is none."""
    if not math.isfinite(value):
        return NO_VALUE
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    if not any(c in "123456789" for c in text):
        text = text.lstrip("+-")  # a rounded zero has no sign
    return text.replace("-", "−")


def span(interval: Interval, digits: int) -> str:
    """The ends of an interval."""
    if math.isnan(interval.low):
        return NO_VALUE
    return f"[{number(interval.low, digits)}, {number(interval.high, digits)}]"


def percent(share: float, digits: int = 0) -> str:
    """A share as per cent."""
    return NO_VALUE if math.isnan(share) else f"{number(100.0 * share, digits)} %"


def month_name(start: str, month: int) -> str:
    """The calendar month of a month's number: ("1997-01", 14) is March 1998."""
    year, first = map(int, start.split("-"))
    names = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")  # fmt: skip
    count = year * 12 + first - 1 + month
    return f"{names[count % 12]} {count // 12}"


def months_named(start: str, window: Window) -> str:
    """The months of a window: "2008" for a calendar year, else first to last."""
    first, last = month_name(start, window.first), month_name(start, window.stop - 1)
    if first.startswith("January") and last.startswith("December") and first[-4:] == last[-4:]:
        return last[-4:]
    return f"{first} to {last}"


def is_money(unit: str) -> bool:
    """Whether a unit is an amount of money, the levels of which are assumptions: headlines give relative change."""
    return any(word.isalpha() and word.isupper() and len(word) == 3 for word in unit.replace("/", " ").split())


def sentences(comparison: Comparison) -> list[str]:
    """What the programme changed, arm by arm, at the end of the run and in its last year; then what that rests on."""
    if comparison.baseline is None:
        name = next(iter(comparison.arms))
        levels = [f"{SPOKEN[m]} {_level(comparison.row(name, m))}" for m in OUTCOMES]
        return [f"At the end of the run: {', '.join(levels)}.", "With one arm there is nothing to compare it with."]
    said = []
    for name, arm in comparison.arms.items():
        for window in comparison.windows(name) if name != comparison.baseline else ():
            when = "at the end of the run" if window.when == "end" else "in the programme’s last year"
            months = months_named(arm.scenario.run.start, window)
            opening = f"“{name}” against “{comparison.baseline}” {when} ({months})"
            said.append(f"{opening}: {_effects(comparison, name, window)}.")
    return [*said, _basis(comparison)]


def answer(comparison: Comparison) -> str:
    """The sentences as one text."""
    return " ".join(sentences(comparison))


def _effects(comparison: Comparison, name: str, window: Window) -> str:
    clear: list[str] = []
    unclear: list[str] = []
    for measure in OUTCOMES:
        row = comparison.row(name, measure, window.when)
        assert row.paired is not None
        gap, relative = _gap(comparison, row, window)
        if gap.n == 0:
            unclear.append(f"{SPOKEN[measure]} (no pair has a value)")
            continue
        share = percent(row.paired.higher / row.paired.difference.n)
        if gap.excludes_zero:
            direction = "higher" if gap.mean > 0.0 else "lower"
            size = _size(abs(gap.mean), gap, relative)
            often = f"in {share}" if gap.mean > 0.0 else f"higher in {share}"
            clear.append(f"{SPOKEN[measure]} {size} {direction} {_ends(gap, relative)} ({often} of replications)")
        else:
            size = _size(gap.mean, gap, relative, sign=True)
            unclear.append(f"{SPOKEN[measure]} ({size} {_ends(gap, relative)}, higher in {share} of replications)")
    parts = [_listed(clear)] if clear else []
    if unclear:
        parts.append(f"no effect that can be told from zero on {_listed(unclear)}")
    return "; ".join(parts)


def _gap(comparison: Comparison, row: SummaryRow, window: Window) -> tuple[Interval, bool]:
    """The difference to speak of, and whether it is relative: levels of money are assumptions, so money is."""
    assert row.paired is not None
    if is_money(row.unit):
        change = statistics.relative_change(*comparison.pairs(row.arm, row.measure, window))
        if not math.isnan(change.mean):
            return change, True
    return row.paired.difference, False


def _size(value: float, gap: Interval, relative: bool, sign: bool = False) -> str:
    if relative:
        return f"{number(100.0 * value, 1, sign)} %"
    return number(value, digits_for(gap[:3]), sign)


def _ends(gap: Interval, relative: bool) -> str:
    if math.isnan(gap.low):
        return "[one pair: no interval]"
    return f"[{_size(gap.low, gap, relative)}, {_size(gap.high, gap, relative)}]"


def _level(row: SummaryRow) -> str:
    digits = digits_for(row.level[:3])
    return f"{number(row.level.mean, digits)} {span(row.level, digits)}"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{'; '.join(items[:-1])}; and {items[-1]}"


def _basis(comparison: Comparison) -> str:
    n = comparison.replications
    text = f"{n} paired replication{'s' if n != 1 else ''} on common random numbers; brackets are 95 % intervals."
    if comparison.ensemble is not None:
        text += f" They hold doubt about parameters too: each replication used one of {len(comparison.ensemble)} sets."
    if comparison.failed:
        total = n * len(comparison.arms)
        text += f" {len(comparison.failed)} of {total} runs failed and are left out, with their pairs."
    return text


def text_table(comparison: Comparison) -> str:
    """The main outcomes, one block for each window: each arm, then each paired difference and its 95 % interval."""
    known = {row.when for row in comparison.rows}
    return "\n\n".join(_block(comparison, when) for when in ("exit", "end") if when in known)


def _block(comparison: Comparison, when: str) -> str:
    arms = [name for name in comparison.arms if any(w.when == when for w in comparison.windows(name))]
    others = [name for name in arms if comparison.baseline not in (None, name)]
    head = ["", *arms]
    for name in others:
        head += ["difference" if len(others) == 1 else f"{name} − {comparison.baseline}", "95 % interval"]
    lines = [head]
    known = {(row.arm, row.measure): row for row in comparison.rows if row.when == when}
    for measure in (measure for measure in TABLE if (arms[0], measure) in known):
        rows = [known[name, measure] for name in arms]
        digits = digits_for(value for row in rows for value in row.level[:3])
        line = [f"{measure} ({rows[0].unit})", *(number(row.level.mean, digits) for row in rows)]
        for paired in (known[name, measure].paired for name in others):
            assert paired is not None
            finer = max(digits, digits_for(paired.difference[:3]))
            line += [number(paired.difference.mean, finer, sign=True), span(paired.difference, finer)]
        lines.append(line)
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    text = ["  ".join(cell.rjust(width) if k else cell.ljust(width) for k, (cell, width)
                      in enumerate(zip(line, widths, strict=True))) for line in lines]  # fmt: skip
    window = next(w for w in comparison.windows(arms[0]) if w.when == when)
    title = "End of the run" if when == "end" else "The programme’s last year"
    start = comparison.arms[arms[0]].scenario.run.start
    return "\n".join([f"{title}: mean of {months_named(start, window)}", *text])
