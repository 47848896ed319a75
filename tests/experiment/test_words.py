"""The answer and the table: numbers as people read them, and honesty about what cannot be told."""

from __future__ import annotations

import math

import pytest

from clustersim.experiment import words
from clustersim.experiment.compare import compare
from clustersim.experiment.result import Window
from tests.experiment import stand_in


@pytest.mark.parametrize(("value", "digits", "sign", "text"), [
    (0.1234, 3, True, "+0.123"), (-1234.6, 0, False, "−1,235"), (-0.0001, 3, True, "0.000"), (math.nan, 2, False, "–"),
])  # fmt: skip
def test_numbers(value: float, digits: int, sign: bool, text: str) -> None:
    assert words.number(value, digits, sign) == text


@pytest.mark.parametrize(("unit", "money"), [
    ("USD", True), ("real USD per month", True), ("USD/month", True),
    ("share", False), ("0 to 1", False), ("firms", False),
])  # fmt: skip
def test_which_units_are_money(unit: str, money: bool) -> None:
    assert words.is_money(unit) is money


def test_months_by_name() -> None:
    assert words.month_name("1997-03", 11) == "February 1998"
    assert words.months_named("1997-01", Window("end", 12, 24)) == "1998"
    assert words.months_named("1997-01", Window("end", 6, 18)) == "July 1997 to June 1998"


def test_the_answer_gives_effect_interval_and_how_often() -> None:
    scenario = stand_in.scenario()
    found = compare({"with": scenario, "without": scenario.without_programme()}, replications=10, run=stand_in.run)
    row = found.row("with", "trust")
    assert row.paired is not None
    gap = row.paired.difference
    expected = f"trust {gap.mean:.3f} higher [{gap.low:.3f}, {gap.high:.3f}] (in 100 % of replications)"
    assert expected in found.answer
    assert "at the end of the run (2002)" in found.answer
    assert "in the programme’s last year (1999)" in found.answer
    with_, without = (found.arms[name].series("income")[:, 60:].mean() for name in ("with", "without"))
    assert f"real income {100 * (with_ / without - 1):.1f} % higher" in found.answer
    assert "10 paired replications" in found.answer


def test_a_harmful_programme_is_said_to_lower_trust() -> None:
    scenario = stand_in.scenario(effect=-0.1)
    found = compare({"with": scenario, "without": scenario.without_programme()}, replications=6, run=stand_in.run)
    assert " lower [−" in found.answer
    assert "(higher in 0 % of replications)" in found.answer


def test_one_pair_has_no_interval_and_is_not_called_an_effect() -> None:
    scenario = stand_in.scenario()
    found = compare({"with": scenario, "without": scenario.without_programme()}, replications=1, run=stand_in.run)
    assert "no interval" in found.answer
    assert "no effect that can be told from zero" in found.answer


def test_the_table_has_a_row_for_each_main_outcome_and_lines_up() -> None:
    scenario = stand_in.scenario()
    found = compare({"with": scenario, "without": scenario.without_programme()}, replications=3, run=stand_in.run)
    exit_block, end_block = found.table().split("\n\n")
    assert exit_block.startswith("The programme’s last year: mean of 1999")
    assert end_block.startswith("End of the run: mean of 2002")
    lines = end_block.splitlines()[1:]
    assert [line.split(" ")[0] for line in lines[1:]] == list(words.TABLE)
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split() == ["with", "without", "difference", "95", "%", "interval"]
