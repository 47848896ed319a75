"""Run what the patterns need, each run once however many patterns look at it, and judge."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from clustersim.errors import InputError, Problem, closest
from clustersim.experiment.execute import run_all
from clustersim.parameters.behaviour import Trust
from clustersim.patterns.banking import BANKING
from clustersim.patterns.broker import BROKER
from clustersim.patterns.cases import CASES
from clustersim.patterns.declare import Case, Outcome, Pattern
from clustersim.patterns.helping import HELPING
from clustersim.patterns.incomes import INCOMES
from clustersim.patterns.joint import JOINT
from clustersim.patterns.ludhiana import LUDHIANA
from clustersim.patterns.outcomes import COST
from clustersim.patterns.people import PEOPLE
from clustersim.patterns.programme import PROGRAMME
from clustersim.patterns.ranges import PRIOR
from clustersim.patterns.scoreboard import ArmRecord, Result, Scoreboard
from clustersim.patterns.services import SERVICE_MARKET
from clustersim.patterns.trap import TRAP
from clustersim.patterns.whole import WHOLE
from clustersim.scenario import Scenario

if TYPE_CHECKING:
    from clustersim.ensemble import Ensemble

PATTERNS: tuple[Pattern, ...] = tuple(sorted(
    (*TRAP, *BROKER, *JOINT, *INCOMES, *CASES, *LUDHIANA, *HELPING, *SERVICE_MARKET, *BANKING, *WHOLE, *PEOPLE,
     *PROGRAMME),
    key=lambda pattern: (pattern.id[0], int(pattern.id[1:])),
))  # fmt: skip
REPLICATIONS = 200

Progress = Callable[[int, int], None]
Lived = tuple[list[float], float, str]
"""the outcomes of one run, in the order asked for; its seconds; what went wrong, if anything did"""


def run_patterns(
    *,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    only: Iterable[str] | None = None,
    replications: int = REPLICATIONS,
    values: Mapping[str, Any] | None = None,
    knock_out: bool = False,
    ensemble: Ensemble | None = None,
    patterns: tuple[Pattern, ...] = PATTERNS,
) -> Scoreboard:
    """Judge the patterns on ``replications`` common random numbers each.

    ``only`` names some of them.  ``values`` (key path -> value) are set in every arm: another trust rule, or a fault
    planted on purpose.  With ``knock_out`` each pattern runs with the mechanism that should carry it switched off,
    and ought to fail; those that name no switch are left out.  With an ``ensemble`` replication r of every arm uses its
    draw r mod D; an arm that is held to published figures uses the one fitted without them, where it is shipped.
    """
    if replications < 2:
        raise InputError(f"patterns need at least 2 replications, got {replications}")
    chosen = chosen_of(only, patterns)
    if knock_out:
        chosen = [pattern for pattern in chosen if pattern.off and pattern.scored]
    from clustersim.simulation import warm_up

    warm_up()  # before the threads start, or each would wait for the same compilation
    began = perf_counter()
    arms = {p.id: arms_of(p, {**(values or {}), **(p.off if knock_out else {})}, ensemble) for p in chosen}
    wanted = wanted_of(chosen, arms)
    lived = live_all(wanted, seed, replications, workers or os.cpu_count() or 1, progress)
    results = [_result(pattern, arms[pattern.id], wanted, lived, replications) for pattern in chosen]
    drawn = f"'{ensemble.name}' of {len(ensemble)} draws" if ensemble else ""
    return Scoreboard(tuple(results), seed, replications, perf_counter() - began, knock_out, dict(values or {}), drawn)


def under_every_rule(board: Scoreboard, **how: Any) -> Scoreboard:
    """A scoreboard with the verdicts under each rival rule of trust beside its own; ``how`` as in ``run_patterns``."""
    only = [result.pattern.id for result in board.results]
    values = how.pop("values", None) or {}
    rivals = {
        rule: run_patterns(**{**how, "only": only, "values": {**values, "trust.rule": rule}})
        for rule in get_args(Trust.model_fields["rule"].annotation) if rule != values.get("trust.rule", "asymmetric")
    }  # fmt: skip
    verdicts = {rule: {result.pattern.id: result.verdict for result in found.results} for rule, found in rivals.items()}
    seconds = board.seconds + math.fsum(found.seconds for found in rivals.values())
    return replace(board, rules=verdicts, rival_replications=how["replications"], seconds=seconds)


def chosen_of(only: Iterable[str] | None, patterns: tuple[Pattern, ...]) -> list[Pattern]:
    """The patterns of these ids, in the order of the list; raises InputError for one that is not there."""
    if only is None:
        return list(patterns)
    known = {pattern.id: pattern for pattern in patterns}
    asked = [name.strip().upper() for name in only if name.strip()]
    for name in asked:
        if name not in known:
            raise InputError(Problem("unknown pattern", value=name, allowed=", ".join(known),
                                     suggestion=closest(name, list(known))))  # fmt: skip
    return [pattern for pattern in patterns if pattern.id in asked]


class Arm(NamedTuple):
    """A scenario, and the ensemble that is laid under it."""

    scenario: Scenario
    ensemble: Ensemble | None = None

    @property
    def key(self) -> str:
        """Equal for arms that are lived alike."""
        return f"{self.scenario.digest()} {self.ensemble.digest() if self.ensemble else ''}"


def arms_of(pattern: Pattern, values: Mapping[str, Any], ensemble: Ensemble | None = None) -> dict[str, Arm]:
    """The arms of a pattern with some values set in each; those held to published figures on the prior, too."""
    from clustersim.ensemble import load_ensemble, shipped

    found = {}
    for name, scenario in pattern.arms().items():
        changed = scenario.with_values(values) if values else scenario
        case = pattern.left_out.get(name)
        if ensemble is None or case is None:
            found[name] = Arm(changed, ensemble)
            continue
        without = f"without-{case}"
        found[name] = Arm(changed, load_ensemble(without) if case and without in shipped() else ensemble)
        if "prior" in shipped():
            found[name + PRIOR] = Arm(changed, load_ensemble("prior"))
    return found


Wanted = dict[str, tuple[Arm, list[Outcome]]]
"""key of an arm -> the arm, and every outcome that some pattern wants of it"""


def asked_of(pattern: Pattern, arms: Mapping[str, Arm]) -> list[tuple[str, Outcome]]:
    """What a pattern needs, on the prior too where it has such arms."""
    needed = pattern.needed()
    return [*needed, *((name + PRIOR, outcome) for name, outcome in needed if name + PRIOR in arms)]


def wanted_of(chosen: Iterable[Pattern], arms: Mapping[str, Mapping[str, Arm]]) -> Wanted:
    """What has to be run, each arm once."""
    found: Wanted = {}
    for pattern in chosen:
        own = arms[pattern.id]
        for name, outcome in [*asked_of(pattern, own), *((name, COST) for name in own)]:
            outcomes = found.setdefault(own[name].key, (own[name], []))[1]
            if outcome not in outcomes:
                outcomes.append(outcome)
    return found


def live_all(wanted: Wanted, seed: int, replications: int, workers: int,
             progress: Progress | None) -> dict[tuple[str, int], Lived]:  # fmt: skip
    """Every run that is wanted, by key of the arm and replication."""
    laid = {key: arm.ensemble.under(arm.scenario) for key, (arm, _) in wanted.items() if arm.ensemble is not None}

    def one(address: tuple[str, int]) -> Lived:
        key, replication = address
        arm, outcomes = wanted[key]
        return _one(laid[key](replication) if key in laid else arm.scenario, outcomes, seed, replication)

    return run_all([(key, r) for key in wanted for r in range(replications)], one, workers, progress)


def _one(scenario: Scenario, outcomes: list[Outcome], seed: int, replication: int) -> Lived:
    began = thread_time()
    case = Case(scenario, seed, replication)
    try:
        numbers = [outcome.of(case) for outcome in outcomes]
    except (InputError, MemoryError):
        raise
    except Exception as fault:  # the other runs are worth having, whatever went wrong in this one
        return [math.nan] * len(outcomes), thread_time() - began, f"{type(fault).__name__}: {fault}"
    return numbers, thread_time() - began, ""


def _result(pattern: Pattern, arms: Mapping[str, Arm], wanted: Wanted,
            lived: Mapping[tuple[str, int], Lived], replications: int) -> Result:  # fmt: skip
    keys = {name: arm.key for name, arm in arms.items()}

    def values(arm: str, outcome: Outcome) -> list[float]:
        column = wanted[keys[arm]][1].index(outcome)
        return [lived[keys[arm], r][0][column] for r in range(replications)]

    runs = [lived[key, r] for key in set(keys.values()) for r in range(replications)]
    samples = {(arm, outcome): values(arm, outcome) for arm, outcome in asked_of(pattern, arms)}
    verdict, findings = pattern.judge(samples)
    records = tuple(ArmRecord(name, arm.scenario.digest(), math.fsum(values(name, COST)) / replications)
                    for name, arm in arms.items() if not name.endswith(PRIOR))  # fmt: skip
    failed = sorted({reason for _, _, reason in runs if reason})
    return Result(pattern, records, findings, verdict, math.fsum(seconds for _, seconds, _ in runs), tuple(failed))
