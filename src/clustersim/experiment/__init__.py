"""Experiments: arms on common random numbers, what may be said from them, and the files they leave."""

from clustersim.experiment.compare import compare
from clustersim.experiment.result import Arm, Comparison, FailedRun

__all__ = ["Arm", "Comparison", "FailedRun", "compare"]
