"""Is every file of a study as it was written?  And if not: set aside what is not, so that it is computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from clustersim.errors import ResourceError, StoreError
from clustersim.experiment.files import MANIFEST, digest_of, to_disk
from clustersim.study.store.durable import make_folder, read_whole, unwritten
from clustersim.study.store.folder_check import ARMS, DAMAGED, SHARDS, WRITTEN, final_name, is_study, shards_of
from clustersim.study.store.lock import held, one_writer
from clustersim.study.store.manifest import Content, read_manifest
from clustersim.study.store.parts import RUNS, OtherModel, files_of_runs, ids_and_ok, open_part, schema


@dataclass(frozen=True)
class Flaw:
    """A file that is not as it was written: its path below the study's folder, and what is wrong with it."""

    path: str
    reason: str


@dataclass(frozen=True)
class Verification:
    """What a look at every file of a study found."""

    flaws: tuple[Flaw, ...]
    unknown: tuple[str, ...]
    """files that are not the study's; they are left alone"""
    files: int
    """files checked"""
    runs: int
    """different runs in the sound files"""
    set_aside: tuple[str, ...] = ()
    """where the damaged files went, below the study's folder"""

    @property
    def sound(self) -> bool:
        """Whether every file is as it was written."""
        return not self.flaws


def verify(folder: Path) -> Verification:
    """Check every file of a study, those of its shards too; raises StoreError if there is no study at all."""
    if not is_study(folder):
        raise StoreError(f"{folder} holds no study")
    flaws, unknown = [], []
    files, ids = 0, set[bytes]()
    for place in (folder, *shards_of(folder)):
        for path, check in _checks(folder, place):
            files += 1
            try:
                found = check()
            except (StoreError, ResourceError) as fault:
                flaws.append(Flaw(path.relative_to(folder).as_posix(), str(fault)))
            else:
                ids |= found
        unknown += [path.relative_to(folder).as_posix() for path in _unknown(place)]
    return Verification(tuple(flaws), tuple(sorted(unknown)), files, len(ids))


def repair(folder: Path) -> Verification:
    """Move what is damaged to the folder ``damaged`` below the study's; nothing is deleted.

    The same study run again writes anew what the files held.  Raises InputError if somebody writes there.
    """
    if not is_study(folder):
        raise StoreError(f"{folder} holds no study")
    with one_writer(folder, command="clustersim verify --repair"):
        for shard in shards_of(folder):
            with held(shard):
                pass
        found = verify(folder)
        names = [flaw.path for flaw in found.flaws if (folder / flaw.path).exists()]
        for shard in shards_of(folder):  # one that cannot be described is left as the runs it has
            own = shard.relative_to(folder).as_posix()
            told = f"{own}/{MANIFEST}"
            lost = any(flaw.path.startswith(own) and f"/{RUNS}/" not in flaw.path for flaw in found.flaws)
            if lost and told not in names:
                names.append(told)
        moved = tuple(_set_aside(folder, name) for name in names)
        return Verification(found.flaws, found.unknown, found.files, found.runs, moved)


def _set_aside(folder: Path, name: str) -> str:
    stem, n = f"{DAMAGED}/{name}", 1
    while (folder / (target := stem if n == 1 else f"{stem}.{n}")).exists():
        n += 1
    make_folder((folder / target).parent)
    try:
        (folder / name).replace(folder / target)
        to_disk((folder / target).parent)
        to_disk((folder / name).parent)
    except OSError as fault:
        raise unwritten(folder / target, fault) from fault
    return target


def _checks(root: Path, place: Path) -> Iterator[tuple[Path, Callable[[], set[bytes]]]]:
    """Each file that should be in a store, with its check, which gives the runs it holds."""
    said = _said(place)
    if place == root or (place / MANIFEST).exists():  # the parts of a shard do without
        yield place / MANIFEST, partial(_check_manifest, place)
    if said is not None:
        for arm in said["study"]["arms"]:
            path = place / ARMS / arm["file"]
            yield path, partial(_check_hash, path, arm["sha256"])
        path = place / said["points"]["file"]
        yield path, partial(_check_hash, path, said["points"]["sha256"])
    expected, version = None, None
    whole = _said(root) or said
    if whole is not None:
        version = whole["model_version"]
        expected = {field.name: field.type for field in schema(whole["study"]["columns"], whole["study"]["series"])}
    for path in files_of_runs(place):
        yield path, partial(_check_part, path, expected, version)


def _said(place: Path) -> Content | None:
    try:
        return read_manifest(place)
    except (StoreError, ResourceError):
        return None


def _check_manifest(place: Path) -> set[bytes]:
    read_manifest(place)
    return set()


def _check_part(path: Path, expected: dict[str, Any] | None, version: str | None) -> set[bytes]:
    try:
        return set(ids_and_ok(open_part(path, expected, version))[0].tolist())
    except OtherModel as theirs:
        raise StoreError(f"it was made with another model, {theirs}") from None


def _check_hash(path: Path, sha256: str) -> set[bytes]:
    if digest_of(read_whole(path)) != sha256:
        raise StoreError("its content is not what was written")
    return set()


def _unknown(place: Path) -> Iterator[Path]:
    for folder, pattern in WRITTEN:
        inside = place / folder
        for path in inside.iterdir() if inside.is_dir() else ():
            if not pattern.fullmatch(final_name(path)):
                yield path
    shards, known = place / SHARDS, set(shards_of(place))
    yield from (path for path in (shards.iterdir() if shards.is_dir() else ()) if path not in known)
