"""One writer for a folder, and who it is.

The lock is the operating system's own, on the open file: when its holder dies, of whatever, it is free.  A note beside
it names the holder, only to say so to whom is refused.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from clustersim.errors import InputError, Problem, ResourceError
from clustersim.study.store.durable import read_whole, write_whole

LOCK = ".lock"
HOLDER = ".holder.json"
BRIEF = 1.0
"""seconds to wait for a lock: somebody who only looks, or only begins, holds it for less"""


@contextmanager
def one_writer(folder: Path, *, command: str = "", patience: float = BRIEF) -> Iterator[None]:
    """Be the only one who writes to an existing folder.

    Raises InputError, naming the holder, if the folder is not free within ``patience`` seconds; ResourceError if the
    system refuses the lock.
    """
    with held(folder, patience):
        note = folder / HOLDER
        write_whole(note, _about_us(command))
        try:
            yield
        finally:
            with suppress(OSError):  # without the lock the note means nothing
                note.unlink()


@contextmanager
def held(folder: Path, patience: float = BRIEF) -> Iterator[None]:
    """Hold the lock of an existing folder without leaving a name: for a moment, to look or to begin."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, thread_local=False)
    try:
        lock.acquire(timeout=patience, poll_interval=0.02)
    except Timeout:
        raise InputError(Problem(f"{folder} is being written by {_holder(folder)}; wait for it to end, or end it "
                                 "(nothing that it saved is lost)")) from None  # fmt: skip
    except OSError as fault:
        raise ResourceError(f"{folder / LOCK}: {fault.strerror or fault}") from fault
    try:
        yield
    finally:
        lock.release()


def writer(folder: Path) -> str | None:
    """Who writes to a study's folder now, or to one of its shards, in words; None if nobody does."""
    from filelock import FileLock, Timeout

    found = []
    for place in (folder, *sorted(path.parent for path in folder.glob(f"shards/*/{LOCK}"))):
        if not (place / LOCK).exists():
            continue
        try:
            with FileLock(place / LOCK, thread_local=False).acquire(timeout=0):
                pass
        except Timeout:
            found.append(_holder(place))
        except OSError:  # somebody else's folder, to be read only: the note is all there is to go by
            found += [_holder(place)] if (place / HOLDER).exists() else []
    return ", ".join(found) or None


def _about_us(command: str) -> bytes:
    said = {
        "command": command or Path(sys.argv[0]).name or "python",
        "pid": os.getpid(),
        "host": platform.node(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    return (json.dumps(said, indent=1) + "\n").encode()


def _holder(folder: Path) -> str:
    try:
        said = json.loads(read_whole(folder / HOLDER))
        return f"`{said['command']}` (process {said['pid']} on {said['host']}, since {said['since']})"
    except Exception:  # it has just ended, or the note is damaged: a name is a courtesy
        return "another process"
