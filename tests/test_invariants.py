"""What holds after every month of any scenario."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustersim.agents import NEVER
from clustersim.errors import InputWarning
from clustersim.interventions import KINDS
from clustersim.ledger import FIRST_FIRM, GROUPS
from clustersim.month import World
from clustersim.parameters.declare import Declaration, declarations
from clustersim.reference import kind_fields
from clustersim.rules.membership import slot_of
from clustersim.scenario import PROGRAMME, Scenario, load_scenario
from clustersim.simulation import live, new_world, run

SMALL = {"cluster.firms", "run.months", "run.burn_in", "run.start", "cluster.roster", "cluster.ties"}
DECLARED = [found for found in declarations(Scenario) if found.path not in SMALL | {"programme.start", "programme.end"}]
NUMBERS = [found for found in DECLARED if found.type in ("int", "float") and None not in (found.low, found.high)
           and found.path != "worlds.count"]  # several worlds are not lived as one  # fmt: skip
LARGEST = 500.0  # of a bound that no cluster of 40 firms comes near, so that most values are not absurd


def values_of(declared: Declaration) -> st.SearchStrategy[Any]:
    """Any value within the declared bounds."""
    low, high = declared.low, declared.high
    assert low is not None
    assert high is not None
    if declared.type == "int":
        return st.integers(int(low), int(min(high, max(low, LARGEST))))
    return st.floats(low, min(high, max(low, LARGEST)), allow_subnormal=False)


def month(number: int) -> str:
    return f"{2000 + number // 12}-{number % 12 + 1:02d}"


@st.composite
def interventions(draw: st.DrawFn, months: int) -> dict[str, dict[str, Any]]:
    """Some of the interventions and shocks, each at any time."""
    found: dict[str, dict[str, Any]] = {"interventions": {}, "shocks": {}}
    for kind in draw(st.lists(st.sampled_from(sorted(KINDS)), unique=True, max_size=8)):
        first = draw(st.integers(0, months - 1))
        last = draw(st.integers(first, months - 1))
        dates: dict[str, Any] = {"start": month(first), "end": month(last), "date": month(last)}
        fields = KINDS[kind].model_fields
        table = {"kind": kind, **{name: date for name, date in dates.items() if name in fields}}
        if "events" in fields:
            paid = draw(st.floats(0, 1))
            shares = {"participants": paid, "programme": draw(st.floats(0, 1 - paid))}
            table["events"] = [{"date": month(first), "shares": shares}, {"date": month(last)}]
        if "dates" in fields:
            table["dates"] = [month(first), month(last)]
        found["shocks" if KINDS[kind].shock else "interventions"][kind] = table
    return found


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A small cluster under any trust rule, with some parameters anywhere in their bounds, and any programme."""
    months = draw(st.integers(12, 24))
    values: dict[str, Any] = {
        "run.start": "2000-01", "run.months": months, "run.burn_in": draw(st.integers(0, 6)),
        "cluster.firms": draw(st.integers(12, 40)), "cluster.association_members": draw(st.integers(0, 20)),
        "cluster.networks": draw(st.integers(0, 4)), "cluster.initial_trust": draw(st.floats(0, 1)),
        "trust.rule": draw(st.sampled_from(["asymmetric", "beta", "loyalty", "average"])),
    }  # fmt: skip
    for declared in draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=6)):
        values[declared.path] = draw(values_of(declared))
    planned = draw(interventions(months))
    if planned["interventions"]:
        values |= {"programme.start": month(0), "programme.end": month(draw(st.integers(0, months - 1))),
                   "programme.announced_exit": draw(st.booleans())}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return Scenario().with_values({**values, **planned})


def check_month(world: World, money: float) -> None:
    check_bounds(world)
    check_books(world, money)
    check_people(world)
    check_loans(world)


def check_bounds(world: World) -> None:
    firms, ties = world.firms, world.ties
    alive = firms.alive == 1
    for name, column in firms._asdict().items():
        assert np.isfinite(column).all(), f"firms.{name}"
    shares = ("quality", "skill", "climate", "disposition", "standing", "bitter", "trust_broker", "trust_agent",
              "heir_trust", "heir_climate", "recognised")
    for name in (*shares, "reach"):
        column = getattr(firms, name)[alive]
        assert (column >= 0).all(), f"{name} below 0"
        assert (column <= 1).all(), f"{name} above 1"
    used = np.concatenate([np.arange(s, s + d) for s, d in zip(ties.start, ties.degree, strict=False)])
    for name in ("trust", "damage"):
        column = getattr(ties, name)[used]
        assert ((column >= 0) & (column <= 1)).all(), f"ties.{name} is not from 0 to 1"
    assert (ties.back[ties.back[used]] == used).all()
    for table in (world.groups, world.banks, world.institutions, world.brokers, world.providers):
        assert all(np.isfinite(column).all() for column in table)
    for table in (world.banks, world.institutions):
        assert ((table.trust >= 0) & (table.trust <= 1)).all()
    groups = world.groups
    assert ((groups.capacity >= 0) & (groups.capacity <= 1) & (groups.reliance >= 0) & (groups.reliance <= 1)).all()


def check_books(world: World, money: float) -> None:
    """Balances come from this month's payments alone, and no money is made or lost."""
    ledger = world.ledger
    count = ledger.count[0]
    balance = ledger.opening.copy()
    np.subtract.at(balance, ledger.payer[:count], ledger.amount[:count])
    np.add.at(balance, ledger.payee[:count], ledger.amount[:count])
    turnover = max(1.0, np.abs(ledger.balance).max(), ledger.amount[:count].max(initial=0.0))
    np.testing.assert_allclose(ledger.balance, balance, rtol=1e-9, atol=1e-9 * turnover)
    assert (ledger.amount[:count] >= -1e-9 * turnover).all(), "a payment below zero"
    assert ledger.count[1] == 0
    assert abs(ledger.balance.sum() - money) <= 1e-6 * turnover


def check_people(world: World) -> None:
    """Nobody is lost: firms and empty workshops, members and their groups."""
    firms, groups = world.firms, world.groups
    assert set(np.unique(firms.alive)) <= {0, 1}
    assert (firms.workers[firms.alive == 1] >= 1).all()
    assert (firms.family[firms.alive == 1] <= firms.workers[firms.alive == 1]).all()
    belongs = firms.group
    assert (firms.alive[(belongs >= 0).any(axis=1)] == 1).all(), "a closed firm is a member"
    assert (groups.alive[belongs[belongs >= 0]] == 1).all(), "a member of a group that is no more"
    listed = np.bincount(belongs[belongs >= 0], minlength=groups.alive.size)
    assert (listed == groups.size).all(), "members listed and members counted differ"
    for g in np.flatnonzero(groups.alive):
        slot = slot_of(groups.kind[g]) if not hasattr(slot_of, "py_func") else slot_of.py_func(groups.kind[g])
        leader = groups.leader[g]
        assert leader < 0 or belongs[leader, slot] == g, "a group is led from outside"
    assert (firms.joined[belongs >= 0] > NEVER).all()


def check_loans(world: World) -> None:
    firms, banks = world.firms, world.banks
    lent = firms.debt.sum()
    assert banks.lent[0] == pytest.approx(lent, abs=1e-6 * max(1.0, lent))
    insured = firms.debt[firms.insured == 1].sum()
    assert banks.guaranteed[0] == pytest.approx(insured, abs=1e-6 * max(1.0, lent))
    assert (firms.debt >= 0).all()
    assert (firms.debt[firms.alive == 0] == 0).all(), "a closed firm owes"
    assert ((firms.bound == 1) == (firms.advanced > 0)).all(), "bound without an advance, or the other way round"
    assert (firms.bound[firms.alive == 0] == 0).all(), "a closed firm is bound"
    groups = world.groups
    for name in ("saving", "saved", "fund", "till", "owed"):
        assert (getattr(groups, name) >= -1e-9 * max(1.0, groups.saved.max())).all(), name
    kept = groups.fund.sum() + groups.till.sum()
    assert world.ledger.balance[GROUPS] == pytest.approx(kept, abs=1e-6 * max(1.0, groups.saved.sum()))
    indebted = firms.micro > 0
    assert (firms.group[indebted, 1] >= 0).all(), "a loan of no group"
    assert (groups.saving[firms.group[indebted, 1]] > 0).all(), "a loan of a group that does not save"


def live_checked(scenario: Scenario, seed: int) -> World:
    """Live a run month by month, with every invariant checked after each."""
    world = new_world(scenario, seed=seed)
    rows, money = world.firms.alive.size, world.ledger.balance.sum()
    for t in range(scenario.run.burn_in + scenario.run.months):
        live(world, t, t + 1)
        check_month(world, money)
        m = t - scenario.run.burn_in
        if m >= 0:
            alive = int(world.firms.alive.sum())
            assert world.measures.firms[m] == alive
            assert alive + int((world.firms.alive == 0).sum()) == rows
            for name in ("trust", "joint_action", "poverty", "gini", "quality", "climate", "outreach"):
                measured = getattr(world.measures, name)[m]
                assert np.isnan(measured) or 0 <= measured <= 1 + 1e-12, name
    return world


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenario=scenarios(), seed=st.integers(0, 1000))
def test_every_month_keeps_the_invariants(scenario: Scenario, seed: int) -> None:
    live_checked(scenario, seed)


@pytest.fixture(scope="module")
def lively() -> Scenario:
    """A small cluster with all mechanisms at work: groups, trust, a programme that offers everything."""
    values = {"cluster.firms": 40, "run.months": 36, "run.burn_in": 2, "cluster.association_members": 20,
              "cluster.networks": 3, "cluster.initial_trust": 0.6}  # fmt: skip
    more = {"interventions.bank": {"kind": "bank_mediation", "start": "2000-06", "end": "2002-06", "endowment": 2000.0,
                                   "dates": ["2000-06", "2000-12"]},
            "interventions.export": {"kind": "single_firm_support", "date": "2001-01"},
            "interventions.fairs": {"kind": "joint_fair", "events": [{"date": "2000-06"}, {"date": "2001-06"}]},
            "interventions.youth": {"kind": "youth_first", "start": "2000-02", "end": "2000-10"},
            "interventions.self_help": {"kind": "self_help_groups", "start": "2000-02", "end": "2002-10"},
            "interventions.micro": {"kind": "micro_credit", "start": "2000-08", "end": "2002-10"},
            "interventions.encounter": {"kind": "institution_meeting", "dates": ["2000-06"]},
            "middlemen.share": 0.6, "institutions.decides": True,
            "shocks.flood": {"kind": "flood", "date": "2001-01", "share": 0.5}}  # fmt: skip
    return load_scenario("stagnant").with_values({**values, **more})


@pytest.mark.parametrize("declared", NUMBERS, ids=lambda declared: declared.path)
def test_every_parameter_may_stand_at_its_bounds(lively: Scenario, declared: Declaration) -> None:
    """What is declared as allowed gives no month that is not finite, and breaks no invariant."""
    for bound in (declared.low, declared.high):
        assert bound is not None
        most = 40 if declared.path in ("cluster.association_members", "cluster.networks") else bound
        value = int(min(bound, most)) if declared.type == "int" else float(bound)
        world = live_checked(lively.with_values({declared.path: value}), seed=2)
        measured = {name: column for name, column in world.measures._asdict().items() if np.isinf(column).any()}
        assert not measured, f"{declared.path} = {value}"
        for name in ("income", "jobs", "firms", "poverty"):
            assert not np.isnan(getattr(world.measures, name)).any(), f"{declared.path} = {value}: {name}"


@settings(max_examples=15)
@given(scenario=scenarios())
def test_any_scenario_goes_through_its_file(scenario: Scenario) -> None:
    from clustersim.scenario import parse_scenario

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        again = parse_scenario(scenario.to_toml())
    assert again == scenario
    assert run(again, seed=1).measures.tobytes() == run(scenario, seed=1).measures.tobytes()


def test_every_kind_is_among_those_that_are_generated() -> None:
    dates = {"start", "end", "date", "dates", "events"}
    for kind, known in KINDS.items():
        required = {field.name for field in kind_fields(known) if field.facts["default"] == "required"}
        assert required <= dates, f"{kind} needs {required - dates}: let interventions() above give it"
    assert {found.path.split(".")[0] for found in NUMBERS} >= set(Scenario.model_fields) - {
        *PROGRAMME, "format", "name", "title", "about", "programme", "run",
    }  # fmt: skip
    assert FIRST_FIRM == 11
