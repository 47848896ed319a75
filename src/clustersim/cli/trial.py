"""The command that runs a scenario as a randomised trial."""

from __future__ import annotations

from pathlib import Path

import click

from clustersim.cli.common import leave, load, options, progress_bar, ready


@click.command()
@click.argument("scenario")
@click.option("--replications", type=click.IntRange(1, 10_000), default=20, show_default=True, metavar="R",
              help="Trials, each with its own lots and luck; the first is the one reported in full.")  # fmt: skip
@click.option("--clusters", type=click.IntRange(4, 10_000), metavar="K",
              help="Clusters of each trial, in place of the scenario's own number.")  # fmt: skip
@options("seed", "months", "workers", "out", "json", "quiet", "force")
@click.pass_obj
def trial(command: list[str], scenario: str, replications: int, clusters: int | None, seed: int, months: int | None,
          workers: int | None, out: Path | None, as_json: bool, quiet: bool, force: bool) -> None:  # fmt: skip
    """Run a scenario as a randomised trial.

    Draws lots as the scenario's [trial] says, lives each world with and without the programme, and reports what an
    evaluator would find, beside what is true. With --out, also leave estimates.csv, summary.csv, scenario.toml and
    manifest.json.

    \b
    clustersim trial mine.toml --replications 50
    clustersim trial mine.toml --clusters 40 --out results/trial
    """
    loaded = load(scenario, months, quiet)
    from clustersim.experiment.files import check_folder
    from clustersim.experiment.trial import trial as run_trial

    if out is not None:
        check_folder(out, force=force)
    if loaded.trial.unit != "none":
        ready(quiet)
    with progress_bar(quiet) as progress:
        found = run_trial(loaded, replications=replications, clusters=clusters, seed=seed, workers=workers,
                          progress=progress)  # fmt: skip
    leave(found, command, out, force=force, as_json=as_json)
