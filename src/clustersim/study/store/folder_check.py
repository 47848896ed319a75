"""Whose folder it is: asked before anything is written to it, for no study is worth somebody's files."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from clustersim.errors import InputError, Problem, StoreError
from clustersim.experiment.files import MANIFEST, WRITTEN_BY
from clustersim.study.design.version import model_version
from clustersim.study.store.durable import TEMPORARY
from clustersim.study.store.lock import HOLDER, LOCK, held, one_writer
from clustersim.study.store.parts import HASH_LENGTH, PART, RUNS, files_of_runs

KIND = "study"
ARMS, SHARDS, DAMAGED = "arms", "shards", "damaged"
ARM = re.compile(r"[A-Za-z0-9_-]{1,70}\.toml")
POINTS = re.compile(rf"points-[0-9a-f]{{{HASH_LENGTH}}}\.parquet")
SHARD = re.compile(r"(?P<number>[1-9]\d*)-of-(?P<shards>[1-9]\d*)")
AT_TOP = re.compile("|".join([*map(re.escape, (MANIFEST, LOCK, HOLDER, RUNS, ARMS, SHARDS, DAMAGED)), POINTS.pattern]))
WRITTEN = ((".", AT_TOP), (ARMS, ARM), (RUNS, PART))
"""the folders of a store, and what a writer gives its files there for names"""


def check_study_folder(folder: Path) -> None:
    """Whether a study may be written to this folder: it is new, empty, or a study's.  Writes nothing.

    A study's folder without its manifest (the process died before it was written, or a damaged one was set aside) is
    known by the lock and by holding nothing else.  Raises InputError for what is not ours to write to.
    """
    target = folder.resolve()
    above = next(parent for parent in target.parents if parent.exists())
    if not above.is_dir():
        raise InputError(Problem(f"{folder} lies inside a file, {above}; give a folder that is new or empty"))
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError(Problem(f"{folder} is a file; give a folder that is new or empty"))
    if not any(target.iterdir()) or is_study(target):
        return
    ours = _said(target).get("written_by") == WRITTEN_BY
    what = "the result of another command" if ours else "files that are not a study"
    raise InputError(Problem(f"{folder} holds {what}, and is left alone; give a folder that is new or empty"))


def is_study(folder: Path) -> bool:
    """Whether there is a study here, or what is left of one."""
    if not folder.is_dir():
        return False
    said = _said(folder)
    if said.get("written_by") == WRITTEN_BY and said.get("kind") == KIND:
        return True
    locked = (folder / LOCK).is_file()  # it comes before all others
    if not (folder / MANIFEST).exists():
        return locked and _only_our_names(folder)
    return locked and (_only_our_names(folder) or bool(files_of_runs(folder)))  # the manifest may be damaged


def _said(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _only_our_names(folder: Path) -> bool:
    return all(AT_TOP.fullmatch(final_name(path)) for path in folder.iterdir())


def final_name(path: Path) -> str:
    """The name of a file, or what it was to be called if it has a temporary one."""
    left = TEMPORARY.fullmatch(path.name)
    return left["name"] if left else path.name


def clear(folder: Path) -> None:
    """Empty a study's folder; raises InputError, and removes nothing, if it is no study or if somebody writes there."""
    check_study_folder(folder)
    if not folder.exists():
        return
    with one_writer(folder, command="clustersim sweep --force"):
        for shard in shards_of(folder):
            with held(shard):
                pass  # so nobody writes there, and nobody can begin to
        for path in folder.iterdir():
            if path.name not in (LOCK, HOLDER):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def shards_of(folder: Path) -> list[Path]:
    """The folders of the shards below a study's, in order."""
    inside = folder / SHARDS
    found = [(int(match["shards"]), int(match["number"]), path)
             for path in (inside.iterdir() if inside.is_dir() else ())
             if path.is_dir() and (match := SHARD.fullmatch(path.name))]  # fmt: skip
    return [path for _, _, path in sorted(found)]


def damaged(path: Path, root: Path, reason: object) -> StoreError:
    """What to say of a file of a study that is not as it was written."""
    if not path.exists():
        return StoreError(f"{path} is missing; the same study run again writes it anew")
    return StoreError(f"{path}: {reason}; `clustersim verify {root} --repair` sets it aside, and the same study run "
                      "again computes what it held")  # fmt: skip


def other_model(path: Path, theirs: object) -> StoreError:
    """What to say of runs of another version of the model."""
    return StoreError(f"{path} was made with the model {theirs}, and this is {model_version()}: runs of two models are "
                      "not mixed; give a new folder, or use the version that made it")  # fmt: skip
