"""What all tests share: no window, and the same generated examples on every machine."""

from __future__ import annotations

import os

from hypothesis import settings

# Before matplotlib is imported anywhere: tests run where there is no screen.
os.environ.setdefault("MPLBACKEND", "Agg")

# A first call may compile, so no deadline; derandomized, so that a red test is red again when it is looked into.
settings.register_profile("clustersim", deadline=None, derandomize=True, database=None)
settings.load_profile("clustersim")
