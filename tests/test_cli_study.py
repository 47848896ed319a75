"""The commands for studies: what they print and where, how they end, and that bad input writes nothing."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest

from clustersim import simulation
from clustersim.cli import ending, main
from clustersim.study.design.version import model_version
from clustersim.study.execute import forecast
from clustersim.study.store.folder import Store
from clustersim.study.store.lock import one_writer

SIZE = "cluster.firms = 24\ncluster.association_members = 4\nrun.months = 14\nrun.burn_in = 3\n"
ARMS = f"[arms.programme]\n{SIZE}[arms.none]\nprogramme = false\n{SIZE}"
STUDY = f'base = "stagnant"\nreplications = 3\nseed = 4\n{ARMS}[vary]\ntrust.gain = [0.03, 0.09]\n'
MORRIS = STUDY.replace("seed = 4", 'design = "morris"\npoints = 4')
RUNS = 2 * 2 * 3
Says = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ending.DEBUG, raising=False)
    monkeypatch.setattr("signal.signal", lambda *_: None)  # leave the tests' own handlers alone
    Path("tiny.toml").write_text(STUDY, encoding="utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished study, to be copied."""
    base = tmp_path_factory.mktemp("finished")
    (base / "tiny.toml").write_text(STUDY, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signal.signal", lambda *_: None)
        assert main(["sweep", str(base / "tiny.toml"), "--out", str(base / "study"), "--quiet"]) == 0
    return base / "study"


@pytest.fixture
def says(capsys: pytest.CaptureFixture[str]) -> Says:
    """Run a command; gives its code, and what it wrote to stdout and stderr."""

    def run(*arguments: Any) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def study(finished: Path) -> Path:
    """A finished study of one's own."""
    return Path(shutil.copytree(finished, "study"))


def test_a_sweep_goes_to_results_unless_told_and_says_what_it_did(says: Says) -> None:
    code, out, err = says("sweep", "tiny.toml")
    assert code == 0
    assert f"{RUNS} of {RUNS} runs, 0 failed" in out
    assert Path("results/tiny/manifest.json").exists()
    assert "Traceback" not in err
    assert json.loads(Path("results/tiny/manifest.json").read_text())["command"] == "clustersim sweep tiny.toml"


def test_a_sweep_as_json(says: Says) -> None:
    code, out, _ = says("sweep", "tiny.toml", "--json", "--quiet", "--replications", "2", "--seed", "9")
    assert code == 0
    assert json.loads(out) == {"name": "tiny", "runs": 8, "finished": 8, "failed": 0, "missing": 0, "complete": True}
    assert Store.read(Path("results/tiny")).plan.seed == 9


def test_a_folder_is_continued_from_itself_alone(study: Path, says: Says) -> None:
    for part in (study / "runs").iterdir():
        part.unlink()
    assert f"{RUNS} of {RUNS}" in says("sweep", study, "--quiet")[1]
    code, _, err = says("sweep", study, "--replications", "5")
    assert (code, "continued as it is" in err) == (2, True)


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(says: Says) -> None:
    code, out, _ = says("sweep", "tiny.toml", "--dry-run")
    assert code == 0
    assert f"{RUNS} runs: 2 arms × 2 points × 3 replications" in out
    code, out, _ = says("sweep", "tiny.toml", "--dry-run", "--json")
    assert json.loads(out)["runs"] == RUNS
    assert not Path("results").exists()


def test_acknowledgements_are_the_ids_of_the_runs(says: Says) -> None:
    with Path("acks").open("w") as file:
        assert says("sweep", "tiny.toml", "--ack-fd", file.fileno())[0] == 0
    store = Store.read(Path("results/tiny"))
    assert sorted(Path("acks").read_text().split()) == sorted(store.plan.ids())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_acknowledgements_that_cannot_be_written_end_the_sweep_and_lose_nothing(says: Says) -> None:
    with Path("/dev/full").open("w") as full:
        code, out, err = says("sweep", "tiny.toml", "--quiet", "--ack-fd", full.fileno())
        assert (code, out, err.count("error: ")) == (5, "", 1)
        assert f"cannot be acknowledged on file descriptor {full.fileno()}: No space left" in err
    assert Store.read(Path("results/tiny")).counts().ok > 0
    assert says("sweep", "tiny.toml", "--quiet")[0] == 0


def test_a_terminal_that_is_gone_does_not_stop_a_sweep(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EPIPE, "Broken pipe")

    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", Gone())
        code, out, _ = says("sweep", "tiny.toml")
    assert (code, f"{RUNS} of {RUNS} runs" in out) == (0, True)


def test_shards_are_collected(says: Says, finished: Path) -> None:
    for k in (1, 2, 3):
        assert says("sweep", "tiny.toml", "--out", "s", "--shard", f"{k}/3", "--quiet")[0] == 0
    assert says("sweep", "tiny.toml", "--out", "s", "--quiet")[0] == 0
    assert canonical(Path("s"), says) == canonical(finished, says)


def canonical(folder: Path, says: Says) -> bytes:
    code, _, err = says("export", folder, "--canonical", "--out", "all.parquet", "--force")
    assert code == 0, err
    return Path("all.parquet").read_bytes()


def test_status_of_a_study(study: Path, says: Says) -> None:
    code, out, _ = says("status", study)
    assert code == 0
    for fact in (f"{RUNS} of {RUNS} runs", "2 arms × 2 points × 3 replications", "last write 2", "nobody is writing"):
        assert fact in out
    with one_writer(study, command="clustersim sweep other.toml"):
        assert "being written by `clustersim sweep other.toml` (process" in says("status", study)[1]
        assert json.loads(says("status", study, "--json")[1])["writer"].startswith("`clustersim sweep other.toml`")


def test_failed_runs_end_with_3_and_are_listed_and_can_be_tried_again(
    says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = simulation.run

    def fail(scenario: Any, *, seed: int = 0, replication: int = 0) -> Any:
        if seed == 4 and replication == 1:
            raise FloatingPointError("no such number")
        return real(scenario, seed=seed, replication=replication)

    with monkeypatch.context() as patch:
        patch.setattr(simulation, "run", fail)
        code, out, err = says("sweep", "tiny.toml", "--quiet", "--executor", "threads")
    assert code == 3
    assert f"{RUNS} of {RUNS} runs, 4 failed" in out
    assert "4 runs failed: clustersim failures results/tiny" in err
    code, out, _ = says("failures", "results/tiny")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "programme, point 0, replication 1: FloatingPointError: no such number"
    assert lines[1].startswith("  clustersim replay results/tiny ")
    assert len(json.loads(says("failures", "results/tiny", "--json")[1])) == 4
    assert says("sweep", "tiny.toml", "--quiet")[0] == 3  # a failure is a result
    assert says("sweep", "tiny.toml", "--quiet", "--retry-failed")[0] == 0
    assert says("failures", "results/tiny")[1] == "no run failed\n"


def test_a_run_is_replayed_by_the_start_of_its_id(study: Path, says: Says) -> None:
    run_id = Store.read(study).plan.id(5)
    code, out, err = says("replay", study, run_id[:10], "--out", "again")
    assert code == 0, err
    assert "same" in out.splitlines()[-1]
    assert Path("again/manifest.json").exists()
    code, out, err = says("replay", study, "zzz")
    assert (code, out, err.count("error: ")) == (2, "", 1)


def test_the_table_to_read_and_an_export_of_what_is_there(study: Path, says: Says) -> None:
    assert says("export", study, "--out", "all.csv")[0] == 0
    assert Path("all.csv").read_text().startswith("arm,point,replication,trust.gain,status,")
    code, _, err = says("export", study, "--out", "all.csv")
    assert (code, "--force" in err) == (2, True)
    code, _, err = says("export", study, "--out", "all.xlsx")
    assert (code, ".parquet, .csv" in err) == (2, True)
    next((study / "runs").iterdir()).unlink()
    code, _, err = says("export", study, "--canonical", "--out", "some.parquet")
    assert (code, "runs are not in the table" in err) == (0, True)
    assert pq.read_table("some.parquet").num_rows < RUNS


def test_sensitivity_prints_a_table_and_leaves_files(says: Says) -> None:
    Path("morris.toml").write_text(MORRIS, encoding="utf-8")
    assert says("sweep", "morris.toml", "--quiet")[0] == 0
    code, out, err = says("sensitivity", "results/morris", "--on", "trust", "--out", "found")
    assert code == 0, err
    assert "trust.gain" in out
    assert sorted(path.name for path in Path("found").iterdir()) == ["sensitivity-trust.csv", "sensitivity-trust.svg"]
    assert json.loads(says("sensitivity", "results/morris", "--on", "trust", "--json")[1])["trust"]
    code, _, err = says("sensitivity", "results/morris", "--on", "trsut")
    assert (code, "trust" in err, "Traceback" in err) == (2, True, False)


# --- damage


def files(folder: Path) -> list[str]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]
    return [path.relative_to(folder).as_posix() for path in found]


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


# --- bad input


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
