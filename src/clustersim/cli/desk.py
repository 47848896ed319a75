"""The commands of the policy desk: taper, brief, template."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from clustersim.cli.common import options, print_json, progress_bar, ready, warnings_in_words
from clustersim.errors import InputError

SAID = ("answer", "when_it_flips", "other_outcomes", "worth_knowing")
"""what is said in sentences, in order"""


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--policies", type=click.Path(path_type=Path), metavar="SHEET",
              help="An .xlsx or .csv sheet of policies in place of the study's own.")  # fmt: skip
@click.option("--search", is_flag=True,
              help="Look for schedules that the budget buys, and answer among the best of them.")  # fmt: skip
@click.option("--budget", type=click.FloatRange(0), metavar="AMOUNT",
              help="In the programme's currency; in place of the study's own.")  # fmt: skip
@click.option("--candidates", type=click.IntRange(10, 10_000), default=300, show_default=True, metavar="N",
              help="Schedules that --search tries.")  # fmt: skip
@click.option("--xlsx", is_flag=True, help="Also leave the workbook.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", help="In place of the study's own.")
@click.option("--replications", type=click.IntRange(2, 100_000), metavar="R", help="In place of the study's own.")
@options("workers", "ensemble", "out", "json", "quiet", "force")
@click.pass_obj
def taper(command: list[str], study: Path, policies: Path | None, search: bool, budget: float | None, candidates: int,
          xlsx: bool, seed: int | None, replications: int | None, workers: int | None, ensemble: str | None,
          out: Path | None, as_json: bool, quiet: bool, force: bool) -> int:  # fmt: skip
    """Compare policies of paying, or search for them.

    STUDY is a TOML file, or a workbook as `clustersim template --xlsx` writes it. Every policy lives on the same luck
    and the same unknowns; the answer comes with its odds and with when it flips. Leaves findings.json, tables and a
    chart in --out (results/NAME unless given); `clustersim brief` makes two pages of them.

    \b
    clustersim taper experiments/taper/jaipur.toml --xlsx
    clustersim taper policies.xlsx --budget 200000
    clustersim taper experiments/taper/jaipur.toml --search --budget 120000
    """
    from clustersim.desk import needed

    needed.check()
    from clustersim.desk.draws import over_ensemble
    from clustersim.desk.folder import save
    from clustersim.desk.study_file import read_desk_study
    from clustersim.desk.taper import answer
    from clustersim.ensemble import load_ensemble
    from clustersim.experiment.files import check_folder

    with warnings_in_words(quiet):
        asked = read_desk_study(study, policies=policies, replications=replications, seed=seed, budget=budget)
    if ensemble is not None:
        asked = over_ensemble(asked, load_ensemble(ensemble))
    folder = out if out is not None else Path("results") / asked.name
    check_folder(folder, force=force)
    said = shlex.join(["clustersim", *command])
    ready(quiet)
    if search:
        from clustersim.desk.search import searched

        journal = folder.parent / f"{folder.name}.search"
        with progress_bar(quiet) as progress:
            asked = searched(asked, journal, candidates=candidates, workers=workers, progress=progress,
                             tell=None if quiet else lambda text: click.echo(text, err=True))  # fmt: skip
    with progress_bar(quiet) as progress:
        found = answer(asked, workers=workers, command=said, progress=progress, check=not search)
    save(found, folder, force=force, workbook=xlsx)
    if as_json:
        print_json({key: found[key] for key in (*SAID, "ranking", "increments", "if_counted")})
    else:
        click.echo(_table(found))
        click.echo("\n\n".join("\n".join(found[key]) for key in SAID))
        click.echo(f"\nin {folder}: findings.json, tables{', workbook.xlsx' if xlsx else ''}; "
                   f"two pages of it: clustersim brief {shlex.quote(str(folder))} --pdf")  # fmt: skip
    for text in found["study"]["failed"]:
        click.echo(f"failed: {text}", err=True)
    return 3 if found["study"]["failed"] else 0


def _table(found: dict[str, Any]) -> str:
    wide = max(len(row["policy"]) for row in found["ranking"])
    unit = found["money"]["currency"]
    lines = [f"{'policy':<{wide}}  {'effect after 5 years':>22}  {'cost ' + unit:>14}  odds"]
    for row in found["ranking"]:
        low, high = row["effect_low"], row["effect_high"]
        effect = f"{row['effect']:.1f} [{low:.1f}, {high:.1f}]" if low is not None else f"{row['effect']:.1f}"
        lines.append(f"{row['policy']:<{wide}}  {effect:>22}  {row['cost']:>14,.0f}  {row['odds']:>4.0%}")
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--pdf", is_flag=True, help="Write brief.pdf.")
@click.option("--docx", is_flag=True, help="Write brief.docx.")
@click.option("--xlsx", is_flag=True, help="Write workbook.xlsx, as `clustersim taper --xlsx` does.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where to; beside the answer unless given.")
def brief(folder: Path, pdf: bool, docx: bool, xlsx: bool, out: Path | None) -> None:
    """Make two pages of an answer.

    DIR is what `clustersim taper` left. Page 1: question, answer with its odds, chart, table. Page 2: when it flips,
    the answer if another outcome counted, what is worth studying first, assumptions with sources, what the model leaves
    out, where it comes from. Unless told otherwise it writes the PDF.

    \b
    clustersim brief results/jaipur-taper --pdf --docx
    """
    from clustersim.desk import needed

    needed.check()
    from clustersim.desk.brief import brief as brief_of
    from clustersim.desk.brief_docx import write_docx
    from clustersim.desk.brief_pdf import write_pdf
    from clustersim.desk.chart import cost_and_effect
    from clustersim.desk.folder import load
    from clustersim.desk.workbook import write_workbook

    found = load(folder)
    target = out if out is not None else folder
    target.mkdir(parents=True, exist_ok=True)
    said, chart = brief_of(found), cost_and_effect(found)
    for wanted, name, write in ((pdf or not (docx or xlsx), "brief.pdf", write_pdf), (docx, "brief.docx", write_docx)):
        if wanted:
            write(said, chart, target / name)
            click.echo(target / name)
    if xlsx:
        write_workbook(found, target / "workbook.xlsx")
        click.echo(target / "workbook.xlsx")


@click.command()
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="FILE", help="The workbook to write.")
@click.option("--csv", "as_csv", type=click.Path(path_type=Path), metavar="FILE", help="The policies alone, as CSV.")
@options("force")
def template(xlsx: Path | None, as_csv: Path | None, force: bool) -> None:
    """Write a sheet of policies to fill in.

    Change rows, add rows, and give the file to `clustersim taper`.

    \b
    clustersim template --xlsx policies.xlsx
    """
    from clustersim.desk import needed

    needed.check()
    from clustersim.desk.template import write_template

    if xlsx is None and as_csv is None:
        raise InputError("say which: --xlsx FILE or --csv FILE")
    for path, ending in ((xlsx, ".xlsx"), (as_csv, ".csv")):
        if path is None:
            continue
        if path.suffix.lower() != ending:
            raise InputError(f"{path} does not end in {ending}")
        if path.exists() and not force:
            raise InputError(f"{path} is there already; --force replaces it")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_template(path)
        click.echo(path)
