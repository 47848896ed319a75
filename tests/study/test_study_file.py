"""Studies as files: the same plan as from Python, and problems with their lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clustersim.errors import InputError
from clustersim.study.definition import Study

FILE = """\
format = 1
base = "stagnant"
name = "days"
title = "How many days of a broker, from which trust, does the way out take?"
design = "grid"
replications = 3
seed = 1
steps = 3
series = ["trust", "joint_action"]
[arms.programme]
[arms.none]
programme = false
[arms.flat]
file = "policies/flat.toml"
[arms.own]
scenario = "own.toml"
[arms.nested]
broker.circle_step = 4
interventions.fairs = false
[vary]
"broker.days_per_month" = [2, 4, 8]
"trust.gain" = { low = 0.02, high = 0.15 }
[vary.trust]
loss = [0.2, 0.4]
[vary.length.levels]
two-years = { "programme.end" = "2001-12" }
three-years = { programme.end = "2002-12" }
"""
VARY: dict[str, Any] = {
    "broker.days_per_month": [2, 4, 8],
    "trust.gain": (0.02, 0.15),
    "trust.loss": [0.2, 0.4],
    "length": {"two-years": {"programme.end": "2001-12"}, "three-years": {"programme.end": "2002-12"}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "flat.toml").write_text("[broker]\njudgement = 0.4\n", encoding="utf-8")
    (tmp_path / "own.toml").write_text('format = 1\nextends = "thriving"\n', encoding="utf-8")
    return tmp_path


def write(folder: Path, text: str) -> Path:
    file = folder / "study.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_gives_the_plan_that_python_gives(folder: Path) -> None:
    arms = {"programme": {}, "none": {"programme": False}, "flat": folder / "policies" / "flat.toml",
            "own": {"scenario": folder / "own.toml"},
            "nested": {"broker.circle_step": 4, "interventions.fairs": False}}
    plan = Study.from_file(write(folder, FILE)).plan()
    expected = Study("stagnant", name="days",
                     title="How many days of a broker, from which trust, does the way out take?",
                     arms=arms, vary=VARY, design="grid", replications=3, seed=1, steps=3,
                     series=("trust", "joint_action")).plan()  # fmt: skip
    assert plan == expected
    assert list(plan.ids()) == list(expected.ids())
    assert len(plan) == 3 * 3 * 2 * 2 * 5 * 3


@pytest.mark.parametrize("vary", [
    '[vary]\n"trust.gain" = [0.1, 0.2]\n', "[vary]\ntrust.gain = [0.1, 0.2]\n", "[vary.trust]\ngain = [0.1, 0.2]\n",
    "[vary.trust.gain]\nlevels = [0.1, 0.2]\n", 'vary."trust.gain" = [0.1, 0.2]\n',
    "vary = { trust = { gain = [0.1, 0.2] } }\n",
])  # fmt: skip
def test_dotted_keys_in_every_spelling(tmp_path: Path, vary: str) -> None:
    found = Study.from_file(write(tmp_path, f'base = "stagnant"\n{vary}'))
    assert found.factors == Study("stagnant", vary={"trust.gain": [0.1, 0.2]}).factors
    assert found.name == "study"


@pytest.mark.parametrize(("design", "more"), [("lhs", {}), ("sobol", {"dummy": False}), ("morris", {"levels": 6})])
def test_designs_and_distributions(tmp_path: Path, design: str, more: dict[str, Any]) -> None:
    said = "".join(f"{key} = {str(value).lower()}\n" for key, value in more.items())
    text = (f'base = "stagnant"\ndesign = "{design}"\npoints = 8\n{said}[vary]\n'
            'trust.gain = { distribution = "normal", mean = 0.1, sd = 0.02, low = 0.05 }\n'
            "broker.circle = { low = 5, high = 500, log = true }\n")  # fmt: skip
    vary = {"trust.gain": {"distribution": "normal", "mean": 0.1, "sd": 0.02, "low": 0.05},
            "broker.circle": {"low": 5, "high": 500, "log": True}}  # fmt: skip
    expected = Study("stagnant", vary=vary, design=design, points=8, name="study", **more)
    assert Study.from_file(write(tmp_path, text)).plan() == expected.plan()


def test_tables_stand_beside_the_file_or_in_it(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("trust.gain,trust.loss\n0.1,0.2\n", encoding="utf-8")
    beside = Study.from_file(write(tmp_path, 'base = "stagnant"\ntable = "points.csv"\n')).plan()
    rows = 'base = "stagnant"\n[[table]]\ntrust.gain = 0.1\n"trust.loss" = 0.2\n'
    inside = Study.from_file(write(tmp_path, rows)).plan()
    assert beside == inside
    assert beside.points[0].values == (0.1, 0.2)


def test_a_base_stands_beside_the_file(folder: Path) -> None:
    assert Study.from_file(write(folder, 'base = "own.toml"\n')).plan().notes["base"] == "own"


@pytest.mark.parametrize(("text", "line", "words"), [
    ("seed = 1\n", None, ["base: is missing"]),
    ('base = "stagnnt"\n', 1, ["base = ", "did you mean 'stagnant'"]),
    ('seed = 1\nbase = "nowhere.toml"\n', 2, ["no such file"]),
    ('base = "stagnant"\nreplicatoins = 3\n', 2, ["unknown key 'replicatoins'", "did you mean 'replications'"]),
    ('base = "stagnant"\nformat = 2\n', 2, ["this version reads format 1"]),
    ('base = "stagnant"\n\nreplications = "many"\n', 3, ['replications = "many"']),
    ('base = "stagnant"\nseries = [\n  "trust",\n  "trsut",\n]\n', 4, ["series", "did you mean 'trust'"]),
    ('base = "stagnant"\n[vary]\n"trust.gian" = [1]\n', 3, ["vary.trust.gian", "did you mean 'trust.gain'"]),
    ('base = "stagnant"\n[vary]\ntrust.gain = [0.1]\ntrust.loss = [7]\n', 4, ["vary.trust.loss = 7", "from 0 to 1"]),
    ('base = "stagnant"\n[vary.trust]\ngain = 0.1\n', 3, ["does not say how it varies", "{ low = ..., high = ... }"]),
    ('base = "stagnant"\n[vary]\n"trust.gain" = [0.1]\ntrust.gain = [0.1]\n', 4, ["varies twice"]),
    ('base = "stagnant"\n[vary.length.levels]\na = { programme.end = "2001-12" }\n'
     'b = { programme.edn = "2001-12" }\n', 4, ["vary.length.b.programme.edn", "did you mean 'programme.end'"]),
    ('base = "stagnant"\n[vary.length.levels.a]\nprogramme.end = "2001-12"\n[vary.length.levels.b]\n\n'
     'programme.end = "1999-12"\n', 6, ["vary.length.b", "programme.end: ends before it starts"]),
    ('base = "stagnant"\n[arms.a]\n[arms.b]\nbroker.days_per_month = 99\n', 4, ["arms.b.broker.days_per_month = 99"]),
    ('base = "stagnant"\n[arms.a]\n[arms.b]\nfile = "nowhere.toml"\n', 4, ["arms.b.file", "no such file"]),
    ('base = "stagnant"\n[arms.a]\n[arms.A]\n', 3, ["arms.A", "differ in more than case"]),
    ('base = "stagnant"\n[[arms]]\nname = "a"\n', 2, ["not arms", "[arms.NAME]"]),
    ('base = "stagnant"\nvary = 3\n', 2, ["must say what varies"]),
    ('base = "stagnant"\n[[table]]\ntrust.gain = 0.1\n[[table]]\ntrust.gain = 0.9\n', 5, ["table[1].trust.gain = 0.9"]),
    ('base = "stagnant"\ntable = "nowhere.csv"\n', 2, ["no such file"]),
    ('base = "stagnant"\nbase = "jaipur"\n', 2, ["not valid TOML"]),
])  # fmt: skip
def test_problems_have_the_line_of_the_study_file(
    tmp_path: Path, text: str, line: int | None, words: list[str]
) -> None:
    file = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        Study.from_file(file)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(file), line), str(problem)
    for word in words:
        assert word in str(problem)


def test_all_problems_come_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = ('base = "stagnant"\nsede = 1\ndesign = "lsh"\n[arms.a]\ntrust.gian = 1\n[vary]\ntrust.gain = [9]\n'
            "trust.loss = { low = 1, high = 0 }\n")  # fmt: skip
    with pytest.raises(InputError) as caught:
        Study.from_file(write(tmp_path, text))
    assert [problem.line for problem in caught.value.problems] == [2, 3, 5, 7, 8]


def test_problems_of_a_policy_have_its_own_file_and_line(folder: Path) -> None:
    (folder / "policies" / "flat.toml").write_text("[broker]\n\njudgement = 4\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"flat\.toml:3: broker\.judgement = 4"):
        Study.from_file(write(folder, 'base = "stagnant"\n[arms.flat]\nfile = "policies/flat.toml"\n'))


def test_a_missing_file_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        Study.from_file(tmp_path / "nowhere.toml")
