"""Runs and their ids: what decides them, and what does not."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustersim.scenario import load_scenario
from clustersim.study.definition import Study
from clustersim.study.design import plan as plan_file
from clustersim.study.design.factors import Levels, Luck, Range
from clustersim.study.design.plan import LUCK_STRIDE, Arm, Plan, Point, RunKey

BASE = load_scenario("stagnant")
ARMS = (Arm("programme", BASE), Arm("none", BASE.without_programme()))
GAIN = Range("trust.gain", 0.02, 0.15)
RULE = Levels("trust.rule", ("beta", "average"))
POINTS = (Point((0.03, "beta")), Point((0.04, "average")), Point((0.05, "beta")))


def plan(**more: Any) -> Plan:
    given: dict[str, Any] = {"name": "p", "arms": ARMS, "factors": (GAIN, RULE), "points": POINTS, "replications": 4,
                             "seed": 1}  # fmt: skip
    return Plan(**(given | more))


def by_key(of: Plan) -> dict[tuple[Any, ...], str]:
    """Ids by arm, values and replication, wherever they stand."""
    found = {}
    for position, name in enumerate(of.ids()):
        arm, point, replication = of.key(position)
        found[of.arms[arm].name, of.points[point].values, replication] = name
    return found


def test_positions_count_point_by_point_arm_by_arm() -> None:
    found = [plan().key(position) for position in range(len(plan()))]
    assert found == [RunKey(a, p, r) for p in range(3) for a in range(2) for r in range(4)]


def test_an_id_is_the_same_one_by_one_and_all_in_a_row() -> None:
    ids = list(plan().ids())
    assert ids == [plan().id(position) for position in range(len(plan()))]
    assert len(set(ids)) == len(ids) == 24
    assert all(len(name) == 32 and set(name) <= set("0123456789abcdef") for name in ids)


def test_a_thousand_seeds_and_a_thousand_replications_give_as_many_ids() -> None:
    single: dict[str, Any] = {"arms": ARMS[:1], "points": POINTS[:1]}
    found = {plan(**single, seed=seed, replications=1).id(0) for seed in range(1000)}
    assert len(found) == 1000
    assert len(found | set(plan(**single, seed=5, replications=1000).ids())) == 1999


@pytest.mark.parametrize("other", [
    {"seed": 2},
    {"points": (Point((0.03, "average")),)},
    {"points": (Point((0.030000000001, "beta")),)},
    {"arms": (Arm("other", BASE),)},
    {"arms": (Arm("programme", BASE.with_values({"trust.loss": 0.37})),)},
])  # fmt: skip
def test_whatever_decides_an_outcome_changes_the_id(other: dict[str, Any]) -> None:
    assert plan().id(0) != plan(**other).id(0)
    same: dict[str, Any] = {"name": "another", "replications": 1, "series": ("trust",), "notes": {"a": 1}}
    assert plan().id(0) == plan(points=POINTS[:1], **same).id(0)


def test_another_model_has_other_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plan().id(0)
    monkeypatch.setattr(plan_file, "model_version", lambda: "0.0.0+other")
    assert plan().id(0) != before


def test_ids_depend_neither_on_order_nor_on_what_else_is_run() -> None:
    whole = by_key(plan())
    assert by_key(plan(arms=ARMS[::-1], points=POINTS[::-1])) == whole
    fewer = by_key(plan(arms=ARMS[:1], points=POINTS[1:], replications=2))
    assert fewer.items() <= whole.items()
    # an arm without a programme is looked at in the months of another's: by itself it has no such months
    alone = by_key(plan(arms=ARMS[1:]))
    assert alone.keys() <= whole.keys()
    assert not alone.items() & whole.items()
    turned = plan(factors=(RULE, GAIN), points=tuple(Point(point.values[::-1]) for point in POINTS))
    assert set(turned.ids()) == set(plan().ids())


def test_luck_at_level_0_is_the_luck_of_a_study_without_it() -> None:
    with_luck = plan(factors=(GAIN, RULE, Luck(count=3)),
                     points=tuple(Point((*point.values, k)) for point in POINTS for k in range(3)))  # fmt: skip
    ids = dict(zip(map(with_luck.key, range(len(with_luck))), with_luck.ids(), strict=True))
    level_0 = [name for key, name in ids.items() if key.point % 3 == 0]
    assert level_0 == list(plan().ids())
    assert len(set(ids.values())) == 3 * len(plan())
    assert {key.replication for key in ids} == {k * LUCK_STRIDE + r for k in range(3) for r in range(4)}


def test_the_columns_of_some_runs() -> None:
    assert plan().columns([0, 23]) == {"arm": ["programme", "none"], "point": [0, 2], "replication": [0, 3],
                                       "trust.gain": [0.03, 0.05], "trust.rule": ["beta", "beta"]}  # fmt: skip


@given(st.sets(st.sampled_from(["trust.gain", "trust.loss", "trust.damage", "broker.circle"]), min_size=1).map(sorted),
       st.sampled_from(["lhs", "sobol", "morris"]), st.integers(0, 2**32 - 1))  # fmt: skip
@settings(max_examples=20)
def test_a_study_that_grows_keeps_its_ids(names: list[str], design: str, seed: int) -> None:
    ends = {"trust.gain": (0.02, 0.15), "trust.loss": (0.1, 0.6), "trust.damage": (0.1, 0.6),
            "broker.circle": (5, 50)}  # fmt: skip
    vary = {name: ends[name] for name in names}
    small, large = (Study(BASE, vary=vary, design=design, points=count, replications=r, seed=seed).plan()
                    for count, r in ((4, 2), (4 if design == "lhs" else 8, 3)))  # fmt: skip
    assert set(small.ids()) < set(large.ids())


def test_an_arm_without_a_programme_is_looked_at_when_that_of_its_point_ends() -> None:
    ends = Levels("programme.end", ("2001-12", "2002-12"))
    later = plan(factors=(ends,), points=(Point(("2001-12",)), Point(("2002-12",))))
    first = later.span(0, 0)
    assert first is not None
    assert later.span(0, 1) == (first[0], first[1] + 12)
    assert [later.exit_span(1, point) for point in (0, 1)] == [later.span(0, point) for point in (0, 1)]
    assert later.exit_span(0, 0) is None  # it has its own
    none = {key.point: name for key, name in zip(map(later.key, range(len(later))), later.ids(), strict=True)
            if key.arm == 1 and key.replication == 0}  # fmt: skip
    assert len(set(none.values())) == 2  # other months are another outcome
    assert plan(arms=ARMS[1:]).exit_span(0, 0) is None


def test_twice_the_same_point_is_one_id_twice() -> None:
    ids = list(plan(points=(POINTS[0], POINTS[0])).ids())
    assert ids[:8] == ids[8:]


def test_no_run_of_a_study_shares_its_luck_with_another_level() -> None:
    most = Luck(count=4294)
    lucky = plan(factors=(most,), points=tuple(Point((k,)) for k in (0, 1, 4293)), replications=LUCK_STRIDE - 1)
    last = lucky.key(len(lucky) - 1).replication
    assert last < 2**32
    ends = [lucky.key(p * 2 * (LUCK_STRIDE - 1) + r).replication
            for p, r in itertools.product(range(3), (0, LUCK_STRIDE - 2))]  # fmt: skip
    assert ends == sorted(set(ends))
