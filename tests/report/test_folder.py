"""What a comparison leaves on disk: exactly the contract's files, the same bytes each time, all of them or none."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clustersim.errors import InputError
from clustersim.experiment import files
from clustersim.experiment.compare import compare
from clustersim.experiment.result import Comparison
from clustersim.report import folder as folder_module
from clustersim.report.folder import save
from tests.experiment import stand_in

COMMAND = "clustersim compare toy --seed 3"
SAME = ("summary.csv", "report.html", "scenarios/programme.toml", "scenarios/none.toml")


def found(workers: int = 2, title: str = "A toy cluster") -> Comparison:
    scenario = stand_in.scenario(title=title)
    return compare({"programme": scenario, "none": scenario.without_programme()}, replications=4, seed=3,
                   workers=workers, run=stand_in.run)  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(found(), tmp_path_factory.mktemp("saved") / "results" / "toy", COMMAND)


def test_exactly_the_files_of_the_contract(saved: Path) -> None:
    left = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}
    assert left == {"summary.csv", "monthly.parquet", "ledger.parquet", "report.html", "manifest.json",
                    "scenarios/programme.toml", "scenarios/none.toml"}  # fmt: skip
    assert [path.name for path in saved.parent.iterdir()] == ["toy"]  # nothing half-done stays behind


def test_the_same_comparison_leaves_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    again = save(found(workers=3), tmp_path / "again", COMMAND)
    for name in SAME:
        assert (saved / name).read_bytes() == (again / name).read_bytes(), name
    for name in ("monthly.parquet", "ledger.parquet"):
        assert pq.read_table(saved / name).equals(pq.read_table(again / name)), name


def test_the_summary_reads_back_as_the_same_doubles(saved: Path) -> None:
    raw = (saved / "summary.csv").read_bytes()
    assert b"\r" not in raw
    rows = list(csv.DictReader(raw.decode().splitlines()))
    for row, expected in zip(rows, found().rows, strict=True):
        assert (row["arm"], row["when"], row["measure"]) == (expected.arm, expected.when, expected.measure)
        assert repr(float(row["mean"] or math.nan)) == repr(expected.level.mean)
        assert (row["difference"] == "") == (expected.paired is None or expected.paired.difference.n == 0)
        assert "nan" not in row.values()


def test_parquet_types_and_empty_values(saved: Path) -> None:
    monthly, ledger = pq.read_table(saved / "monthly.parquet"), pq.read_table(saved / "ledger.parquet")
    types = [str(monthly.schema.field(name).type) for name in ("replication", "month", "trust")]
    assert types == ["int32", "int32", "double"]
    assert [str(ledger.schema.field(name).type) for name in ("month", "amount")] == ["int32", "double"]
    assert str(ledger.schema.field("payer").type).startswith("dictionary<values=string")
    none = [arm == "none" for arm in monthly["arm"].to_pylist()]
    assert [v for v, is_none in zip(monthly["cost_recovery"].to_pylist(), none, strict=True) if is_none] == [None] * 288


def test_the_manifest_says_what_was_done_and_its_hashes_are_those_of_the_files(saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["replications"], manifest["command"]) == (3, 4, COMMAND)
    assert {"python", "numpy", "numba", "mesa"} <= set(manifest["versions"])
    assert manifest["started"] <= manifest["finished"]
    assert manifest["failed_runs"] == []
    assert set(manifest["outputs"]) == {p.relative_to(saved).as_posix() for p in saved.rglob("*")
                                        if p.is_file() and p.name != "manifest.json"}  # fmt: skip
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((saved / name).read_bytes()).hexdigest() == digest
    for entry in manifest["inputs"].values():
        assert hashlib.sha256((saved / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("content", ["notes.txt", "manifest.json"])
def test_a_folder_with_other_content_is_left_alone(tmp_path: Path, content: str, force: bool) -> None:
    (tmp_path / content).write_text("{}", encoding="utf-8")
    with pytest.raises(InputError):
        save(found(), tmp_path, COMMAND, force=force)
    assert [path.name for path in tmp_path.iterdir()] == [content]
    assert (tmp_path / content).read_text(encoding="utf-8") == "{}"


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        files.check_folder(tmp_path / "out", force=True)


def test_an_earlier_result_is_replaced_as_a_whole_and_only_with_force(tmp_path: Path) -> None:
    folder = save(found(title="first"), tmp_path / "out", COMMAND)
    (folder / "scenarios" / "old.toml").touch()
    with pytest.raises(InputError, match="--force"):
        save(found(title="second"), folder, COMMAND)
    assert "first" in (folder / "report.html").read_text(encoding="utf-8")
    save(found(title="second"), folder, COMMAND, force=True)
    assert "second" in (folder / "report.html").read_text(encoding="utf-8")
    assert not (folder / "scenarios" / "old.toml").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_inside_a_file_is_refused_before_the_runs(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="inside a file"):
        files.check_folder(tmp_path / "notes.txt" / "out")


def test_of_two_that_write_to_one_folder_the_second_is_refused(tmp_path: Path) -> None:
    def write_late() -> None:
        with files.whole_folder(tmp_path / "out") as partial:
            save(found(), tmp_path / "out", COMMAND)
            (partial / "summary.csv").write_text("late", encoding="utf-8")

    with pytest.raises(InputError, match="earlier result"):
        write_late()
    assert "late" not in (tmp_path / "out" / "summary.csv").read_text(encoding="utf-8")


def test_an_empty_folder_is_free(tmp_path: Path) -> None:
    assert (save(found(), tmp_path, COMMAND) / "summary.csv").exists()


@pytest.mark.parametrize("step", ["ledger_table", "_replace"])
def test_a_crash_leaves_what_was_there_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    folder = save(found(title="first"), tmp_path / "out", COMMAND)
    before = (folder / "report.html").read_bytes()

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_module if step == "ledger_table" else files, step, crash)
    for target in (folder, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            save(found(title="second"), target, COMMAND, force=True)
    assert (folder / "report.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_was_there_comes_back_if_the_last_rename_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = save(found(), tmp_path / "out", COMMAND)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError(28, "no space left")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="no space"):
        save(found(), folder, COMMAND, force=True)
    assert (folder / "summary.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name == "nt", reason="links and permissions of POSIX")
def test_a_link_is_followed_and_others_may_read_the_result(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    (tmp_path / "real").mkdir()
    save(found(), tmp_path / "link", COMMAND)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "summary.csv").exists()
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "real").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_arms_get_file_names_that_every_system_takes() -> None:
    names = files.file_names(["a", "A", "../../etc/passwd", "con", "a/b", "a b", "", "जयपुर"])
    assert len({name.lower() for name in names.values()}) == len(names)
    assert all(name.removesuffix(".toml").replace("_", "").replace("-", "").isalnum() or name.strip("_") == ".toml"
               for name in names.values())  # fmt: skip
    assert names["con"] == "con_.toml"
