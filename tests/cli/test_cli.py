"""The command line: what each command prints and where, and how it ends."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clustersim import cli
from clustersim.cli import ending, main
from clustersim.errors import ModelFault, ResourceError, StoreError
from clustersim.scenario import load_scenario

HEAVY = ("numba", "pandas", "mesa", "scipy", "matplotlib", "pyarrow", "networkx")
GOOD = 'format = 1\nname = "mine"\ntitle = "a town"\n[trust]\ngain = 0.1\n'


@pytest.fixture(autouse=True)
def _scenarios(folder: None) -> None:
    Path("mine.toml").write_text(GOOD, encoding="utf-8")
    Path("plain.toml").write_text("", encoding="utf-8")


def test_check_says_that_a_file_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "mine.toml"]) == 0
    assert capsys.readouterr().out == "mine.toml: good\n"


def test_check_reads_a_survey_and_lists_what_it_leaves_open(capsys: pytest.CaptureFixture[str]) -> None:
    Path("firms.csv").write_text("id,workers\na,4\nb,\nc,9\nd,2\n", encoding="utf-8")
    Path("survey.toml").write_text(GOOD + '[cluster]\nroster = "firms.csv"\n', encoding="utf-8")
    assert main(["check", "survey.toml"]) == 0
    assert "workers is missing for 1 of 4 firms" in capsys.readouterr().out
    Path("firms.csv").write_text("id,workers\na,-4\na,3\n", encoding="utf-8")
    assert main(["check", "survey.toml"]) == 2
    out = capsys.readouterr().out
    assert "firms.csv:2" in out
    assert "firms.csv:3" in out


def test_check_shows_every_problem_of_every_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.toml").write_text("[trust]\ngain = 7\ngian = 1\n", encoding="utf-8")
    Path("worse.toml").write_text("[trust\n", encoding="utf-8")
    assert main(["check", "bad.toml", "mine.toml", "worse.toml", "none.toml"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["bad.toml", "bad.toml", "mine.toml", "worse.toml", "none.toml"]


def test_check_gives_problems_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.toml").write_text("[trust]\ngain = 7\n", encoding="utf-8")
    assert main(["check", "bad.toml", "--json"]) == 2
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["file"], problem["line"], problem["key"], problem["value"]) == ("bad.toml", 2, "trust.gain", 7)
    assert main(["check", "mine.toml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_show_tells_what_differs_from_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "mine.toml"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("mine: a town\n")
    assert "trust.gain = 0.1  [mine.toml:5]" in out


def test_show_counts_many_worlds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "india"]) == 0
    assert "\n1,156 worlds of 694,379 firms in all; 120 months" in capsys.readouterr().out


def test_show_resolved_is_the_same_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "mine.toml", "--resolved"]) == 0
    resolved = capsys.readouterr().out
    assert "gain = 0.1  # mine.toml:5" in resolved
    Path("again.toml").write_text(resolved, encoding="utf-8")
    assert load_scenario("again.toml") == load_scenario("mine.toml")


def test_new_writes_a_good_file_and_never_over_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "town"]) == 0
    assert main(["check", "town.toml"]) == 0
    assert main(["new", "town"]) == 2
    assert main(["new", "town", "--force"]) == 0
    assert main(["new", "../town"]) == 0  # a path is a path; its last part is the name
    assert main(["new", "no good name"]) == 2
    assert "not a name" in capsys.readouterr().err


def test_the_settings_that_new_comments_out_are_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "town"]) == 0
    parameters, mark, _ = Path("town.toml").read_text(encoding="utf-8").partition("\n# [interventions.")
    assert mark
    settings = [line.removeprefix("# ") for line in parameters.splitlines() if not line.startswith("## ")]
    unset = [
        line for line in settings if line.startswith(("extends", "The scenario", "Check")) or line.endswith("= ...")
    ]
    Path("town.toml").write_text("\n".join(line for line in settings if line not in unset), encoding="utf-8")
    town = load_scenario("town.toml")
    assert town == load_scenario("plain.toml").with_values({"name": "town", "title": town.title, "about": town.about})
    assert town.origin("trust.gain").startswith("town.toml:")
    capsys.readouterr()


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "clustersim scenario"


def test_describe_knows_parameters_sections_and_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "trust.gain"]) == 0
    out = capsys.readouterr().out
    for fact in ("meaning:", "unit:", "default: ", "allowed: a number from 0 to 0.5", "source:"):
        assert fact in out
    assert main(["describe", "trust.gian"]) == 2
    assert "did you mean 'trust.gain'?" in capsys.readouterr().err


def test_scenarios_lists_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert main(["scenarios", "--json"]) == 0
    assert [entry["name"] for entry in json.loads(capsys.readouterr().out)] == names


@pytest.mark.parametrize("command", list(cli.cli.commands))
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"clustersim {command}" in out.split("\n", 1)[1]


@pytest.mark.parametrize(
    "arguments",
    [["chek"], ["check"], ["check", "mine.toml", "--jsn"], ["run", "mine.toml", "--months", "0"], ["show", "jaipurr"],
     ["compare", "mine.toml", "--replications", "none"], ["run", "mine.toml", "--seed", "-1"]],
)  # fmt: skip
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().out == ""


def _raising(fault: BaseException) -> Callable[..., Any]:
    def stand_in(*_: Any, **__: Any) -> Any:
        raise fault

    return stand_in


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (ModelFault("is nan", month=3, firm=7, variable="cash"), 1, "error: month 3, firm 7, cash: is nan"),
        (StoreError("damaged"), 4, "error: damaged"),
        (ResourceError("full"), 5, "error: full"),
        (MemoryError(), 5, "error: not enough memory"),
        (OSError(errno.ENOSPC, "No space left on device", "x.csv"), 5, "error: x.csv: No space left"),
        (PermissionError(errno.EACCES, "Permission denied", "x.csv"), 5, "error: x.csv: Permission denied"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "x/y"), 2, "error: x/y: Not a directory"),
        (ZeroDivisionError("division\nby zero"), 1, "CLUSTERSIM_DEBUG=1"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 0, ""),
    ],
)
def test_every_fault_has_its_exit_code_and_one_line(
    fault: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("clustersim.scenario.load_scenario", _raising(fault))
    assert main(["show", "mine.toml"]) == code
    captured = capsys.readouterr()
    assert words in captured.err
    assert len(captured.err.strip().splitlines()) == bool(words)
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_a_fault_of_ours_can_be_seen_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ending.DEBUG, "1")
    monkeypatch.setattr("clustersim.scenario.load_scenario", _raising(ZeroDivisionError("x")))
    with pytest.raises(ZeroDivisionError):
        main(["show", "mine.toml"])


def test_arms_of_the_same_name_are_told_apart() -> None:
    from clustersim.cli.work import _named

    one = load_scenario("mine.toml")
    assert list(_named([one, one.with_values({"trust.gain": 0.2}), one])) == ["mine", "mine-2", "mine-3"]


def test_looking_things_up_loads_nothing_heavy() -> None:
    for arguments in (["--help"], ["check", "mine.toml"], ["schema"]):
        script = (
            "import sys; from clustersim.cli import main; main(sys.argv[1:]); "
            f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "[]", arguments


def test_the_package_can_be_run_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clustersim", "check", "mine.toml"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "mine.toml: good\n", "")
