"""What a result answers in SQL, and how it refuses what cannot be asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputError, StoreError
from clustersim.study.analysis.result import StudyResult, read_study
from tests.study.analysis.small_study import PENDING, saved, trust


def test_sql_over_the_present_runs(result: StudyResult) -> None:
    frame = result.sql("select arm, avg(trust_end) as trust, count(trust_end) as n from runs group by arm order by arm")
    own = result.to_df(["trust"]).groupby("arm")["trust"]
    assert frame["arm"].tolist() == ["none", "taper"]
    assert frame["trust"].tolist() == pytest.approx(own.mean().tolist())
    assert frame["n"].tolist() == [23, 23]
    joined = result.sql('select p."trust.rule", count(*) from runs join points p using (point) group by all')
    assert dict(joined.to_numpy().tolist()) == {"beta": 24, "wary": 23}
    assert result.sql("select position from runs")["position"].tolist() == [k for k in range(48) if k != PENDING]
    assert result.sql("from runs").columns.tolist() == result._store.columns


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("selec 1", "syntax error"),
        ("select * from run", "run"),
        ("select trusty_end from runs", "trusty_end"),
        ("create table mine as select 1", "one query that reads"),
        ("copy runs to 'stolen.csv'", "one query that reads"),
        ("select 1; select 2", "one query that reads"),
        ("", "one query that reads"),
        ("select * from read_csv('pyproject.toml')", "disabled by configuration"),
        ("select * from points_of_python", "points_of_python"),
        ("install httpfs", "one query that reads"),
    ],
)
def test_sql_does_nothing_but_read_the_runs(result: StudyResult, query: str, message: str) -> None:
    points_of_python = result.points
    assert len(points_of_python) == 6
    with pytest.raises(InputError, match=message):
        result.sql(query)


def test_a_run_that_was_tried_again_counts_once(tmp_path: Path) -> None:
    folder = saved(tmp_path / "it's", [([0, 1], frozenset({1})), ([1], frozenset())])
    result = read_study(folder)
    frame = result.sql("select position, status, trust_end from runs")
    assert frame.to_numpy().tolist() == [[0, "ok", 0.1], [1, "ok", trust(0, 0, 1)]]
    assert result.failures.empty
    assert not result.complete


def test_a_study_without_runs_says_so(tmp_path: Path) -> None:
    result = read_study(saved(tmp_path / "new", []))
    assert "0 of 48 runs" in repr(result)
    assert result.to_df(["trust"]).empty
    assert result.monthly("trust").empty
    assert result.failures.empty
    assert result.sql("select count(*) as n from runs")["n"][0] == 0
    with pytest.raises(InputError, match="no run of these arms"):
        result.spaghetti("trust")
    with pytest.raises(InputError, match="run more replications"):
        result.enough("trust")
    with pytest.raises(InputError, match="no point has a value"):
        result.phase("trust.gain", "trust.rule", on="trust")
    assert result.compare("taper", "none", on="trust").overall.n == 0
    assert "48 pairs" not in str(result.compare("taper", "none", on="trust"))


def test_a_wrong_name_gets_a_suggestion(result: StudyResult) -> None:
    asked: tuple[tuple[Callable[[], Any], str], ...] = (
        (lambda: result.to_df(["trusst"]), "'trust'"),
        (lambda: result.to_df(when="ende"), "'end'"),
        (lambda: result.monthly("income"), "not kept month by month.*allowed: trust"),
        (lambda: result.compare("tapper", "none", on="trust"), "'taper'"),
        (lambda: result.compare("taper", "taper", on="trust"), "itself"),
        (lambda: result.sensitivity("joint_actoin"), "'joint_action'"),
        (lambda: result.sensitivity("trust", method="sobel"), "'sobol'"),
        (lambda: result.enough("trust", arm="nome"), "'none'"),
        (lambda: result.phase("trust.gian", "trust.rule", on="trust"), "'trust.gain'"),
        (lambda: result.phase("trust.gain", "trust.gain", on="trust"), "two different factors"),
        (lambda: result.spaghetti("trust", "nome"), "'none'"),
        (lambda: result.spaghetti("trust", point=6), "0 to 5"),
        (lambda: result.phase("a", "trust.rule", on="trust"), 'x = "a": there is no such factor'),
    )
    for ask, message in asked:
        with pytest.raises(InputError, match=message):
            ask()


def test_what_is_of_the_wrong_kind_is_refused_in_words(result: StudyResult) -> None:
    asked: tuple[tuple[Callable[[Any], Any], Any, str], ...] = (
        (lambda bad: result.to_df(bad), 5, "there is no such measure"),
        (lambda bad: result.to_df([bad]), None, "there is no such measure"),
        (lambda bad: result.monthly(bad), 5, "not kept month by month"),
        (lambda bad: result.compare("taper", bad, on="trust"), None, "against.*there is no such arm"),
        (lambda bad: result.compare(bad, bad, on="trust"), None, "no such arm"),
        (lambda bad: result.enough("trust", bad), "0.1", "precision.*must be a positive number"),
        (lambda bad: result.enough("trust", bad), True, "must be a positive number"),
        (lambda bad: result.enough("trust", bad), 10**400, "must be a positive number"),
        (lambda bad: result.enough("trust", bad), np.array([1.0, 2.0]), "must be a positive number"),
        (lambda bad: result.spaghetti("trust", point=bad), "0", "point.*is no design point"),
        (lambda bad: result.spaghetti("trust", point=bad), 0.5, "point.*is no design point"),
        (lambda bad: result.spaghetti("trust", bad), 5, "there is no such arm"),
        (lambda bad: result.sensitivity("trust", bad), 5, "is no method"),
        (lambda bad: result.sensitivity("trust", seed=bad), -1, "seed.*a whole number from 0"),
        (lambda bad: result.phase("trust.gain", "trust.rule", on="trust", threshold=bad), "0", "threshold"),
        (lambda bad: result.sql(bad), None, "must be text"),
        (lambda bad: result.replay(bad), 5, "must be text"),
        (lambda bad: result.compare("taper", "none", on="trust").plot(bad), 5, "must be the path of a file"),
        (lambda bad: result.compare("taper", "none", on="trust").plot(title=bad), 5, "title.*must be text"),
    )
    for ask, bad, message in asked:
        with pytest.raises(InputError, match=message):
            ask(bad)


def test_no_study_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        read_study(tmp_path)
    folder = saved(tmp_path / "study", [([0, 1], frozenset())])
    result = read_study(folder)
    part = next(folder.rglob("part-*.parquet"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.chmod(0o644)
    part.write_bytes(content)
    with pytest.raises(StoreError):
        result.sql("from runs")
    with pytest.raises(StoreError):
        result.to_df()
