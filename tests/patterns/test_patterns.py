"""The declarations are complete and made beforehand; the runs are shared; and a pattern can fail."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from clustersim.cli import main
from clustersim.ensemble import load_ensemble
from clustersim.errors import InputError
from clustersim.patterns import PATTERNS, definitions, run_patterns, under_every_rule
from clustersim.patterns.arms import LENGTH, date, month_of, plan, programme_of, stagnant, untouched
from clustersim.patterns.claims import Curve, Differs, Level, NoMore, Ordered, OrderedEffects, TwoHumps, Within
from clustersim.patterns.declare import EVIDENCE, KINDS, Case, Outcome, Pattern
from clustersim.patterns.helping import VISIT, _members_trust, _willingness
from clustersim.patterns.incomes import _bought_together, _by_income
from clustersim.patterns.outcomes import at_end, last_year
from clustersim.patterns.ranges import Covers
from clustersim.patterns.whole import FALLING, LEVEL, SUPPORTED, _supported, more_leverage, more_recovery
from clustersim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
SCORED = (Differs, Level, Within, NoMore, Ordered, OrderedEffects, TwoHumps, Covers)
ASKED = tuple(f"{letter}{n}" for letter, last in (("A", 8), ("B", 11), ("C", 9), ("D", 11), ("E", 6), ("F", 9))
              for n in range(1, last + 1))  # fmt: skip


def small(scenario: Scenario) -> Scenario:
    return scenario.with_values({"cluster.firms": 40, "run.months": 14, "run.burn_in": 4})


def tiny(*claims: Any, kind: Any = "emergent") -> Pattern:
    return Pattern("T1", "A test.", "t", "made up", kind, "sign",
                   lambda: {"programme": small(stagnant()), "none": small(untouched())}, claims, "nothing",
                   {"broker.meeting_effect": 0.0})  # fmt: skip


def test_every_pattern_is_there_once() -> None:
    assert [pattern.id for pattern in PATTERNS] == list(ASKED)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_a_declaration_is_complete_before_any_run(pattern: Pattern) -> None:
    assert pattern.evidence in EVIDENCE
    assert pattern.kind in KINDS
    assert pattern.source
    assert pattern.needs
    arms = pattern.arms()
    for name, _ in pattern.needed():
        assert name in arms
    for scenario in arms.values():
        scenario.with_values(dict(pattern.off))  # what switches the mechanism off exists
    assert pattern.scored == (pattern.id != "A5")
    for claim in pattern.claims:
        if not claim.scored:
            continue
        assert isinstance(claim, SCORED)
        margins = [value for name, value in vars(claim).items()
                   if name in {"smallest", "margin", "level", "apart", "observed"}]  # fmt: skip
        assert margins
        assert all(isinstance(value, float) and math.isfinite(value) for value in margins)
        assert all(f"{abs(value):g}" in claim.stated or f"{value:.0%}".replace("%", " %") in claim.stated
                   for value in margins), "the margin stands in the claim"  # fmt: skip


def test_one_parameter_set_for_all_but_what_a_pattern_is_about() -> None:
    about = {"B2": {"broker"}, "B8": {"broker"}, "C2": {"learning", "groups"}, "C3": {"broker"}, "C8": {"broker"},
             "D1": {"services"}, "D3": {"services"}, "D7": {"services"}, "D10": {"services"},
             "E3": {"broker", "institutions"}, "E4": {"middlemen"}, "E5": {"middlemen"},
             "D8": {"broker", "market", "households"}, "F1": {"broker"}, "F2": {"broker", "market", "households"},
             "F3": {"broker", "market", "households"}, "F6": {"middlemen"}, "F9": {"services"}}  # fmt: skip
    usual = stagnant().to_values()
    for pattern in PATTERNS:
        for name, scenario in pattern.arms().items():
            values = scenario.to_values()
            changed = {section for section in values if values[section] != usual[section]}
            changed -= {"run", "programme", "interventions", "shocks", "cluster", "name", "title", "about"}
            assert changed <= about.get(pattern.id, set()), (pattern.id, name)


def test_the_written_definitions_are_fresh() -> None:
    written = (ROOT / "docs" / "patterns.md").read_text(encoding="utf-8")
    assert written == definitions(PATTERNS), "run `make docs`"


@pytest.mark.parametrize("length", [6, 12, 24, 36])
def test_a_shorter_programme_is_the_same_plan_in_less_time(length: int) -> None:
    short, long = programme_of(length), stagnant()
    assert short.programme.end == date(length - 1)
    assert short.run.months - length == long.run.months - LENGTH
    before, after = plan(long), plan(short)
    assert set(before) == set(after)
    assert [event["shares"] for event in after["fairs"]["events"]] == [e["shares"] for e in before["fairs"]["events"]]
    for table in after.values():
        assert month_of(table.get("end", table.get("start", date(0)))) < length
    assert month_of(after["handover"]["date"]) == length


def test_a_run_can_be_lived_again_up_to_any_month() -> None:
    case = Case(small(stagnant()), 1, 2)
    *_, world = case.relive((3, 14))
    assert world.firms.climate.tolist() == case.run.world.firms.climate.tolist()


def test_willingness_by_firm_is_the_measure_taken_apart() -> None:
    case = Case(stagnant().with_values({"run.months": 40}), 0, 0)
    world = case.run.world
    members = (world.firms.alive == 1) & (world.firms.group >= 0).any(axis=1)
    found = float(_willingness(world, case.scenario)[members].mean())
    assert found == pytest.approx(float(case.series("willingness_to_pay")[-1]), abs=1e-12)


def test_trust_inside_a_group_is_that_of_the_same_pairs_before_and_after() -> None:
    case = Case(stagnant().with_values({"run.months": VISIT + 12}), 0, 0)
    before, after = _members_trust(case)
    assert math.isnan(before) or (0.0 < before < 1.0 and 0.0 < after < 1.0)


def test_who_bought_together_is_set_against_firms_in_no_group() -> None:
    bulk = next(pattern for pattern in PATTERNS if pattern.id == "C5").arms()["bulk purchase"]
    saved, rise = Case(bulk, 0, 0).once(_bought_together)
    assert math.isnan(saved) or (0.0 <= saved <= 0.08 and -1.0 < rise < 1.0)  # a discount is .08 at most
    alone = Case(small(untouched()).with_values({"run.months": LENGTH, "cluster.association_members": 0}), 0, 0)
    assert all(math.isnan(value) for value in alone.once(_bought_together))  # nobody bought, nothing to say


def test_the_poorest_fifth_is_that_of_month_0() -> None:
    low, mean = _by_income(Case(small(untouched()), 3, 1))
    assert low < mean


def test_tapering_and_level_subsidies_are_the_same_offers_with_the_same_mean_share() -> None:
    tapering, level = plan(_supported(FALLING)), plan(_supported(LEVEL))
    assert math.fsum(FALLING) == pytest.approx(math.fsum(LEVEL))
    assert set(tapering) == set(level)
    for k, start in enumerate(SUPPORTED):
        assert tapering[f"purchase_{start}"]["shares"]["programme"] == FALLING[k]
        assert tapering["fairs"]["events"][2 * k]["shares"]["programme"] == FALLING[k]
        assert level[f"training_{start}"]["shares"]["programme"] == LEVEL[k]


def test_leverage_and_cost_recovery_of_a_year_are_those_of_that_year_alone() -> None:
    case = Case(_supported(LEVEL), 0, 0)
    spent = {name: case.series(f"spent_{name}") for name in ("private", "institutions", "programme", "unrecorded")}
    years = [slice(12, 24), slice(36, 48)]
    total = [sum(float(values[year].sum()) for values in spent.values()) for year in years]
    programme = [float(spent["programme"][year].sum()) for year in years]
    assert more_leverage.of(case) == pytest.approx(total[1] / programme[1] - total[0] / programme[0])
    recovered = case.series("cost_recovery")
    assert more_recovery.of(case) == pytest.approx(recovered[47] - recovered[23])


def test_runs_are_shared_and_neither_workers_nor_order_matter() -> None:
    seen: list[tuple[int, int]] = []

    def note(case: Case) -> float:
        seen.append((case.seed, case.replication))
        return 1.0

    count = Outcome("runs", "count", note)
    pair = (tiny(Level(count, "programme", 0.5)), tiny(Differs(at_end("firms"), "programme", "none", 1.0)))
    one = run_patterns(patterns=pair, replications=3, seed=4, workers=1)
    assert sorted(seen) == [(4, 0), (4, 1), (4, 2)]
    two = run_patterns(patterns=pair, replications=3, seed=4, workers=2)
    assert [r.findings for r in one.results] == [r.findings for r in two.results]


def test_progress_counts_every_run_once() -> None:
    told: list[tuple[int, int]] = []
    run_patterns(patterns=(tiny(Level(at_end("firms"), "none", 1.0)),), replications=2,
                 progress=lambda done, total: told.append((done, total)))  # fmt: skip
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_run_that_fails_is_shown_and_counts_as_empty() -> None:
    def broken(case: Case) -> float:
        if case.replication == 1:
            raise ZeroDivisionError("one bad run")
        return 1.0

    outcome = Outcome("broken", "share", broken)
    board = run_patterns(patterns=(tiny(Level(outcome, "none", 0.5)),), replications=4)
    assert board.results[0].faults == ("ZeroDivisionError: one bad run",)
    assert board.results[0].findings[0].parts[0].interval.n == 3
    assert "one bad run" in board.table()


def test_failures_stand_beside_successes_and_direct_ones_apart(tmp_path: Path) -> None:
    holds = Level(at_end("firms"), "none", 1.0)
    fails = Level(at_end("firms"), "none", 1e6)
    curve = Curve(at_end("firms"), ("none",))
    board = run_patterns(patterns=(tiny(holds), tiny(fails), tiny(curve), tiny(holds, kind="direct")), replications=2)
    assert [result.verdict for result in board.results] == ["holds", "fails", "reported", "holds"]
    assert board.counts == {"holds": 1, "fails": 1, "direct holds": 1, "direct fails": 0, "reported": 1}
    assert "1 of 2 scored patterns hold" in board.sentence
    table = board.table()
    assert table.index("FAILS") < table.index("DIRECT")
    board.save(tmp_path / "out", "clustersim patterns")
    written = json.loads((tmp_path / "out" / "patterns.json").read_text(encoding="utf-8"))
    assert [row["verdict"] for row in written] == ["holds", "fails", "reported", "holds"]
    assert {"id", "statement", "evidence", "class", "arms", "claims", "verdict", "seconds"} <= set(written[0])
    page = (tmp_path / "out" / "patterns.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_command_prints_and_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patterns", "--list"]) == 0
    assert capsys.readouterr().out == definitions(PATTERNS)
    asked = ["patterns", "--quiet", "--json", "--replications", "2", "--only", "b3,c7", "--set", "trust.rule=beta"]
    assert main(asked) == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == ["B3", "C7"]
    for wrong in (["--only", "Z9"], ["--set", "trust.gian=1"], ["--set", "nothing"], ["--replications", "1"]):
        assert main(["patterns", "--quiet", *wrong]) == 2


def test_an_unknown_pattern_is_refused_with_a_guess() -> None:
    with pytest.raises(InputError, match=r"unknown pattern.*did you mean 'A1'"):
        run_patterns(only=["A11"], replications=2)
    with pytest.raises(InputError, match="at least 2"):
        run_patterns(replications=1)


def test_a_planted_fault_turns_what_needs_it_red() -> None:
    """If visits won no trust, nobody would come to a table, and a programme would leave little: A3 has to notice."""
    sound = run_patterns(only=["A3"], replications=6)
    faulty = run_patterns(only=["A3"], replications=6, values={"broker.visit_effect": 0.0})
    assert faulty.results[0].verdict == "fails"

    def effect(board: Any) -> float:
        return float(board.results[0].findings[1].parts[0].interval.mean)

    assert effect(faulty) < 0.5 * effect(sound)


def test_knocking_out_runs_only_what_names_a_switch() -> None:
    board = run_patterns(only=["A6", "B3"], replications=4, knock_out=True)
    assert [result.pattern.id for result in board.results] == ["A6"]
    assert board.results[0].verdict == "fails"
    assert last_year("trust") is last_year("trust")  # or equal outcomes would be lived twice


def test_every_rule_stands_beside_the_verdict(tmp_path: Path) -> None:
    seen = tiny(Level(last_year("trust_broker"), "programme", 0.05))
    how: dict[str, Any] = {"seed": 1, "replications": 3, "patterns": (seen,)}
    board = under_every_rule(run_patterns(**how), **how)
    assert board.rules == {rule: {"T1": "holds"} for rule in ("beta", "loyalty", "average")}
    assert board.also(board.results[0]) == "beta, loyalty, average"
    assert board.by_rule[0] == "Under the rule beta: 1 of 1 (3 replications)."
    board.save(tmp_path / "out", "a command")
    assert "| T1 | A test. |" in (tmp_path / "out" / "patterns.md").read_text(encoding="utf-8")
    assert "also under: beta, loyalty, average" in (tmp_path / "out" / "patterns.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out" / "patterns.json").read_text())[0]["rules"]["beta"] == "holds"


def test_published_figures_are_judged_under_a_fit_without_their_case() -> None:
    from clustersim.patterns.execute import arms_of
    from clustersim.patterns.ranges import PRIOR

    for pattern in PATTERNS:
        arms = arms_of(pattern, {}, load_ensemble("all"))
        for arm, case in pattern.left_out.items():
            used = arms[arm].ensemble
            assert used is not None
            assert used.about["left_out"] == case
            assert arms[arm + PRIOR].ensemble is load_ensemble("prior")
        for claim in pattern.claims:
            if isinstance(claim, Covers) and "sanganer" not in claim.arm.lower():
                assert claim.arm in pattern.left_out


def test_a_range_has_to_be_narrow_against_the_prior() -> None:
    claim = Covers(last_year("trust"), "a", 0.5)
    near, wide = [0.45, 0.55] * 10, [0.1, 0.9] * 10
    key = claim.outcome
    assert claim.judge({("a", key): near, ("a (prior)", key): wide}).holds
    assert not claim.judge({("a", key): near, ("a (prior)", key): near}).holds
