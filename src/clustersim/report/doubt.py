"""What a comparison over an ensemble adds to its page: ranges to check in the field, and whose doubt the spread is."""

from __future__ import annotations

from clustersim.ensemble import observed_of
from clustersim.experiment import statistics
from clustersim.experiment.predict import CHECKED, UNITS
from clustersim.experiment.result import Comparison
from clustersim.experiment.words import OUTCOMES, SPOKEN, digits_for, number, percent
from clustersim.interventions import Calendar
from clustersim.report.tables import Table, others_of
from clustersim.scenario.check import month_number, month_text


def predictions(comparison: Comparison) -> Table:
    """For the first arm with a programme, nine in ten histories of what a visitor could check: at the dates of what was
    observed, else at the last month of the programme and of the run."""
    arm = next((arm for arm in comparison.arms.values() if arm.programme), next(iter(comparison.arms.values())))
    start, months = arm.scenario.run.start, arm.months
    calendar = Calendar(start, 0, months)
    seen = {(known.measure, known.date): known.value for known in observed_of(arm.scenario.name)}
    dates = {calendar.at(date): date for _, date in seen if 0 <= calendar.at(date) < months}
    if not dates:
        ends = {months - 1} | ({min(months, arm.programme[1]) - 1} if arm.programme else set())
        dates = {month: month_text(month_number(start) + month) for month in sorted(ends)}
    rows = []
    for month, date in dates.items():
        for measure in CHECKED:
            low, median, high, n = statistics.nine_in_ten(arm.series(measure)[:, month].tolist())
            if n:
                digits = digits_for([low, median, high])
                known = seen.get((measure, date))
                rows.append([measure, date, number(low, digits), number(median, digits), number(high, digits),
                             "" if known is None else f"{known:g}{'' if low <= known <= high else ' (outside)'}",
                             UNITS[measure]])  # fmt: skip
    return Table(["measure", "end of", "5 %", "median", "95 %", "observed", "unit"], rows, arm.name)


def whose(comparison: Comparison) -> list[str]:
    """In words, which share of the spread of the main effects is doubt about parameters; empty without an ensemble."""
    ensemble, others = comparison.ensemble, others_of(comparison)
    if ensemble is None or not others or comparison.baseline is None:
        return []
    draws = [ensemble.order[r % len(ensemble)] for r in range(comparison.replications)]
    arm, baseline = comparison.arms[others[0]], comparison.arms[comparison.baseline]
    said = []
    for measure in OUTCOMES:
        effects = [statistics.mean(a) - statistics.mean(b)
                   for a, b in zip(arm.series(measure)[:, -12:].tolist(), baseline.series(measure)[:, -12:].tolist(),
                                   strict=True)]  # fmt: skip
        share = statistics.share_between(effects, draws)
        if share == share:
            said.append(f"{SPOKEN[measure]} {percent(share)}")
    return said
