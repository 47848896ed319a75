"""The commands for studies: what they print and where, and how they end."""

from __future__ import annotations

import errno
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from clustersim import simulation
from clustersim.study.store.folder import Store
from clustersim.study.store.lock import one_writer
from tests.cli.studies import MORRIS, RUNS, Says, canonical


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
