"""What a factor may not be called: the other columns of a table of results, in whatever case, as SQL knows none."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from clustersim.errors import Problem
from clustersim.measures import MEASURES
from clustersim.study.design.arms import Source
from clustersim.study.design.factors import Factor

RESERVED = {"luck", "arm", "point", "replication", "run", "id", "run_id", "position", "seed", "month", "measure",
            "value", "status", "error"}  # fmt: skip


@cache
def reserved() -> frozenset[str]:
    """The names that are taken, in lower case."""
    of_measures = (f"{measure.name}_{part}" for measure in MEASURES for part in ("end", "exit", "monthly"))
    return frozenset({*RESERVED, *of_measures})


def check_names(factors: Iterable[Factor], source: Source, problems: list[Problem]) -> None:
    """Note the factors whose names differ from another's in nothing but case: one column of the answer to a query."""
    taken: dict[str, str] = {}
    for factor in factors:
        other = taken.setdefault(factor.name.casefold(), factor.name)
        if other != factor.name:
            problems.append(source.problem(f"another factor is called {other!r}", f"vary.{factor.name}",
                                           allowed="names that differ in more than case"))  # fmt: skip
