"""Which model made a result: the package's version, and a hash of every source that can change a number."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from clustersim.experiment.files import versions

PACKAGE = Path(__file__).resolve().parents[2]
WITHOUT_EFFECT = {
    "cli", "report", "study", "patterns", "experiment", "ensemble", "desk", "workshop", "model.py", "state.py",
    "odd.py", "reference.py", "errors.py", "toml_source.py", "__init__.py", "__main__.py",
}  # fmt: skip
"""rooms that read or show results, or only say what is wrong with an input: they make no number, but for a few files"""
MAKE_NUMBERS = {"experiment/statistics.py", "experiment/result.py", "study/work.py", "study/design/apply.py"}
"""what a run's outcomes also pass through: its windows, their means, the settings that act"""


@cache
def model_version() -> str:
    """Such as ``0.1.0+3f2a9c1b40``: equal for equal sources on every machine, system and version of Python."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py"), key=lambda path: path.relative_to(PACKAGE).as_posix()):
        name = path.relative_to(PACKAGE)
        if name.parts[0] not in WITHOUT_EFFECT or name.as_posix() in MAKE_NUMBERS:
            digest.update(name.as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{versions().get('clustersim', '0')}+{digest.hexdigest()[:10]}"
