"""What a study says that it varies, read into factors, each tried on every arm that it acts on.

    "trust.gain": (0.02, 0.15)                          a range; in TOML { low = 0.02, high = 0.15 }
    "trust.healing": {"low": 0.001, "high": 0.1, "log": True}                         evenly in the logarithm
    "broker.days_per_month": [4, 8, 16]                 levels; of text and of true and false as well
    "trust.loss": {"distribution": "normal", "mean": 0.38, "sd": 0.05, "low": 0.2, "high": 0.6}
    "length": {"short": {"programme.end": "2001-12"}}   named bundles of values; in TOML one table further in: levels
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, NamedTuple

from clustersim.errors import InputError, Problem, closest
from clustersim.measures import MEASURES
from clustersim.scenario import PROGRAMME, Scenario
from clustersim.scenario.check import allowed_in, field_at, known_keys, plain_type
from clustersim.study.design.apply import acts_on, applied
from clustersim.study.design.arms import Source, flattened
from clustersim.study.design.distribution import SHAPES
from clustersim.study.design.factor import is_number, plain
from clustersim.study.design.factors import Bundles, Distribution, Factor, Levels, Range, Value
from clustersim.study.design.names import reserved
from clustersim.study.design.plan import Arm

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
FORMS = "a list of levels, a range (low, high), a distribution, or named bundles of values"
FORMS_IN_A_FILE = "a list of levels, { low = ..., high = ... }, { distribution = ... }, or a table of levels"
_DESCRIBES = {"low", "high", "log", "distribution", "levels"}
_SEPARATE_FILES = ("cluster.roster", "cluster.ties")


class Parameter(NamedTuple):
    """What a study has to know of one: whether it is a number, flag or text, and what is allowed."""

    kind: type
    low: float | None
    high: float | None
    allowed: str


def is_description(value: Any) -> bool:
    """Whether a table says how one factor varies; else it only is part of a key path."""
    return isinstance(value, Mapping) and not _DESCRIBES.isdisjoint(value)


def parameter(path: str, arms: Iterable[Arm]) -> Parameter | None:
    """The parameter at a key path in the first of the arms that has it; None if none does."""
    for arm in arms:
        model: Any = Scenario
        inside = path
        section, _, rest = path.partition(".")
        if section in PROGRAMME:
            name, _, inside = rest.partition(".")
            known = getattr(arm.scenario, section).get(name)
            if known is None:
                continue
            if inside == "kind":
                return Parameter(str, None, None, "a kind of intervention")
            model = type(known)
        elif not rest:
            continue  # the name of the scenario, its title
        field = field_at(model, tuple(inside.split("."))) if inside in known_keys(model) else None
        if field is not None:
            kind = plain_type(field.annotation)
            low, high = (next((end for item in field.metadata if (end := getattr(item, name, None)) is not None), None)
                         for name in ("ge", "le"))  # fmt: skip
            text = kind if kind in (bool, int, float) else list if _is_listed(kind) else str
            return Parameter(text, low, high, allowed_in(field))
    return None


def _is_listed(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) in (tuple, list, dict)


def typed(value: Any, known: Parameter) -> Any:
    """The value as the parameter has it: 4 is 4.0 where any number may stand, and 4.0 is 4 where a whole one has to."""
    value = plain(value)
    if not is_number(value):
        return value
    if known.kind is float:
        return float(value) + 0.0
    return int(value) if known.kind is int and value == value // 1 else value


def read_factors(vary: Any, arms: Sequence[Arm], source: Source, problems: list[Problem]) -> tuple[Factor, ...]:
    """The factors in the order given, without those of which a problem is noted."""
    if not isinstance(vary, Mapping):
        problems.append(source.problem("must say what varies", "vary", value=vary, allowed="factors by name"))
        return ()
    found: list[Factor] = []
    setters: dict[str, str] = {}
    for name, description in vary.items():
        key = f"vary.{name}"
        try:
            factor = read_factor(name, description, arms, source)
            for path in _paths(factor):
                other = setters.setdefault(path, factor.name)
                if other != factor.name:
                    message = f"'{other}' and '{factor.name}' both set {path}"
                    raise InputError(source.problem(message, key))
            wrong = [problem for value in factor.probes() for problem in refusals(factor, value, arms, source)]
            if wrong:
                raise InputError(wrong)
            found.append(factor)
        except InputError as error:
            problems += [found for k, found in enumerate(error.problems) if found not in error.problems[:k]]
    return tuple(found)


def _paths(factor: Factor) -> list[str]:
    """Every key path that the factor sets."""
    return list(dict.fromkeys(path for value in factor.probes() for path in factor.settings(value)))


def refusals(factor: Factor, value: Value, arms: Sequence[Arm], source: Source) -> list[Problem]:
    """What is wrong with a value of a factor in the arms that it acts on, as problems of the study."""
    settings = factor.settings(value)
    acting = [arm for arm in arms if any(acts_on(arm.scenario, path) for path in settings)]
    found: dict[Problem, list[str]] = {}
    for arm in acting:
        try:
            applied(arm.scenario, settings)
        except InputError as error:
            for problem in error.problems:
                found.setdefault(_told(problem, factor, value, source), []).append(arm.name)
    return [problem if len(where) == len(acting) else
            replace(problem, message=f"{problem.message} in arm {', '.join(where)}")
            for problem, where in found.items()]  # fmt: skip


def _told(problem: Problem, factor: Factor, value: Value, source: Source) -> Problem:
    """A problem of the scenario as one of the factor that brought it about."""
    key = f"vary.{factor.name}"
    at = key
    if isinstance(factor, Bundles):
        at, key = f"{key}.levels.{value}.{problem.key}", f"{key}.{value}"
    message = problem.message
    if problem.key and problem.key != factor.name:
        message = f"{problem.key}: {message}"
    shown = {} if isinstance(factor, Bundles) else {"value": value}
    return source.problem(message, key, at=at, allowed=problem.allowed, suggestion=problem.suggestion, **shown)


def read_factor(name: Any, description: Any, arms: Sequence[Arm], source: Source) -> Factor:
    """One factor, its values of the parameter's own type; raises InputError with problems that say where."""
    key = f"vary.{name}"
    if not isinstance(name, str) or name.casefold() in reserved():
        raise InputError(source.problem("not a name for a factor", key, allowed="a key path, or a word of its own"))
    bundles = _bundles(description)
    try:
        if bundles is not None:
            return _read_bundles(name, bundles, arms, source)
        known = known_parameter(name, key, arms, source)
        return _read_one(name, description, known, source)
    except InputError as error:
        raise InputError([found if found.key != name else
                          replace(found, file=source.file, line=source.line(key), key=key)
                          for found in error.problems]) from None  # fmt: skip


def _bundles(description: Any) -> Mapping[Any, Any] | None:
    if not isinstance(description, Mapping) or not description:
        return None
    if set(description) == {"levels"} and isinstance(description["levels"], Mapping):
        inside: Mapping[Any, Any] = description["levels"]
        return inside
    plain = _DESCRIBES.isdisjoint(description) and all(isinstance(level, Mapping) for level in description.values())
    return description if plain else None


def known_parameter(path: str, key: str, arms: Sequence[Arm], source: Source) -> Parameter:
    """The parameter of this key path, which at least one arm has; raises InputError with a guess."""
    known = parameter(path, arms)
    if known is None:
        raise InputError(_unknown(path, key, arms, source))
    if path in _SEPARATE_FILES:
        raise InputError(source.problem("the files of a survey are no levels", key, allowed="an arm for each"))
    if known.kind is list:
        raise InputError(source.problem("is a list of values, not one", key,
                                        allowed="an arm for each, or a bundle of values by name"))  # fmt: skip
    if not any(acts_on(arm.scenario, path) for arm in arms):
        raise InputError(source.problem("acts in no arm: none has a programme", key,
                                        allowed="an arm with programme.start and programme.end"))  # fmt: skip
    return known


def _unknown(path: str, key: str, arms: Sequence[Arm], source: Source) -> Problem:
    section, _, rest = path.partition(".")
    known = list(known_keys(Scenario))
    for arm in arms:
        for part in PROGRAMME:
            for name, item in getattr(arm.scenario, part).items():
                known += [f"{part}.{name}.{inside}" for inside in known_keys(type(item))]
    known = [text for text in known if "." in text]
    guess = closest(path, known) or next((text for text in known if text.rpartition(".")[2] == path), None)
    message = f"unknown parameter '{path}'"
    if section in PROGRAMME and "." in rest:
        name = rest.partition(".")[0]
        if not any(name in getattr(arm.scenario, section) for arm in arms):
            message = f"no arm has [{section}.{name}]"
    return source.problem(message, key, suggestion=guess,
                          allowed=None if guess else "a parameter that `clustersim describe` lists")  # fmt: skip


def _read_one(name: str, said: Any, known: Parameter, source: Source) -> Factor:
    """A factor that is one parameter."""
    whole = known.kind is int
    said = plain(said)
    if isinstance(said, tuple):
        if len(said) != 2:
            raise _refused(name, "a range has two ends", allowed="(low, high), or a list of levels")
        said = {"low": said[0], "high": said[1]}
    if isinstance(said, Mapping) and said:
        of = said.get("distribution")
        named = isinstance(of, str) and of in SHAPES
        takes = ["low", "high", "log"] if of is None else ["distribution", "low", "high", *SHAPES.get(str(of), ())]
        takes = ["levels"] if "levels" in said else takes
        wrong = next((str(part) for part in said if part not in takes), None)
        if wrong is not None and (of is None or named):
            raise _refused(name, f"unknown '{wrong}'", allowed=", ".join(takes), suggestion=closest(wrong, takes))
        if "levels" not in said:
            if known.kind not in (int, float):
                raise _refused(name, "is not a number, so it has levels", allowed=known.allowed)
            return _read_numbers(name, {part: typed(value, known) for part, value in said.items()}, known, whole)
        said = said["levels"]
    if isinstance(said, str | Mapping | Set) or not isinstance(said, Iterable):  # a set has no order
        allowed = FORMS_IN_A_FILE if source.file else FORMS
        raise _refused(name, "does not say how it varies", value=said, allowed=allowed)
    return Levels(name, tuple(typed(value, known) for value in said))


def _read_numbers(name: str, said: dict[str, Any], known: Parameter, whole: bool) -> Factor:
    if "distribution" not in said:
        for end in ("low", "high"):
            if end not in said:
                raise _refused(name, f"a range needs '{end}'", allowed="low and high")
        return Range(name, said["low"], said["high"], said.get("log", False), whole)
    low, high = said.get("low", known.low), said.get("high", known.high)
    given = {part: value for part, value in said.items() if part not in ("distribution", "low", "high")}
    return Distribution(name, said["distribution"], given, low, high, whole)


def _read_bundles(name: str, levels: Mapping[Any, Any], arms: Sequence[Arm], source: Source) -> Factor:
    taken = name.casefold() in {measure.name for measure in MEASURES} or parameter(name, arms)
    if WORD.fullmatch(name) is None or taken:
        raise _refused(name, "not a name for bundles of values",
                       allowed="a word of letters, digits, _ and - that is no parameter and no measure")  # fmt: skip
    problems: list[Problem] = []
    read: dict[str, dict[str, Any]] = {}
    for level, values in levels.items():
        key = f"vary.{name}.{level}"
        at = f"vary.{name}.levels.{level}"
        if not isinstance(level, str) or not level.strip() or len(level) > 64 or not level.isprintable():
            problems.append(source.problem("not a name for a level", key, at=at, allowed="text of at most 64 letters"))
        elif not isinstance(values, Mapping):
            problems.append(source.problem("must be the values that it sets, by key path", key, at=at, value=values))
        else:
            read[level] = {}
            for path, value in flattened(values):
                try:
                    known = parameter(path, arms)
                    if known is None or known.kind is not list:
                        known = known_parameter(path, f"{key}.{path}", arms, source)
                    read[level][path] = typed(value, known)
                except InputError as error:
                    here = source.line(f"{at}.{path}")
                    problems += [replace(found, line=here) for found in error.problems]
    if problems:
        raise InputError(problems)
    return Bundles(name, read)  # type: ignore[arg-type]


def _refused(name: str, message: str, **more: Any) -> InputError:
    return InputError(Problem(message, key=name, **more))
