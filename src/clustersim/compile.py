"""The `rule` decorator: numba's options said once, and a cache that cannot go stale.

A rule is plain Python over columns; numba compiles the same text, and with ``NUMBA_DISABLE_JIT=1`` it runs uncompiled
and gives the same bits.  Rules allocate nothing and hold no reference, so they are compiled without numba's reference
counting (``_nrt=False``): counting every column at every call cost more than the rules themselves.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

OTHERS = ("agents.py", "levers.py", "compile.py", "pointer.py")


def source_digest() -> str:
    """Hash of every source file that compiled code is made of, 16 hex digits.

    Those are this module and the next, the files that import rules' decorators at their top, and the columns, levers
    and parameters.
    """
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        name, text = path.relative_to(folder).as_posix(), path.read_bytes()
        if b"\nfrom clustersim.compile import" in text or name in OTHERS or "parameters/" in name:
            digest.update(name.encode() + text)
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled code is kept: one folder per state of the sources.

    A cached function does not notice that a function it calls, in another file, was edited; a folder of its own for
    each state of the sources makes that impossible.
    """
    base = os.environ.get("CLUSTERSIM_CACHE") or os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    home = Path(base) if base else Path.home() / ".cache"
    folder = home / "clustersim" / source_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a home that cannot be written, as on locked-down laptops
        folder = Path(tempfile.gettempdir()) / "clustersim" / source_digest()
        folder.mkdir(parents=True, exist_ok=True)
    return folder


os.environ.setdefault("NUMBA_OPT", "1")  # compiles faster, and the rules run no slower
os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())
import numba  # noqa: E402  (numba reads the two settings above when it is imported)
from numba.core.types import unliteral  # noqa: E402

from clustersim.pointer import Block  # noqa: E402

OPTIONS: dict[str, Any] = {
    "error_model": "numpy",  # division by zero gives inf or nan as in plain Python numpy; the books check for it
    "fastmath": False,  # no reordering of sums, no fused multiply-add: same bits everywhere
    "nogil": True,  # runs in threads side by side
    "no_cfunc_wrapper": True,
    "_nrt": False,
}


def rule(function: F) -> F:
    """Compile a rule: allocates nothing, reads and writes columns, draws only by address."""
    compiled = numba.njit(**{**OPTIONS, "no_cpython_wrapper": True})(function)
    if compiled is not function:
        ask = compiled.get_call_template

        def ask_plainly(arguments: Any, named: Any) -> Any:
            """Numba would compile a rule again for every constant it is called with; once for all of them will do."""
            return ask([unliteral(a) for a in arguments], {name: unliteral(a) for name, a in named.items()})

        compiled.get_call_template = ask_plainly
    return compiled  # type: ignore[no-any-return]


def written_out(function: F) -> F:
    """The same rule, written out where it is called: a loop that does little else then takes eight rows at a time."""
    plain = getattr(function, "py_func", function)
    return numba.njit(**{**OPTIONS, "no_cpython_wrapper": True, "forceinline": True})(plain)  # type: ignore[no-any-return]


def entry(function: F) -> F:
    """Compile an entry point that Python calls, kept in the cache on disk; its named tuples are passed as pointers."""
    compiled = numba.njit(**{**OPTIONS, "cache": True})(function)
    if compiled is function:  # NUMBA_DISABLE_JIT
        return function

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        return compiled(*[Block(value) if hasattr(value, "_fields") else value for value in arguments])

    call.compiled = compiled  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]
