"""Where scenarios stand: the shipped ones by name, files by path, and what each file ``extends``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clustersim.errors import InputError, Problem, closest
from clustersim.toml_source import Document, Key, read_toml


@dataclass(frozen=True)
class Sources:
    """The texts a scenario was read from, the most general first: where each value stands."""

    documents: tuple[Document, ...] = ()

    def locate(self, path: Key) -> tuple[str | None, int | None]:
        """File and line of a key path, or of the nearest table around it that any file has."""
        for length in range(len(path), 0, -1):
            for document in reversed(self.documents):
                if path[:length] in document.lines:
                    return document.file or None, document.lines[path[:length]] or None
        last = self.documents[-1] if self.documents else None
        return (last.file or None) if last else None, None

    def origin(self, path: Key) -> str:
        """Where a value comes from: "file:line", "set in Python" or "default"."""
        for document in reversed(self.documents):
            if path in document.lines:
                return f"{Path(document.file).name}:{document.lines[path]}" if document.file else "set in Python"
        return "default"

    def values(self) -> dict[str, Any]:
        """All the documents' values merged, table by table; the later one wins."""
        together: dict[str, Any] = {}
        for document in self.documents:
            together = merged(together, document.values)
        return together

    def plus(self, paths: list[Key]) -> Sources:
        """The same, with the values at these paths said to be set in Python."""
        return Sources((*self.documents, Document("", {}, dict.fromkeys(paths, 0))))


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with the values of ``over`` laid upon it; a table of another kind replaces the one beneath."""
    result = dict(base)
    for key, value in over.items():
        under = result.get(key)
        if isinstance(value, Mapping) and isinstance(under, Mapping) and _same_kind(under, value):
            value = merged(under, value)
        result[key] = value
    return result


def _same_kind(under: Mapping[str, Any], over: Mapping[str, Any]) -> bool:
    return "kind" not in over or over["kind"] == under.get("kind", over["kind"])


def shipped() -> list[str]:
    """The names of the scenarios that come with clustersim."""
    return sorted(file.stem for file in _shipped_folder().glob("*.toml"))


def _shipped_folder() -> Path:
    """Inside the installed package, or at the top of the source tree."""
    package = Path(__file__).parents[1]
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parents[1] / "scenarios"


def read_chain(name_or_path: str | Path) -> tuple[Sources, list[Problem]]:
    """A scenario file and all that it extends, and what is wrong with the chain itself.

    Raises InputError if the first file cannot be read; a broken link further up is a problem, so that the files
    read so far can still be checked.
    """
    document = read_toml(_find(str(name_or_path), Path(), None))
    return follow(document, Path(document.file).resolve())


def follow(document: Document, place: Path) -> tuple[Sources, list[Problem]]:
    """The document, which stands at ``place``, with all that it extends."""
    documents, seen = [document], [place]
    while "extends" in documents[0].values:
        at = documents[0]
        parent = at.values["extends"]
        line = at.line(("extends",))
        wrong = Problem("must be the name of a scenario or the path of a file", at.file, line, "extends", parent)
        if not isinstance(parent, str):
            return _sources(documents), [wrong]
        try:
            file = _find(parent, Path(at.file).parent, wrong)
            place = file.resolve()
            if place in seen:
                circle = " -> ".join(path.name for path in [*seen[seen.index(place) :], place])
                return _sources(documents), [
                    Problem(f"goes round in a circle: {circle}", at.file, line, "extends", parent)
                ]
            documents.insert(0, read_toml(file))
        except InputError as error:
            return _sources(documents), list(error.problems)
        seen.append(place)
    return _sources(documents), []


def _sources(documents: list[Document]) -> Sources:
    return Sources(tuple(with_paths_resolved(document) for document in documents))


def with_paths_resolved(document: Document) -> Document:
    """The document with the survey files it names, which are relative to its own folder, as absolute paths."""
    cluster = document.values.get("cluster")
    if not isinstance(cluster, dict):
        return document
    files = {key: str((Path(document.file).parent / cluster[key]).resolve())
             for key in ("roster", "ties") if isinstance(cluster.get(key), str)}  # fmt: skip
    return Document(document.file, {**document.values, "cluster": cluster | files}, document.lines)


def _find(name_or_path: str, folder: Path, wrong: Problem | None) -> Path:
    """The file of a shipped name or of a path relative to ``folder``; raises InputError if there is none."""
    file = _shipped_folder() / f"{name_or_path}.toml"
    if name_or_path in shipped():
        return file
    path = folder / name_or_path
    looks_like_path = path.suffix == ".toml" or len(Path(name_or_path).parts) > 1
    if path.is_file() or (looks_like_path and wrong is None):
        return path  # if it is missing, reading it says so
    allowed = ", ".join(["a path", *shipped()])
    message = "no such file" if looks_like_path else "no such scenario"
    guess = closest(name_or_path, shipped())
    if wrong is None:
        raise InputError(Problem(message, key=name_or_path, allowed=allowed, suggestion=guess))
    raise InputError(Problem(message, wrong.file, wrong.line, wrong.key, wrong.value, allowed, guess))
