"""The commands on a study's folder: status, failures, replay, verify, export, sensitivity."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import click

from clustersim.cli.common import in_numbers, options, print_json, ready, ready_for_study, study_progress
from clustersim.errors import InputError, StoreError

FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.command()
@FOLDER
@options("json")
def status(folder: Path, as_json: bool) -> None:
    """How far a study is; also while it runs.

    \b
    clustersim status results/trust_rules
    """
    from clustersim.study.analysis.result import read_study
    from clustersim.study.store.lock import writer

    result = read_study(folder)
    if as_json:
        print_json(in_numbers(result) | {"writer": writer(folder)})
        return
    plan = result.plan
    click.echo(f"{result!r}\n{len(plan.arms)} arms × {len(plan.points):,} points × {plan.replications:,} replications")
    last = max((path.stat().st_mtime for path in folder.rglob("part-*.parquet")), default=None)
    if last is not None:
        click.echo(f"last write {time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(last))}")
    who = writer(folder)
    click.echo(f"being written by {who}" if who else "nobody is writing to it")


@click.command()
@FOLDER
@options("json")
def failures(folder: Path, as_json: bool) -> None:
    """The runs that failed, why, and the command that repeats each.

    \b
    clustersim failures results/trust_rules
    """
    from clustersim.study.analysis.result import read_study

    found = read_study(folder).failures
    if as_json:
        print_json(found.to_dict(orient="records"))
    elif found.empty:
        click.echo("no run failed")
    else:
        for row in found.itertuples():
            click.echo(f"{row.arm}, point {row.point}, replication {row.replication}: {row.error}\n  {row.replay}")


@click.command()
@FOLDER
@click.argument("run_id")
@options("out", "force")
@click.pass_obj
def replay(command: list[str], folder: Path, run_id: str, out: Path | None, force: bool) -> None:
    """Live one run of a study again, whole.

    RUN_ID is the run's id or the start of it. Prints a table by year and whether the outcomes are the stored ones; with
    --out, leaves the run's files as `clustersim run` does.

    \b
    clustersim replay results/trust_rules 3fa2 --out results/one-run
    """
    from clustersim.cli import run_output
    from clustersim.experiment.files import check_folder
    from clustersim.study.analysis.result import read_study

    if out is not None:
        check_folder(out, force=force)
    ready()
    again = read_study(folder).replay(run_id)
    if out is not None:
        run_output.save(again.run, again.run.scenario, out, seed=again.run.seed,
                        command=shlex.join(["clustersim", *command]), force=force)  # fmt: skip
    click.echo(run_output.as_text(run_output.by_year(again.run.measures, again.run.scenario.run.start)))
    click.echo(f"\n{again.words}")


@click.command()
@FOLDER
@click.option("--repair", is_flag=True, help="Set damaged files aside and run what is missing.")
@options("workers", "quiet")
@click.pass_obj
def verify(command: list[str], folder: Path, repair: bool, workers: int | None, quiet: bool) -> int:
    """Check every file of a study against its checksum.

    The exit code is 4 if one is damaged. With --repair, damaged files are moved to damaged/, and the study goes on
    until it is complete: what they held is run again.

    \b
    clustersim verify results/trust_rules --repair
    """
    from clustersim.study.store.verify import repair as set_aside
    from clustersim.study.store.verify import verify as check

    found = check(folder)
    click.echo(f"{found.files} files, {found.runs:,} runs: {'all sound' if found.sound else 'damaged:'}")
    for flaw in found.flaws:
        click.echo(f"  {flaw.path}: {flaw.reason}")
    for name in found.unknown:
        click.echo(f"  {name}: not a file of the study, left alone")
    if found.sound or not repair:
        return 0 if found.sound else StoreError.exit_code
    moved = set_aside(folder)
    for name in moved.set_aside:
        click.echo(f"set aside: {name}")
    from clustersim.study.execute.engine import run_study
    from clustersim.study.store.folder import Store

    try:
        plan = Store.read(folder).plan
    except StoreError:
        click.echo("the study's description was among it: run the sweep of its study file again", err=True)
        return StoreError.exit_code
    ready_for_study(quiet)
    with study_progress(quiet) as progress:
        result = run_study(plan, folder, workers=workers or "auto", progress=progress,
                           command=shlex.join(["clustersim", *command]))  # fmt: skip
    click.echo(f"repaired: {result!r}")
    return 3 if result.counts.failed else 0


@click.command()
@FOLDER
@click.option("--canonical", is_flag=True, help="Everything, in plan order: the same bytes for the same plan.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="A .parquet or .csv file.")
@options("force")
def export(folder: Path, canonical: bool, out: Path, force: bool) -> None:
    """One table of all runs.

    Without --canonical a tidy table to read: a row for each run, its arm, point, factors and outcomes at the end.

    \b
    clustersim export results/trust_rules --canonical --out all.parquet
    """
    from clustersim.study.store.export import export as write
    from clustersim.study.store.folder import Store

    if out.exists() and not force:
        raise InputError(f"{out} is there already; --force replaces it")
    missing = write(Store.read(folder), out, canonical=canonical)
    if missing:
        click.echo(f"the study is not finished: {missing:,} runs are not in the table", err=True)
    click.echo(out)


@click.command()
@FOLDER
@click.option("--on", "measures", multiple=True, metavar="MEASURE", help="An outcome; trust, joint_action and income "
              "unless given.")  # fmt: skip
@click.option("--method", type=click.Choice(["morris", "sobol", "rank"]), help="By the design unless given.")
@click.option("--arm", help="The level in this arm, or with --against its difference from another.  [default: the "
              "difference of the first arm with a programme from the first without]")  # fmt: skip
@click.option("--against", help="The arm that --arm is held against.")
@click.option("--when", type=click.Choice(["end", "exit"]), default="end", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Leave a table and a figure of each.")
@options("json")
def sensitivity(folder: Path, measures: tuple[str, ...], method: str | None, arm: str | None, against: str | None,
                when: str, out: Path | None, as_json: bool) -> None:  # fmt: skip
    """Say which factors matter, with intervals and the noise floor.

    \b
    clustersim sensitivity results/what_matters --on joint_action --out figures
    """
    from clustersim.study.analysis.result import read_study

    result = read_study(folder)
    found = {on: result.sensitivity(on, method, arm=arm, against=against, when=when)
             for on in measures or ("trust", "joint_action", "income")}  # fmt: skip
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for on, indices in found.items():
            indices.table.to_csv(out / f"sensitivity-{on}.csv", index=False)
            indices.plot(out / f"sensitivity-{on}.svg")
    if as_json:
        print_json({on: indices.table.to_dict(orient="records") for on, indices in found.items()})
    else:
        click.echo("\n\n".join(str(indices) for indices in found.values()))
