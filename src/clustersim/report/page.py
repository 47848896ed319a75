"""One page for a comparison, complete in itself: no script, no request to anywhere, everything from outside escaped."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from clustersim.experiment.files import versions
from clustersim.experiment.result import Comparison
from clustersim.experiment.words import OUTCOMES, SPOKEN, digits_for, months_named, number, percent, sentences, span
from clustersim.measures import MEASURES
from clustersim.report import assumptions, doubt, figures, tables
from clustersim.report.tables import Table

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Card:
    """A main outcome in large print."""

    name: str
    size: str
    interval: str
    note: str


@dataclass(frozen=True)
class Chart:
    """A figure with the words that stand in for it and the numbers that are in it."""

    title: str
    about: str
    image: str
    alt: str
    tables: list[Table]
    beside: Table | None = None


def render(comparison: Comparison, command: str) -> str:
    """The page as HTML text; the same comparison and command give the same text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    style = (HERE / "style.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    first = figures.first(comparison).scenario
    return environment.get_template("page.html").render(
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        title=first.title or first.name,
        comparison=comparison,
        arms=assumptions.arms_in_words(comparison),
        shocks=assumptions.shocks(comparison),
        cards=_cards(comparison),
        answer=sentences(comparison),
        outcomes=[_outcome(comparison, measure) for measure in OUTCOMES],
        network=_network(comparison),
        spending=_spending(comparison),
        main={when: tables.measures(comparison, when, headline=True) for when in ("end", "exit")},
        further={when: tables.measures(comparison, when, headline=False) for when in ("end", "exit")},
        windows=_windows(comparison),
        predictions=doubt.predictions(comparison),
        doubt=doubt.whose(comparison),
        definitions=MEASURES,
        about=[" ".join(part.split()) for part in (first.about or "").split("\n\n") if part.strip()],
        changed=assumptions.parameters(comparison, changed=True),
        others=assumptions.parameters(comparison, changed=False),
        command=command,
        versions=versions(),
        digests={name: arm.scenario.digest() for name, arm in comparison.arms.items()},
    )


def _cards(comparison: Comparison) -> list[Card]:
    """The three main effects of the first arm that has a baseline, at the end of the run."""
    others = tables.others_of(comparison)
    if not others:
        return []
    cards = []
    for measure in OUTCOMES:
        row = comparison.row(others[0], measure)
        assert row.paired is not None
        gap = row.paired.difference
        digits = digits_for(gap[:3])
        change = tables.relative(comparison, others[0], measure, "end")
        size, interval = number(gap.mean, digits, sign=True), span(gap, digits)
        if change:
            size, interval = change.split(" [")[0], f"[{change.split(' [')[1]} per cent"
        higher = percent(row.paired.higher / gap.n) if gap.n else "–"
        clear = "" if gap.excludes_zero else "; cannot be told from no change"
        cards.append(Card(SPOKEN[measure], size, interval, f"higher in {higher} of replications{clear}"))
    return cards


def _outcome(comparison: Comparison, measure: str) -> Chart:
    known = next(m for m in MEASURES if m.name == measure)
    effects = tables.effects(comparison, measure)
    spoken = "; ".join(
        f"{row[0]}: " + ", ".join(f"{head} {cell}" for head, cell in zip(effects.head[1:], row[1:], strict=True))
        for row in effects.rows
    )
    name = SPOKEN[measure]
    return Chart(
        name[0].upper() + name[1:],
        known.definition[0].upper() + known.definition[1:] + ".",
        _image(figures.outcome(comparison, measure, known.unit)),
        f"Line charts of {name} by month: each arm with a band of 90 % of its runs, and the difference. {spoken}.",
        [tables.by_year(comparison, measure)],
        effects,
    )


def _network(comparison: Comparison) -> Chart | None:
    svg = figures.network(comparison)
    if not svg:
        return None
    rows = max(len(snapshot.firms["x"]) for arm in comparison.arms.values() for snapshot in arm.snapshots.values())
    part = "" if rows <= tables.MOST_FIRMS else f" The map shows the first {tables.MOST_FIRMS:,} of {rows:,} workshops."
    return Chart(
        "Who trusts whom",
        "One replication (number 0) of each arm. Every mark is a firm, its shape the market segment; the darker and "
        "thicker a line between two, the more they trust each other." + part,
        _image(svg),
        "Map of the cluster’s firms and their ties at the start and at the end of each arm; the table has its numbers.",
        [tables.network_figures(comparison)],
    )


def _spending(comparison: Comparison) -> Chart | None:
    spent = {name: tables.spending_of(arm) for name, arm in comparison.arms.items()}
    panels = {name: spending for name, spending in spent.items() if spending.by_payer}
    if not panels:
        return None
    quiet = [name for name in spent if name not in panels]
    about = ("Spending on cluster activities by who paid, mean of the replications, from the ledger. The broker’s "
             "salary is shown apart, since published tables of this kind leave it out.")  # fmt: skip
    if quiet:
        about += f" No such spending in the arm {' or '.join(f'“{name}”' for name in quiet)}."
    shown = []
    for name, spending in panels.items():
        for table, what in ((tables.spending_by_year(spending), "USD by year"),
                            (tables.spending_by_purpose(spending), "over the whole run, share by payer")):  # fmt: skip
            shown.append(Table(table.head, table.rows, f"{name}: {what}"))
    return Chart("Who paid for what", about, _image(figures.spending(panels)),
                 "Stacked bars of yearly spending on cluster activities by payer; the tables have its numbers.",
                 shown)  # fmt: skip


def _windows(comparison: Comparison) -> dict[str, str]:
    """The months behind ``end`` and ``exit``; arms that differ are told apart."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, arm in comparison.arms.items():
        for window in comparison.windows(name):
            months = months_named(arm.scenario.run.start, window)
            found.setdefault(window.when, {}).setdefault(months, []).append(name)
    return {
        when: "; ".join(m if len(named) == 1 else f"{m} ({', '.join(arms)})" for m, arms in named.items())
        for when, named in found.items()
    }


def _image(svg: str) -> str:
    """An SVG as a data address for ``img``: there it can neither run a script nor share its ids with another figure."""
    body = svg[svg.index("<svg"):].replace("\n", " ")
    return "data:image/svg+xml," + quote(body, safe=" ='/:;,.()-!*@$_~?&+")

