"""Scenarios: merging, checking with every problem at once, going out to TOML and back."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from clustersim.errors import InputError, InputWarning, Problem
from clustersim.interventions import KINDS, Intervention
from clustersim.parameters.declare import Declaration, Section, declarations, param
from clustersim.parameters.programme import Month
from clustersim.scenario import PROGRAMME, Scenario, load_scenario, parse_scenario, shipped, tables
from clustersim.scenario.cross_checks import MEMORY_CAP, predicted_bytes
from clustersim.scenario.schema import json_schema


class Happening(Section):
    """One date with its payers."""

    date: Month = param(..., unit="year-month", meaning="when", source="a test")
    shares: dict[str, float] = param({}, unit="shares", meaning="who pays", source="a test")


class Bazaar(Intervention):
    """An intervention of the tests' own."""

    start: Month = param("1998-01", unit="year-month", meaning="first month", source="a test")
    end: Month | None = param(None, unit="year-month", meaning="last month", source="a test")
    stands: int = param(24, unit="stands", low=1, high=500, meaning="how many", source="a test")
    happenings: tuple[Happening, ...] = ()


class Storm(Intervention):
    """A shock of the tests' own."""

    shock: ClassVar[bool] = True
    date: Month = param(..., unit="year-month", meaning="when", source="a test")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "bazaar", Bazaar)
    monkeypatch.setitem(KINDS, "storm", Storm)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(source: str | Path) -> list[Problem]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        try:
            parse_scenario(source, "x.toml") if isinstance(source, str) else load_scenario(source)
        except InputError as error:
            return list(error.problems)
    return []


def only(source: str | Path) -> Problem:
    (problem,) = problems(source)
    return problem


FULL = """
format = 1
title = "two lines and \\"quotes\\""
about = \"\"\"
First \\\\ line
second\\u0007 line\"\"\"
[run]
months = 60
[trust]
gain = 1e-1
rule = "beta"
[activities.fair]
gain = 900.5
[interventions.fairs]
kind = "bazaar"
stands = 30
[[interventions.fairs.happenings]]
date = "1998-03"
shares = { participants = 0.35, unido = 0.65 }
[shocks.flood]
kind = "storm"
date = "1999-07"
"""


# ---------------------------------------------------------------- reading and writing


def test_what_a_file_leaves_out_has_its_default() -> None:
    scenario = parse_scenario(FULL)
    assert (scenario.trust.gain, scenario.trust.loss) == (0.1, Scenario().trust.loss)
    assert scenario.activities.fair.gain == 900.5
    assert scenario.activities.fair.fixed == Scenario().activities.fair.fixed
    assert isinstance(scenario.interventions["fairs"], Bazaar)
    assert isinstance(scenario.shocks["flood"], Storm)


def test_toml_written_reads_back_as_an_equal_scenario() -> None:
    scenario = parse_scenario(FULL)
    again = parse_scenario(scenario.to_toml())
    assert again == scenario
    assert again.to_toml() == scenario.to_toml()
    assert (again.digest(), hash(again)) == (scenario.digest(), hash(scenario))
    assert parse_scenario(scenario.to_toml(origins=True)) == scenario


def test_the_order_of_keys_changes_nothing() -> None:
    one = parse_scenario('[interventions.a]\nkind="bazaar"\n[interventions.b]\nkind="bazaar"\nstands=2\n')
    two = parse_scenario('[interventions.b]\nstands=2\nkind="bazaar"\n[interventions.a]\nkind="bazaar"\n')
    assert one == two
    assert list(one.interventions) == list(two.interventions)
    assert one.to_toml() == two.to_toml()


def test_a_scenario_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Scenario().trust.gain = 0.5


def test_a_scenario_without_a_name_is_called_like_its_file(tmp_path: Path) -> None:
    assert load_scenario(written(tmp_path, "my town.toml", "")).name == "my-town"
    assert load_scenario(written(tmp_path, "a.toml", 'name = "b"')).name == "b"


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_are_good_and_complete(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        scenario = load_scenario(name)
        assert parse_scenario(scenario.to_toml()) == scenario
    assert scenario.name == name
    assert scenario.title
    assert scenario.about


# ---------------------------------------------------------------- extends


def test_tables_are_merged_and_the_later_value_wins(tmp_path: Path) -> None:
    written(tmp_path, "base.toml", FULL)
    path = written(
        tmp_path, "mine.toml", 'extends = "base.toml"\n[trust]\ngain = 0.2\n[interventions.fairs]\nstands = 7\n'
    )
    scenario = load_scenario(path)
    assert (scenario.trust.gain, scenario.trust.rule, scenario.run.months) == (0.2, "beta", 60)
    fairs = scenario.interventions["fairs"]
    assert isinstance(fairs, Bazaar)
    assert (fairs.stands, fairs.happenings[0].date) == (7, "1998-03")
    assert scenario.name == "mine"
    assert scenario.origin("trust.gain") == "mine.toml:3"
    assert scenario.origin("trust.rule") == "base.toml:11"
    assert scenario.origin("trust.loss") == "default"
    assert "gain = 0.2  # mine.toml:3" in scenario.to_toml(origins=True)


def test_an_inherited_intervention_can_be_taken_away_or_replaced(tmp_path: Path) -> None:
    written(tmp_path, "base.toml", FULL)
    none = written(tmp_path, "none.toml", 'extends = "base.toml"\n[interventions.fairs]\nkind = "none"\n')
    assert load_scenario(none).interventions == {}
    other = written(tmp_path, "other.toml", 'extends = "base.toml"\n[shocks.flood]\nkind = "storm"\ndate = "1998-01"\n')
    assert load_scenario(other).shocks == {"flood": Storm(date="1998-01")}


def test_a_mistake_in_a_parent_is_reported_in_the_parent(tmp_path: Path) -> None:
    written(tmp_path, "base.toml", "\n[trust]\ngain = 7\n")
    path = written(tmp_path, "mine.toml", 'extends = "base.toml"\n[trust]\nloss = 7\n')
    found = problems(path)
    assert [(Path(str(p.file)).name, p.line, p.key) for p in found] == [
        ("mine.toml", 3, "trust.loss"),
        ("base.toml", 3, "trust.gain"),
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": "a.toml"}, "goes round in a circle: a.toml -> a.toml"),
        ({"a": "b.toml", "b": "c.toml", "c": "a.toml"}, "goes round in a circle: a.toml -> b.toml -> c.toml -> a.toml"),
        ({"a": "nowhere.toml"}, "no such file"),
        ({"a": "nowhere"}, "no such scenario"),
    ],
)
def test_a_broken_chain_is_a_clear_problem_beside_the_others(tmp_path: Path, files: dict[str, str], words: str) -> None:
    for name, parent in files.items():
        written(tmp_path, f"{name}.toml", f'extends = "{parent}"\n[trust]\ngian = 1\n[interventions.x]\nstands = 2\n')
    found = problems(tmp_path / "a.toml")
    assert any(words in str(problem) and problem.key == "extends" and problem.line == 1 for problem in found)
    assert any(problem.key == "trust.gian" for problem in found)
    assert not any(problem.message == "is missing" for problem in found)


# ---------------------------------------------------------------- problems


def test_every_problem_is_found_at_once() -> None:
    found = problems("""
[trust]
gain = 7.0
rule = "betta"
[trsut]
gain = 0.1
[run]
months = true
[programme]
start = "2002-01"
end = "1999-01"
[interventions.a]
kind = "bazar"
[interventions.b]
kind = "bazaar"
stand = 3
[[interventions.b.happenings]]
date = "1998-03"
shares = { participants = 0.7, unido = 0.5 }
""")
    assert [(p.line, p.key) for p in found] == [
        (3, "trust.gain"),
        (4, "trust.rule"),
        (6, "trsut.gain"),
        (8, "run.months"),
        (11, "programme.end"),
        (13, "interventions.a.kind"),
        (16, "interventions.b.stand"),
        (19, "interventions.b.happenings[0].shares"),
    ]
    assert {p.key: p.suggestion for p in found if p.suggestion} == {
        "trust.rule": "beta",
        "trsut.gain": "trust.gain",
        "interventions.a.kind": "bazaar",
        "interventions.b.stand": "interventions.b.stands",
    }


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("format = 2", "format", "must be one of 1"),
        ("name = 'a b'", "name", "must be"),
        ("trust = 3", "trust", "must be a table"),
        ("interventions = 3", "interventions", "must be a table"),
        ("[interventions]\nx = 3", "interventions.x", "must be a table"),
        ("[interventions.x]\nstands = 3", "interventions.x.kind", "is missing"),
        ("[interventions.x]\nkind = 3", "interventions.x.kind", "unknown kind"),
        ("[interventions.x]\nkind = 'storm'\ndate = '1998-01'", "interventions.x.kind", "belongs under [shocks.x]"),
        ("[shocks.x]\nkind = 'storm'", "shocks.x.date", 'is missing (allowed: a month such as "1997-01")'),
        ("[interventions.'x y']\nkind = 'bazaar'", "interventions.x y", "not a name"),
        ("gain = 0.1", "gain", "did you mean 'trust.gain'?"),
        ("[run]\nstart = '1997-13'", "run.start", 'must be a month such as "1997-01"'),
        ("[run]\nstart = 1997-01-01", "run.start", 'must be a month such as "1997-01"'),
        ("[cluster]\nfirms = -3", "cluster.firms", "must be a whole number from 3"),
        ("[cluster]\nfirms = 20.0", "cluster.firms", "must be a whole number"),
        ("[cluster]\nwomen_owners = nan", "cluster.women_owners", "must be a number from 0 to 1"),
        ("[cluster]\nwomen_owners = -inf", "cluster.women_owners", "must be a number from 0 to 1"),
        ("[cluster]\nwomen_owners = 1e400", "cluster.women_owners", "must be a number from 0 to 1"),
        ("[cluster]\nsegments = [0.5, 0.6]", "cluster.segments", "add up to 1.1"),
        ("[cluster]\nsegments = [1.5, -0.5]", "cluster.segments", "below 0"),
        ("[cluster]\nsegments = []", "cluster.segments", "add up to 0"),
        ("[cluster]\nsegments = [0.5, 'x']", "cluster.segments[1]", "must be a number"),
        ("[cluster]\nfirms = 1_000_000_000", "cluster.firms", "GiB of memory"),
        ("[cluster]\nroster = 'nowhere.csv'", "cluster.roster", "no such file"),
        ("[interventions.x]\nkind='bazaar'\nstart='2000-01'\nend='1999-12'", "interventions.x.end", "2000-01 or later"),
        ("[interventions.x]\nkind='bazaar'\nstart='2050-01'", "interventions.x.start", "after the end of the run"),
        (
            "[interventions.x]\nkind='handover'\nstart='2000-01'\ndate='1999-12'",
            "interventions.x.date",
            "2000-01 or later",
        ),
        ("[shocks.x]\nkind='storm'\ndate='1900-01'", "shocks.x.date", "before the first month"),
        (
            "[interventions.x]\nkind='bazaar'\nhappenings=[{date='1998-01', shares={a=-0.1}}]",
            "interventions.x.happenings[0].shares",
            "below 0",
        ),
    ],
)
def test_one_mistake_gives_one_clear_problem(text: str, key: str, words: str) -> None:
    problem = only(text)
    assert problem.key == key
    assert words in str(problem)
    assert problem.file == "x.toml"
    assert problem.line is not None


def test_shares_that_do_not_add_up_are_a_warning() -> None:
    text = "[interventions.x]\nkind='bazaar'\nhappenings=[{date='1998-01', shares={users=0.64, others=0.27}}]"
    with pytest.warns(InputWarning, match=r"x\.toml:3: .*add up to 0\.91; the rest is booked to .*unrecorded"):
        parse_scenario(text, "x.toml")


def test_survey_files_are_found_beside_the_scenario(tmp_path: Path) -> None:
    written(tmp_path, "firms.csv", "firm\n")
    scenario = load_scenario(written(tmp_path, "mine.toml", '[cluster]\nroster = "firms.csv"\n'))
    assert scenario.cluster.roster == str((tmp_path / "firms.csv").resolve())
    before = scenario.digest()
    written(tmp_path, "firms.csv", "firm\n1\n")
    assert scenario.digest() != before


def test_memory_is_predicted_from_firms_and_months() -> None:
    assert predicted_bytes(550, 144) < 2**23
    assert predicted_bytes(10**9, 144) > MEMORY_CAP


# ---------------------------------------------------------------- every declared parameter


def declared(model: type[BaseModel], prefix: str = "") -> list[Declaration]:
    return list(declarations(model, prefix))


PARAMETERS = declared(Scenario)
FIELDS = [(kind, field) for kind, known in KINDS.items() for field in declared(known)]


def bad_value(parameter: Declaration) -> Any:
    """A value that no declaration of this type allows."""
    if parameter.type == "choice":
        return "no such choice"
    if parameter.type == "bool":
        return 1
    if parameter.high is not None:
        return parameter.high + 1 if parameter.type == "int" else parameter.high * 1.01 + 1.0
    return True


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.path)
def test_a_bad_value_is_refused_by_key_line_and_what_is_allowed(parameter: Declaration) -> None:
    section, _, name = parameter.path.rpartition(".")
    value = bad_value(parameter)
    shown = f"'{value}'" if isinstance(value, str) else str(value).lower()
    problem = only(f"[{section}]\n{name} = {shown}\n")
    assert (problem.key, problem.line, problem.file) == (parameter.path, 2, "x.toml")
    assert problem.allowed
    if parameter.high is not None and parameter.path != "cluster.firms":
        number = f"{parameter.high:,.0f}" if parameter.high == int(parameter.high) else repr(parameter.high)
        assert f"to {number}" in problem.allowed
    for choice in parameter.choices:
        assert choice in problem.allowed


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.path)
def test_every_parameter_says_what_it_means_and_where_it_is_from(parameter: Declaration) -> None:
    assert parameter.meaning.strip()
    assert parameter.unit.strip()
    assert parameter.source.strip()
    if parameter.type in ("int", "float"):
        assert parameter.low is not None
        assert parameter.high is not None


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda x: x if isinstance(x, str) else x.path)
def test_every_field_of_an_intervention_says_what_it_means_and_where_it_is_from(kind: str, field: Declaration) -> None:
    assert field.meaning.strip(), kind
    assert field.unit.strip(), kind
    assert field.source.strip(), kind
    if field.type in ("int", "float"):
        assert field.low is not None, kind
        assert field.high is not None, kind


def test_every_value_of_a_section_is_a_declared_parameter() -> None:
    paths = {parameter.path for parameter in PARAMETERS}
    for name, field in Scenario.model_fields.items():
        if name not in PROGRAMME and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            assert any(path.startswith(f"{name}.") for path in paths)


# ---------------------------------------------------------------- from Python


def test_values_can_be_changed_by_path() -> None:
    scenario = parse_scenario(FULL)
    other = scenario.with_values({"trust.gain": 0.08, "interventions.fairs.stands": 6, "activities.fair.stake": 2})
    fairs = other.interventions["fairs"]
    assert isinstance(fairs, Bazaar)
    assert (other.trust.gain, fairs.stands, other.activities.fair.stake) == (0.08, 6, 2.0)
    assert scenario.trust.gain == 0.1
    assert other.origin("trust.gain") == "set in Python"
    assert other.origin("trust.rule") == "scenario.toml:11"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"trust.gian": 0.1}, "did you mean 'trust.gain'"),
        ({"trust.gain": 9}, "trust.gain = 9: must be a number from 0 to 0.5"),
        ({"trust.gain.x": 1}, "trust.gain"),
        ({"nonsense": 1}, "unknown key 'nonsense'"),
        ({"interventions.fairs.stand": 1}, "did you mean 'interventions.fairs.stands'"),
        ({"run.months": 1.5, "trust.gain": True}, "run.months"),
    ],
)
def test_changes_are_checked_like_a_file(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        parse_scenario(FULL).with_values(values)
    assert len(caught.value.problems) == len(values)


def test_a_run_may_be_cut_short_of_its_programme() -> None:
    assert parse_scenario(FULL).with_values({"run.months": 3}).run.months == 3


def test_without_programme_the_shocks_stay() -> None:
    scenario = parse_scenario(FULL + '[programme]\nstart = "1997-01"\nend = "2000-12"\n')
    alone = scenario.without_programme()
    assert (alone.interventions, alone.shocks) == ({}, scenario.shocks)
    assert (alone.programme.start, alone.programme.end) == (None, None)
    assert alone.cluster == scenario.cluster
    assert scenario.interventions


def test_a_programme_of_ones_own_replaces_the_scenarios() -> None:
    scenario = parse_scenario(FULL).with_programme({"one": Bazaar(stands=3), "two": {"kind": "bazaar"}})
    assert scenario.interventions == {"one": Bazaar(stands=3), "two": Bazaar()}
    with pytest.raises(InputError, match="unknown kind"):
        scenario.with_programme({"three": {"kind": "bazzar"}})


def test_a_kind_of_ones_own_needs_no_place_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, "bazaar")
    scenario = Scenario().with_programme({"mine": Bazaar(stands=3)})
    assert scenario.with_values({"interventions.mine.stands": 4}).interventions == {"mine": Bazaar(stands=4)}
    assert 'kind = "Bazaar"' in scenario.to_toml()


def test_an_installed_package_offers_kinds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, "bazaar")
    monkeypatch.setattr(tables, "_installed", lambda: {"bazaar": Bazaar})
    scenario = parse_scenario('[interventions.x]\nkind = "bazaar"\nstands = 3\n')
    assert scenario.interventions == {"x": Bazaar(stands=3)}
    assert parse_scenario(scenario.to_toml()) == scenario


# ---------------------------------------------------------------- JSON Schema


def test_the_schema_knows_every_parameter_and_kind() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"].startswith("https://json-schema.org/")
    gain = schema["$defs"]["Trust"]["properties"]["gain"]
    assert (gain["minimum"], gain["maximum"], gain["x-unit"]) == (0, 0.5, "share of the gap to 1")
    assert gain["description"]
    for section, shock in (("interventions", False), ("shocks", True)):
        options = schema["properties"][section]["additionalProperties"]["oneOf"]
        named = {option["properties"]["kind"]["const"] for option in options}
        assert named == {kind for kind, known in KINDS.items() if known.shock is shock} | {"none"}
    references = [part.split('"')[0] for part in json.dumps(schema).split('"#/$defs/')[1:]]
    assert set(references) <= set(schema["$defs"])
