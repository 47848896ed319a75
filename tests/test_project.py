"""The project as a whole: one version everywhere, and nothing in the files that only one machine knows."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Where packages come from and where a tree lies is the reader's business. (Split, so that this file passes itself.)
PRIVATE = re.compile("|".join([
    r"\bpypi" + r"\.\w+",
    r"python" + r"hosted\.\w+",
    r"(?<![\w.~$}])/home" + r"/\w+",
    r"/Users" + r"/\w+",
    r"(?<![\w.~$}])/root" + r"/\w*",
    r"(?<![\w.~$}])/work" + r"/\w+",
    r"[A-Z]:\\Users" + r"\\\w+",
    r"--(?:extra-)?index" + r"-url",
]))


def tracked() -> list[Path]:
    """The files git knows, or would add; skips outside of a checkout, as in an unpacked sdist."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_files_name_no_registry_and_no_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in PRIVATE.finditer(text)]
    assert not found, "\n".join(found)


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    changelog = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert citation is not None
    assert changelog is not None
    assert project["version"] == citation[1] == changelog[1]


def test_every_dependency_is_pinned_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
        *project["build-system"]["requires"],
    ]
    pins = re.findall(r"^([a-z0-9-]+)==\S+", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {re.split(r"[<>=]", name)[0] for name in wanted} <= set(pins)
    assert len(pins) == len(set(pins))


def test_the_wheel_carries_the_scenarios_and_all_of_the_package(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    [wheel] = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("clustersim/")}
    source = ROOT / "src"
    files = [path for path in source.rglob("*") if path.suffix in {".py", ".html", ".css", ".js", ".json", ".typed"}]
    sources = {path.relative_to(source).as_posix() for path in files}
    scenarios = {f"clustersim/scenarios/{path.name}" for path in (ROOT / "scenarios").glob("*.toml")}
    assert sources | scenarios <= packed
