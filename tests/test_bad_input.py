"""Bad input through the command line: exit 2, a clear line each, nothing written, no traceback, fast."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clustersim.cli import main

BAD: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "unknown key": ("[trust]\ngian = 0.1\n", ("bad.toml:2: unknown key 'trust.gian'; did you mean 'trust.gain'?",)),
    "unknown table": ("[trsut]\ngain = 0\nloss = 0\n", ("bad.toml:1: unknown table 'trsut'; did you mean 'trust'?",)),
    "wrong type": ('[trust]\ngain = "much"\n', ('bad.toml:2: trust.gain = "much": must be a number from 0 to 0.5',)),
    "bool for int": ("[run]\nmonths = true\n", ("bad.toml:2: run.months = true: must be a whole number from 1",)),
    "bool for float": ("[trust]\ngain = false\n", ("bad.toml:2: trust.gain = false: must be a number",)),
    "int for bool": ("[programme]\nannounced_exit = 1\n", ("announced_exit = 1: must be true or false",)),
    "NaN": ("[trust]\ngain = nan\n", ("bad.toml:2: trust.gain = nan: must be a number from 0 to 0.5",)),
    "inf": ("[trust]\ngain = inf\n", ("bad.toml:2: trust.gain = inf: must be a number from 0 to 0.5",)),
    "1e400": ("[trust]\ngain = 1e400\n", ("bad.toml:2: trust.gain = inf: must be a number from 0 to 0.5",)),
    "huge integer": ("[run]\nmonths = 0x" + "f" * 5000, ("bad.toml:2: run.months = an integer of 20000 bits:",)),
    "negative count": ("[cluster]\nfirms = -5\n", ("bad.toml:2: cluster.firms = -5: must be a whole number from 3",)),
    "share above 1": ("[trust]\nloss = 1.2\n", ("bad.toml:2: trust.loss = 1.2: must be a number from 0 to 1",)),
    "end before start": (
        '[programme]\nstart = "2000-01"\nend = "1999-12"\n',
        ("bad.toml:3: programme.end = \"1999-12\": ends before it starts (allowed: 2000-01 or later)",),
    ),
    "unknown intervention": (
        '[interventions.x]\nkind = "joint_fare"\n',
        ('bad.toml:2: interventions.x.kind = "joint_fare": unknown kind (allowed: ', "did you mean 'joint_fair'?"),
    ),
    "missing roster": ('[cluster]\nroster = "firms.csv"\n', ("bad.toml:2: cluster.roster = ", "no such file")),
    "extends itself": ('extends = "bad.toml"\n', ("bad.toml:1: extends", "in a circle: bad.toml -> bad.toml")),
    "extends in a circle": ('extends = "other.toml"\n', ("in a circle: bad.toml -> other.toml -> bad.toml",)),
    "extends nothing": ('extends = "nothing.toml"\n', ('bad.toml:1: extends = "nothing.toml": no such file',)),
    "ten million firms in one world": (
        "[cluster]\nfirms = 10_000_000\n",
        ("bad.toml:2: cluster.firms = 10000000: a run would take about 56 GiB of memory (allowed: 16 GiB", "[worlds]"),
    ),
    "worlds without firms": ("[worlds]\ncount = 5\n", ("bad.toml:1: worlds.firms: is missing", "250 to 50,000")),
    "more firms than worlds hold": (
        "[worlds]\ncount = 5\nfirms = 50_001\n",
        ("bad.toml:3: worlds.firms = 50001: cannot be divided among 5 worlds", "(allowed: 250 to 50,000)"),
    ),
    "a smallest above the largest": (
        "[worlds]\ncount = 2\nsmallest = 20\nlargest = 10\n", ("bad.toml:3: worlds.smallest = 20: is above",),
    ),
    "a thousand million firms": (
        "[cluster]\nfirms = 1_000_000_000\n",
        ("bad.toml:2: cluster.firms = 1000000000: a run would take about 5,588 GiB of memory (allowed: 16 GiB",),
    ),
    "not UTF-8": (b"title = 'caf\xe9'\n", ("bad.toml:1: the file is not UTF-8 text",)),
    "deep lists": ("x = " + "[" * 50_000, ("bad.toml:1: nested too deeply",)),
    "deep tables": ("x = " + "{a=" * 50_000, ("bad.toml:1: nested too deeply",)),
    "deep keys": ("a." * 20_000 + "a = 1\n", ("bad.toml:1: nested too deeply",)),
    "a 40 KB key": ("k" * 40_000 + " = 1\n", ("bad.toml:1: a key of 40,000 characters",)),
    "a 2 MB file": ("#" * 2_000_000, ("bad.toml: the file is too large (allowed: at most 1,000,000 bytes)",)),
    "not TOML": ("[trust]\ngain 0.1\n", ("bad.toml:2: not valid TOML",)),
    "NUL bytes": (b"\0" * 1000, ("bad.toml:1: not valid TOML",)),
    "escape sequences": ("[trust]\n\"\\u001b[31mgain\" = 1\n", ("bad.toml:2: unknown key 'trust.\\x1b[31mgain'",)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    Path("other.toml").write_text('extends = "bad.toml"\n', encoding="utf-8")


def _write(content: str | bytes) -> None:
    Path("bad.toml").write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("command", [["check"], ["run"], ["compare"], ["show", "--resolved"]], ids=lambda c: c[0])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case: str, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    content, words = BAD[case]
    _write(content)
    before = sorted(Path().rglob("*"))
    began = time.process_time()
    assert main([*command, "bad.toml"]) == 2
    assert time.process_time() - began < 2
    captured = capsys.readouterr()
    text = captured.out if command == ["check"] else captured.err
    assert (captured.err if command == ["check"] else captured.out) == ""
    assert len(text.strip().splitlines()) == 1
    assert len(text) < 600
    assert all(part in text for part in words), text
    assert "Traceback" not in text
    assert sorted(Path().rglob("*")) == before


def test_shares_of_one_event_above_1_in_all_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    _write(FAIR.format(shares="participants = 0.7, programme = 0.5"))
    assert main(["check", "bad.toml"]) == 2
    assert "the payers' shares add up to 1.2 (allowed: 1 in all)" in capsys.readouterr().out


def test_shares_of_one_event_under_1_in_all_are_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    _write(FAIR.format(shares="participants = 0.64, programme = 0.07, institutions = 0.2"))
    assert main(["check", "bad.toml"]) == 0
    captured = capsys.readouterr()
    assert captured.err.startswith("warning: bad.toml:")
    assert "add up to 0.91; the rest is booked to the payer `unrecorded`" in captured.err


FAIR = """
[interventions.fair]
kind = "joint_fair"
[[interventions.fair.events]]
date = "1998-03"
shares = {{ {shares} }}
"""


def test_a_refusal_is_fast_from_the_start_of_the_interpreter() -> None:
    _write(BAD["deep keys"][0])
    # The processor's time, not the clock's: other tests run beside this one.
    began = os.times().children_user + os.times().children_system
    done = subprocess.run(
        [sys.executable, "-m", "clustersim", "check", "bad.toml"], capture_output=True, text=True, check=False
    )
    assert os.times().children_user + os.times().children_system - began < 2
    assert (done.returncode, done.stderr) == (2, "")
    assert "nested too deeply" in done.stdout


@pytest.mark.parametrize("out", ["full", "file"])
def test_results_never_replace_what_no_command_wrote(out: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("good.toml").write_text("", encoding="utf-8")
    Path("full").mkdir()
    Path("full/thesis.txt").write_text("mine", encoding="utf-8")
    Path("file").write_text("mine", encoding="utf-8")
    for command in (["run"], ["compare"]):
        assert main([*command, "good.toml", "--out", out, "--force"]) == 2
    assert Path("full/thesis.txt").read_text(encoding="utf-8") == "mine"
    assert "Traceback" not in capsys.readouterr().err
