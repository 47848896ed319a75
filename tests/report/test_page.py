"""The page: complete in itself, everything from outside escaped, every picture with words beside it."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from clustersim.experiment.compare import compare
from clustersim.experiment.result import Comparison
from clustersim.measures import MEASURES
from clustersim.parameters.declare import Section, param
from clustersim.report.assumptions import in_words
from clustersim.report.page import render
from clustersim.report.tables import by_year, map_of, spending_by_purpose, spending_of, tie_pairs
from tests.experiment import stand_in

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'n' $x^2$ {{ 7 * 7 }}"


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def found(replications: int = 3, **values: Any) -> Comparison:
    scenario = stand_in.scenario(**values)
    arms = {"programme": scenario, "none": scenario.without_programme()}
    return compare(arms, replications=replications, run=stand_in.run)


@pytest.fixture(scope="module")
def html() -> str:
    return render(found(), "clustersim compare toy")


def test_nothing_is_asked_of_any_other_place(html: str) -> None:
    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "embed", "form", "base", "a"}
    addresses = [value for _, attributes in page.tags for name, value in attributes.items()
                 if name in ("src", "href", "srcset", "action", "poster", "background", "data")]  # fmt: skip
    assert addresses
    assert all(address is not None and address.startswith("data:image/svg+xml,") for address in addresses)
    style = html.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    for address in addresses:
        svg = unquote(address or "")
        references = re.findall(r"(?:href|src)=\"([^\"]*)\"|url\(([^)]*)\)", svg)
        assert all((one or two).startswith(("#", "data:image/png")) for one, two in references)


def test_the_policy_allows_this_style_and_nothing_else(html: str) -> None:
    policy = next(attributes["content"] for tag, attributes in Page(html).tags
                  if attributes.get("http-equiv") == "Content-Security-Policy")  # fmt: skip
    style = html.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
                      "base-uri 'none'; form-action 'none'")  # fmt: skip
    assert not [tag for tag, attributes in Page(html).tags if "style" in attributes]


def test_it_says_its_language_and_each_picture_has_words(html: str) -> None:
    page = Page(html)
    assert page.open == []
    assert next(attributes for tag, attributes in page.tags if tag == "html")["lang"] == "en"
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) == 5  # trust, joint action, income, network, who paid
    assert all(len(attributes["alt"] or "") > 40 for attributes in pictures)
    assert html.count("The numbers in this chart") == 5


def test_what_must_be_on_it(html: str) -> None:
    text = Page(html).text
    comparison = found()
    for sentence in comparison.answer.split(". ")[:1]:
        assert sentence.replace(" %", "\u00a0%") in text
    assert all(measure.name in text and measure.definition in text for measure in MEASURES)
    for words in (
        "January 1997 to the end of December 1999", "clustersim compare toy", "what the programme adds to trust",
        "toy.toml:3", comparison.arms["none"].scenario.digest(), "Nothing in it is from life.",
    ):  # fmt: skip
        assert words in text


def test_text_from_outside_stays_text() -> None:
    scenario = stand_in.scenario(title=HOSTILE, about=HOSTILE, name=HOSTILE)
    arms = {f"a {HOSTILE}": scenario, f"b {HOSTILE}": scenario.without_programme()}

    def failing(scenario: Any, *, replication: int, **more: Any) -> Any:
        if replication == 2:
            raise ValueError(HOSTILE)
        return stand_in.run(scenario, replication=replication, **more)

    html = render(compare(arms, replications=3, run=failing), f"clustersim compare '{HOSTILE}'")
    page = Page(html)
    assert "<script" not in html
    assert not {tag for tag, _ in page.tags} & {"script"}
    assert page.text.count(HOSTILE) > 5
    assert "49" not in page.text.split(HOSTILE)[0]


def test_it_is_small_and_the_same_every_time(html: str) -> None:
    assert len(html) < 3_000_000
    assert render(found(), "clustersim compare toy") == html


def test_a_comparison_of_one_arm_and_one_of_three() -> None:
    scenario = stand_in.scenario()
    one = compare({"only": scenario.without_programme()}, replications=1, run=stand_in.run)
    assert "nothing to compare" in Page(render(one, "-")).text
    arms = {"long": scenario, "weak": stand_in.scenario(effect=0.1), "none": scenario.without_programme()}
    text = Page(render(compare(arms, replications=2, run=stand_in.run), "-")).text
    assert "long − none" in text
    assert "weak − none" in text


def test_an_arm_that_failed_throughout_does_not_stop_the_page() -> None:
    def broken(scenario: Any, **more: Any) -> Any:
        if scenario.programme.start:
            raise ZeroDivisionError
        return stand_in.run(scenario, **more)

    scenario = stand_in.scenario()
    arms = {"programme": scenario, "none": scenario.without_programme()}
    assert "3 of 6 runs failed" in Page(render(compare(arms, replications=3, run=broken), "-")).text


def test_who_paid_is_the_ledger_by_year() -> None:
    comparison = found()
    spent = spending_of(comparison.arms["programme"])
    assert spent.years == list(range(1997, 2003))
    assert spent.by_payer["institutions"] == pytest.approx([3000.0] * 6)  # four fairs a year, a quarter of 3,000 each
    assert spent.broker == pytest.approx([6000.0] * 3 + [0.0] * 3)
    training = sum(300.0 - 5 * month for month in range(12))
    assert spent.by_payer["programme"][0] == pytest.approx(4200.0 + training)
    ledger = comparison.ledger
    total = ledger.loc[ledger["purpose"].isin(["fair", "training"]), "amount"].sum() / 3
    assert sum(map(sum, spent.by_payer.values())) == pytest.approx(total)
    assert [row[0] for row in spending_by_purpose(spent).rows] == ["fair", "training", "all"]


def test_years_are_calendar_years() -> None:
    comparison = found()
    table = by_year(comparison, "trust")
    assert [row[0] for row in table.rows] == [str(year) for year in range(1997, 2003)]
    mean = comparison.arms["programme"].series("trust")[:, 12:24].mean()
    assert table.rows[1][1].startswith(f"{mean:.3f} (")


def test_two_directions_make_one_line_and_the_map_may_be_cut() -> None:
    pairs, trust = tie_pairs([0, 1, 2, 2], [1, 0, 0, 3], [0.2, 0.6, 0.5, 1.0], 3)
    assert pairs.tolist() == [[0, 1], [0, 2]]
    assert trust.tolist() == pytest.approx([0.4, 0.5])
    assert tie_pairs([0], [5], [1.0], 3)[0].shape == (0, 2)


def test_an_empty_workshop_is_not_a_closed_firm() -> None:
    arm = found().arms["programme"]
    start, end = (arm.snapshots[month].firms for month in (0, 71))
    start["alive"], end["alive"] = np.ones(stand_in.FIRMS, bool), np.ones(stand_in.FIRMS, bool)
    start["alive"][:2] = False  # two workshops that stand empty at first; one is taken, and firm 5 closes
    end["alive"][[0, 5]] = False
    drawn = map_of(arm, 71)
    assert np.flatnonzero(drawn.closed).tolist() == [5]
    assert np.flatnonzero(~drawn.alive).tolist() == [0, 5]


class Event(Section):
    """One fair."""

    date: str = param(..., unit="year-month", meaning="when", source="made up")
    paid: float = param(0.5, unit="share of the cost", meaning="by the programme", source="made up")


class Fairs(Section):
    """Joint stands.

    Not shown.
    """

    seats: int = param(24, unit="firms", meaning="most firms", source="made up")
    window: int = param(4, unit="months", meaning="how long", source="made up")
    events: tuple[Event, ...] = ()


def test_interventions_are_told_with_what_is_not_usual_and_event_by_event() -> None:
    item = in_words("the_fairs", Fairs(seats=12, events=(Event(date="1998-03", paid=0.35), Event(date="1999-03"))))
    assert (item.name, item.what, item.settings) == ("the fairs", "Joint stands", "seats 12 firms")
    assert item.parts == ["date 1998-03, paid 35 %", "date 1999-03, paid 50 %"]
