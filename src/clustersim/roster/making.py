"""Scenarios out of data: from the files of a survey, or from a networkx graph."""

from __future__ import annotations

import csv
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clustersim.errors import InputError, InputWarning
from clustersim.parameters.programme import Cluster
from clustersim.roster.columns import COLUMNS, TIE_COLUMNS, Column
from clustersim.roster.reading import Survey, read_survey
from clustersim.scenario import Scenario
from clustersim.scenario.text import value_text

LABELLED = ("segment", "village", "community")


def import_survey(roster: str | Path, ties: str | Path | None, out: str | Path, *, force: bool = False) -> Survey:
    """Check a survey and write a scenario file ``out`` that starts from it; warns (InputWarning) of each gap filled.

    Raises InputError with every problem of the files, or if ``out`` is there already and not to be replaced.
    """
    roster, ties, out = Path(roster), None if ties is None else Path(ties), Path(out)
    survey = read_survey(Cluster(roster=str(roster), ties=None if ties is None else str(ties)))
    assert survey is not None  # there is a roster
    try:
        with out.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(scenario_text(survey, _seen_from(out, roster), None if ties is None else _seen_from(out, ties)))
    except FileExistsError:
        raise InputError(f"{out} is there already; --force replaces it") from None
    for gap in survey.filled:
        warnings.warn(str(gap), InputWarning, stacklevel=2)
    return survey


def scenario_text(survey: Survey, roster: str, ties: str | None) -> str:
    """The scenario file of a survey: its files, what was filled, and the programme of `stagnant` to begin with."""
    lines = [
        f"# A cluster of {survey.firms:,} surveyed firms. What is not said here is as in the scenario `stagnant`, its",
        "# programme included: take that as a start, and give this file a programme of its own.",
        "format = 1",
        'extends = "stagnant"',
        f'title = "A surveyed cluster of {survey.firms:,} firms"',
        "",
        "[run]",
        "burn_in = 0  # the survey is the state before month 0",
        "",
        "[cluster]",
        f"roster = {value_text(roster)}  # columns: clustersim describe roster",
    ]
    if ties is not None:
        lines.append(f"ties = {value_text(ties)}")
    for column in LABELLED:
        for code, name in enumerate(survey.names.get(column, ())):
            lines.append(f"# {column} {code} is {value_text(name)}")
    if survey.filled:
        lines += ["", "# Filled, since the survey does not say:", *(f"#   {gap}" for gap in survey.filled)]
    return "\n".join(lines) + "\n"


def _seen_from(out: Path, file: Path) -> str:
    """The path of a file as seen from the folder of ``out``, or its absolute path where there is no way from there."""
    try:
        return Path(os.path.relpath(file.resolve(), out.resolve().parent)).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()


def from_graph(graph: Any, scenario: Scenario, folder: str | Path) -> Scenario:
    """The scenario with the firms and ties of a networkx graph, which is written to ``folder`` as a survey's two files.

    Nodes are firms and edges ties; data of nodes and edges that bear the name of a survey's column are taken over, all
    others left alone.  Of a graph whose nodes carry ``kind``, such as ``model.graph``, only the firms are taken.  Files
    it has to be: a scenario is values and files, so that it can be copied, hashed and sent to other processes.  Raises
    InputError as for any survey, or if the files are there already.
    """
    folder = Path(folder)
    firms = [(node, data) for node, data in graph.nodes(data=True) if data.get("kind", "firm") == "firm"]
    inside = {node for node, _ in firms}
    edges = [(one, other, data) for one, other, data in graph.edges(data=True) if one in inside and other in inside]
    if not graph.is_directed():
        edges += [(other, one, data) for one, other, data in edges if one != other]
    roster = _write(folder / "firms.csv", COLUMNS, [((node,), data) for node, data in firms])
    ties = _write(folder / "ties.csv", TIE_COLUMNS, [((one, other), data) for one, other, data in edges])
    cluster = Cluster(roster=str(roster), ties=str(ties))
    read_survey(cluster)
    return scenario.with_values({"cluster.roster": cluster.roster, "cluster.ties": cluster.ties})


def _write(path: Path, columns: Sequence[Column], rows: Sequence[tuple[Sequence[Any], dict[str, Any]]]) -> Path:
    """A CSV file with a row for each pair of ids and data: the required columns and those in use."""
    ids = [column.name for column in columns if column.required]
    used = [column.name for column in columns[len(ids) :] if any(column.name in data for _, data in rows)]
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*ids, *used])
            for keys, data in rows:
                writer.writerow([*keys, *(data.get(name, "") for name in used)])
    except FileExistsError:
        raise InputError(f"{path} is there already") from None
    return path.resolve()
