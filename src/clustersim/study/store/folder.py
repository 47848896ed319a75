"""The folder of a study: every run that was ever saved there, whatever stopped the process that computed it.

Runs are saved in files that appear whole or not at all; the hash of each stands in its name, and is checked whenever
it is read.  They are joined to the plan by the runs' ids, so that a study may grow in its folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustersim.errors import ClusterSimError, InputError, Problem, StoreError, closest
from clustersim.experiment.files import MANIFEST, digest_of
from clustersim.study.design.plan import Plan
from clustersim.study.design.version import model_version
from clustersim.study.store import parts
from clustersim.study.store.durable import make_folder
from clustersim.study.store.folder_check import SHARDS, check_study_folder, damaged, other_model, shards_of
from clustersim.study.store.index import FAILED, MISSING, OK, Index
from clustersim.study.store.lock import held, one_writer
from clustersim.study.store.manifest import check_columns, check_same_study, present_manifest, read_study, write_study

if TYPE_CHECKING:
    import pyarrow as pa

    from clustersim.study.work import Batch

__all__ = ["FAILED", "MISSING", "OK", "Counts", "Store"]

SHARD_PATIENCE = 30.0
"""seconds a shard waits for its turn to begin: many of them start at once"""


class Counts(NamedTuple):
    """How far a study is."""

    positions: int
    """of the plan"""
    distinct: int
    """different runs among them; fewer where a plan comes back to a point"""
    ok: int
    failed: int


class Store:
    """The runs of a plan in its folder; get one from :meth:`write` or :meth:`read`."""

    def __init__(self, folder: Path, root: Path, plan: Plan, index: Index) -> None:
        self.folder = folder
        """where new runs go: the study's folder, or a shard's below it"""
        self.root = root
        """the study's folder"""
        self.plan = plan
        self._index = index
        self._columns = parts.schema(parts.factor_columns(plan), plan.series)
        self._expected = {field.name: field.type for field in self._columns}
        self._shard: tuple[int, int] | None = None
        self.writable = False
        """whether it takes more: it is open to be written, and the disk has refused nothing"""
        self._buffer: list[Batch] = []
        self._parts: list[Path] = []
        for place in (*shards_of(root), root):
            for path in parts.files_of_runs(place):
                self._index.note(len(self._parts), *parts.ids_and_ok(self._open(path)))
                self._parts.append(path)
        self._next = 1 + max((parts.part_number(path) for path in parts.files_of_runs(folder)), default=0)

    @classmethod
    @contextmanager
    def write(cls, folder: Path, plan: Plan, *, command: str = "",
              shard: tuple[int, int] | None = None) -> Iterator[Store]:  # fmt: skip
        """The store of a plan, new or begun before, for its one writer; what was added is saved at the end.

        ``shard`` = (i, n) writes the i-th of n parts of the plan, beside other processes that write the others.
        Raises InputError if somebody else writes there, if the folder holds something else or a study that this plan
        cannot go on with; StoreError if it is damaged or of another model; ResourceError if the system refuses.
        """
        if shard is not None and not 1 <= shard[0] <= shard[1]:
            raise InputError(Problem("there is no such shard", value=f"{shard[0]}/{shard[1]}", allowed="1/n to n/n"))
        check_columns(plan)
        check_study_folder(folder)
        for place in (folder, *([] if shard is None else [_shard_folder(folder, shard)])):
            there = present_manifest(place, folder)
            if there is not None:
                check_same_study(place, there, plan)
        index = Index(plan)
        ids = digest_of(index.ids[index.of_position].tobytes())
        make_folder(folder)
        with ExitStack() as locks:
            if shard is None:
                own = folder
                locks.enter_context(one_writer(folder, command=command))
                for other in shards_of(folder):
                    with held(other):
                        pass  # so nobody writes there, and nobody can begin to
                write_study(folder, folder, plan, ids, command)
            else:
                own = _shard_folder(folder, shard)
                with held(folder, SHARD_PATIENCE):
                    write_study(folder, folder, plan, ids, command)
                    make_folder(own)
                    locks.enter_context(one_writer(own, command=command))
                    write_study(own, folder, plan, ids, command)
            store = cls(own, folder, plan, index)
            store._shard, store.writable = shard, True
            try:
                yield store
            finally:
                if store.writable:
                    store.flush()

    @classmethod
    def read(cls, folder: Path, plan: Plan | None = None) -> Store:
        """The store of a study, to look at; it may be written at the same time, and shows the runs saved by now.

        ``plan`` is the study's own, if it is at hand: a folder cannot describe interventions that a script defines.
        Raises StoreError if there is no study, or another, or if it is damaged or of another model.
        """
        if not folder.is_dir() or not (folder / MANIFEST).exists():
            raise StoreError(f"{folder} holds no study: there is no {MANIFEST}")
        plan, ids = read_study(folder, plan)
        index = Index(plan)
        if digest_of(index.ids[index.of_position].tobytes()) != ids:
            raise StoreError(f"{folder}: the plan that its {MANIFEST} describes is not the one its runs are of")
        return cls(folder, folder, plan, index)

    def _open(self, path: Path) -> Any:
        try:
            return parts.open_part(path, self._expected, model_version())
        except parts.OtherModel as theirs:
            raise other_model(path, theirs) from None
        except StoreError as fault:
            raise damaged(path, self.root, fault) from None

    @property
    def done(self) -> NDArray[np.uint8]:
        """For each position of the plan 0 = missing, 1 = there, 2 = failed."""
        return self._index.state[self._index.of_position]

    def missing(self, *, retry_failed: bool = False) -> NDArray[np.int64]:
        """What is still to be run: the first position of each different run, in the plan's order.

        Of a shard only its own runs, those whose number among the different ones is i - 1 modulo n.
        """
        return self._index.wanted((MISSING, FAILED) if retry_failed else (MISSING,), self._shard)

    def counts(self) -> Counts:
        """How many runs the plan has, and how many of the different ones are there and failed."""
        state = self._index.state
        return Counts(len(self.plan), len(state), int((state == OK).sum()), int((state == FAILED).sum()))

    @property
    def unsaved(self) -> int:
        """Runs that were added and would be lost if the process died now."""
        return sum(len(batch.positions) for batch in self._buffer)

    def add(self, batch: Batch) -> None:
        """Take up the outcomes of some runs, in memory: :meth:`flush` saves them."""
        if not self.writable:
            raise ValueError("this store is open to be read")
        if len(batch.positions):  # a worker that was stopped at once brings nothing
            self._buffer.append(batch)

    def flush(self) -> list[str]:
        """Save what was added; when this returns, the runs with these ids survive anything.

        Raises ResourceError if the system refuses: nothing of it is saved then, and the store takes no more.
        """
        if not self._buffer:
            return []
        names = self._index.names(np.concatenate([batch.positions for batch in self._buffer]))
        table = parts.part_table(self.plan, names, self._buffer)
        try:
            path = parts.write_part(self.folder / parts.RUNS, self._next, table)
        except ClusterSimError:
            self.writable = False
            raise
        ok = [not error for batch in self._buffer for error in batch.errors]
        self._index.note(len(self._parts), np.array(names, self._index.ids.dtype), np.array(ok, bool))
        self._parts.append(path)
        self._next += 1
        self._buffer.clear()
        return names

    def part_files(self) -> list[Path]:
        """The files of runs, each checked now, for a tool that reads Parquet itself.

        A run that was tried again is in more than one of them, and some may be of no present position of the plan:
        ``run_id`` tells.
        """
        for path in self._parts:
            self._open(path)
        return list(self._parts)

    @property
    def columns(self) -> list[str]:
        """The columns of :meth:`table`."""
        factors = [factor.name for factor in self.plan.factors]
        return ["position", "run_id", "arm", "point", "replication", *factors, "seed", *parts.AFTER,
                *parts.outcome_columns(self.plan.series)]  # fmt: skip

    def table(self, columns: Sequence[str] | None = None, positions: NDArray[np.int64] | None = None) -> pa.Table:
        """The runs that are there, in the plan's order, a row for each position; ``columns`` chooses some.

        ``positions`` takes those alone, in their order; all of them have to be there.  Raises InputError for an
        unknown column, StoreError if a file is not what was written.
        """
        import pyarrow as pa

        names = self.columns if columns is None else list(columns)
        unknown = [name for name in names if name not in self.columns]
        if unknown:
            raise InputError([Problem("no such column", key=name, suggestion=closest(name, self.columns))
                              for name in unknown])  # fmt: skip
        if positions is None:
            positions = np.flatnonzero(self.done).astype(np.int64)
        saved = self._saved(positions, [name for name in names if name in self._saved_columns])
        return pa.table([saved[name] if name in saved else planned(self.plan, self._index, name, positions)
                         for name in names], names=names)  # fmt: skip

    @property
    def _saved_columns(self) -> set[str]:
        """Those that are known from the files of runs alone; the plan knows the others."""
        return {*parts.AFTER, *parts.outcome_columns(self.plan.series)}

    def _saved(self, positions: NDArray[np.int64], names: Sequence[str]) -> dict[str, Any]:
        """Columns from the files of runs, each file opened once."""
        import pyarrow as pa

        if not names:
            return {}
        runs = self._index.of_position[positions]
        part, row = self._index.part[runs], self._index.row[runs]
        order = np.argsort(part, kind="stable")
        used, starts = np.unique(part[order], return_index=True)
        pieces = [self._columns.empty_table().select(names)]
        for number, rows in zip(used, np.split(row[order], starts[1:]), strict=bool(len(used))):
            table = self._open(self._parts[number]).read(columns=list(names), use_threads=False).select(names)
            pieces.append(table.take(pa.array(rows)).cast(pieces[0].schema))
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        found = pa.concat_tables(pieces).combine_chunks().take(pa.array(back))
        return {name: found[name] for name in names}


def _shard_folder(folder: Path, shard: tuple[int, int]) -> Path:
    return folder / SHARDS / f"{shard[0]}-of-{shard[1]}"


def planned(plan: Plan, index: Index, name: str, positions: NDArray[np.int64]) -> Any:
    """A column that the plan knows without any run, as an Arrow array."""
    import pyarrow as pa

    rest, repeat = np.divmod(positions, plan.replications)
    point, arm = np.divmod(rest, len(plan.arms))
    if name == "run_id":
        return pa.array(index.ids[index.of_position[positions]].tolist(), pa.binary()).cast(pa.string())
    if name == "arm":
        return pa.array([known.name for known in plan.arms], pa.string()).take(pa.array(arm))
    if name == "replication":  # the factor that is luck moves it, by point
        start = [plan.key(k * len(plan.arms) * plan.replications).replication for k in range(len(plan.points))]
        return pa.array(np.array(start, np.int64)[point] + repeat)
    if name in ("position", "point", "seed"):
        return pa.array({"position": positions, "point": point, "seed": np.full_like(point, plan.seed)}[name])
    k = next(k for k, factor in enumerate(plan.factors) if factor.name == name)
    values = pa.array([known.values[k] for known in plan.points], parts.arrow_type(plan.factors[k].column_type))
    return values.take(pa.array(point))
