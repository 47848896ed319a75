"""Which draws of an ensemble lean the right way: the patterns as judges of parameter sets."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable

from clustersim.ensemble import Ensemble
from clustersim.experiment.statistics import mean
from clustersim.patterns.declare import Pattern
from clustersim.patterns.execute import PATTERNS, arms_of, chosen_of, live_all, wanted_of


def leaning(
    ensemble: Ensemble,
    *,
    only: Iterable[str] | None = None,
    seed: int = 0,
    replications: int,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    patterns: tuple[Pattern, ...] = PATTERNS,
) -> list[float]:
    """For each draw the share of scored claims whose means, over its own replications, are where the claim wants them.

    Replication r uses draw r mod D, so one set of runs serves all draws; means take the place of intervals, which a few
    replications cannot make narrow.  What no replication of a draw can speak to counts as not leaning.
    """
    from clustersim.simulation import warm_up

    warm_up()
    chosen = chosen_of(only, patterns)
    arms = {pattern.id: arms_of(pattern, {}, ensemble) for pattern in chosen}
    wanted = wanted_of(chosen, arms)
    lived = live_all(wanted, seed, replications, workers or os.cpu_count() or 1, progress)
    keys = {(p.id, name): arm.key for p in chosen for name, arm in arms[p.id].items()}
    shares = []
    for draw in range(len(ensemble)):
        own = [r for r in range(replications) if ensemble.order[r % len(ensemble)] == draw]
        held = scored = 0
        for pattern in chosen:
            samples = {}
            for arm, outcome in pattern.needed():
                key = keys[pattern.id, arm]
                column = wanted[key][1].index(outcome)
                centre = mean(lived[key, r][0][column] for r in own)
                samples[arm, outcome] = [centre, centre]  # an interval of no width: the mean decides
            for claim in pattern.claims:
                if claim.scored:
                    scored += 1
                    held += claim.judge(samples).holds is True
        shares.append(held / scored if scored else math.nan)
    return shares
