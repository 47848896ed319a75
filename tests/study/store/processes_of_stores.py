"""Writers of stores in processes of their own, for the tests of locks and shards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str | Path, under: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Run ``tests.study.store.torture`` with these arguments."""
    given = [*under, sys.executable, "-m", "tests.study.store.torture", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(given, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def holding(*arguments: str | Path) -> subprocess.Popen[str]:
    """A process that holds a store open for writing, until it is killed or its input is closed."""
    process = start("hold", *arguments)
    assert process.stdout is not None
    if process.stdout.readline() != "held\n":
        raise AssertionError(process.communicate()[1])
    return process


def end(process: subprocess.Popen[str], *, kill: bool = False) -> None:
    """Let a process end, or kill it, and wait for it."""
    if kill:
        process.kill()
    process.communicate()
