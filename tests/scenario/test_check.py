"""What is wrong with a scenario is said at once, by key, line and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustersim.errors import InputWarning
from clustersim.scenario import load_scenario, parse_scenario
from clustersim.scenario.cross_checks import MEMORY_CAP, predicted_bytes
from tests.bad_input import only, problems
from tests.scenario.kinds import written


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
