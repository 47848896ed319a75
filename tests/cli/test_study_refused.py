"""Damaged and foreign folders, and bad input to studies: named in one line, and nothing is written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from clustersim.study.design.version import model_version
from clustersim.study.execute import forecast
from tests.cli.studies import STUDY, Says, canonical, files


def test_a_flipped_byte_is_named_never_read_and_repaired(finished: Path, says: Says) -> None:
    expected = canonical(finished, says)
    names = files(finished)
    assert len(names) >= 5
    for name in names:
        folder = Path(shutil.copytree(finished, f"damaged-{name.replace('/', '-')}"))
        (folder / "arms" / "programme.toml").chmod(0o644)
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 0x10
        (folder / name).write_bytes(content)
        code, out, _ = says("verify", folder)
        assert code == 4, name
        assert name in out
        before = {path: (folder / path).read_bytes() for path in files(folder)}
        for command in (["sweep", "tiny.toml", "--out", folder], ["sweep", folder], ["status", folder],
                        ["export", folder, "--out", "no.csv"]):  # fmt: skip
            code, out, err = says(*command, *(["--quiet"] if command[0] == "sweep" else []))
            assert (code, err.count("error: "), "Traceback" in err) == (4, 1, False), (name, command, err)
            assert Path(name).name in err
        assert {path: (folder / path).read_bytes() for path in files(folder)} == before
        code, out, err = says("verify", folder, "--repair", "--quiet")
        assert f"set aside: damaged/{name}" in out
        if code == 4:  # the study's description itself: its file has it too
            assert "run the sweep of its study file again" in err
            assert says("sweep", "tiny.toml", "--out", folder, "--quiet")[0] == 0
        else:
            assert code == 0, err
        assert says("verify", folder)[0] == 0
        assert canonical(folder, says) == expected


def test_runs_of_another_version_of_the_model_are_not_continued(
    study: Path, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    next((study / "runs").iterdir()).unlink()
    ours = f"was made with the model {model_version()}, and this is 9.9.9+0123456789"
    rooms = ("design.version", "design.plan", "store.folder", "store.folder_check", "store.manifest", "store.parts")
    for room in rooms:
        monkeypatch.setattr(f"clustersim.study.{room}.model_version", lambda: "9.9.9+0123456789")
    before = {path: (study / path).read_bytes() for path in files(study)}
    for command in (["sweep", "tiny.toml", "--out", study], ["sweep", study], ["status", study],
                    ["sweep", "tiny.toml", "--out", study, "--shard", "1/2"]):  # fmt: skip
        code, out, err = says(*command)
        assert (code, out, err.count("error: ")) == (4, "", 1), err
        assert ours in err
    assert {path: (study / path).read_bytes() for path in files(study)} == before


@pytest.mark.parametrize(("change", "words"), [
    ((STUDY.replace("trust.gain", "trust.gian"),), "did you mean 'trust.gain'?"),
    ((STUDY.replace("[0.03, 0.09]", "[0.03, 7.0]"),), "a number from 0 to 0.5"),
    ((STUDY.replace("[0.03, 0.09]", "{ low = 0.02, high = 0.9 }"),), "a number from 0 to 0.5"),
    ((STUDY.replace("arms.none", "arms.programme"),), "twice"),
    ((STUDY.replace("arms.none", "arms.Programme"),), "names that differ in more than case"),
    ((STUDY.replace("stagnant", "stagnent"),), "did you mean 'stagnant'?"),
    ((STUDY.replace("replications = 3", "replications = 0"),), "a whole number from 1"),
    ((STUDY.replace("replications", "replication"),), "did you mean 'replications'?"),
    ((STUDY + "[vary",), "tiny.toml:"),
    ((STUDY.replace('base = "stagnant"\n', ""),), "base: is missing"),
    ((STUDY.replace("[0.03, 0.09]", "[]"),), "trust.gain"),
    ((STUDY.replace("seed = 4", 'series = ["trsut"]'),), "did you mean 'trust'?"),
    ((STUDY, "--shard", "4/3"), "I/N with I from 1 to N"),
    ((STUDY, "--shard", "0/3"), "I/N with I from 1 to N"),
    ((STUDY, "--shard", "one"), "I/N with I from 1 to N"),
    ((STUDY, "--shard", "1/3/5"), "I/N with I from 1 to N"),
    ((STUDY, "--executor", "cloud"), "threads, processes, dask=tcp://HOST:PORT"),
    ((STUDY, "--executor", ""), "threads, processes, dask=tcp://HOST:PORT"),
    ((STUDY, "--workers", "0"), "--workers"),
    ((STUDY, "--ack-fd", "x"), "--ack-fd"),
    ((STUDY, "--seed", "-1"), "--seed"),
    ((STUDY, "--out", "tiny.toml"), "is a file"),
    ((STUDY, "--out", "tiny.toml/x"), "lies inside a file"),
])  # fmt: skip
def test_bad_input_ends_with_2_one_clear_line_and_nothing_written(
    change: tuple[str, ...], words: str, says: Says
) -> None:
    Path("tiny.toml").write_text(change[0], encoding="utf-8")
    code, out, err = says("sweep", "tiny.toml", *change[1:])
    assert (code, out) == (2, ""), err
    assert words in err
    assert "Traceback" not in err
    assert "fault of ours" not in err
    assert len([line for line in err.splitlines() if "rror: " in line]) == 1, err
    assert [path.name for path in Path().iterdir()] == ["tiny.toml"]


@pytest.mark.parametrize("study", ["none.toml", "none"])
def test_a_study_that_is_not_there(study: str, says: Says) -> None:
    code, _, err = says("sweep", study)
    assert (code, err.count("error: ")) == (2, 1)


def test_a_folder_that_holds_something_else_is_left_alone(says: Says) -> None:
    Path("photos").mkdir()
    Path("photos/beach.txt").write_text("sun", encoding="utf-8")
    for more in ([], ["--force"], ["--shard", "1/2"]):
        code, out, err = says("sweep", "tiny.toml", "--out", "photos", *more)
        assert (code, out, err.count("error: "), "left alone" in err) == (2, "", 1, True), err
    for command in ("sweep", "status", "failures", "verify", "sensitivity"):
        code, out, err = says(command, "photos")
        assert (code, out, err.count("error: ")) == (4, "", 1), err
    assert [path.name for path in Path("photos").iterdir()] == ["beach.txt"]


def test_another_study_is_not_written_over(study: Path, says: Says) -> None:
    for old, new in (("seed = 4", "seed = 5"), ("trust.gain", "trust.loss"), ("firms = 24", "firms = 25")):
        other = STUDY.replace(old, new)
        Path("tiny.toml").write_text(other, encoding="utf-8")
        before = {path: (study / path).read_bytes() for path in files(study)}
        code, _, err = says("sweep", "tiny.toml", "--out", study)
        assert (code, "give a new folder" in err, "Traceback" in err) == (2, True, False), err
        assert {path: (study / path).read_bytes() for path in files(study)} == before
    assert says("sweep", "tiny.toml", "--out", study, "--force", "--quiet")[0] == 0


@pytest.mark.parametrize(("name", "words"), [("PLAN_BYTES", "of memory"), ("FIRM_BYTES", "of memory"), ("", "of disk")])
def test_what_will_not_fit_is_said_before_anything_is_written(
    name: str, words: str, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name:
        monkeypatch.setattr(forecast, name, 1e15)
    else:
        monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1))
    for more in ([], ["--dry-run"]):
        code, out, err = says("sweep", "tiny.toml", *more)
        assert (code, out, err.count("error: ")) == (5, "", 1)
        assert words in err
        assert "Nothing was written" in err
    assert [path.name for path in Path().iterdir()] == ["tiny.toml"]


def test_a_scheduler_that_does_not_answer(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("clustersim.study.execute.executors.DASK_SECONDS", 0.3)
    code, _, err = says("sweep", "tiny.toml", "--quiet", "--executor", "dask=tcp://127.0.0.1:1")
    assert (code, err.count("error: ")) == (5, 1)
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in err


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do anything")
def test_a_folder_that_may_not_be_written(says: Says) -> None:
    Path("locked").mkdir(mode=0o500)
    code, _, err = says("sweep", "tiny.toml", "--out", "locked/study")
    assert (code, err.count("error: ")) == (5, 1)
