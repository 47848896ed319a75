"""How results become files: all of them or none, and the same bytes for the same comparison.

They are written to a new folder beside the target, forced to disk, and moved into place by renaming, so that a crash
at any time leaves either what was there before or the whole result.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clustersim.errors import InputError, Problem
from clustersim.experiment.result import SUMMARY_COLUMNS, Comparison
from clustersim.ledger import PURPOSES, SECTORS
from clustersim.measures import MEASURES

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST = "manifest.json"
WRITTEN_BY = "clustersim"
WINDOWS = os.name == "nt"
PACKAGES = ("clustersim", "numpy", "numba", "mesa", "scipy", "pyarrow", "matplotlib")


@contextmanager
def whole_folder(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """An empty folder to write to, which becomes ``folder`` at the end, or goes away if something is raised."""
    target = check_folder(folder, force=force)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.partial-", dir=target.parent))
    try:
        yield partial
        for path in (*sorted(partial.rglob("*")), partial):
            to_disk(path)
        check_folder(folder, force=force)  # somebody else may have finished there in the meantime
        _replace(target, partial)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def check_folder(folder: Path, *, force: bool = False) -> Path:
    """The folder to write to, links followed; ask before the runs, not after them.

    A path that does not exist or an empty folder is free.  With ``force`` so is a folder that clustersim wrote, which
    is then replaced as a whole.  Raises InputError for anything else: no flag is worth somebody's files.
    """
    target = folder.resolve()
    above = next(parent for parent in target.parents if parent.exists())
    if not above.is_dir():
        raise InputError(Problem(f"{folder} lies inside a file, {above}; give a folder that is new or empty"))
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return target
    if not target.is_dir():
        raise InputError(Problem(f"{folder} is a file; give a folder that is new or empty"))
    if not _is_ours(target):
        raise InputError(Problem(f"{folder} holds files that are not results, and is left alone (--force too); "
                                 "give a folder that is new or empty"))  # fmt: skip
    if not force:
        raise InputError(Problem(f"{folder} holds an earlier result; --force replaces it"))
    return target


def _is_ours(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("written_by") == WRITTEN_BY


def _replace(target: Path, partial: Path) -> None:
    """Put the finished folder in place of the target; what was there comes back if that fails."""
    umask = os.umask(0)
    os.umask(umask)
    partial.chmod(0o777 & ~umask)  # temporary folders are made for their owner alone
    if not target.exists():
        partial.rename(target)
    else:
        former = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.former-", dir=target.parent))
        target.rename(former / "was")
        try:
            partial.rename(target)
        except BaseException:
            (former / "was").rename(target)
            former.rmdir()
            raise
        shutil.rmtree(former, ignore_errors=True)
    to_disk(target.parent)


def versions() -> dict[str, str]:
    """What the numbers were made with; a package that is not installed as one is left out."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def about(kind: str, command: str, **more: Any) -> dict[str, Any]:
    """What every manifest begins with: who wrote the folder, what it holds, by which command and with what."""
    return {"written_by": WRITTEN_BY, "kind": kind, "format": 1, "command": command, "versions": versions(), **more}


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """The file by which a folder is known as ours; written last."""
    write_text(folder / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def summary_text(comparison: Comparison) -> str:
    """The summary as CSV: ``\\n`` line ends, numbers so that they read back as the same double, empty for NaN."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SUMMARY_COLUMNS)
    for row in comparison.rows:
        writer.writerow([_cell(value) for value in row.cells()])
    return out.getvalue()


def monthly_table(comparison: Comparison) -> pa.Table:
    """``arm, replication, month``, then a column for each measure (null = empty), by arm, replication and month."""
    import pyarrow as pa

    failed = {(run.arm, run.replication) for run in comparison.failed}
    kept = [(a, r, arm.measures[r]) for a, (name, arm) in enumerate(comparison.arms.items())
            for r in range(comparison.replications) if (name, r) not in failed]  # fmt: skip
    lengths = [len(measures) for _, _, measures in kept]
    values = np.concatenate([np.empty((0, len(MEASURES))), *(measures for _, _, measures in kept)])
    columns = {
        "arm": _named(np.repeat([a for a, _, _ in kept], lengths), comparison.arms),
        "replication": pa.array(np.repeat([r for _, r, _ in kept], lengths).astype(np.int32)),
        "month": pa.array(np.concatenate([np.empty(0, np.int32), *(np.arange(n, dtype=np.int32) for n in lengths)])),
    }
    for k, measure in enumerate(MEASURES):
        columns[measure.name] = pa.array(np.ascontiguousarray(values[:, k]), from_pandas=True)
    return pa.table(columns)


def ledger_table(comparison: Comparison) -> pa.Table:
    """``arm, replication, month, purpose, payer, payee, amount``, in that order, without rows of nothing."""
    import pyarrow as pa

    runs = [(a, r, flows[flows["amount"] != 0.0]) for a, arm in enumerate(comparison.arms.values())
            for r, flows in enumerate(arm.flows)]  # fmt: skip
    lengths = [len(flows) for _, _, flows in runs]
    rows = np.concatenate([flows[np.lexsort([flows[key] for key in ("payee", "payer", "purpose", "month")])]
                           for _, _, flows in runs])  # fmt: skip
    return pa.table({
        "arm": _named(np.repeat([a for a, _, _ in runs], lengths), comparison.arms),
        "replication": pa.array(np.repeat([r for _, r, _ in runs], lengths).astype(np.int32)),
        "month": pa.array(np.ascontiguousarray(rows["month"], dtype=np.int32)),
        "purpose": _named(rows["purpose"], PURPOSES),
        "payer": _named(rows["payer"], SECTORS),
        "payee": _named(rows["payee"], SECTORS),
        "amount": pa.array(np.ascontiguousarray(rows["amount"], dtype=np.float64)),
    })  # fmt: skip


def _named(codes: Any, names: Iterable[str]) -> pa.DictionaryArray:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(np.asarray(codes, np.int32)), pa.array(list(names), pa.string()))


RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
"""names that Windows gives to devices, with any ending"""


def file_names(arms: Iterable[str]) -> dict[str, str]:
    """A file name for each arm that every system takes: plain characters, not reserved, different in any case."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for arm in arms:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", arm)[:60] or "arm"
        stem = f"{stem}_" if stem.lower() in RESERVED else stem
        unique, n = stem, 2
        while unique.lower() in taken:
            unique, n = f"{stem}_{n}", n + 1
        taken.add(unique.lower())
        found[arm] = f"{unique}.toml"
    return found


def _cell(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return "" if math.isnan(value) else repr(value)


def digest_of(content: bytes) -> str:
    """SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write text as it is, with the same line ends on every system."""
    path.write_bytes(text.encode())  # bytes, so that no system turns line ends into its own


def to_disk(path: Path) -> None:
    """Make sure that a file, or a folder's list of files, survives a loss of power, where the system can."""
    if WINDOWS:
        return  # folders cannot be opened there, and its journal keeps renames
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
