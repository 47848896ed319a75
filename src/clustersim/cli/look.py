"""The commands that read scenarios and the reference: scenarios, check, show, new, schema, describe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clustersim.cli.common import load, options, print_json
from clustersim.errors import InputError, Problem

if TYPE_CHECKING:
    from clustersim.scenario import Scenario


@click.command()
@options("json")
def scenarios(as_json: bool) -> None:
    """List the shipped scenarios.

    \b
    clustersim scenarios
    """
    from clustersim.scenario import shipped

    found = {name: load(name, quiet=True).title for name in shipped()}
    if as_json:
        print_json([{"name": name, "title": title} for name, title in found.items()])
        return
    width = max(map(len, found), default=0)
    for name, title in found.items():
        click.echo(f"{name:<{width}}  {title}")


def _survey_gaps(scenario: Scenario) -> list[str]:
    """What a scenario's survey leaves open and by which rule it is filled; raises InputError for a bad survey."""
    if scenario.cluster.roster is None and scenario.cluster.ties is None:
        return []
    from clustersim.roster import read_survey

    survey = read_survey(scenario.cluster)
    return [] if survey is None else [str(gap) for gap in survey.filled]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@options("json", "quiet")
def check(files: tuple[str, ...], as_json: bool, quiet: bool) -> int:
    """Show every problem of scenario files.

    Nothing is written. Each problem is a line: file, line, key and value, what is allowed, and a guess at what
    was meant. The exit code is
    2 if there is any.

    \b
    clustersim check mine.toml
    clustersim check scenarios/*.toml --json
    """
    problems: list[Problem] = []
    for file in files:
        try:
            gaps = _survey_gaps(load(file, quiet=quiet or as_json))
        except InputError as error:
            problems += error.problems
            if not as_json:
                click.echo(str(error))
        else:
            if not (as_json or quiet):
                click.echo(f"{file}: good")
                for gap in gaps:
                    click.echo(f"  filled: {gap}")
    if as_json:
        print_json([problem.as_dict() for problem in problems])
    return InputError.exit_code if problems else 0


@click.command()
@click.argument("scenario")
@click.option("--resolved", is_flag=True, help="The merged TOML, with the origin of each value.")
@options("json")
def show(scenario: str, resolved: bool, as_json: bool) -> None:
    """Show a scenario, in words or as TOML.

    \b
    clustersim show jaipur
    clustersim show jaipur --resolved > mine.toml
    """
    from clustersim.cli.words import in_words

    loaded = load(scenario)
    if as_json:
        print_json(loaded.to_values())
    else:
        click.echo(loaded.to_toml(origins=True).rstrip("\n") if resolved else in_words(loaded))


@click.command()
@click.argument("name")
@options("force")
def new(name: str, force: bool) -> None:
    """Write a commented scenario, NAME.toml.

    \b
    clustersim new mine
    """
    from clustersim.cli.words import template
    from clustersim.scenario.tables import NAME

    path = Path(name.removesuffix(".toml") + ".toml")
    if NAME.fullmatch(path.stem) is None:
        allowed = "letters, digits, - and _, at most 64, the first a letter"
        raise InputError(Problem("not a name for a scenario", key=path.stem, allowed=allowed))
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(template(path.stem))
    except FileExistsError:
        raise InputError(f"{path} is there already; --force replaces it") from None
    click.echo(path)


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenarios.

    Editors check and complete scenario files with it.

    \b
    clustersim schema > clustersim.schema.json
    """
    from clustersim.scenario.schema import json_schema

    print_json(json_schema())


@click.command()
@click.argument("name", required=False)
@options("json")
def describe(name: str | None, as_json: bool) -> None:
    """Explain a name, or list all of them.

    For each intervention, parameter and measure: meaning, unit, default, bounds, source. Without NAME, list
    them all. NAME is a parameter (trust.gain), a section (trust), a kind of intervention, a
    measure, or `roster` for the columns of a survey file.

    \b
    clustersim describe
    clustersim describe trust.gain
    clustersim describe roster
    """
    from clustersim import reference

    if name == "roster":
        entries: Sequence[reference.Entry] = reference.roster_columns()
    else:
        entries = reference.everything() if name is None else reference.look_up(name)
    if as_json:
        print_json([entry._asdict() for entry in entries])
    else:
        click.echo(reference.in_brief(entries) if name is None else reference.in_full(entries))
