"""A small study, and what commands about it have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

SIZE = "cluster.firms = 24\ncluster.association_members = 4\nrun.months = 14\nrun.burn_in = 3\n"
ARMS = f"[arms.programme]\n{SIZE}[arms.none]\nprogramme = false\n{SIZE}"
STUDY = f'base = "stagnant"\nreplications = 3\nseed = 4\n{ARMS}[vary]\ntrust.gain = [0.03, 0.09]\n'
MORRIS = STUDY.replace("seed = 4", 'design = "morris"\npoints = 4')
RUNS = 2 * 2 * 3
Says = Callable[..., tuple[int, str, str]]


def canonical(folder: Path, says: Says) -> bytes:
    code, _, err = says("export", folder, "--canonical", "--out", "all.parquet", "--force")
    assert code == 0, err
    return Path("all.parquet").read_bytes()


def files(folder: Path) -> list[str]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]
    return [path.relative_to(folder).as_posix() for path in found]
