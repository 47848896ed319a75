"""The command line: parses, calls the rest of the package, prints.

Results go to stdout; progress, warnings and errors to stderr.  Whatever is heavy is imported inside the command that
needs it, so that ``check`` and ``--help`` answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from clustersim.cli import desk, evidence, look, study, sweep, trial, work, workshop
from clustersim.cli.ending import Commands, guarded


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="clustersim")
def cli() -> None:
    """Trust and co-operation in clusters of small firms, with and without a broker.

    \b
    clustersim scenarios              what is there to run
    clustersim compare jaipur         what did the broker change?
    clustersim new mine               a scenario file of your own to start from
    clustersim check mine.toml        what is wrong with it
    """


for command in (look.scenarios, look.check, look.show, look.new, look.schema, look.describe,
                work.run, work.compare, trial.trial, sweep.sweep, study.status, study.failures, study.replay,
                study.verify, study.export, study.sensitivity, evidence.patterns, evidence.predict, evidence.ablation,
                desk.template, desk.taper, desk.brief, workshop.workshop, work.import_):  # fmt: skip
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; see :mod:`clustersim.cli.ending`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: cli.main(given, prog_name="clustersim", standalone_mode=False, obj=given))
