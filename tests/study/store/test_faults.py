"""Killed at any instant, refused by the disk, or changed by it: nothing that was said to be safe is lost or wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clustersim.errors import StoreError
from clustersim.study.store.export import export
from clustersim.study.store.folder import Store
from clustersim.study.store.manifest import read_manifest
from clustersim.study.store.verify import repair, verify
from tests.study.store.processes_of_stores import start
from tests.study.store.store_stand_in import fill, tree
from tests.study.store.torture import a_plan, check, write_all

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The export of a study that nothing happened to."""
    base = tmp_path_factory.mktemp("undisturbed")
    write_all(base / "study", a_plan())
    export(Store.read(base / "study"), base / "x.parquet")
    return (base / "x.parquet").read_bytes()


@POSIX
def test_a_writer_is_stopped_at_each_of_its_calls_to_the_system(tmp_path: Path) -> None:
    process = start("everywhere", tmp_path)  # a process of its own: it forks
    said, errors = process.communicate()
    assert said.splitlines()[-1].endswith(", 0 faults"), said + errors
    assert int(said.split()[1]) > 100
    assert process.returncode == 0


def traced(*inject: str) -> tuple[str, ...]:
    injected = [f"--inject={said}" for said in inject]
    return ("strace", "-f", "-qq", "-o", os.devnull, *injected, "-e", "trace=fsync,rename")


@pytest.fixture(scope="module")
def strace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run([*traced(), "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace may not trace here")


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(("inject", "code"), [
    ("fsync:signal=SIGKILL:when=9", -9),
    ("fsync:error=EIO:when=16", 5),
    ("rename:error=EDQUOT:when=8", 5),
])  # fmt: skip
def test_the_system_itself_says_no(tmp_path: Path, expected: bytes, inject: str, code: int) -> None:
    process = start("write", tmp_path / "study", under=traced(inject))
    said, errors = process.communicate()
    assert process.returncode in (code, 128 - code), errors
    assert (code == 5) == ("continue with the same command" in errors)
    assert check(tmp_path / "study", said.split(), tmp_path / "x.parquet", expected) == []


# --- bytes that change on the disk


def studies(folder: Path) -> None:
    """A finished study, a part of it from a shard."""
    with Store.write(folder, a_plan(), shard=(1, 4)) as store:
        fill(store)
    with Store.write(folder, a_plan()) as store:
        fill(store, 8)


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]


def flips(path: Path) -> Iterator[bytes]:
    """The content of a file with one byte changed: its ends, its middle, and in Parquet its footer."""
    content = path.read_bytes()
    size = len(content)
    for place in sorted({0, 3, size // 3, size // 2, size - 3000, size - 600, size - 7, size - 1}):
        if 0 <= place < size:
            yield content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]
    yield content[: size // 2]
    yield b""


def test_a_changed_byte_is_found_and_named_and_never_read(tmp_path: Path, expected: bytes) -> None:
    folder = tmp_path / "study"
    studies(folder)
    whole = tree(folder)
    names = [path.relative_to(folder).as_posix() for path in files(folder)]
    assert len(names) == 12, names
    for name in names:
        path = folder / name
        good = path.read_bytes()
        early = Store.read(folder)
        for content in flips(path):
            path.write_bytes(content)
            assert [flaw.path for flaw in verify(folder).flaws] == [name]
            if "runs/" in name or not name.startswith("shards/"):
                with pytest.raises(StoreError, match=rf"{path.name}.*--repair"):
                    Store.read(folder)
            if "runs/" in name:
                with pytest.raises(StoreError, match=path.name):
                    early.table(["trust_end"])
                with pytest.raises(StoreError, match=path.name):
                    early.part_files()
        repaired = repair(folder)
        assert repaired.set_aside[0] == f"damaged/{name}"
        assert (folder / "damaged" / name).read_bytes() == content
        assert check(folder, [], tmp_path / "x.parquet", expected) == []
        shutil.rmtree(folder / "damaged")
        shutil.rmtree(folder)
        studies(folder)
        assert path.read_bytes() == good or name.endswith("manifest.json")
    assert tree(folder).keys() == whole.keys()


def test_every_byte_of_a_manifest_counts(tmp_path: Path) -> None:
    studies(tmp_path / "study")
    path = tmp_path / "study" / "manifest.json"
    content = path.read_bytes()
    for place in range(0, len(content), 3):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(StoreError):
            read_manifest(tmp_path / "study")


def test_what_is_missing_is_written_anew(tmp_path: Path, expected: bytes) -> None:
    folder = tmp_path / "study"
    for pattern in ("points-*", "arms/base.toml", "runs/part-000002-*", "manifest.json", ".lock"):
        studies(folder)
        lost = next(folder.glob(pattern))
        lost.unlink()
        if "runs" not in pattern and pattern != ".lock":
            assert [folder / flaw.path for flaw in verify(folder).flaws] == [lost]
            with pytest.raises(StoreError, match=r"run again writes it anew|no manifest\.json"):
                Store.read(folder)
        assert repair(folder).set_aside == ()
        assert check(folder, [], tmp_path / "x.parquet", expected) == []


def test_a_second_damage_of_the_same_name_is_kept_too(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    for _ in range(2):
        studies(folder)
        (folder / "arms" / "base.toml").write_text("x", encoding="utf-8")
        repair(folder)
    assert sorted(path.name for path in (folder / "damaged" / "arms").iterdir()) == ["base.toml", "base.toml.2"]


def test_a_study_is_read_while_it_grows(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    writers = [start("write", folder)]
    seen, tried = [], 0
    while writers[0].poll() is None:
        tried += 1
        if (folder / "manifest.json").exists():
            store = Store.read(folder)
            assert store.table(["trust_end"]).num_rows == (store.done == 1).sum()
            seen.append(store.counts().ok)
    writers[0].communicate()
    assert seen == sorted(seen)
    assert Store.read(folder).counts().ok == 20
