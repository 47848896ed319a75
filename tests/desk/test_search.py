"""The search: within the budget, on the frontier, the same after a kill, and judged on fresh luck."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from clustersim.desk import search
from clustersim.desk.arrange import arranged
from clustersim.desk.policy import Policy
from clustersim.desk.search import Found, leaders, searched
from clustersim.desk.space import name_of, named, suggested
from clustersim.desk.study_file import NAME, DeskStudy
from clustersim.errors import InputError, ResourceError
from tests.desk.desk_stand_in import SMALL, run, study_of

TRIES = 14


@pytest.fixture
def study(tmp_path: Path) -> DeskStudy:
    found = study_of(SMALL, tmp_path)
    return replace(found, money=found.money.model_copy(update={"budget": 12_500.0}))


def journal_of(study: DeskStudy, path: Path, count: int = TRIES, living: Any = run) -> DeskStudy:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return searched(study, path, candidates=count, workers=1, run=living)


def params(path: Path) -> list[str]:
    """What was proposed and found, line by line, without the times."""
    import json

    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        if said["op_code"] == 0:  # the search was opened
            continue
        rows.append(
            json.dumps({key: value for key, value in said.items() if "datetime" not in key and key != "worker_id"})
        )
    return rows


def test_leaders_are_within_the_budget_and_live_on_fresh_luck(study: DeskStudy, tmp_path: Path) -> None:
    found = journal_of(study, tmp_path / "a.search")
    assert found.seed != study.seed
    assert found.policies[found.none].shape == "none"
    assert 1 <= len(found.policies) - 1 <= search.LEADERS
    assert {scenario.run.months for scenario in found.scenarios.values()} == {found.months}
    assert all(found.exit_of(name) + 60 <= found.months for name in found.policies if name != found.none)


def test_killed_and_taken_up_again_it_tries_the_same(study: DeskStudy, tmp_path: Path) -> None:
    whole = journal_of(study, tmp_path / "whole.search")
    lived = 0

    def killed(*given: Any, **more: Any) -> Any:
        nonlocal lived
        lived += 1
        if lived > 40:
            raise KeyboardInterrupt
        return run(*given, **more)

    path = tmp_path / "killed.search"
    with pytest.raises(KeyboardInterrupt):
        journal_of(study, path, living=killed)
    before = len(params(path))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"op_code": 5, "tri')  # a line that the kill cut short
    again = journal_of(study, path)
    assert before < len(params(path))
    assert params(path) == params(tmp_path / "whole.search")
    assert again.policies == whole.policies


def test_a_finished_search_is_not_run_again_and_may_be_widened(study: DeskStudy, tmp_path: Path) -> None:
    path = tmp_path / "b.search"
    first = journal_of(study, path, 8)
    said = params(path)

    def only_alone(scenario: Any, **more: Any) -> Any:
        assert scenario.programme.end is None
        return run(scenario, **more)

    assert journal_of(study, path, 8, only_alone).policies == first.policies
    assert params(path) == said
    journal_of(study, path, 10)
    assert params(path)[: len(said)] == said


def test_a_proposal_that_does_not_fit_the_base_is_passed_over(study: DeskStudy, tmp_path: Path) -> None:
    kept = {name: item for name, item in study.base.interventions.items() if name != "training"}
    bare = replace(study, base=study.base.with_programme(kept))
    found = journal_of(bare, tmp_path / "bare.search")
    assert {policy.to for policy in found.policies.values() if policy.shape != "none"} <= {"group", "one firm"}
    said = (tmp_path / "bare.search").read_text(encoding="utf-8")
    assert f'"state":{optuna.trial.TrialState.FAIL.value}' in said  # some had a provider in them


def test_another_question_is_another_search(study: DeskStudy, tmp_path: Path) -> None:
    path = tmp_path / "c.search"
    journal_of(study, path, 3)
    count = len(params(path))
    journal_of(replace(study, seed=99), path, 3)
    assert len(params(path)) > count + 3


def test_a_budget_that_buys_nothing_names_the_cheapest(study: DeskStudy, tmp_path: Path) -> None:
    poor = replace(study, money=study.money.model_copy(update={"budget": 1.0}))
    with pytest.raises(
        InputError, match=r"buys none of the 5 schedules that were tried: the cheapest costs about [\d,]+ USD"
    ):
        journal_of(poor, tmp_path / "d.search", 5)


def test_two_searches_do_not_write_to_one_journal(study: DeskStudy, tmp_path: Path) -> None:
    path = tmp_path / "e.search"
    with search._storage(path), pytest.raises(ResourceError, match="another search"):
        journal_of(study, path, 2)


class AnyTrial:
    """Proposals at random, as Optuna makes them to begin with."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def suggest_int(self, _: str, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def suggest_float(self, _: str, low: float, high: float, *, step: float) -> float:
        return low + step * int(self.rng.integers(0, round((high - low) / step) + 1))

    def suggest_categorical(self, _: str, choices: list[Any]) -> Any:
        return choices[int(self.rng.integers(len(choices)))]


def test_whatever_is_proposed_can_be_named_and_arranged(study: DeskStudy) -> None:
    policies = [suggested(AnyTrial(seed), study.base) for seed in range(60)]
    found = named([*policies, policies[0]], study.base)
    assert list(found.values()) == [*policies, policies[0]]
    for name, policy in found.items():
        assert NAME.fullmatch(name), name
        if policy.to != "provider":  # there is none any more if the programme is short
            assert arranged(policy, study.base).programme.end == policy.exit
    assert {policy.broker_days for policy in policies} == {0.25, 0.5, 0.75, 1.0}


def test_a_cliff_at_the_very_end_is_called_what_it_is(study: DeskStudy) -> None:
    late = Policy(shape="cliff", from_share=0.4, end="2001-12", exit="2001-12", broker_days=0.5)
    assert study.base.programme.start == "2000-01"
    assert name_of(late, study.base) == "2 years, ½ of the days, 40% flat"
    assert name_of(late.model_copy(update={"end": "2000-12"}), study.base) == "2 years, ½ of the days, 40% cliff"


def test_leaders_lie_on_the_frontier() -> None:
    def row(number: int, cost: float, effect: float) -> Found:
        return Found(cost, effect, 0.0, Policy(title=str(number)))

    rows = [row(0, 10, 1), row(1, 20, 3), row(2, 20, 2), row(3, 30, 2.5), row(4, 5, 0.5), row(5, 40, 4)]
    assert [found.policy.title for found in leaders(rows)] == ["4", "0", "1", "5"]
    many = leaders([row(k, float(k), float(k)) for k in range(50)])
    assert len(many) == search.LEADERS
    assert (many[0].policy.title, many[-1].policy.title) == ("0", "49")
