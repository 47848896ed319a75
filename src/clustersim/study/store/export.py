"""All runs of a study in one file: the same bytes for the same plan, whoever computed what, in which order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from clustersim.errors import InputError, Problem, StoreError
from clustersim.measures import MEASURES
from clustersim.study.store.durable import whole_file
from clustersim.study.store.parts import write_parquet

if TYPE_CHECKING:
    import pyarrow as pa

    from clustersim.study.store.folder import Store

BLOCK = 10_000
"""rows that are in memory at a time"""


def export(store: Store, path: Path, *, canonical: bool = True, incomplete: bool = True) -> int:
    """Write a row for each position of the plan, in its order, to ``.parquet`` or ``.csv``; gives how many are missing.

    Canonical is all that is known of a run; else what there is to read: arm, point, replication, factors, status, and
    the outcomes at the end.  Raises InputError for another ending, StoreError if runs are missing and may not be
    (``incomplete=False``).  In CSV numbers read back as the same double, empty cells are NaN, and the columns of months
    are left out.
    """
    writers = {".parquet": _parquet, ".csv": _csv}
    if path.suffix not in writers:
        raise InputError(Problem("no such kind of file", value=path.name, allowed=", ".join(writers)))
    done = store.done
    missing = int((done == 0).sum())
    if missing and not incomplete:
        raise StoreError(f"{store.root}: {missing} of {len(done)} runs are missing; continue the study first")
    columns = store.columns if canonical else _to_read(store)
    with whole_file(path) as file:
        writers[path.suffix](store, columns, np.flatnonzero(done).astype(np.int64), file)
    return missing


def _to_read(store: Store) -> list[str]:
    factors = [factor.name for factor in store.plan.factors]
    return ["arm", "point", "replication", *factors, "status", *(f"{measure.name}_end" for measure in MEASURES)]


def _blocks(store: Store, positions: Any, columns: list[str]) -> Iterator[pa.Table]:
    for start in range(0, max(1, len(positions)), BLOCK):
        yield store.table(columns, positions[start : start + BLOCK])


def _parquet(store: Store, columns: list[str], positions: Any, file: BinaryIO) -> None:
    write_parquet(file, store.table(columns, positions[:0]).schema, _blocks(store, positions, columns))


def _csv(store: Store, columns: list[str], positions: Any, file: BinaryIO) -> None:
    columns = [name for name in columns if not name.endswith("_monthly")]
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")  # writes a float as repr does
    writer.writerow(columns)
    for block in _blocks(store, positions, columns):
        writer.writerows(zip(*(column.to_pylist() for column in block.columns), strict=True))
    text.detach()
