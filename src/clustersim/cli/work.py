"""The commands that simulate or turn data into scenarios: run, compare, patterns, import."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clustersim.cli.common import load, options, print_json, progress_bar, ready, warnings_in_words
from clustersim.errors import InputError, Problem

if TYPE_CHECKING:
    from clustersim.scenario import Scenario


@click.command()
@click.argument("scenario")
@options("seed", "months", "out", "json", "quiet", "force")
@click.pass_obj
def run(command: list[str], scenario: str, seed: int, months: int | None, out: Path | None, as_json: bool,
        quiet: bool, force: bool) -> None:  # fmt: skip
    """Run a scenario once.

    Prints a table by year. With --out, also leave monthly.parquet, ledger.parquet, firms.parquet, scenario.toml
    and manifest.json.

    \b
    clustersim run jaipur --seed 1
    clustersim run mine.toml --months 60 --out results/mine
    """
    loaded = load(scenario, months, quiet)
    from clustersim.cli import run_output

    if out is not None:
        run_output.check(out, force=force)
    from clustersim.simulation import run as simulate

    ready(quiet)
    done = simulate(loaded, seed=seed)
    if out is not None:
        run_output.save(done, loaded, out, seed=seed, command=shlex.join(["clustersim", *command]), force=force)
    rows = run_output.by_year(done.measures, loaded.run.start)
    if as_json:
        print_json(rows)
    else:
        click.echo(run_output.as_text(rows))


@click.command()
@click.argument("scenario")
@click.option("--against", multiple=True, metavar="NAME_OR_FILE",
              help="Another scenario to compare with; may be given more than once.")  # fmt: skip
@options("seed", "replications", "months", "workers", "out", "json", "quiet", "force")
@click.pass_obj
def compare(command: list[str], scenario: str, against: tuple[str, ...], seed: int, replications: int,
            months: int | None, workers: int | None, out: Path | None, as_json: bool, quiet: bool,
            force: bool) -> int:  # fmt: skip
    """Say what the programme changed.

    Compares a scenario with itself without any programme, or with others, on common random numbers. Leaves
    summary.csv, monthly.parquet, ledger.parquet, report.html, manifest.json and the scenarios in --out
    (results/NAME unless given). The exit code is 3 if some runs failed.

    \b
    clustersim compare jaipur
    clustersim compare jaipur --against mine.toml --replications 100 --seed 1 --out results/mine
    """
    main_arm = load(scenario, months, quiet)
    others = [load(other, months, quiet) for other in against]
    arms = {"programme": main_arm, "none": main_arm.without_programme()}
    if others:
        arms = _named([main_arm, *others])
    from clustersim.experiment.compare import compare as compare_arms
    from clustersim.experiment.files import check_folder
    from clustersim.report.folder import save

    folder = out if out is not None else Path("results") / main_arm.name
    check_folder(folder, force=force)
    ready(quiet)
    baseline = list(arms)[1]
    with progress_bar(quiet) as progress:
        found = compare_arms(arms, replications=replications, seed=seed, workers=workers, baseline=baseline,
                             progress=progress)  # fmt: skip
    save(found, folder, shlex.join(["clustersim", *command]), force=force)
    if as_json:
        click.echo(found.summary.to_json(orient="records", indent=2, double_precision=15))
    else:
        click.echo(f"{found.table()}\n\n{found.answer}\n\nin {folder}: report.html, summary.csv and the rest")
    for failed in found.failed:
        click.echo(f"failed: {failed.arm}, replication {failed.replication}: {failed.reason}", err=True)
    return 3 if found.failed else 0


def _named(scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    """Arms by the names of their scenarios; a name that is taken gets a number."""
    arms: dict[str, Scenario] = {}
    for scenario in scenarios:
        same = sum(other.name == scenario.name for other in arms.values())
        arms[f"{scenario.name}-{same + 1}" if same else scenario.name] = scenario
    return arms


@click.command()
@click.option("--only", metavar="A1,B2", help="Only these patterns.")
@click.option("--replications", type=click.IntRange(2, 100_000), default=200, show_default=True, metavar="R",
              help="Runs of each arm; verdicts are stated for 200.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
              help="A value for every arm, as in trust.rule=beta; may be given more than once.")  # fmt: skip
@click.option("--knock-out", is_flag=True, help="Switch off what should carry each pattern: it ought to fail then.")
@click.option("--list", "only_list", is_flag=True, help="Print the definitions as Markdown and run nothing.")
@options("seed", "workers", "out", "json", "quiet", "force")
@click.pass_obj
def patterns(command: list[str], only: str | None, replications: int, settings: tuple[str, ...], knock_out: bool,
             only_list: bool, seed: int, workers: int | None, out: Path | None, as_json: bool, quiet: bool,
             force: bool) -> None:  # fmt: skip
    """Run the evidence, pattern by pattern.

    Each pattern with its arms, effect, interval and verdict. A pattern that fails is a finding, not an error: the
    exit code stays 0. With --out, also leave patterns.json and patterns.html.

    \b
    clustersim patterns
    clustersim patterns --only A3,B1 --set trust.rule=loyalty
    """
    from clustersim.experiment.files import check_folder
    from clustersim.patterns import PATTERNS, definitions, run_patterns

    if only_list:
        click.echo(definitions(PATTERNS), nl=False)
        return
    values = dict(map(_setting, settings))
    if out is not None:
        check_folder(out, force=force)
    ready(quiet)
    with progress_bar(quiet) as progress:
        found = run_patterns(seed=seed, workers=workers, progress=progress, replications=replications, values=values,
                             only=only.split(",") if only else None, knock_out=knock_out)  # fmt: skip
    if out is not None:
        found.save(out, shlex.join(["clustersim", *command]), force=force)
    if as_json:
        print_json(found.as_dicts())
    else:
        click.echo(found.table())


def _setting(text: str) -> tuple[str, Any]:
    """KEY=VALUE, the value as in a scenario file; a bare word is text."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InputError(Problem("not a setting", value=text, allowed="KEY=VALUE, as in trust.gain=0.08"))
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


@click.command("import")
@click.argument("roster", type=click.Path(path_type=Path))
@click.argument("ties", type=click.Path(path_type=Path), required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The scenario file to write."
)
@options("force")
def import_(roster: Path, ties: Path | None, out: Path, force: bool) -> None:
    """Turn a survey into a scenario.

    ROSTER is a CSV file with a row for each firm, TIES a CSV or GraphML file of who knows whom; the columns are in
    `clustersim describe roster`. Gaps are filled by stated rules, and listed.

    \b
    clustersim import firms.csv ties.csv --out mine.toml
    """
    from clustersim.roster import import_survey

    if out.exists() and not force:
        raise InputError(f"{out} is there already; --force replaces it")
    with warnings_in_words():
        import_survey(roster, ties, out, force=force)
    click.echo(out)
