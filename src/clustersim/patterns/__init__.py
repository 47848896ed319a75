"""The evidence: each pattern of real clusters, its arms, effect, interval and verdict; the same parameters for all."""

from clustersim.patterns.execute import PATTERNS, run_patterns, under_every_rule
from clustersim.patterns.leaning import leaning
from clustersim.patterns.scoreboard import Scoreboard, definitions

__all__ = ["PATTERNS", "Scoreboard", "definitions", "leaning", "run_patterns", "under_every_rule"]
