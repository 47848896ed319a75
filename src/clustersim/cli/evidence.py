"""The commands that show the evidence: patterns, predict, ablation."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from clustersim.cli.common import leave, load, options, progress_bar, ready
from clustersim.errors import InputError, Problem


@click.command()
@click.option("--only", metavar="A1,B2", help="Only these patterns.")
@click.option("--replications", type=click.IntRange(2, 100_000), default=200, show_default=True, metavar="R",
              help="Runs of each arm; verdicts are stated for 200.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
              help="A value for every arm, as in trust.rule=beta; may be given more than once.")  # fmt: skip
@click.option("--knock-out", is_flag=True, help="Switch off what should carry each pattern: it ought to fail then.")
@click.option("--every-rule", is_flag=True, help="Also under each rival rule of trust: which verdicts hang on one?")
@click.option("--rival-replications", type=click.IntRange(2, 100_000), default=100, show_default=True, metavar="R",
              help="Runs of each arm under the rival rules.")  # fmt: skip
@click.option("--list", "only_list", is_flag=True, help="Print the definitions as Markdown and run nothing.")
@options("seed", "workers", "ensemble", "out", "json", "quiet", "force")
@click.pass_obj
def patterns(command: list[str], only: str | None, replications: int, settings: tuple[str, ...], knock_out: bool,
             every_rule: bool, rival_replications: int, only_list: bool, seed: int, workers: int | None,
             ensemble: str | None, out: Path | None, as_json: bool, quiet: bool, force: bool) -> None:  # fmt: skip
    """Run the evidence, pattern by pattern.

    Each pattern with its arms, effect, interval and verdict. A pattern that fails is a finding, not an error: the
    exit code stays 0. With --out, also leave patterns.json, patterns.html and patterns.md.

    \b
    clustersim patterns --ensemble
    clustersim patterns --ensemble --every-rule --out results/patterns
    clustersim patterns --only A3,B1 --set trust.rule=loyalty
    """
    from clustersim.ensemble import load_ensemble
    from clustersim.experiment.files import check_folder
    from clustersim.patterns import PATTERNS, definitions, run_patterns, under_every_rule

    if only_list:
        click.echo(definitions(PATTERNS), nl=False)
        return
    values = dict(map(_setting, settings))
    drawn = load_ensemble(ensemble) if ensemble else None
    if out is not None:
        check_folder(out, force=force)
    ready(quiet)
    with progress_bar(quiet) as progress:
        found = run_patterns(seed=seed, workers=workers, progress=progress, replications=replications, values=values,
                             only=only.split(",") if only else None, knock_out=knock_out, ensemble=drawn)  # fmt: skip
        if every_rule:
            found = under_every_rule(found, seed=seed, workers=workers, progress=progress, values=values,
                                     replications=rival_replications, knock_out=knock_out, ensemble=drawn)  # fmt: skip
    leave(found, command, out, force=force, as_json=as_json)


def _setting(text: str) -> tuple[str, Any]:
    """KEY=VALUE, the value as in a scenario file; a bare word is text."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InputError(Problem("not a setting", value=text, allowed="KEY=VALUE, as in trust.gain=0.08"))
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


@click.command()
@click.argument("scenario", metavar="CASE")
@click.option("--date", "dates", multiple=True, metavar="YYYY-MM",
              help="The end of this month; may be given more than once. Else where something was observed, or each "
              "year.")  # fmt: skip
@options("seed", "replications", "workers", "ensemble", "out", "json", "quiet", "force")
@click.pass_obj
def predict(command: list[str], scenario: str, dates: tuple[str, ...], seed: int, replications: int,
            workers: int | None, ensemble: str | None, out: Path | None, as_json: bool, quiet: bool,
            force: bool) -> None:  # fmt: skip
    """Say what could be checked in the field.

    The 90 % predictive intervals of cost recovery, leverage, finance mix, outreach, members, firms served and wages at
    given dates, over doubt about parameters (the shipped ensemble unless another is named) and luck; beside them what
    was observed, where something was. With --out, also leave predictions.json.

    \b
    clustersim predict jaipur
    clustersim predict mine.toml --date 2001-12 --date 2004-12 --replications 400
    """
    from clustersim.ensemble import DEFAULT, load_ensemble
    from clustersim.experiment.files import check_folder
    from clustersim.experiment.predict import predict as foretell

    case = load(scenario, None, quiet)
    if out is not None:
        check_folder(out, force=force)
    ready(quiet)
    with progress_bar(quiet) as progress:
        found = foretell(case, dates=dates, replications=replications, seed=seed, workers=workers,
                         ensemble=load_ensemble(ensemble or DEFAULT), progress=progress)  # fmt: skip
    leave(found, command, out, force=force, as_json=as_json)


@click.command()
@click.option("--only", metavar="NAMES", help="Only these mechanisms, by name, separated by commas.")
@click.option("--patterns", "asked", metavar="A1,B2", help="Only these patterns.")
@click.option("--replications", type=click.IntRange(2, 100_000), default=60, show_default=True, metavar="R",
              help="Runs of each arm.")  # fmt: skip
@options("seed", "workers", "ensemble", "out", "quiet")
def ablation(only: str | None, asked: str | None, replications: int, seed: int, workers: int | None,
             ensemble: str | None, out: Path | None, quiet: bool) -> None:  # fmt: skip
    """What is each mechanism for?

    Runs the patterns with one mechanism switched off at a time, and leaves the matrix of mechanism and pattern in
    --out (results/ablation unless given). Run again, it goes on where it stopped.

    \b
    clustersim ablation --ensemble --workers 2
    """
    from clustersim.ensemble import load_ensemble
    from clustersim.patterns.ablation import ablate, matrix_file

    folder = out if out is not None else Path("results") / "ablation"
    ready(quiet)

    def said(name: str, done: int, total: int) -> None:
        if not quiet and done == total:
            click.echo(f"without {name}: {total} runs", err=True)

    ablate(folder, seed=seed, replications=replications, workers=workers, progress=said,
           ensemble=load_ensemble(ensemble) if ensemble else None, only=only.split(",") if only else None,
           patterns=asked.split(",") if asked else None)  # fmt: skip
    click.echo(matrix_file(folder).read_text(encoding="utf-8"), nl=False)
