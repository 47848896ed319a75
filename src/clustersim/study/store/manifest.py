"""What a study's folder says of itself: the manifest, the arms and the points, and the plan they make."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.ensemble import Ensemble, ensemble_of
from clustersim.errors import ClusterSimError, InputError, InputWarning, Problem, StoreError
from clustersim.experiment.files import MANIFEST, WRITTEN_BY, digest_of, file_names, versions
from clustersim.scenario import parse_scenario
from clustersim.study.design.plan import Arm, Plan, Point
from clustersim.study.design.version import model_version
from clustersim.study.store import parts
from clustersim.study.store.durable import make_folder, read_whole, sweep, write_whole
from clustersim.study.store.folder_check import ARMS, KIND, POINTS, WRITTEN, damaged, other_model

if TYPE_CHECKING:
    from clustersim.study.design.factors import Factor, Value

Content = dict[str, Any]
PYTHON = {"double": float, "int64": int, "bool": bool, "string": str}


def _as_json(value: Any) -> Any:
    """A value that JSON does not know, as one that it does."""
    return value.item() if hasattr(value, "item") else str(value)


def render(content: Mapping[str, Any]) -> bytes:
    """A manifest as it stands in the file, with the checksum of all the rest."""
    rest = {key: value for key, value in content.items() if key != "checksum"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return (json.dumps(rest | {"checksum": digest_of(text.encode())}, indent=1) + "\n").encode()


def read_manifest(folder: Path) -> Content:
    """The manifest of a study; raises StoreError (the reason alone) unless every byte of it is as it was written."""
    content = read_whole(folder / MANIFEST)
    said: Content = {}
    try:
        said = json.loads(content)
        whole = isinstance(said, dict) and render(said) == content
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise StoreError("it is damaged, or was changed by hand")
    if said.get("written_by") != WRITTEN_BY or said.get("kind") != KIND:
        raise StoreError("it does not describe a study")
    if said.get("format") != parts.FORMAT:
        raise StoreError(f"it has format {said.get('format')}; this version of clustersim reads format {parts.FORMAT}")
    return said


def present_manifest(folder: Path, root: Path) -> Content | None:
    """The manifest of a study, None if there is none; raises StoreError if it is damaged or of another model."""
    if not (folder / MANIFEST).exists():
        return None
    try:
        found = read_manifest(folder)
    except StoreError as fault:
        raise damaged(folder / MANIFEST, root, fault) from None
    if found["model_version"] != model_version():
        raise other_model(folder, found["model_version"])
    return found


def check_same_study(folder: Path, there: Content, plan: Plan) -> None:
    """Whether a plan may go on in the folder of another: more points, arms or replications are welcome.

    Raises InputError with everything that differs and may not.
    """
    old, found = there["study"], []

    def differs(what: str, theirs: object, ours: object) -> None:
        found.append(Problem(f"{folder} holds a study with {what} {theirs}, and this one has {ours}; "
                             "give a new folder"))  # fmt: skip

    columns = parts.factor_columns(plan)
    if old["columns"] != columns:
        differs("the factors", _listed(old["columns"]), _listed(columns))
    if old["seed"] != plan.seed:
        differs("seed", old["seed"], plan.seed)
    if sorted(old["series"]) != sorted(plan.series):
        differs("the series", _listed(old["series"]), _listed(plan.series))
    draws, before = _ensemble_of(plan), old.get("ensemble")
    if before != draws:
        differs("the ensemble", *(of["name"] if of else "none" for of in (before, draws)))
    digests = {arm["name"]: arm["digest"] for arm in old["arms"]}
    for arm in plan.arms if before == draws else ():
        if digests.get(arm.name, arm.digest) != arm.digest:
            found.append(Problem(f"{folder} holds runs of another scenario under the name of this arm; give a new "
                                 "folder, or give the arm another name", key=arm.name))  # fmt: skip
    if found:
        raise InputError(found)


def _ensemble_of(plan: Plan) -> Content | None:
    """The ensemble under the arms, whole, as its own file would have it: a folder stands by itself."""
    ensemble = plan.arms[0].ensemble if plan.arms else None
    found: Content | None = json.loads(ensemble.to_json()) if ensemble is not None else None
    return found


def _listed(found: Any) -> str:
    items = [f"{key} ({kind})" for key, kind in found.items()] if isinstance(found, dict) else found
    return ", ".join(items) or "none"


def check_columns(plan: Plan) -> None:
    """Raises InputError for a factor that is called like a column of its own of every study."""
    taken = {*parts.BEFORE, *parts.AFTER, "position", "point", *parts.outcome_columns(plan.series)}
    found = [Problem("a factor cannot be called so: every study has a column of that name", key=factor.name)
             for factor in plan.factors if factor.name in taken]  # fmt: skip
    if found:
        raise InputError(found)


def write_study(folder: Path, root: Path, plan: Plan, ids: str, command: str) -> None:
    """Describe a plan in a folder that nobody else writes to, new or of the same study.

    What the manifest names is there before it, and what it no longer names goes after it.  ``ids`` is the hash of the
    plan's ids.  Raises InputError if it is another study, StoreError if what is there is damaged.
    """
    old = present_manifest(folder, root)
    if old is not None:
        check_same_study(root, old, plan)
    for place, names in WRITTEN:
        make_folder(folder / place)
        sweep(folder / place, names)
    arms = _write_arms(folder, root, plan, old)
    points = _points_bytes(plan)
    name = f"points-{digest_of(points)[:parts.HASH_LENGTH]}.parquet"
    _write_if_new(folder / name, root, points, known=old is not None and old["points"]["file"] == name)
    content = json.loads(json.dumps({
        "written_by": WRITTEN_BY, "kind": KIND, "format": parts.FORMAT, "model_version": model_version(),
        "study": {
            "name": plan.name, "design": plan.design, "seed": plan.seed, "replications": plan.replications,
            "series": list(plan.series), "notes": dict(plan.notes), "columns": parts.factor_columns(plan),
            "factors": [factor.to_dict() for factor in plan.factors], "arms": arms,
            **({"ensemble": draws} if (draws := _ensemble_of(plan)) else {}),
        },
        "points": {"file": name, "sha256": digest_of(points), "points": len(plan.points)},
        "runs": {"positions": len(plan), "ids": ids},
    }, default=_as_json))  # fmt: skip
    if old is None or any(old.get(key) != content[key] for key in content):
        created = old["created"] if old else datetime.now(UTC).isoformat(timespec="seconds")
        write_whole(folder / MANIFEST, render(content | {"command": command, "created": created,
                                                         "packages": versions()}))  # fmt: skip
    for path in folder.iterdir():
        if POINTS.fullmatch(path.name) and path.name != name:
            with suppress(OSError):  # it is in nobody's way
                path.unlink()


def _write_arms(folder: Path, root: Path, plan: Plan, old: Content | None) -> list[Content]:
    known = {arm["name"]: arm for arm in old["study"]["arms"]} if old else {}
    names = file_names(dict.fromkeys([*known, *(arm.name for arm in plan.arms)]))  # an arm keeps its file
    found = []
    for arm in plan.arms:
        path, content = folder / ARMS / names[arm.name], arm.scenario.to_toml().encode()
        if arm.name in known and path.exists():
            content = _checked(path, root, known[arm.name]["sha256"])
        else:
            _write_if_new(path, root, content, known=False)
        found.append({"name": arm.name, "digest": arm.digest, "file": path.name, "sha256": digest_of(content)}
                     | ({"own_kinds": [known.__qualname__ for known in arm.own_kinds]} if arm.own_kinds else {})
                     | ({"free": list(arm.free)} if arm.ensemble else {}))
    return found


def _write_if_new(path: Path, root: Path, content: bytes, *, known: bool) -> None:
    """Write a file unless it is there; one that the manifest knows is not written over if it is damaged."""
    if path.exists():
        if known:
            _checked(path, root, digest_of(content))
        if read_whole(path) == content:
            return
    write_whole(path, content)


def _checked(path: Path, root: Path, sha256: str) -> bytes:
    try:
        content = read_whole(path)
    except StoreError as fault:
        raise damaged(path, root, fault) from None
    if digest_of(content) != sha256:
        raise damaged(path, root, "its content is not what was written")
    return content


def _points_bytes(plan: Plan) -> bytes:
    import pyarrow as pa

    names, arrays = ["point"], [pa.array(range(len(plan.points)), pa.int64())]
    for k, factor in enumerate(plan.factors):
        values = [point.values[k] for point in plan.points]
        wrong = next((value for value in values if type(value) is not PYTHON[factor.column_type]), None)
        if wrong is not None:  # 1 and 1.0 are one number and two ids
            raise TypeError(f"{factor.name} has the value {wrong!r}, which is no {factor.column_type}")
        names.append(factor.name)
        arrays.append(pa.array(values, parts.arrow_type(factor.column_type)))
    if plan.points and plan.points[0].unit:
        names += [f"u_{factor.name}" for factor in plan.factors]
        arrays += [pa.array([point.unit[k] for point in plan.points], pa.float64()) for k in range(len(plan.factors))]
    return parts.parquet_bytes(pa.table(arrays, names=names))


def read_study(folder: Path, plan: Plan | None = None) -> tuple[Plan, str]:
    """The plan of a study as its folder describes it, or ``plan``, and the hash of its ids; also while it is written.

    Raises StoreError if there is none, or if it is damaged or of another model.
    """
    found = present_manifest(folder, folder)
    for _ in range(5):
        if found is None:
            raise StoreError(f"{folder / MANIFEST} is missing; the same study run again writes it anew")
        try:
            return plan or _plan(folder, found), found["runs"]["ids"]
        except StoreError:
            before, found = found, present_manifest(folder, folder)
            if found == before:  # else the study has just grown, and what the manifest named is gone
                raise
    raise StoreError(f"{folder} is being changed all the time")


def _plan(folder: Path, said: Content) -> Plan:
    from clustersim.study.design.factors import factor_from_dict

    study = said["study"]
    factors = tuple(factor_from_dict(item) for item in study["factors"])
    ensemble = ensemble_of(study["ensemble"], folder / MANIFEST) if "ensemble" in study else None
    return Plan(
        name=study["name"], arms=tuple(_arm(folder, item, ensemble) for item in study["arms"]), factors=factors,
        points=_points(folder, said["points"]["file"], factors), replications=study["replications"],
        seed=study["seed"], design=study["design"], series=tuple(study["series"]), notes=study["notes"],
    )  # fmt: skip


def _arm(folder: Path, said: Content, ensemble: Ensemble | None) -> Arm:
    path = folder / ARMS / said["file"]
    text = _checked(path, folder, said["sha256"]).decode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)  # it was said when the study was begun
        try:
            arm = Arm(said["name"], parse_scenario(text, str(path), whole=False), ensemble, tuple(said.get("free", ())))
            same = arm.digest == said["digest"]
        except (ClusterSimError, OSError) as fault:
            if said.get("own_kinds"):
                raise StoreError(f"{folder}: arm {said['name']} has interventions that a script defines "
                                 f"({', '.join(said['own_kinds'])}); the script opens it with study.result(folder)"
                                 ) from None  # fmt: skip
            raise StoreError(f"{path} cannot be read as it was: {fault}") from fault
    if not same:
        raise StoreError(f"{path}: a survey file that it names has changed since its runs were made")
    return arm


def _points(folder: Path, name: str, factors: tuple[Factor, ...]) -> tuple[Point, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / name
    try:
        table = pq.ParquetFile(pa.BufferReader(parts.checked_bytes(path)), pre_buffer=False).read(use_threads=False)
    except (StoreError, pa.ArrowException) as fault:
        raise damaged(path, folder, fault) from None
    values: list[list[Value]] = [table[factor.name].to_pylist() for factor in factors]
    unit = [table[f"u_{f.name}"].to_pylist() for f in factors if f"u_{f.name}" in table.column_names]
    rows = list(zip(*values, strict=True)) if values else [()] * table.num_rows
    units = list(zip(*unit, strict=True)) if unit else [()] * table.num_rows
    return tuple(Point(row, place) for row, place in zip(rows, units, strict=True))
