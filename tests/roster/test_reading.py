"""Files of a survey: read whatever wrote them, and their mistakes all named."""

from __future__ import annotations

import random
from pathlib import Path

import networkx as nx
import pytest

from clustersim.errors import InputError, Problem
from clustersim.parameters.programme import Cluster
from clustersim.roster import COLUMNS, read_survey
from clustersim.simulation import new_world, run
from tests.roster.survey import FIRMS, TIES, graph_of_five, trust, written


def test_the_order_of_ties_changes_nothing(tmp_path: Path) -> None:
    head, *rows = TIES.splitlines()
    once = run(written(tmp_path), seed=1).measures.tobytes()
    random.Random(0).shuffle(rows)
    assert run(written(tmp_path, ties="\n".join([head, *rows])), seed=1).measures.tobytes() == once


def test_spreadsheets_of_all_countries_are_read(tmp_path: Path) -> None:
    plain = run(written(tmp_path), seed=1).measures.tobytes()
    windows = ("\ufeff" + FIRMS.replace("\n", "\r\n"), "\ufeff" + TIES.replace("\n", "\r\n"))
    assert run(written(tmp_path, *windows), seed=1).measures.tobytes() == plain
    european = tuple(text.replace(".", "#").replace(",", ";").replace("#", ",") for text in (FIRMS, TIES))
    assert run(written(tmp_path, *european), seed=1).measures.tobytes() == plain
    tabbed = tuple(text.replace(",", "\t") for text in (FIRMS, TIES))
    assert run(written(tmp_path, *tabbed), seed=1).measures.tobytes() == plain


BAD: dict[str, tuple[str, str | None, list[str]]] = {
    "same id": ("id\na\nb\na\n", None, ["firms.csv:4: id", "twice", "line 2"]),
    "no id column": ("name\na\nb\nc\n", None, ["firms.csv:1: id: this column is missing", "unknown column"]),
    "empty id": ("id,workers\na,1\n,2\nc,1\n", None, ["firms.csv:3: id: is empty"]),
    "unknown column": ("id,wrokers\na,1\nb,1\nc,1\n", None, ["firms.csv:1: wrokers", "did you mean 'workers'"]),
    "column twice": ("id,x,x\na,1,1\nb,1,1\nc,1,1\n", None, ["the same column twice"]),
    "negative": ("id,cash\na,-1\nb,1\nc,1\n", None, ['firms.csv:2: cash = "-1"', "from 0 to 1e9"]),
    "not a number": ("id,workers\na,many\nb,1\nc,1\n", None, ['firms.csv:2: workers = "many"', "must be a number"]),
    "share above one": ("id,quality\na,1.5\nb,1\nc,1\n", None, ['quality = "1.5"', "from 0 to 1"]),
    "nan": ("id,cash\na,nan\nb,inf\nc,1e400\n", None, ['"nan"', '"inf"', '"1e400"']),
    "flag": ("id,leader\na,maybe\nb,no\nc,no\n", None, ['leader = "maybe"', "yes or no"]),
    "too few": ("id\na\nb\n", None, ["2 firms", "3 or more"]),
    "empty": ("", None, ["firms.csv: the file is empty"]),
    "cells": ("id,cash\na,1\nb\nc,1,1\n", None, ["firms.csv:3: 1 cells", "firms.csv:4: 3 cells"]),
    "segments": ("id,segment\n" + "".join(f"{k},s{k}\n" for k in range(9)), None, ["one name too many", "at most 8"]),
    "family": ("id,workers,family_workers\na,2,3\nb,1,1\nc,1,1\n", None, [":2: family_workers = 3", "2 or less"]),
    "quotes": ('id\n"a\nb\nc\n', None, ["not a CSV file"]),
    "unknown tie": ("id\na\nb\nc\n", "source,target\na,z\n", ['ties.csv:2: target = "z"', "not in the roster"]),
    "self tie": ("id\na\nb\nc\n", "source,target\na,a\n", ["ties.csv:2", "tied to itself"]),
    "tie twice": ("id\na\nb\nc\n", "source,target\na,b\na,b\n", ["ties.csv:3", "the same tie twice", "line 2"]),
    "tie trust": ("id\na\nb\nc\n", "source,target,trust\na,b,2\n", ['ties.csv:2: trust = "2"', "from 0 to 1"]),
    "tie column": ("id\na\nb\nc\n", "source,trust\na,0.5\n", ["ties.csv:1: target: this column is missing"]),
    "both files": ("id,cash\na,-1\nb,1\nc,1\n", "source,target\na,q\n", ["firms.csv:2", "ties.csv:2"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_surveys_are_refused_with_every_problem(tmp_path: Path, case: str) -> None:
    firms, ties, expected = BAD[case]
    with pytest.raises(InputError) as caught:
        new_world(written(tmp_path, firms, ties))
    text = str(caught.value)
    assert caught.value.exit_code == 2
    assert all(part in text for part in expected), text
    assert all(isinstance(problem, Problem) and problem.file for problem in caught.value.problems)


def test_other_encodings_are_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"firms.csv:2: the file is not UTF-8 text .*CSV UTF-8"):
        new_world(written(tmp_path, "id\nJürgen\nb\nc\n", None, encoding="cp1252"))


def test_thousands_of_problems_are_cut_short(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        new_world(written(tmp_path, "id,cash\n" + "".join(f"{k},x\n" for k in range(5000)), None))
    assert len(caught.value.problems) == 101
    assert "4,900 more" in str(caught.value)


def test_ties_without_a_roster_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text(TIES, encoding="utf-8")
    with pytest.raises(InputError, match="ties need a roster"):
        read_survey(Cluster(ties=str(tmp_path / "ties.csv")))


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_survey(Cluster(roster=str(tmp_path / "nowhere.csv")))
    with pytest.raises(InputError, match="a folder"):
        read_survey(Cluster(roster=str(tmp_path)))


def test_graphml_says_who_knows_whom(tmp_path: Path) -> None:
    scenario = written(tmp_path, "id\na\nb\nc\nd\ne\n", None)
    nx.write_graphml(graph_of_five(), tmp_path / "ties.graphml")
    world = new_world(scenario.with_values({"cluster.ties": str(tmp_path / "ties.graphml")}))
    assert (trust(world, 0, 1), trust(world, 2, 3)) == (0.9, 0.2)
    assert trust(world, 4, 0) is not None
    assert trust(world, 1, 2) is None


@pytest.mark.parametrize("text", ["", "<graphml", "<html/>", "a,b\nc,d\n"])
def test_broken_graphml_is_refused(tmp_path: Path, text: str) -> None:
    scenario = written(tmp_path, "id\na\nb\nc\n", None)
    (tmp_path / "ties.graphml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"ties\.graphml.*not a GraphML file"):
        new_world(scenario.with_values({"cluster.ties": str(tmp_path / "ties.graphml")}))


def test_the_columns_are_described() -> None:
    from clustersim.reference import in_full, roster_columns

    text = in_full(roster_columns())
    assert all(column.name in text and column.meaning in text for column in COLUMNS)
    assert [column.name for column in COLUMNS if column.required] == ["id"]
    assert all(column.filled or column.required for column in COLUMNS)
