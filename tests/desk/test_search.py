"""The search: within the budget, on the frontier, the same after a kill, and judged on fresh luck."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clustersim.desk import search
from clustersim.desk.policy import Policy
from clustersim.desk.search import Found, leaders, searched
from clustersim.desk.study_file import DeskStudy
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


def test_leaders_lie_on_the_frontier() -> None:
    def row(number: int, cost: float, effect: float) -> Found:
        return Found(cost, effect, 0.0, Policy(title=str(number)))

    rows = [row(0, 10, 1), row(1, 20, 3), row(2, 20, 2), row(3, 30, 2.5), row(4, 5, 0.5), row(5, 40, 4)]
    assert [found.policy.title for found in leaders(rows)] == ["4", "0", "1", "5"]
    many = leaders([row(k, float(k), float(k)) for k in range(50)])
    assert len(many) == search.LEADERS
    assert (many[0].policy.title, many[-1].policy.title) == ("0", "49")
