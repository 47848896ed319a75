"""One writer for a folder: refused while another writes, free as soon as that one is dead."""

from __future__ import annotations

import platform
import threading
import time
from pathlib import Path

import pytest

from clustersim.errors import InputError
from clustersim.study.store.export import export
from clustersim.study.store.folder import Store
from clustersim.study.store.lock import HOLDER, held, one_writer, writer
from clustersim.study.store.verify import repair, verify
from tests.study.store.processes_of_stores import end, holding, start
from tests.study.store.store_stand_in import fill, tree
from tests.study.store.torture import COMMAND, a_plan


def test_a_second_writer_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    folder, plan = tmp_path / "study", a_plan()
    first = holding(folder)
    before = tree(folder)
    assert f"process {first.pid} on" in (writer(folder) or "")
    began = time.monotonic()
    with pytest.raises(InputError) as refused, Store.write(folder, plan):
        pass
    assert time.monotonic() - began < 5
    said = str(refused.value)
    assert f"`{COMMAND}` (process {first.pid} on {platform.node()}, since 20" in said
    assert refused.value.exit_code == 2
    with pytest.raises(InputError, match="is being written"):
        repair(folder)
    assert Store.read(folder).counts().ok == 0
    assert verify(folder).sound
    assert tree(folder) == before
    end(first, kill=True)
    assert (folder / HOLDER).exists()
    assert writer(folder) is None
    with Store.write(folder, plan) as store:  # a dead holder frees it
        fill(store)
    assert not (folder / HOLDER).exists()


def test_a_holder_without_a_name(tmp_path: Path) -> None:
    with one_writer(tmp_path, command="x"):
        (tmp_path / HOLDER).write_text("{", encoding="utf-8")
        with pytest.raises(InputError, match="is being written by another process"), held(tmp_path, 0.1):
            pass


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    free = threading.Event()

    def brief() -> None:
        with held(tmp_path):
            free.set()
            time.sleep(0.2)

    other = threading.Thread(target=brief)
    other.start()
    free.wait()
    with one_writer(tmp_path, patience=5):
        pass
    other.join()


def test_a_whole_sweep_and_a_shard_keep_out_of_each_others_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, plan = tmp_path / "study", a_plan()
    monkeypatch.setattr("clustersim.study.store.folder.SHARD_PATIENCE", 0.2)
    shard = holding(folder, "2", "3")
    assert f"process {shard.pid} on" in (writer(folder) or "")
    with pytest.raises(InputError, match=f"2-of-3 is being written by `{COMMAND}`"), Store.write(folder, plan):
        pass
    with pytest.raises(InputError, match="2-of-3 is being written"), Store.write(folder, plan, shard=(2, 3)):
        pass
    with Store.write(folder, plan, shard=(1, 3)) as store:
        fill(store)
    end(shard)
    with (
        Store.write(folder, plan) as store,
        pytest.raises(InputError, match="is being written"),
        Store.write(folder, plan, shard=(3, 3)),
    ):
        pass
    assert store.counts().ok == 7


def test_shards_that_start_together_make_one_study(tmp_path: Path) -> None:
    folder, plan = tmp_path / "study", a_plan()
    processes = [start("shard", folder, str(number), "4") for number in (1, 2, 3, 4)]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 4
    with Store.write(folder, plan) as store:
        assert not len(store.missing())
    whole = tmp_path / "whole"
    with Store.write(whole, plan) as store:
        fill(store)
    for name, place in (("a", folder), ("b", whole)):
        assert export(Store.read(place), tmp_path / f"{name}.csv") == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    runs = [Store.read(folder / "shards" / f"{number}-of-4").counts().ok for number in (1, 2, 3, 4)]
    assert runs == [5, 5, 5, 5]
    assert verify(folder).sound
