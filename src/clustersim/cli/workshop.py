"""The command that opens the workshop: a live page, a page in one file, or the sheets to print."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clustersim.cli.common import load, options, progress_bar, ready
from clustersim.errors import InputError

if TYPE_CHECKING:
    from clustersim.workshop.room import Room


@click.command()
@click.argument("scenario")
@click.option("--export", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the page to one file that needs no internet and no Python.")  # fmt: skip
@click.option("--print", "printed", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write script, prediction sheets, token cards and the rest as one HTML file to print.")  # fmt: skip
@click.option("--paper", type=click.Choice(["A4", "Letter"]), default="A4", show_default=True, help="For --print.")
@click.option("--language", type=click.Choice(["en", "fr", "es", "pt", "hi", "ar"]), default="en", show_default=True,
              help="To begin with; the page can change it.")  # fmt: skip
@click.option("--firms", type=click.IntRange(12, 1500), metavar="N",
              help="A smaller or larger cluster than the scenario's; the programme stays as it is.")  # fmt: skip
@click.option("--lucks", type=click.IntRange(2, 1000), default=100, show_default=True, metavar="R",
              help="Lucks behind 'Was it luck?'.")  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8765, show_default=True, help="0 takes any that is free."
)
@click.option("--lan", is_flag=True, help="Let others on this network in, with the token that is printed.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@options("seed", "months", "workers", "quiet", "force")
def workshop(scenario: str, export: Path | None, printed: Path | None, paper: str, language: str, firms: int | None,
             lucks: int, port: int, lan: bool, no_browser: bool, seed: int, months: int | None, workers: int | None,
             quiet: bool, force: bool) -> None:  # fmt: skip
    """Show a room what a broker changes.

    Opens a page on this machine that plays the scenario with and without its programme. With --export, writes it to one
    file that opens by double-click on any laptop.

    \b
    clustersim workshop jaipur
    clustersim workshop stagnant --firms 80 --export demo.html
    clustersim workshop mine.toml --print kit.html --language fr
    """
    for path in (export, printed):
        if path is not None and path.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"{path} does not end in .html")
        if path is not None and path.exists() and not force:
            raise InputError(f"{path} is there already; --force replaces it")
    loaded = load(scenario, months, quiet)
    if firms is not None and loaded.cluster.roster is not None:
        raise InputError("--firms is for drawn clusters: a survey has the firms that it has")
    if firms is not None:
        loaded = loaded.with_values({"cluster.firms": firms})
    from clustersim.workshop.exits import dates

    dates(loaded)  # a scenario without a programme is refused before anything is compiled
    ready(quiet)
    from clustersim.workshop.room import Room

    room = Room(loaded, seed=seed, lucks=lucks)
    if export is not None or printed is not None:
        _write(room, export, printed, language=language, paper=paper, workers=workers, quiet=quiet)
        return
    from clustersim.workshop.server import serve

    def opened(address: str) -> None:
        if not no_browser:
            webbrowser.open(address)

    serve(room, language=language, port=port, lan=lan, say=click.echo, opened=opened)


def _write(room: Room, export: Path | None, printed: Path | None, *, language: str, paper: str, workers: int | None,
           quiet: bool) -> None:  # fmt: skip
    from clustersim.workshop.page import page
    from clustersim.workshop.sheets import sheets

    about, recording = room.about(), {"pair": room.pair()}
    with progress_bar(quiet) as progress:
        recording["lucks"] = room.lucks(workers, progress)
    if printed is not None:
        _put(printed, sheets(about, recording, language=language, paper=paper))
    if export is not None:
        with progress_bar(quiet) as progress:
            recording["plans"] = room.plans(workers, progress)
        _put(export, page(about, language=language, live=False, recording=recording))


def _put(path: Path, text: str) -> None:
    """Write a file whole or not at all, and say how large it is."""
    from clustersim.study.store.durable import write_whole

    write_whole(path, text.encode())
    click.echo(f"{path} ({path.stat().st_size / 1000:,.0f} kB)")
