"""A file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clustersim.errors import ResourceError, StoreError
from clustersim.experiment import files
from clustersim.study.store import durable


def test_a_file_is_written_and_written_over(tmp_path: Path) -> None:
    for content in (b"first", b"", bytes(range(256)) * 1000):
        durable.write_whole(tmp_path / "x.bin", content)
        assert durable.read_whole(tmp_path / "x.bin") == content
    assert [path.name for path in tmp_path.iterdir()] == ["x.bin"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_refusal_changes_nothing_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    durable.write_whole(tmp_path / "x", b"old")

    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(ResourceError, match=f"{os.strerror(number)}.*continue with the same command"):
        durable.write_whole(tmp_path / "x", b"new")
    monkeypatch.undo()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_what_the_writer_raises_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    durable.write_whole(tmp_path / "x", b"old")

    def interrupted() -> None:
        with durable.whole_file(tmp_path / "x") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_the_folder_is_synced_after_the_rename_and_not_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def noted(name: str, real: Callable[..., None]) -> Callable[..., None]:
        def call(*given: Any) -> None:
            made.append(name)
            real(*given)

        return call

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noted(name, getattr(os, name)))
    durable.write_whole(tmp_path / "x", b"1")
    assert made == ["fsync", "replace", "fsync"]
    for room in (durable, files):
        monkeypatch.setattr(room, "WINDOWS", True)
    durable.write_whole(tmp_path / "x", b"2")
    assert made[3:] == ["fsync", "replace"]


def test_windows_waits_for_who_reads_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = os.replace, []

    def busy(*given: Any) -> None:
        tries.append(given)
        if len(tries) < 3:
            raise PermissionError(errno.EACCES, "in use")
        real(*given)

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(durable, "WINDOWS", True)
    durable.write_whole(tmp_path / "x", b"1")
    assert (len(tries), (tmp_path / "x").read_bytes()) == (3, b"1")


def test_only_what_was_being_written_is_swept_away(tmp_path: Path) -> None:
    names = [".x.json.0123456789ab.tmp", ".y.json.0123456789ab.tmp", ".x.json.tmp", "x.json"]
    for name in names:
        (tmp_path / name).touch()
    durable.sweep(tmp_path, re.compile(r"x\.json"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
    durable.sweep(tmp_path / "none", re.compile("x"))


def test_folders_are_made_with_those_above(tmp_path: Path) -> None:
    durable.make_folder(tmp_path / "a" / "b")
    durable.make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(ResourceError):
        durable.make_folder(tmp_path / "file" / "c")


def test_what_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError, match="is missing"):
        durable.read_whole(tmp_path / "x")
    for number, kind in ((errno.EIO, StoreError), (errno.EACCES, ResourceError)):

        def refuse(path: Path, number: int = number) -> bytes:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(Path, "read_bytes", refuse)
        with pytest.raises(kind, match=os.strerror(number)):
            durable.read_whole(tmp_path / "x")
