"""The folder that a comparison leaves:

summary.csv  monthly.parquet  ledger.parquet  report.html  manifest.json  scenarios/ARM.toml
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clustersim.experiment.files import (
    about,
    digest_of,
    file_names,
    ledger_table,
    monthly_table,
    summary_text,
    whole_folder,
    write_manifest,
    write_text,
)
from clustersim.experiment.result import Comparison
from clustersim.report.page import render


def save(comparison: Comparison, folder: str | Path, command: str = "", *, force: bool = False) -> Path:
    """Leave the files in ``folder``, all or none, and return it; ``files.check_folder`` says what is refused."""
    folder = Path(folder)
    with whole_folder(folder, force=force) as partial:
        _write(comparison, partial, command)
    return folder.resolve()


def _write(comparison: Comparison, folder: Path, command: str) -> None:
    import pyarrow.parquet as pq

    scenarios = {name: arm.scenario.to_toml() for name, arm in comparison.arms.items()}
    files = file_names(scenarios)
    (folder / "scenarios").mkdir()
    for name, text in scenarios.items():
        write_text(folder / "scenarios" / files[name], text)
    write_text(folder / "summary.csv", summary_text(comparison))
    pq.write_table(monthly_table(comparison), folder / "monthly.parquet", compression="zstd")
    pq.write_table(ledger_table(comparison), folder / "ledger.parquet", compression="zstd")
    write_text(folder / "report.html", render(comparison, command))
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    outputs = {path.relative_to(folder).as_posix(): digest_of(path.read_bytes()) for path in written}
    manifest = _manifest(comparison, command, files, scenarios) | {"outputs": outputs}
    write_manifest(folder, manifest)


def _manifest(
    comparison: Comparison, command: str, files: Mapping[str, str], scenarios: Mapping[str, str]
) -> dict[str, Any]:
    return about("comparison", command) | {
        "seed": comparison.seed,
        "replications": comparison.replications,
        "baseline": comparison.baseline,
        "ensemble": None if comparison.ensemble is None else {
            "name": comparison.ensemble.name, "draws": len(comparison.ensemble),
            "sha256": comparison.ensemble.digest()},
        "started": comparison.started.isoformat(timespec="seconds"),
        "finished": comparison.finished.isoformat(timespec="seconds"),
        "failed_runs": [{"arm": f.arm, "replication": f.replication, "reason": f.reason} for f in comparison.failed],
        "inputs": {
            name: {"file": f"scenarios/{files[name]}", "sha256": digest_of(text.encode()),
                   "digest": comparison.arms[name].scenario.digest()}
            for name, text in scenarios.items()
        },
    }
