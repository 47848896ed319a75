"""A study of a cluster so small that a run takes a few milliseconds."""

from __future__ import annotations

from typing import Any

import clustersim as cs

SMALL = {"cluster.firms": 24, "run.months": 14, "run.burn_in": 3, "cluster.association_members": 4}


def study(**changes: Any) -> cs.Study:
    """Two arms, two points, five replications, unless told otherwise."""
    base = cs.load_scenario("stagnant").with_values(SMALL)
    asked: dict[str, Any] = {"vary": {"trust.gain": [0.03, 0.09]}, "replications": 5, "seed": 4, "name": "small"}
    return cs.Study(base, **(asked | changes))
