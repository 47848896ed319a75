"""The same bytes for the same plan, whoever computed what, in which order."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clustersim.errors import InputError, StoreError
from clustersim.measures import MEASURES
from clustersim.study.design.plan import Plan
from clustersim.study.store import export as exporting
from clustersim.study.store.export import export
from clustersim.study.store.folder import Store
from tests.study.store.store_stand_in import fill, luck_plan, make_plan, outcome

FAILED = frozenset({3, 8})


def exported(store: Store, path: Path) -> bytes:
    export(store, path)
    return path.read_bytes()


def in_order(folder: Path, plan: Plan, positions: list[int], runs_a_part: int) -> Store:
    with Store.write(folder, plan) as store:
        for start in range(0, len(positions), runs_a_part):
            store.add(outcome(plan, positions[start : start + runs_a_part], FAILED))
            store.flush()
    return Store.read(folder)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_order_and_the_parts_leave_no_trace(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(again=2)
    monkeypatch.setattr(exporting, "BLOCK", 9)
    one = in_order(tmp_path / "one", plan, list(range(20)), 20)
    back = in_order(tmp_path / "back", plan, list(range(20))[::-1], 3)
    both = in_order(tmp_path / "both", plan, [*range(7, 20), *range(20)], 4)
    found = {exported(store, tmp_path / f"{k}.{ending}") for k, store in enumerate((one, back, both))}
    assert len(found) == 1


def test_parquet_holds_the_table(tmp_path: Path) -> None:
    plan = luck_plan()
    with Store.write(tmp_path / "s", plan) as store:
        fill(store, failed=FAILED)
    store = Store.read(tmp_path / "s")
    assert export(store, tmp_path / "x.parquet") == 0
    read = pq.read_table(tmp_path / "x.parquet")
    assert read.column_names == store.columns
    assert read.to_pylist() == store.table().to_pylist()
    assert b"pandas" not in (read.schema.metadata or {})


def test_csv_reads_back_exactly(tmp_path: Path) -> None:
    plan = make_plan()
    with Store.write(tmp_path / "s", plan) as store:
        fill(store, failed=FAILED)
        export(store, tmp_path / "x.csv")
        rows = store.table().to_pylist()
    text = (tmp_path / "x.csv").read_bytes().decode()
    assert "\r" not in text
    read = list(csv.DictReader(text.splitlines(keepends=True)))
    assert [row["position"] for row in read] == [str(k) for k in range(20)]
    assert not any(name.endswith("_monthly") for name in read[0])
    for row, cells in zip(rows, read, strict=True):
        for name, cell in cells.items():
            same = row[name] is None if cell == "" and name != "error" else str(row[name]) == cell
            assert same or math.isclose(row[name], float(cell), rel_tol=0), name
    assert {row["error"] for row in read} == {"", 'ModelFault: a "number", month 3'}


def test_a_table_to_read(tmp_path: Path) -> None:
    with Store.write(tmp_path / "s", make_plan()) as store:
        fill(store)
        export(store, tmp_path / "x.csv", canonical=False)
    head, *rows = csv.reader((tmp_path / "x.csv").read_text(encoding="utf-8").splitlines())
    assert head[:8] == ["arm", "point", "replication", "trust.gain", "run.months", "place", "status", "trust_end"]
    assert len(head) == 7 + len(MEASURES)
    assert [row[:3] for row in rows[:5]] == [["base", "0", "0"], ["base", "0", "1"], ["with/broker", "0", "0"],
                                             ["with/broker", "0", "1"], ["base", "1", "0"]]  # fmt: skip


def test_a_study_that_is_not_finished(tmp_path: Path) -> None:
    plan = make_plan()
    with Store.write(tmp_path / "s", plan) as store:
        with pytest.raises(StoreError, match="20 of 20 runs are missing"):
            export(store, tmp_path / "x.csv", incomplete=False)
        assert not (tmp_path / "x.csv").exists()
        assert export(store, tmp_path / "x.csv") == 20
        assert export(store, tmp_path / "x.parquet") == 20
        store.add(outcome(plan, [5, 2]))
        store.flush()
        assert export(store, tmp_path / "x.parquet") == 18
    assert pq.read_table(tmp_path / "x.parquet")["position"].to_pylist() == [2, 5]
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").count("\n") == 1


def test_other_endings_and_damaged_files_leave_what_was_there(tmp_path: Path) -> None:
    plan = make_plan()
    with Store.write(tmp_path / "s", plan) as store:
        fill(store)
    with pytest.raises(InputError, match=r"\.parquet, \.csv"):
        export(store, tmp_path / "x.xlsx")
    (tmp_path / "x.csv").write_text("old", encoding="utf-8")
    part = store.part_files()[2]
    part.write_bytes(part.read_bytes()[:-9] + b"?" + part.read_bytes()[-8:])
    with pytest.raises(StoreError, match="--repair"):
        export(store, tmp_path / "x.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s", "x.csv"]
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "old"
