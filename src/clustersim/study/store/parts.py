"""The files of runs: their columns, and that what is read is what was written.

A file's name carries the hash of its bytes, so that no index has to be kept in step with what is there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import StoreError
from clustersim.experiment.files import WRITTEN_BY, digest_of
from clustersim.measures import MEASURES
from clustersim.study.design.version import model_version
from clustersim.study.store.durable import read_whole, write_whole
from clustersim.study.store.index import ID

if TYPE_CHECKING:
    import pyarrow as pa

    from clustersim.study.design.plan import Plan
    from clustersim.study.work import Batch

FORMAT = 1
RUNS = "runs"
HASH_LENGTH = 32
PART = re.compile(rf"part-(?P<number>\d{{6,}})-(?P<hash>[0-9a-f]{{{HASH_LENGTH}}})\.parquet")
WINDOWS = ("end", "exit")
BEFORE = ("run_id", "arm", "replication", "seed")
AFTER = ("status", "error")


def factor_columns(plan: Plan) -> dict[str, str]:
    """The type of each factor's column, by name."""
    return {factor.name: factor.column_type for factor in plan.factors}


def arrow_type(name: str) -> Any:
    """The Arrow type of a factor's column."""
    import pyarrow as pa

    return {"double": pa.float64(), "int64": pa.int64(), "bool": pa.bool_(), "string": pa.string()}[name]


def outcome_columns(series: Sequence[str]) -> list[str]:
    """``<measure>_end`` and ``<measure>_exit`` of every measure, then ``<measure>_monthly`` of those kept by month."""
    return [f"{measure.name}_{window}" for measure in MEASURES for window in WINDOWS] + [f"{m}_monthly" for m in series]


def schema(factors: Mapping[str, str], series: Sequence[str]) -> pa.Schema:
    """The columns of a file of runs."""
    import pyarrow as pa

    text, whole = pa.string(), pa.int64()
    fields = [*zip(BEFORE, (text, text, whole, whole), strict=True)]
    fields += [(name, arrow_type(kind)) for name, kind in factors.items()]
    fields += [(name, text) for name in AFTER]
    fields += [(name, pa.list_(pa.float64()) if name.endswith("_monthly") else pa.float64())
               for name in outcome_columns(series)]  # fmt: skip
    return pa.schema(fields)


def made_with() -> dict[str, str]:
    """What every Parquet file of a study says of itself."""
    return {"written_by": WRITTEN_BY, "format": str(FORMAT), "model_version": model_version()}


def part_table(plan: Plan, run_ids: Sequence[str], batches: Sequence[Batch]) -> pa.Table:
    """The rows of some batches, in their order; ``run_ids`` are theirs."""
    import pyarrow as pa

    positions = np.concatenate([batch.positions for batch in batches])
    errors = [error for batch in batches for error in batch.errors]
    cells: dict[str, Any] = plan.columns(positions.tolist()) | {
        "run_id": run_ids,
        "seed": [plan.seed] * len(errors),
        "status": ["failed" if error else "ok" for error in errors],
        "error": errors,
    }
    for window in WINDOWS:
        values = np.concatenate([getattr(batch, window) for batch in batches])
        cells |= {f"{measure.name}_{window}": pa.array(np.ascontiguousarray(values[:, k], np.float64), from_pandas=True)
                  for k, measure in enumerate(MEASURES)}  # fmt: skip
    runs = [series for batch in batches for series in batch.series]
    cells |= {f"{name}_monthly": _monthly([series[k] for series in runs]) for k, name in enumerate(plan.series)}
    columns = schema(factor_columns(plan), plan.series)
    return pa.table([pa.array(cells[field.name], field.type) if isinstance(cells[field.name], list)
                     else cells[field.name] for field in columns], schema=columns)  # fmt: skip


def _monthly(runs: Sequence[NDArray[np.float64]]) -> pa.Array:
    """A list of months for each run; null for a run without any."""
    import pyarrow as pa

    lengths = np.array([len(values) for values in runs])
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    offsets = pa.array(starts, mask=np.append(lengths == 0, False))
    return pa.ListArray.from_arrays(offsets, pa.array(np.concatenate(runs).astype(np.float64), from_pandas=True))


def write_part(folder: Path, number: int, table: pa.Table) -> Path:
    """Write a file of runs durably; raises ResourceError, and then there is none."""
    content = parquet_bytes(table)
    path = folder / f"part-{number:06d}-{digest_of(content)[:HASH_LENGTH]}.parquet"
    write_whole(path, content)
    return path


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file."""
    out = io.BytesIO()
    write_parquet(out, table.schema, [table])
    return out.getvalue()


def write_parquet(file: BinaryIO, columns: pa.Schema, blocks: Iterable[pa.Table]) -> None:
    """Write tables as the row groups of a Parquet file; small, for it may have a hundred columns and one row."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(file, columns, compression="zstd", use_dictionary=list(AFTER), write_statistics=False,
                          store_schema=False) as writer:  # fmt: skip
        for block in blocks:
            writer.write_table(block, row_group_size=max(1, block.num_rows))
        writer.add_key_value_metadata(made_with())


def files_of_runs(folder: Path) -> list[Path]:
    """The files of runs below a store's folder, in the order they were written."""
    runs = folder / RUNS
    found = [(int(match["number"]), path.name, path) for path in (runs.iterdir() if runs.is_dir() else ())
             if (match := PART.fullmatch(path.name))]  # fmt: skip
    return [path for _, _, path in sorted(found)]


def part_number(path: Path) -> int:
    """The number in the name of a file of runs."""
    match = PART.fullmatch(path.name)
    assert match is not None
    return int(match["number"])


def checked_bytes(path: Path) -> bytes:
    """The content of a file that has its hash in its name; raises StoreError unless it is the one that was written."""
    content = read_whole(path)
    if digest_of(content)[:HASH_LENGTH] != path.stem.rsplit("-", 1)[-1]:
        raise StoreError("its content is not what was written")
    return content


def open_part(path: Path, expected: Mapping[str, Any] | None, version: str | None) -> Any:
    """A file of runs, checked whole, open for reading columns.

    ``expected`` is the type of each column by name, ``version`` the model's (None: any).  Raises StoreError with the
    reason alone, OtherModel with the model that made it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = checked_bytes(path)
    try:  # pyarrow reads in this thread alone, here and wherever a part is read: its pool was seen to abort at exit
        file = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False)
        columns = file.schema_arrow
    except (pa.ArrowException, OSError) as fault:
        raise StoreError("it is not a Parquet file") from fault
    said = {key.decode(): value.decode() for key, value in (columns.metadata or {}).items()}
    if said.get("written_by") != WRITTEN_BY or said.get("format") != str(FORMAT):
        raise StoreError("another program wrote it, or another version of this one")
    if version is not None and said.get("model_version") != version:
        raise OtherModel(said.get("model_version", "?"))
    if expected is not None and {field.name: field.type for field in columns} != expected:
        raise StoreError("it holds the runs of another study: other factors or series")
    return file


class OtherModel(StoreError):
    """Runs of another version of the model: whole, but not to be mixed with this one's."""


def ids_and_ok(file: Any) -> tuple[NDArray[np.bytes_], NDArray[np.bool_]]:
    """Which runs an open file holds, and which of them succeeded."""
    table = file.read(columns=["run_id", "status"], use_threads=False)
    ok = np.array([status == "ok" for status in table["status"].to_pylist()], bool)
    return np.array(table["run_id"].to_pylist(), ID), ok
