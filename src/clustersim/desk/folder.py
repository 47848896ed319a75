"""The folder of an answer: findings.json and the tables that a spreadsheet or a script opens; all of it or nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clustersim.desk.cells import neutral
from clustersim.desk.chart import cost_and_effect
from clustersim.errors import InputError, Problem, StoreError
from clustersim.experiment.files import MANIFEST, WRITTEN_BY, digest_of, versions, whole_folder, write_text

FINDINGS = "findings.json"
RECORDS = {"comparison.csv": "rows", "frontier.csv": "increments", "ranking.csv": "ranking", "runs.csv": "runs",
           "indicators.csv": "indicators", "if-counted.csv": "if_counted"}  # fmt: skip
LEDGER = ("policy", "year", "payer", "purpose", "usd")


def provenance(command: str, seed: int) -> dict[str, Any]:
    """What a reader needs to run it again: command, time, versions."""
    return {"command": command, "written": datetime.now(UTC).isoformat(timespec="seconds"), "seed": seed,
            "versions": versions()}  # fmt: skip


def save(found: Mapping[str, Any], folder: Path, *, force: bool, workbook: bool = False) -> None:
    """Write the folder; raises InputError if it holds what is not ours."""
    with whole_folder(folder, force=force) as partial:
        write_text(partial / FINDINGS, json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
        for name, key in RECORDS.items():
            write_text(partial / name, _csv(found[key]))
        ledger = [dict(zip(LEDGER, row, strict=True)) for row in found["ledger"]]
        write_text(partial / "ledger.csv", _csv(ledger))
        (partial / "cost-and-effect.png").write_bytes(cost_and_effect(found))
        if workbook:
            from clustersim.desk.workbook import write_workbook

            write_workbook(found, partial / "workbook.xlsx")
        digests = {path.name: digest_of(path.read_bytes()) for path in sorted(partial.iterdir())}
        write_text(partial / MANIFEST, json.dumps({"written_by": WRITTEN_BY, "kind": "policy desk", "files": digests,
                                                   **found["provenance"]}, indent=1) + "\n")  # fmt: skip


def load(folder: Path) -> dict[str, Any]:
    """The findings in a folder; raises InputError if there are none, StoreError if they are not what was written."""
    path = folder / FINDINGS
    if not path.is_file():
        raise InputError(Problem("holds no answer of the policy desk", str(folder), allowed="a folder that "
                                 "`clustersim taper STUDY --out DIR` left"))  # fmt: skip
    raw = path.read_bytes()
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"][FINDINGS]
        found: dict[str, Any] = json.loads(raw)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise StoreError(f"{folder}: {FINDINGS} or {MANIFEST} cannot be read") from None
    if told != digest_of(raw):
        raise StoreError(f"{path} is not what was written: its checksum differs")
    return found


def _csv(records: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]) if records else ["empty"], lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({neutral(key): "" if value is None else neutral(value) for key, value in record.items()})
    return out.getvalue()
