"""The folder of a study: who may go on with it, and what is never done to other files."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from pathlib import Path

import pytest

from clustersim.errors import InputError, StoreError
from clustersim.study.design import plan
from clustersim.study.design.factors import Levels, Range
from clustersim.study.design.version import model_version
from clustersim.study.store import folder as store
from clustersim.study.store import folder_check, manifest, parts, verify
from clustersim.study.store.folder import Counts, Store
from clustersim.study.store.folder_check import check_study_folder
from clustersim.study.store.manifest import read_manifest, render
from tests.study.store.store_stand_in import (
    FACTORS,
    fill,
    make_plan,
    other_scenario,
    outcome,
    tree,
    written,
)

FAILED = frozenset({3, 8})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results" / "study"


def begin(folder: Path) -> None:
    with Store.write(folder, make_plan()):
        pass


def model_is(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    for module in (folder_check, manifest, parts, plan, store):
        monkeypatch.setattr(module, "model_version", lambda: version)


# --- growing


def test_the_same_study_again_changes_nothing(folder: Path) -> None:
    written(folder, make_plan())
    before = tree(folder)
    with Store.write(folder, make_plan(), command="another") as store:
        assert not len(store.missing())
    assert tree(folder) == before


def test_a_study_grows_in_its_folder(folder: Path) -> None:
    small = make_plan(4, 2, arms=("with/broker",))
    first = written(folder, small)
    said = read_manifest(folder)
    one, two = ("with/broker",), ("base", "with/broker")
    for points, replications, arms in ((4, 3, one), (6, 3, one), (6, 3, two)):
        large = make_plan(points, replications, arms=arms)
        there = Store.read(folder).counts().ok
        with Store.write(folder, large) as store:
            assert store.counts().ok == there
            assert len(store.missing()) == len(large) - there
            fill(store)
        assert Store.read(folder).plan == large
        assert len(list(folder.glob("points-*"))) == 1
    assert read_manifest(folder)["created"] == said["created"]
    assert verify.verify(folder).sound
    with Store.write(folder, small) as store:  # and is the small one still
        assert not len(store.missing())
        assert store.table().to_pylist() == first.table().to_pylist()


def test_an_arm_keeps_its_file(folder: Path) -> None:
    written(folder, make_plan(1, 1, arms=("with/broker",)))
    written(folder, make_plan(1, 1, arms=("with:broker", "with/broker", "base")))
    assert {arm["name"]: arm["file"] for arm in read_manifest(folder)["study"]["arms"]} == {
        "with:broker": "with_broker_2.toml", "with/broker": "with_broker.toml", "base": "base.toml",
    }  # fmt: skip


@pytest.mark.parametrize(("other", "said"), [
    (make_plan(seed=8), "seed 7, and this one has 8"),
    (make_plan(series=("trust",)), "the series trust, income, and this one has trust"),
    (make_plan(factors=FACTORS[:2]), r"the factors .*place \(string\), and this one has"),
    (make_plan(factors=(*FACTORS[:1], Levels("run.months", (48.5, 84.0)), FACTORS[2])), r"run.months \(double\)"),
    (other_scenario(make_plan(), "with/broker"), "with/broker: .*another scenario"),
])  # fmt: skip
@pytest.mark.parametrize("shard", [None, (1, 2)])
def test_another_study_is_refused(
    folder: Path, other: plan.Plan, said: str, shard: tuple[int, int] | None
) -> None:
    written(folder, make_plan())
    before = tree(folder)
    with pytest.raises(InputError, match=said), Store.write(folder, other, shard=shard):
        pass
    assert tree(folder) == before


def test_the_order_of_factors_and_series_may_change(folder: Path) -> None:
    of = make_plan()
    first = written(folder, of)
    points = tuple(plan.Point(point.values[::-1], point.unit[::-1]) for point in of.points)
    with Store.write(folder, dataclasses.replace(
        of, factors=of.factors[::-1], points=points, series=of.series[::-1], replications=3
    )) as store:  # fmt: skip
        assert len(store.missing()) == 10
        fill(store)
    names = ["run_id", "place", "trust_monthly", "income_monthly", "trust_end"]
    now = {row["run_id"]: row for row in Store.read(folder).table(names).to_pylist()}
    assert all(now[row["run_id"]] == row for row in first.table(names).to_pylist())


def test_another_model_is_refused_by_both_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(folder, make_plan())
    before, here = tree(folder), model_version()
    model_is(monkeypatch, "9.9+abc")
    for act in (Store.read, begin):
        with pytest.raises(StoreError) as refused:
            act(folder)
        assert here in str(refused.value)
        assert "9.9+abc" in str(refused.value)
        assert refused.value.exit_code == 4
    assert verify.verify(folder).sound  # whole it is
    (folder / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"part-.*9\.9\+abc"), Store.write(folder, make_plan()):
        pass
    assert {name: hashed for name, hashed in tree(folder).items() if name in before and name.startswith("runs")} == {
        name: hashed for name, hashed in before.items() if name.startswith("runs")}  # fmt: skip


# --- folders


def test_other_peoples_files_are_left_alone(tmp_path: Path) -> None:
    def make(name: str, files: dict[str, str]) -> Path:
        for path, text in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text, encoding="utf-8")
        return tmp_path / name

    result = json.dumps({"written_by": "clustersim", "command": "clustersim compare jaipur"})
    foreign = [
        make("notes", {"notes.txt": "mine"}),
        make("arms", {"arms/base.toml": "[run]"}),
        make("web", {"manifest.json": '{"name": "app"}', "index.html": ""}),
        make("broken", {"manifest.json": "{", "runs/x.txt": ""}),
        make("compare", {"manifest.json": result, "summary.csv": ""}),
        make("locked", {".lock": "", "notes.txt": "mine"}),
        make("file", {"x": "1"}) / "x",
        make("file", {"x": "1"}) / "x" / "below",
    ]
    before = tree(tmp_path)
    for folder in foreign:
        for shard in (None, (1, 2)):
            with pytest.raises(InputError, match="give a folder that is new or empty"):
                Store.write(folder, make_plan(), shard=shard).__enter__()
        with pytest.raises(StoreError):
            Store.read(folder)
        with pytest.raises(StoreError):
            verify.repair(folder)
    assert tree(tmp_path) == before
    with pytest.raises(InputError, match="another command"):
        check_study_folder(tmp_path / "compare")
    with pytest.raises(StoreError, match="no study"):
        Store.read(tmp_path / "none")
    assert tree(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_an_empty_folder_and_a_link_will_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    written(tmp_path / "link", make_plan(1))
    assert (tmp_path / "empty" / "manifest.json").is_file()
    assert Store.read(tmp_path / "empty").counts().ok == 4


def test_own_files_beside_a_study_are_listed_and_left(folder: Path) -> None:
    written(folder, make_plan())
    for name in ("notes.txt", "runs/part-1.parquet", "arms/mine.csv", "shards/about.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("mine", encoding="utf-8")
    found = written(folder, make_plan(6))
    assert found.counts().ok == 24
    seen = verify.repair(folder)
    assert seen.sound
    assert seen.unknown == ("arms/mine.csv", "notes.txt", "runs/part-1.parquet", "shards/about.txt")
    assert all((folder / name).read_text(encoding="utf-8") == "mine" for name in seen.unknown)


def test_a_folder_without_its_manifest_is_taken_over(folder: Path) -> None:
    whole = written(folder, make_plan()).table().to_pylist()
    (folder / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        Store.read(folder)
    with Store.write(folder, make_plan()) as store:
        assert not len(store.missing())
    assert Store.read(folder).table().to_pylist() == whole


def test_a_factor_may_not_be_called_like_a_column(folder: Path) -> None:
    taken = make_plan(factors=(Range("trust_end", 0, 1),))
    with pytest.raises(InputError, match="trust_end"), Store.write(folder, taken):
        pass
    with pytest.raises(InputError, match="no such shard"), Store.write(folder, make_plan(), shard=(3, 2)):
        pass
    wrong = dataclasses.replace(make_plan(1), points=(plan.Point((1, 48, "here")),))
    with pytest.raises(TypeError, match=r"trust\.gain has the value 1, which is no double"):
        Store.write(folder.with_name("b"), wrong).__enter__()
    assert not folder.exists()


def test_a_manifest_of_another_format_or_changed_by_hand(folder: Path) -> None:
    written(folder, make_plan())
    path = folder / "manifest.json"
    content = path.read_bytes()
    said = json.loads(content)
    for wrong, why in (
        (b"", "damaged"), (content[:-40], "damaged"), (b"[]", "damaged"), (b'{"written_by": "clustersim"}', "damaged"),
        (content.replace(b'"seed": 7', b'"seed": 8'), "changed by hand"),
        (render(said | {"format": 2}), "format 2"), (render(said | {"kind": "run"}), "not describe a study"),
    ):  # fmt: skip
        path.write_bytes(wrong)
        for act in (Store.read, begin):
            with pytest.raises(StoreError, match=rf"manifest\.json.*{why}"):
                act(folder)
        assert path.read_bytes() == wrong


# --- shards


def test_shards_divide_the_runs_and_are_read_together(folder: Path) -> None:
    of = make_plan(again=1)
    whole = written(folder.with_name("whole"), of)
    with Store.write(folder, of, shard=(2, 3)) as store:
        assert store.missing().tolist() == list(range(1, 20, 3))
        fill(store)
    assert Store.read(folder).counts() == Counts(24, 20, 7, 0)
    assert Store.read(folder / "shards" / "2-of-3").counts().ok == 7
    with Store.write(folder, of) as store:
        assert len(store.missing()) == 13
        store.add(outcome(of, [0]))
    with Store.write(folder, of, shard=(1, 3)) as store:
        assert store.missing().tolist() == list(range(3, 20, 3))
        fill(store)
    with Store.write(folder, of) as store:
        fill(store)
    assert Store.read(folder).table().to_pylist() == whole.table().to_pylist()
    shutil.copytree(folder / "shards", folder.with_name("copied") / "shards")
    with pytest.raises(InputError):  # not a study's folder
        Store.write(folder.with_name("copied"), of).__enter__()


def test_a_shard_of_another_study_is_named(folder: Path) -> None:
    written(folder, make_plan())
    with Store.write(folder.with_name("other"), make_plan(series=()), shard=(1, 2)) as store:
        fill(store)
    shutil.copytree(folder.with_name("other") / "shards", folder / "shards")
    with pytest.raises(StoreError, match=r"shards.1-of-2.runs.part-.*another study.*verify"):
        Store.read(folder)
    found = verify.repair(folder)
    assert [flaw.reason for flaw in found.flaws] == ["it holds the runs of another study: other factors or series"] * 3
    assert Store.read(folder).counts().ok == 20
