"""A file appears whole or not at all, and stays: temporary name, write, fsync, rename, fsync of the folder.

Whatever stops the process, and whenever, a reader sees the file as it was before or as it is to be.  What may remain is
a file with a temporary name, which :func:`sweep` takes away.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from clustersim.errors import ResourceError, StoreError
from clustersim.experiment.files import WINDOWS, to_disk

TEMPORARY = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{12}\.tmp")
"""a file that is being written, or that a dead process left; the name it was to have"""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_whole(path: Path, content: bytes) -> None:
    """Give a file this content, durably; raises ResourceError if the system cannot, and then nothing has changed."""
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A new file to write to, which takes the place of ``path`` at the end, or goes away if something is raised.

    Raises ResourceError for anything the system refuses.  A failed fsync is never tried again: after one, nobody knows
    what of the file is on the disk.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        try:
            with os.fdopen(os.open(partial, _NEW, 0o666), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(partial, path)
        except BaseException:
            with suppress(OSError):
                partial.unlink()
            raise
        to_disk(path.parent)
    except OSError as fault:
        raise unwritten(path, fault) from fault


def _put_in_place(partial: Path, path: Path) -> None:
    for _ in range(20 if WINDOWS else 0):  # a file that somebody is just reading cannot be replaced there
        try:
            partial.replace(path)
        except PermissionError:
            time.sleep(0.05)
        else:
            return
    partial.replace(path)


def make_folder(folder: Path) -> None:
    """A folder with all those above it, durably; raises ResourceError if the system cannot."""
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(exist_ok=True)
            to_disk(place.parent)
    except OSError as fault:
        raise unwritten(folder, fault) from fault


def unwritten(path: Path, fault: OSError) -> ResourceError:
    """What to say when the system refuses to write."""
    return ResourceError(f"{path}: {fault.strerror or fault}; nothing that was saved before is lost: "
                         "put that right, then continue with the same command")  # fmt: skip


def read_whole(path: Path) -> bytes:
    """All of a file; raises StoreError (the reason alone) if it is missing or the disk does not give it.

    Raises ResourceError if one may not read it.
    """
    try:
        return path.read_bytes()
    except PermissionError as fault:
        raise ResourceError(f"{path}: {fault.strerror}") from fault
    except FileNotFoundError as fault:
        raise StoreError("is missing") from fault
    except OSError as fault:
        raise StoreError(f"cannot be read: {fault.strerror}") from fault


def sweep(folder: Path, names: re.Pattern[str]) -> None:
    """Take away what a dead process was writing under one of these names; only for who alone may write there."""
    for path in folder.iterdir() if folder.is_dir() else ():
        left = TEMPORARY.fullmatch(path.name)
        if left and names.fullmatch(left["name"]):
            with suppress(OSError):  # it is in nobody's way
                path.unlink()
