"""Tables of points: from a CSV file or rows, typed by the parameters, and each bad cell told with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clustersim.errors import InputError
from clustersim.study.definition import Study
from tests.study.test_definition import BASE, GAIN, problems

TABLE = """\
trust.gain,broker.circle,trust.rule,programme.announced_exit
0.02,10,beta,true
1e-1,10,average,No
0.02,10,beta,true
"""


def test_a_table_of_points(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(TABLE, encoding="utf-8")
    rows = [{"trust.gain": 0.02, "broker.circle": 10, "trust.rule": "beta", "programme.announced_exit": True},
            {"trust.gain": 0.1, "broker.circle": 10.0, "trust.rule": "average",
             "programme.announced_exit": False}]  # fmt: skip
    read, given = Study(BASE, table=file).plan(), Study(BASE, table=[*rows, rows[0]]).plan()
    assert read == given
    assert [point.values for point in read.points] == [(0.02, 10, "beta", True), (0.1, 10, "average", False),
                                                       (0.02, 10, "beta", True)]  # fmt: skip
    assert [factor.column_type for factor in read.factors] == ["double", "int64", "string", "bool"]
    assert read.points[0].unit == ()
    file.write_text(TABLE.replace(",", ";").replace("0.02", "0,02"), encoding="utf-8-sig")  # as a spreadsheet writes it
    assert Study(BASE, table=file).plan() == read


def test_a_table_of_factors_that_are_described(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("length,trust.gain\nlong,0.1\nshort,0.02\n", encoding="utf-8")
    length = {"short": {"programme.end": "2001-12"}, "long": {"programme.end": "2003-12"}}
    vary: dict[str, Any] = GAIN | {"length": length}
    plan = Study(BASE, vary=vary, table=file).plan()
    assert plan.settings(1) == {"programme.end": "2001-12", "trust.gain": 0.02}
    file.write_text("length,trust.gain\nlong,0.9\nmiddle,0.02\n", encoding="utf-8")
    assert set(problems(vary=vary, table=file)) == {
        f'{file}:3: length = "middle": must be one of short, long',
        f'{file}:2: trust.gain = "0.9": must be a number from 0.02 to 0.15',
    }
    file.write_text("trust.gain\n0.1\n", encoding="utf-8")
    assert problems(vary=vary, table=file) == [f"{file}:1: length: this column is missing"]


@pytest.mark.parametrize(("content", "where", "texts"), [
    ("trust.gian\n0.1\n", 1, ["trust.gian", "did you mean 'trust.gain'"]),
    ("trust.gain\n0.1\nhigh\n", 3, ['trust.gain = "high"', "a number from 0 to 0.5"]),
    ("trust.gain\n0.1\n\n0.9\n", 4, ['trust.gain = "0.9"', "a number from 0 to 0.5"]),
    ("trust.gain\nnan\n", 2, ["a number from 0 to 0.5"]),
    ("trust.gain,trust.loss\n0.1,\n", 2, ["trust.loss", "is missing"]),
    ("trust.gain,trust.loss\n0.1\n", 2, ["1 cells", "2, as in the header"]),
    ("trust.gain,trust.gain\n0.1,0.1\n", 1, ["same column twice"]),
    ("trust.gain,\n0.1,0.1\n", 1, ["without a name"]),
    ("broker.circle\n1.5\n", 2, ["broker.circle", "a whole number"]),
    ("trust.rule\nbeta\nbetta\n", 3, ["trust.rule", "did you mean 'beta'"]),
    ("trust.rule\nbetta\nbeta\nbetta\n", 2, ["trust.rule"]),
    ("programme.announced_exit\nperhaps\n", 2, ["true or false"]),
    ("trust.gain\n", None, ["no rows"]),
    ("", None, ["no rows"]),
    ('trust.gain\n"0.1\n', 2, ["not a CSV file"]),
])  # fmt: skip
def test_a_bad_cell_is_told_with_line_and_column(
    tmp_path: Path, content: str, where: int | None, texts: list[str]
) -> None:
    file = tmp_path / "points.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Study(BASE, table=file)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(file), where)
    for text in texts:
        assert text in str(problem)


@pytest.mark.parametrize(("table", "text"), [
    ("nowhere.csv", "no such file"), ([], "no rows"), ([3], "not a row"), ({"trust.gain": [1]}, "not a table"),
    ([{"trust.gain": 0.1}, {}], r"table\[1\]\.trust\.gain.*is missing"),
    ([{"trust.gain": 0.1}, {"trust.gain": "0.1"}], r"table\[1\]\.trust\.gain = \"0\.1\""),
])  # fmt: skip
def test_rows_in_python_are_checked_as_well(table: Any, text: str) -> None:
    with pytest.raises(InputError, match=text):
        Study(BASE, table=table)


def test_a_long_table_of_bad_cells_does_not_fill_the_screen(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("trust.gain\n" + "9\n" * 500, encoding="utf-8")
    found = problems(table=file)
    assert len(found) == 51
    assert "450 problems more" in found[-1] + found[0]
