"""The runs of a study, in order, each with its name: arms × points × replications.

A run's id is the hash of all that decides its outcome: the arm's complete scenario and the ensemble laid under it, the
values of the factors that act on it, the replication, the seed and the version of the model.  So a study that grows
finds the runs it already has, and a model that changed finds none.  A run's *luck* is only (seed, replication): it
depends on no scenario.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from clustersim.errors import InputError, Problem
from clustersim.experiment.result import span_between, span_of
from clustersim.interventions import KINDS, Intervention
from clustersim.study.design.apply import acting
from clustersim.study.design.factors import Factor, Value
from clustersim.study.design.version import model_version

if TYPE_CHECKING:
    from clustersim.ensemble import Ensemble
    from clustersim.scenario import Scenario

LUCK_STRIDE = 1_000_000
"""the factor ``luck`` at level k runs on replications k·10⁶, k·10⁶ + 1, ...: other luck, nothing else"""
ID_LENGTH = 32


@dataclass(frozen=True)
class Arm:
    """A scenario under the name it has in the study."""

    name: str
    scenario: Scenario
    ensemble: Ensemble | None = None
    """doubt about parameters: replication r uses its draw r mod D"""
    free: tuple[str, ...] = ()
    """the ensemble's parameters that the scenario says nothing of"""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the complete scenario, of the source of interventions that a user's script defines, of the draws.

        Raises InputError if such a source cannot be found: an edited class would pass for the old one.
        """
        digest = self.scenario.digest()
        more = [_source(known) for known in self.own_kinds]
        if self.ensemble is not None:
            more += [self.ensemble.digest(), *self.free]
        return hashlib.sha256("\0".join([digest, *more]).encode()).hexdigest() if more else digest

    def drawn(self, replication: int) -> dict[str, float]:
        """What the ensemble sets in a replication; on other luck (the factor ``luck``) the draw is the same."""
        draw = self.ensemble.draw(replication % LUCK_STRIDE) if self.ensemble is not None else {}
        return {name: draw[name] for name in self.free}

    @property
    def own_kinds(self) -> list[type[Intervention]]:
        """The classes of its interventions that no scenario file can name, by name: they are of a script."""
        used = {type(entry) for entry in (*self.scenario.interventions.values(), *self.scenario.shocks.values())}
        return sorted(used - set(KINDS.values()), key=lambda known: known.__qualname__)


@dataclass(frozen=True)
class Point:
    """One setting of all factors."""

    values: tuple[Value, ...]
    """one for each factor, in their order"""
    unit: tuple[float, ...] = ()
    """where it lies in the unit cube, for designs that are drawn there; else empty"""


class RunKey(NamedTuple):
    """Which run: the positions of its arm and of its point, and its replication (the luck it runs on)."""

    arm: int
    point: int
    replication: int


@dataclass(frozen=True)
class Plan:
    """All runs of a study, numbered from 0: point by point, in each arm by arm, in each replication by replication."""

    name: str
    arms: tuple[Arm, ...]
    factors: tuple[Factor, ...]
    points: tuple[Point, ...]
    replications: int
    seed: int
    design: str = "grid"
    series: tuple[str, ...] = ()
    """measures that are kept month by month; of all others the means of the ``end`` and ``exit`` windows"""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """what an analysis has to know of the design (the number of levels of a Morris design), and the title"""

    def __len__(self) -> int:
        return len(self.points) * len(self.arms) * self.replications

    def key(self, position: int) -> RunKey:
        """Which run stands at a position."""
        rest, repeat = divmod(position, self.replications)
        point, arm = divmod(rest, len(self.arms))
        return RunKey(arm, point, self._luck(point) + repeat)

    def _luck(self, point: int) -> int:
        where = self._luck_at
        return 0 if where is None else int(self.points[point].values[where]) * LUCK_STRIDE

    @cached_property
    def _luck_at(self) -> int | None:
        return next((k for k, factor in enumerate(self.factors) if factor.is_luck), None)

    def settings(self, point: int) -> dict[str, Any]:
        """The values that a point sets in a scenario, by key path."""
        found: dict[str, Any] = {}
        for factor, value in zip(self.factors, self.points[point].values, strict=True):
            found |= factor.settings(value)
        return found

    def settings_of(self, key: RunKey) -> dict[str, Any]:
        """The values that a run sets in its arm's scenario: its point's, over those of its draw."""
        return self.arms[key.arm].drawn(key.replication) | self.settings(key.point)

    def ids(self) -> Iterator[str]:
        """The id of every run, by position."""
        for point in range(len(self.points)):
            for arm in range(len(self.arms)):
                said = self._prefix(arm, point)
                for repeat in range(self.replications):
                    yield _finished(said, self._luck(point) + repeat)

    def id(self, position: int) -> str:
        """The id of one run."""
        arm, point, replication = self.key(position)
        return _finished(self._prefix(arm, point), replication)

    def _prefix(self, arm: int, point: int) -> Any:
        known = self.arms[arm]
        settings = sorted(acting(known.scenario, self.settings(point)).items())
        said = [1, model_version(), known.name, known.digest, settings, self.exit_span(arm, point), self.seed]
        return hashlib.sha256(json.dumps(said, default=_plain, separators=(",", ":")).encode())

    def exit_span(self, arm: int, point: int) -> tuple[int, int] | None:
        """The months in whose last year an arm without a programme is looked at; None for an arm with its own.

        They are those of the programme, at the same point, of the first arm that has one.
        """
        if span_of(self.arms[arm].scenario) is not None:
            return None
        reference = next((k for k, known in enumerate(self.arms) if span_of(known.scenario) is not None), None)
        return None if reference is None else self.span(reference, point)

    def span(self, arm: int, point: int) -> tuple[int, int] | None:
        """First month of an arm's programme at a point, and the month after its last; None without a programme."""
        scenario, settings = self.arms[arm].scenario, self.settings(point)
        if span_of(scenario) is None:
            return None
        return span_between(settings.get("run.start", scenario.run.start),
                            settings.get("programme.start", scenario.programme.start),
                            settings.get("programme.end", scenario.programme.end))  # fmt: skip

    def columns(self, positions: Sequence[int]) -> dict[str, list[Any]]:
        """``arm``, ``point``, ``replication`` and the value of each factor, of the runs at these positions."""
        keys = [self.key(position) for position in positions]
        found: dict[str, list[Any]] = {
            "arm": [self.arms[key.arm].name for key in keys],
            "point": [key.point for key in keys],
            "replication": [key.replication for key in keys],
        }
        for k, factor in enumerate(self.factors):
            found[factor.name] = [self.points[key.point].values[k] for key in keys]
        return found


def _source(known: type[Intervention]) -> str:
    try:
        return inspect.getsource(known)
    except (OSError, TypeError):
        raise InputError(Problem("the source of this intervention cannot be found; put the class into a file",
                                 key="arms", value=known.__qualname__)) from None  # fmt: skip


def _finished(said: Any, replication: int) -> str:
    own = said.copy()
    own.update(b"|%d" % replication)
    return str(own.hexdigest()[:ID_LENGTH])


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
