"""The packages that only the desk needs; they come with the extra `desk`."""

from __future__ import annotations

from importlib.util import find_spec

from clustersim.errors import InputError, Problem

PACKAGES = {"openpyxl": "openpyxl", "xlsxwriter": "xlsxwriter", "reportlab": "reportlab", "docx": "python-docx",
            "optuna": "optuna", "heormodel": "heormodel", "ema_workbench": "ema-workbench"}  # fmt: skip


def check() -> None:
    """Raise InputError with what to install, if something is missing."""
    missing = [package for module, package in PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise InputError(
            Problem(f"the policy desk needs {', '.join(missing)}", allowed="pip install 'clustersim[desk]'")
        )
