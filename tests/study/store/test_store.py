"""The runs of a study: what was added is there once it is flushed, and comes back as it was."""

from __future__ import annotations

import dataclasses
import math
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustersim.errors import InputError
from clustersim.experiment.files import digest_of
from clustersim.measures import MEASURES
from clustersim.study.design.factors import Levels, Range
from clustersim.study.store.folder import Counts, Store
from tests.study.store.store_stand_in import (
    FACTORS,
    MONTHS,
    SERIES,
    luck_plan,
    make_plan,
    outcome,
    written,
)

FAILED = frozenset({3, 8})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results" / "study"


def test_what_was_added_is_there_once_it_is_flushed(folder: Path) -> None:
    of = make_plan(again=2)
    with Store.write(folder, of) as store:
        assert store.counts() == Counts(28, 20, 0, 0)
        assert store.missing().tolist() == list(range(20))
        store.add(outcome(of, []))
        assert store.flush() == []
        store.add(outcome(of, [4, 1], FAILED))
        store.add(outcome(of, [3], FAILED))
        assert store.unsaved == 3
        assert Store.read(folder).counts().ok == 0
        assert store.flush() == [of.id(4), of.id(1), of.id(3)]
        assert (store.unsaved, store.flush()) == (0, [])
        for found in (store, Store.read(folder)):
            assert found.counts() == Counts(28, 20, 2, 1)
            assert found.done.dtype == np.uint8
            assert found.done[[0, 1, 3, 4, 21, 23]].tolist() == [0, 1, 2, 1, 1, 2]  # the first points come again at 20
            assert found.missing().tolist() == [0, 2, *range(5, 20)]
            assert found.missing(retry_failed=True).tolist() == [0, 2, 3, *range(5, 20)]
        store.add(outcome(of, [0]))
    assert Store.read(folder).counts() == Counts(28, 20, 3, 1)  # the end saves what is left
    with pytest.raises(ValueError, match="to be read"):
        Store.read(folder).add(outcome(of, [2]))


def test_what_was_added_is_saved_when_something_is_raised(folder: Path) -> None:
    of = make_plan()

    def interrupted() -> None:
        with Store.write(folder, of) as store:
            store.add(outcome(of, [4, 1]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert Store.read(folder).counts().ok == 2


def test_the_plan_comes_back_from_the_folder(folder: Path) -> None:
    drawn = Range("trust.loss", 0.1, 9.0, log=True)
    of = make_plan(factors=(*FACTORS, drawn, Levels("flag", (True, False)), Levels("market.x", (1, 2.5))), again=1)
    assert written(folder, of).plan == of
    bare = dataclasses.replace(make_plan(1, 3, factors=()), notes={})
    assert written(folder.with_name("bare"), bare).plan == bare
    lucky = luck_plan()
    assert written(folder.with_name("lucky"), lucky).plan == lucky


def test_the_table_has_a_row_for_each_position(folder: Path) -> None:
    of = luck_plan()
    with Store.write(folder, of) as store:
        for position in (7, 3, 11, 0, 8):
            store.add(outcome(of, [position], FAILED))
            store.flush()
    table = store.table()
    assert table.column_names == store.columns
    assert table.column_names[:10] == ["position", "run_id", "arm", "point", "replication", "trust.gain",
                                       "run.months", "place", "luck", "seed"]  # fmt: skip
    rows = table.to_pylist()
    assert [row["position"] for row in rows] == [0, 3, 7, 8, 11]
    planned = of.columns([0, 3, 7, 8, 11])
    for k, row in enumerate(rows):
        position = row["position"]
        assert {name: row[name] for name in planned} == {name: values[k] for name, values in planned.items()}
        assert (row["run_id"], row["seed"]) == (of.id(position), 7)
        made = outcome(of, [position], FAILED)
        assert (row["status"], row["error"]) == ("failed" if position in FAILED else "ok", made.errors[0])
        for j, measure in enumerate(MEASURES):
            for window, value in (("end", made.end[0, j]), ("exit", made.exit[0, j])):
                assert row[f"{measure.name}_{window}"] == (None if math.isnan(value) else value)
        for j, name in enumerate(SERIES):
            months = None if position in FAILED else made.series[0][j].tolist()
            assert row[f"{name}_monthly"] == months
    assert len(rows[0]["trust_monthly"]) == MONTHS


def test_some_columns_of_some_positions(folder: Path) -> None:
    found = written(folder, make_plan(again=1), FAILED)
    whole = found.table()
    some = found.table(["trust_end", "arm", "trust_monthly"])
    assert some.to_pylist() == whole.select(["trust_end", "arm", "trust_monthly"]).to_pylist()
    assert found.table(["trust_end"], np.array([5, 20, 5])).to_pylist() == [
        {"trust_end": whole["trust_end"][k].as_py()} for k in (5, 0, 5)
    ]
    with pytest.raises(InputError, match="did you mean 'trust_end'"):
        found.table(["trust_ende"])
    with Store.write(folder.with_name("empty"), make_plan()) as empty:
        assert empty.table().num_rows == 0
        assert empty.table().schema.equals(whole.schema)


def test_a_part_says_what_a_run_is(folder: Path) -> None:
    found = written(folder, make_plan())
    paths = found.part_files()
    assert [path.name[:12] for path in paths] == [f"part-00000{k}-" for k in (1, 2, 3, 4, 5)]
    for path in paths:
        assert digest_of(path.read_bytes())[:32] in path.name
    read = pa.concat_tables([pq.read_table(path) for path in paths])
    assert sorted(read["run_id"].to_pylist()) == sorted(found.plan.ids())
    assert read.column_names[:8] == ["run_id", "arm", "replication", "seed", *(f.name for f in FACTORS), "status"]
    assert b"written_by" in read.schema.metadata
    table = found.table(["run_id", "place", "trust_end"]).to_pylist()
    own = {row["run_id"]: row for row in read.select(["run_id", "place", "trust_end"]).to_pylist()}
    assert all(own[row["run_id"]] == row for row in table)


def test_a_run_that_succeeds_later_wins_and_one_that_fails_later_does_not(folder: Path) -> None:
    of = make_plan()
    with Store.write(folder, of) as store:
        store.add(outcome(of, [3, 5, 8], FAILED))
        store.flush()
        store.add(outcome(of, [3, 5], frozenset({5})))
        store.flush()
        for found in (store, Store.read(folder)):
            assert found.done[[3, 5, 8]].tolist() == [1, 1, 2]
            assert found.table(["position", "status"]).to_pylist() == [
                {"position": 3, "status": "ok"}, {"position": 5, "status": "ok"}, {"position": 8, "status": "failed"},
            ]  # fmt: skip


def test_ten_thousand_runs_open_at_once(folder: Path) -> None:
    of = make_plan(1000, 5)
    with Store.write(folder, of) as store:
        made = outcome(of, list(range(100)))
        for start in range(0, len(of), 100):
            store.add(made._replace(positions=np.arange(start, start + 100)))
            store.flush()
    took = []
    for _ in range(3):
        began = time.perf_counter()
        assert Store.read(folder).counts().ok == 10_000
        took.append(time.perf_counter() - began)
    assert min(took) < 1.0
