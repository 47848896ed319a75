"""How the command line ends: an exit code for each kind of fault, a line on stderr, and no traceback.

0 good · 1 a fault of ours · 2 bad input or usage · 3 finished, with failed runs · 4 a damaged or foreign store ·
5 not enough memory, disk or permission · 130/143 interrupted
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

import click

from clustersim.errors import ClusterSimError, InputError, ResourceError, plain

DEBUG = "CLUSTERSIM_DEBUG"
INTERRUPTED, TERMINATED = 130, 143


def _numbers(*names: str) -> set[int]:
    return {getattr(errno, name) for name in names if hasattr(errno, name)}  # not every system has them all


_NO_RESOURCE = _numbers("ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "ENOMEM", "EMFILE", "EIO")
_BAD_PATH = _numbers("ENOENT", "ENOTDIR", "EISDIR", "EEXIST", "ENAMETOOLONG", "EINVAL", "ELOOP")


class Commands(click.Group):
    """A group of commands, listed in the order of a first session."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands as they were declared, not by the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader who has seen enough (``| head``) is no fault."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _hush()
            return 0
        return result


def _hush() -> None:
    """Send what is still to be printed nowhere, or the interpreter would complain of it on its way out."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def guarded(command: Callable[[], Any]) -> int:
    """Run a command and return its exit code; every fault becomes a line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter is no reason to stop
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    try:
        code = command()
        return code if isinstance(code, int) else 0
    except Exception as fault:
        if os.environ.get(DEBUG):
            raise
        return _report(fault)
    except KeyboardInterrupt:
        return INTERRUPTED


def _terminated(number: int, frame: Any) -> NoReturn:
    raise SystemExit(TERMINATED)  # unwinds, so that half-written folders are cleared away


def _report(fault: Exception) -> int:
    if isinstance(fault, click.exceptions.Abort):
        return INTERRUPTED
    if isinstance(fault, click.ClickException):
        fault.show()
        return InputError.exit_code
    if isinstance(fault, ClusterSimError):
        return _say(str(fault), fault.exit_code)
    if isinstance(fault, MemoryError):
        return _say(f"not enough memory {fault}".strip(), ResourceError.exit_code)
    if isinstance(fault, OSError) and fault.errno in _NO_RESOURCE | _BAD_PATH:
        file = f"{fault.filename}: " if fault.filename is not None else ""
        code = ResourceError.exit_code if fault.errno in _NO_RESOURCE else InputError.exit_code
        return _say(f"{file}{fault.strerror}", code)
    first = (str(fault).splitlines() or [""])[0]
    return _say(f"{type(fault).__name__}: {first} (a fault of ours; set {DEBUG}=1 to see where)", 1)


def _say(message: str, code: int) -> int:
    for line in message.splitlines():
        click.echo(f"error: {plain(line)}", err=True)
    return code
