"""The commands that simulate or turn data into scenarios: run, compare, import."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clustersim.cli.common import load, options, print_json, progress_bar, ready, warnings_in_words
from clustersim.errors import InputError

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
    and manifest.json. A scenario of many worlds prints their sum, and leaves worlds.parquet in place of firms.

    \b
    clustersim run jaipur --seed 1
    clustersim run mine.toml --months 60 --out results/mine
    """
    loaded = load(scenario, months, quiet)
    from clustersim.cli import run_output
    from clustersim.experiment.files import check_folder

    if out is not None:
        check_folder(out, force=force)
    from clustersim.experiment.worlds import run_any

    ready(quiet)
    done = run_any(loaded, seed=seed)
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
@options("seed", "replications", "months", "workers", "ensemble", "out", "json", "quiet", "force")
@click.pass_obj
def compare(command: list[str], scenario: str, against: tuple[str, ...], seed: int, replications: int,
            months: int | None, workers: int | None, ensemble: str | None, out: Path | None, as_json: bool,
            quiet: bool, force: bool) -> int:  # fmt: skip
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
    from clustersim.ensemble import load_ensemble
    from clustersim.experiment.compare import compare as compare_arms
    from clustersim.experiment.files import check_folder
    from clustersim.report.folder import save

    drawn = load_ensemble(ensemble) if ensemble else None
    folder = out if out is not None else Path("results") / main_arm.name
    check_folder(folder, force=force)
    ready(quiet)
    baseline = list(arms)[1]
    with progress_bar(quiet) as progress:
        found = compare_arms(arms, replications=replications, seed=seed, workers=workers, baseline=baseline,
                             progress=progress, ensemble=drawn)  # fmt: skip
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
