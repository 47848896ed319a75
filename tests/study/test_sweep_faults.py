"""A whole sweep is stopped, refused, interrupted, or shared out: the same command goes on, and the table is the same.

The short form; `make torture` kills more often, and lets every call to the system go wrong.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import clustersim as cs
from clustersim.cli import main
from clustersim.simulation import run
from clustersim.study.execute.processes import Processes, WorkerDied
from clustersim.study.store.folder import Store
from tests.study import torture
from tests.study.sweeps import Sweep, check, exported, here, study_file, undisturbed
from tests.study.torture import killed, refused

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills by POSIX signals")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("sweeps")
    study_file(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signal.signal", lambda *_: None)  # leave the tests' own handlers alone
        yield folder


@pytest.fixture(scope="module")
def expected(base: Path) -> bytes:
    """The export of a sweep that nothing happens to."""
    return undisturbed(base / "tiny.toml", base, here)


@pytest.mark.parametrize(("executor", "target", "runs"), [
    ("processes", "parent", 3), ("processes", "worker", 1),
])  # fmt: skip
def test_killed_at_any_moment(
    executor: str, target: str, runs: int, base: Path, expected: bytes, tmp_path: Path
) -> None:
    sweep, wrong = killed(base / "tiny.toml", tmp_path / "store", executor, target,
                          lambda sweep: sweep.until_acknowledged(runs))  # fmt: skip
    assert wrong == []
    assert len(sweep.acknowledged) >= runs
    assert check(base / "tiny.toml", sweep, expected, here) == []


@pytest.fixture(scope="module")
def strace(tmp_path_factory: pytest.TempPathFactory) -> None:
    log = tmp_path_factory.mktemp("strace") / "log"
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run([*torture.traced("fsync", "error=EIO", 1, log), "true"], check=False).returncode:
        pytest.skip("strace may not trace here")


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(("call", "end", "n"), [
    ("fsync", "error=EIO", 19),
])  # fmt: skip
def test_the_system_says_no(call: str, end: str, n: int, base: Path, expected: bytes, tmp_path: Path) -> None:
    log = tmp_path / "log"
    sweep, wrong = refused(base / "tiny.toml", tmp_path / "store", call, end, n, log)
    assert wrong == []
    assert torture.happened(call, n, log)
    assert check(base / "tiny.toml", sweep, expected, here) == []


def test_an_interrupt_says_what_is_kept(base: Path, tmp_path: Path) -> None:
    longer = study_file(base, name="longer", replications=1000)
    sweep = Sweep(longer, tmp_path / "store", "--executor", "processes", "--workers", "2")
    assert torture.interrupted(sweep.until_acknowledged(5), signal.SIGINT, "group") == []


def test_ctrl_c_before_the_workers_are_awake_is_silent(base: Path, tmp_path: Path) -> None:
    sweep = Sweep(base / "tiny.toml", tmp_path / "store", "--executor", "processes", "--workers", "2", "--quiet")
    while not sweep.workers():
        time.sleep(0.002)
    sweep.send(signal.SIGINT, "group")
    ended = sweep.end()
    assert ended.code == 130
    assert "Traceback" not in ended.err
    assert ended.err.strip() == "stopped: 0 of 20 runs kept; continue with the same command"
    assert sweep.left() == []


def test_a_second_sweep_is_refused_and_status_answers_meanwhile(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    longer = study_file(base, name="longer", replications=1000)
    first = Sweep(longer, tmp_path / "store", "--executor", "threads", "--workers", "1", "--quiet")
    first.until_acknowledged(1)
    assert cs_main("sweep", longer, "--out", tmp_path / "store", "--quiet") == 2
    said = capsys.readouterr().err
    assert said.count("error: ") == 1
    assert f"sweep {longer} --out {tmp_path / 'store'}" in said
    assert f"(process {first.process.pid} on " in said
    assert cs_main("status", tmp_path / "store") == 0
    said = capsys.readouterr().out
    assert f"(process {first.process.pid} on " in said
    assert re.search(r" [1-9]\d* of 4000 runs", said.replace(",", ""))
    assert torture.interrupted(first, signal.SIGTERM, "parent") == []


def cs_main(*arguments: Any) -> int:
    return main([str(argument) for argument in arguments])


def test_shards_at_the_same_time_are_collected(base: Path, expected: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    alone = ("--executor", "threads", "--workers", "1", "--quiet")
    shards = [Sweep(base / "tiny.toml", folder, "--shard", f"{k}/3", *alone) for k in (1, 2, 3)]
    assert [shard.end().code for shard in shards] == [0, 0, 0]
    assert sorted(shards[0].acknowledged) == sorted(Store.read(folder).plan.ids())
    assert here("sweep", str(base / "tiny.toml"), "--out", str(folder), "--quiet") == 0
    assert list((folder / "runs").iterdir()) == []  # nothing was run again
    assert exported(folder) == expected


def test_a_dask_cluster_gives_the_same(base: Path, expected: bytes, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None,
                                  host="127.0.0.1", protocol="tcp", silence_logs=50) as cluster:  # fmt: skip
        code = here("sweep", str(base / "tiny.toml"), "--out", str(tmp_path / "store"), "--quiet",
                    "--executor", f"dask={cluster.scheduler_address}")  # fmt: skip
    assert code == 0
    assert exported(tmp_path / "store") == expected


def test_each_seed_has_an_outcome_of_its_own() -> None:
    scenario = cs.load_scenario("stagnant").with_values(
        {"cluster.firms": 24, "run.months": 2, "run.burn_in": 1, "cluster.association_members": 4}
    )
    assert len({run(scenario, seed=seed).measures.tobytes() for seed in range(1000)}) == 1000


def test_what_the_disk_refused_is_not_tried_again(
    base: Path, expected: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refuse(*_: Any) -> Path:
        tried.append(1)
        raise cs.ResourceError("full")

    with monkeypatch.context() as patch:
        patch.setattr("clustersim.study.store.parts.write_part", refuse)
        assert cs_main("sweep", base / "tiny.toml", "--out", tmp_path / "store", "--quiet") == 5
    assert len(tried) == 1
    assert cs_main("sweep", base / "tiny.toml", "--out", tmp_path / "store", "--quiet") == 0
    assert exported(tmp_path / "store") == expected


def test_a_pool_that_can_start_no_worker_says_so_and_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    with Processes(1, "fork") as pool:
        assert pool.submit(abs, -1).result(10) == 1

        def refuse(*_: Any, **__: Any) -> Any:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(pool._context, "Pipe", refuse)
        with pytest.raises(WorkerDied):
            pool.submit(os._exit, 3).result(10)
        for _ in range(2):
            with pytest.raises(cs.ResourceError, match=r"cannot be started: Resource temporarily unavailable"):
                pool.submit(abs, -1).result(10)
