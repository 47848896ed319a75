"""A system on which one call goes wrong, of one's own choice: killed, the power cut, or refused."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

REFUSALS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO}
ENDS = ("killed", "power cut", *REFUSALS)
"""SIGKILL; the same, with all that the disk was not told to keep gone; what the system may answer instead of working"""


class Fault(NamedTuple):
    """What happens, at which of the calls to the system, and whether it comes before, in or after it."""

    end: str
    call: int
    when: str = "before"


class System:
    """The calls that durable.py makes to the system, counted; the one that the fault names goes wrong."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.calls: list[str] = []
        self.not_synced: dict[Path, bytes | None] = {}
        """files and folders whose folder was not synced since they came: what was there before"""
        self.not_written: set[Path] = set()
        """files that were not synced since they were written"""
        self._real = (os.write, os.fsync, os.replace, os.mkdir, os.fdopen, os.open)
        self._open: dict[int, Path] = {}

    @contextlib.contextmanager
    def __call__(self) -> Iterator[System]:
        """Stand between durable.py and the system."""
        patches = {"fsync": self._fsync, "replace": self._replace, "mkdir": self._mkdir, "fdopen": self._fdopen,
                   "open": self._opened}  # fmt: skip
        with contextlib.ExitStack() as stack:
            for name, stand_in in patches.items():
                stack.enter_context(mock.patch.object(os, name, stand_in))
            yield self

    def _call(self, name: str, do: Callable[[], Any], half: Callable[[], Any] = lambda: None) -> Any:
        self.calls.append(name)
        if self.fault is None or self.fault.call != len(self.calls) - 1:
            return do()
        if self.fault.when == "after":
            do()
        elif self.fault.when == "half":
            half()
        if self.fault.end in REFUSALS:
            raise OSError(REFUSALS[self.fault.end], os.strerror(REFUSALS[self.fault.end]))
        if self.fault.end == "power cut":
            self._lose()
        os.kill(os.getpid(), signal.SIGKILL)

    def _lose(self) -> None:
        """What a cut of the power takes at worst: all that no fsync has covered."""
        for path in filter(Path.exists, self.not_written):
            path.write_bytes(path.read_bytes()[:100])
        for path, before in reversed(self.not_synced.items()):
            if path.is_dir():
                shutil.rmtree(path)
            elif before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)

    def _opened(self, path: Any, flags: int, *more: Any, **named: Any) -> int:
        handle: int = self._real[5](path, flags, *more, **named)
        self._open[handle] = Path(os.fspath(path))
        return handle

    def _fsync(self, handle: int) -> None:
        def do() -> None:
            self._real[1](handle)
            place = self._open[handle]
            self.not_written.discard(place)
            self.not_synced = {path: was for path, was in self.not_synced.items() if path.parent != place}

        self._call("fsync", do)

    def _replace(self, source: Any, target: Any) -> None:
        goal = Path(target)

        def do() -> None:
            before = goal.read_bytes() if goal.exists() else None
            self._real[2](source, target)
            if Path(source) in self.not_written:
                self.not_written.add(goal)
            self.not_synced.setdefault(goal, before)

        self._call("replace", do)

    def _mkdir(self, path: Any, *more: Any) -> None:
        if Path(path).exists():
            self._real[3](path, *more)
            return

        def do() -> None:
            self._real[3](path, *more)
            self.not_synced[Path(path)] = None

        self._call("mkdir", do)

    def _fdopen(self, handle: int, mode: str) -> Any:
        file = self._real[4](handle, mode)

        def write(content: bytes) -> None:
            file.write(content)
            file.flush()
            self.not_written.add(self._open[handle])

        def half(content: bytes) -> None:
            write(content[: len(content) // 2])
            file.flush()

        stand_in = mock.MagicMock(wraps=file)
        stand_in.__enter__.return_value = stand_in
        stand_in.__exit__.side_effect = lambda *_: file.close()
        stand_in.write = lambda content: self._call("write", lambda: write(content), lambda: half(content))
        return stand_in
