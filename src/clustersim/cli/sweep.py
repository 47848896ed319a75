"""The command that runs a study."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clustersim.cli.common import in_numbers, options, print_json, ready_for_study, study_progress, warnings_in_words
from clustersim.errors import InputError, Problem

if TYPE_CHECKING:
    from clustersim.study.design.plan import Plan


@click.command()
@click.argument("study")
@click.option("--shard", metavar="I/N", help="Run the I-th of N parts, as in a job array; without it, collect them.")
@click.option("--executor", default="auto", show_default=True, metavar="WHERE",
              help="threads, processes, or dask=tcp://HOST:PORT.")  # fmt: skip
@click.option("--retry-failed", is_flag=True, help="Run again what failed before.")
@click.option("--dry-run", is_flag=True, help="Say what it would take, and run nothing.")
@click.option("--ack-fd", type=click.IntRange(1), metavar="N",
              help="Write the id of each run to file descriptor N once it is safe on disk.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", help="In place of the study's own.")
@click.option("--replications", type=click.IntRange(1, 999_999), metavar="R", help="In place of the study's own.")
@options("workers", "ensemble", "out", "json", "quiet", "force")
@click.pass_obj
def sweep(command: list[str], study: str, shard: str | None, executor: str, retry_failed: bool, dry_run: bool,
          ack_fd: int | None, seed: int | None, replications: int | None, workers: int | None,
          ensemble: str | None, out: Path | None, as_json: bool, quiet: bool, force: bool) -> int:  # fmt: skip
    """Run a designed experiment; run again to continue.

    STUDY is a study file, or the folder of a study that has begun. Whatever stops it, the same command goes on where it
    was. The exit code is 3 if some runs failed.

    \b
    clustersim sweep experiments/trust_rules.toml
    clustersim sweep experiments/trust_rules.toml --replications 100     only what is missing is run
    clustersim sweep results/trust_rules                                 continue from the folder alone
    """
    from clustersim.study.execute.engine import run_study

    part = _shard(shard)
    plan, folder = _plan_of(study, out, quiet, seed=seed, replications=replications, ensemble=ensemble)
    if dry_run:
        _say_forecast(plan, folder, workers, as_json)
        return 0
    ready_for_study(quiet)
    try:
        with study_progress(quiet) as progress:
            result = run_study(plan, folder, workers=workers or "auto", executor=executor, shard=part,
                               retry_failed=retry_failed, fresh=force, progress=progress, ack_fd=ack_fd,
                               command=shlex.join(["clustersim", *command]))  # fmt: skip
    except (KeyboardInterrupt, SystemExit):
        _say_kept(folder)
        raise
    counts = result.counts
    if as_json:
        print_json(in_numbers(result))
    else:
        click.echo(f"{result!r}\nin {folder}")
    if counts.failed:
        click.echo(f"{counts.failed} runs failed: clustersim failures {folder}", err=True)
    return 3 if counts.failed else 0


def _shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, slash, second = text.partition("/")
    if slash and first.isdecimal() and second.isdecimal() and 1 <= int(first) <= int(second) <= 100_000:
        return int(first), int(second)
    raise InputError(Problem("not a part of a whole", key="--shard", value=text, allowed="I/N with I from 1 to N"))


def _plan_of(study: str, out: Path | None, quiet: bool, **asked: Any) -> tuple[Plan, Path]:
    """The plan that a study file, or a study's folder, stands for, and where it goes."""
    from clustersim.ensemble import load_ensemble
    from clustersim.study.definition import Study
    from clustersim.study.store.folder import Store

    path, changes = Path(study), {name: value for name, value in asked.items() if value is not None}
    if path.is_dir():
        if changes or out is not None:
            said = ", ".join(f"--{name}" for name in asked)
            raise InputError(f"a folder is continued as it is; give the study file with {said} or --out")
        return Store.read(path).plan, path
    if ensemble := changes.get("ensemble"):
        changes["ensemble"] = load_ensemble(ensemble)
    with warnings_in_words(quiet):
        found = Study.from_file(path, **changes)
    return found.checked(), out if out is not None else Path("results") / found.name


def _say_forecast(plan: Plan, folder: Path, workers: int | None, as_json: bool) -> None:
    from clustersim.study.execute.executors import cores
    from clustersim.study.execute.forecast import forecast, refuse_what_does_not_fit, size

    count = workers or cores()
    need = forecast(plan, count)
    refuse_what_does_not_fit(need, folder)
    if as_json:
        print_json({"arms": len(plan.arms), "points": len(plan.points), "replications": plan.replications,
                    **need._asdict()})  # fmt: skip
        return
    click.echo(f"{len(plan):,} runs: {len(plan.arms)} arms × {len(plan.points):,} points × {plan.replications:,} "
               f"replications, in {folder}\nabout {_duration(need.seconds_a_run * len(plan) / count)} on {count} "
               f"workers, {size(need.memory)} of memory, {size(need.disk)} of disk at most")  # fmt: skip


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _say_kept(folder: Path) -> None:
    from clustersim.study.store.folder import Store

    if (folder / "manifest.json").exists():
        counts = Store.read(folder).counts()
        click.echo(f"\nstopped: {counts.ok + counts.failed:,} of {counts.distinct:,} runs kept; continue with the same "
                   "command", err=True)  # fmt: skip
