"""What the commands share: options in one wording, loading with warnings in words, JSON, a progress bar."""

from __future__ import annotations

import json
import shlex
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clustersim.errors import InputWarning

if TYPE_CHECKING:
    from clustersim.scenario import Scenario
    from clustersim.study.analysis.result import StudyResult
    from clustersim.study.execute.progress import Progress

LARGEST_SEED = 2**32 - 1  # seed and replication are the two halves of the generator's key


def options(*names: str) -> Callable[[Any], Any]:
    """The options that commands share, in one wording."""
    options = {
        "seed": click.option("--seed", type=click.IntRange(0, LARGEST_SEED), default=0, show_default=True, metavar="N",
                             help="The same seed gives the same results, to the bit."),
        "replications": click.option("--replications", type=click.IntRange(1, 100_000), default=50, show_default=True,
                                     metavar="R", help="Runs of each arm."),
        "months": click.option("--months", type=click.IntRange(1, 1200), metavar="M",
                               help="Months to report, in place of the scenario's own number."),
        "workers": click.option("--workers", type=click.IntRange(1, 1024), metavar="W",
                                help="Threads; one for each processor unless given. Does not change results."),
        "ensemble": click.option("--ensemble", is_flag=False, flag_value="all", metavar="[NAME]",
                                 help="Doubt about parameters: replication r uses draw r of an ensemble of plausible "
                                 "parameter sets; alone, the shipped one."),
        "out": click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the results."),
        "json": click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
        "quiet": click.option("--quiet", is_flag=True, help="No progress and no warnings."),
        "force": click.option("--force", is_flag=True, help="Replace the results of an earlier command."),
    }  # fmt: skip

    def decorate(command: Any) -> Any:
        for name in reversed(names):
            command = options[name](command)
        return command

    return decorate


def ready(quiet: bool = False) -> None:
    """Compile the model if this machine has not done so before, with a word to the user unless ``quiet``."""
    from clustersim.simulation import warm_up

    warm_up(None if quiet else lambda text: click.echo(text, err=True))


@contextmanager
def warnings_in_words(quiet: bool = False) -> Iterator[None]:
    """Print each InputWarning raised inside as one line on stderr."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        try:
            yield
        finally:
            for warning in caught:
                if issubclass(warning.category, InputWarning) and not quiet:
                    click.echo(f"warning: {warning.message}", err=True)


def load(name_or_path: str, months: int | None = None, quiet: bool = False) -> Scenario:
    """The scenario, with another number of months if given; assumptions made in reading it go to stderr."""
    from clustersim.scenario import load_scenario

    with warnings_in_words(quiet):
        scenario = load_scenario(name_or_path)
    return scenario if months is None else scenario.with_values({"run.months": months})


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def leave(found: Any, command: list[str], out: Path | None, *, force: bool, as_json: bool) -> None:
    """Save a result where a folder is given, and print it: a table for a terminal, or JSON."""
    if out is not None:
        found.save(out, shlex.join(["clustersim", *command]), force=force)
    if as_json:
        print_json(found.as_dicts())
    else:
        click.echo(found.table())


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on stderr, called with (runs finished, runs in all)."""
    if quiet:
        yield None
        return
    from tqdm import tqdm

    bars: list[Any] = []  # made with the first run: a bar at nothing is no news

    def advance(done: int, total: int) -> None:
        if not bars:
            every = 0.2 if sys.stderr.isatty() else 10
            bars.append(tqdm(total=total, unit="run", file=sys.stderr, mininterval=every, leave=False))
        bars[0].update(done - bars[0].n)

    try:
        yield advance
    finally:
        for bar in bars:
            bar.close()


def ready_for_study(quiet: bool) -> None:
    """Compile the model if need be; else the workers load it, and a finished study needs none."""
    from clustersim.study.execute.executors import compiled

    if not compiled():
        ready(quiet)


@contextmanager
def study_progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A bar on stderr unless ``quiet``."""
    from clustersim.study.execute.progress import bar

    with nullcontext() if quiet else bar() as advance:
        yield advance


def in_numbers(result: StudyResult) -> dict[str, Any]:
    """How far a study is, as JSON can hold it."""
    counts = result.counts
    return {"name": result.plan.name, "runs": counts.distinct, "finished": counts.ok, "failed": counts.failed,
            "missing": counts.distinct - counts.ok - counts.failed, "complete": result.complete}  # fmt: skip
