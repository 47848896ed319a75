"""The desk's question as a whole: cluster, policies, money, what is uncertain; read from TOML or from a workbook.

format = 1
base = "jaipur"
title = "Half of every fair, a stop, or a taper?"
replications = 200
seed = 51

[money]
currency = "USD"
budget = 240000

[policies.flat]                    # or policies = "policies.xlsx"
shape = "flat"
from_share = 0.5
[policies.none]
shape = "none"

[uncertain]                        # what nobody knows, and between which bounds; see studies.md, [vary]
"cluster.initial_trust" = { low = 0.15, high = 0.4 }
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.desk.arrange import arranged
from clustersim.desk.money import Money
from clustersim.desk.policy import NONE, Policy
from clustersim.desk.tables import Place, Written, table_of
from clustersim.errors import InputError, InputWarning, Problem, closest
from clustersim.scenario import Scenario
from clustersim.scenario.check import dotted, month_number, validated
from clustersim.study.design.apply import acts_on, value_at
from clustersim.study.design.arms import Source, read_base
from clustersim.study.design.plan import Arm
from clustersim.study.design.vary import read_factors
from clustersim.toml_source import read_toml

if TYPE_CHECKING:
    from clustersim.ensemble import Ensemble
    from clustersim.study.design.factor import Factor

KEYS = ("format", "base", "name", "title", "replications", "seed", "effect", "money", "policies", "uncertain", "values")
NAME = re.compile(r"\w[\w .,%()/&+-]{0,39}")
EFFECTS = {
    "joint_action": "firms acting jointly",
    "unassisted": "firms acting jointly without help",
    "trust": "of trust",
}
"""what may be held against the cost, in percentage points more ..."""
YEARS_AFTER = 5
"""how long after its exit a policy is looked at"""
ON_THE_COMMAND_LINE = Place(None, None, "--budget")
Draws = Callable[[int], Mapping[str, Any]]
"""the uncertain values of a replication, by key path"""


@dataclass(frozen=True)
class DeskStudy:
    """A question put to the desk, checked as a whole."""

    name: str
    title: str
    base: Scenario
    policies: dict[str, Policy]
    scenarios: dict[str, Scenario]
    """each policy's cluster, complete; all run for as many months"""
    money: Money
    factors: tuple[Factor, ...]
    replications: int
    seed: int
    effect: str
    file: str
    ensemble: Ensemble | None = None
    """where fitted parameters come from, if anywhere but from their defaults"""
    budget_at: Place = ON_THE_COMMAND_LINE
    """where the budget is said"""

    @property
    def none(self) -> str:
        """The policy that is no programme."""
        return next(name for name, policy in self.policies.items() if policy.shape == NONE)

    @property
    def months(self) -> int:
        """Months of every run."""
        return next(iter(self.scenarios.values())).run.months

    def exit_of(self, name: str) -> int:
        """The month after the policy's last, counted from month 0; of no programme that of the base."""
        end = self.policies[name].exit or self.base.programme.end
        assert end is not None  # or the base would have been refused
        return month_number(end) - month_number(self.base.run.start) + 1


def read_desk_study(path: str | Path, *, policies: str | Path | None = None, **changes: Any) -> DeskStudy:
    """The study of a TOML file or workbook, ``policies`` from another sheet if given; raises InputError.

    ``changes`` (replications, seed, budget) overrule the file; warns (InputWarning) of what is accepted.
    """
    from clustersim.desk.sheet import read_sheet

    path = Path(path)
    written = _toml(path) if path.suffix.lower() == ".toml" else read_sheet(path)
    said = written.values.get("policies")
    if policies is not None:
        written = read_sheet(Path(policies)).over(written)
    elif isinstance(said, str):
        written = read_sheet(path.parent / said).over(written)
    for key, value in changes.items():
        if value is not None:
            table = written.values.setdefault("money", {}) if key == "budget" else written.values
            table[key] = value
            if key == "budget":
                written.places["money", key] = ON_THE_COMMAND_LINE
    return _checked(written, path)


def _toml(path: Path) -> Written:
    document = read_toml(path)
    places = {where: Place(document.file, line, dotted(where)) for where, line in document.lines.items()}
    return Written(document.file, dict(document.values), places)


def _checked(written: Written, path: Path) -> DeskStudy:
    problems: list[Problem] = []
    values = written.values
    for key in values:
        if key not in KEYS:
            guess = closest(key, KEYS)
            problems.append(written.problem((key,), f"unknown key '{key}'", suggestion=guess,
                                            allowed=None if guess else ", ".join(KEYS)))  # fmt: skip
    lines = {dotted(("vary", *where[1:]) if where[:1] == ("uncertain",) else where): place.line
             for where, place in written.places.items() if place.line is not None}  # fmt: skip
    source = Source(written.file, lines)
    base = _base(written, source, problems)
    money = _money(written, problems)
    policies = _policies(written, problems)
    scenarios = _scenarios(written, base, policies, problems) if base is not None else {}
    factors = _uncertain(values, scenarios, source, problems)
    effect = values.get("effect", "joint_action")
    if effect not in tuple(EFFECTS):
        guess = closest(effect, EFFECTS) if isinstance(effect, str) else None
        problems.append(written.problem(("effect",), "not an effect that costs are held against", value=effect,
                                        suggestion=guess, allowed=", ".join(EFFECTS)))  # fmt: skip
    numbers = {key: _whole(written, key, usual, low, high, problems)
               for key, usual, low, high in (("replications", 200, 2, 100_000), ("seed", 0, 0, 2**32 - 1))}  # fmt: skip
    if problems:
        raise InputError(problems)
    assert base is not None
    assert money is not None
    name = str(values.get("name") or re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem).strip("-.") or "taper")
    return DeskStudy(name, str(values.get("title", "")), base, policies, scenarios, money, factors,
                     numbers["replications"], numbers["seed"], str(effect), str(path),
                     budget_at=written.place(("money", "budget")))  # fmt: skip


def _whole(written: Written, key: str, usual: int, low: int, high: int, problems: list[Problem]) -> int:
    value = written.values.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        problems.append(written.problem((key,), f"must be a whole number from {low} to {high:,}", value=value))
        return usual
    return value


def _base(written: Written, source: Source, problems: list[Problem]) -> Scenario | None:
    if "base" not in written.values:
        problems.append(written.problem(("base",), "is missing", allowed="a shipped scenario, or the path of a file"))
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InputWarning)  # `clustersim check` says what is assumed about a scenario
            base = read_base(written.values["base"], source)
        fixed = table_of(written.values, "values")
        base = base.with_values(fixed) if fixed else base
    except InputError as error:
        problems += error.problems
        return None
    if base.programme.end is None:
        problems.append(written.problem(("base",), "has no programme that a policy could change", value=base.name))
        return None
    return base


def _money(written: Written, problems: list[Problem]) -> Money | None:
    money, wrong = validated(Money, table_of(written.values, "money"), written.locate, ("money",))
    problems += [written.named(path, problem) for path, problem in wrong.items()]
    return money if not wrong else None


def _policies(written: Written, problems: list[Problem]) -> dict[str, Policy]:
    found: dict[str, Policy] = {}
    rows = table_of(written.values, "policies")
    if not rows:
        problems.append(written.problem(("policies",), "no policies", allowed="two or more"))
    for name, row in rows.items():
        path = ("policies", name)
        if NAME.fullmatch(name) is None:
            problems.append(written.problem(path, "not a name for a policy", value=name,
                                            allowed="letters, digits and simple signs, at most 40"))  # fmt: skip
            continue
        policy, wrong = validated(Policy, row if isinstance(row, Mapping) else {}, written.locate, path)
        problems += [written.named(where, problem) for where, problem in wrong.items()]
        if policy is None or wrong:
            continue
        found[name] = policy
        if policy.unrecorded:
            note = written.problem(
                (*path, "participants"),
                f"the payers' shares add up to {1 - policy.unrecorded:.6g}; "
                "the rest is booked to the payer `unrecorded`",
            )
            warnings.warn(str(note), InputWarning, stacklevel=5)
    if found and not any(policy.shape == NONE for policy in found.values()):
        name = next(word for word in ("no programme", "none", "left alone", "without") if word not in found)
        found[name] = Policy(shape=NONE, title="No programme")
    return found


def _scenarios(written: Written, base: Scenario, policies: dict[str, Policy],
               problems: list[Problem]) -> dict[str, Scenario]:  # fmt: skip
    start = month_number(base.run.start)
    last = max([month_number(policy.exit or base.programme.end or "") for policy in policies.values()], default=start)
    months = max(base.run.months, last - start + 1 + 12 * YEARS_AFTER)
    found: dict[str, Scenario] = {}
    for name, policy in policies.items():
        try:
            found[name] = arranged(policy, base, months)
        except InputError as error:
            for problem in error.problems:
                key = (problem.key or "").rpartition(".")[2]
                where = ("policies", name, key if key in Policy.model_fields else "shape")
                place = written.place(where)
                problems.append(replace(problem, file=place.file, line=place.line, key=place.key))
    return found


def _uncertain(values: Mapping[str, Any], scenarios: Mapping[str, Scenario], source: Source,
               problems: list[Problem]) -> tuple[Factor, ...]:  # fmt: skip
    arms = [Arm(name, scenario) for name, scenario in scenarios.items()]
    if not arms or not values.get("uncertain"):
        return ()
    wrong: list[Problem] = []
    factors = read_factors(values["uncertain"], arms, source, wrong)
    wrong += _undone(factors, scenarios, source)
    problems += [replace(found, key=re.sub(r"^vary", "uncertain", found.key or "")) for found in wrong]
    return factors


def _undone(factors: Sequence[Factor], scenarios: Mapping[str, Scenario], source: Source) -> Iterator[Problem]:
    """Unknowns that would take the place of what makes the policies differ."""
    for factor in factors:
        for path in factor.settings(factor.value(0.0)):
            said = {str(value_at(scenario, path)) for scenario in scenarios.values() if acts_on(scenario, path)}
            if len(said) > 1:
                yield source.problem(f"the policies differ in {path}: what varies would take the place of what they "
                                     "say", f"vary.{factor.name}")  # fmt: skip
