"""What is printed for a room: script, prediction sheets, token cards, result strips, and what the model assumes.

One HTML file for any browser's print dialogue, in black and white, on A4 or Letter; every number in it is the scenario's
own, read off the same recording that the page plays.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from clustersim.scenario.check import month_number, month_text
from clustersim.workshop.exits import EXITS
from clustersim.workshop.record import SHOWN
from clustersim.workshop.words import say

PAPERS = {"A4": "210mm 297mm", "Letter": "8.5in 11in"}
CARDS = (50, 20, 20, 10, 10, 10, 5, 5, 5, 5, 5, 5)  # tokens; 100 can be laid out in many ways
STRIPS = 9  # lucks that go on strips
STYLE = """
@page { size: SIZE; margin: 15mm }
body { font: 11.5pt/1.45 system-ui, "Noto Sans", "Noto Sans Devanagari", "Noto Sans Arabic", sans-serif; color: #000; margin: 0 auto; max-width: 180mm; padding: 5mm }
h1 { font-size: 22pt; margin: 0 0 4mm } h2 { font-size: 15pt; margin: 6mm 0 2mm } p { margin: 1.5mm 0 }
section { break-after: page } section:last-child { break-after: auto }
table { border-collapse: collapse; width: 100% } th, td { border: .4pt solid #777; padding: 1.6mm 2mm; text-align: start; vertical-align: top }
th { font-weight: 650 } .small { font-size: 9pt } td.n, th.n { width: 14mm; text-align: center }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 3mm } .card { border: 1.2pt dashed #000; border-radius: 3mm; text-align: center; padding: 6mm 2mm; break-inside: avoid }
.card b { display: block; font-size: 30pt; line-height: 1.1 } .strip { border-bottom: 1pt dashed #000; padding: 3mm 0; break-inside: avoid; display: grid; grid-template-columns: 26mm 1fr; align-items: center }
svg { display: block; direction: ltr; max-width: 100% } svg text { font-size: 10px } li { margin: 1.5mm 0 }
"""


def sheets(about: Mapping[str, Any], recording: Mapping[str, Any], *, language: str, paper: str = "A4") -> str:
    """The whole kit as one HTML document without any script."""
    style = STYLE.replace("SIZE", PAPERS[paper])
    policy = (
        "default-src 'none'; style-src 'sha256-"
        + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        + "'"
    )
    kit = _Kit(about, recording, language)
    body = "".join([*kit.scripts(), kit.sheet(), kit.cards(), kit.strips(), kit.assumes()])
    direction = "rtl" if language == "ar" else "ltr"
    title = html.escape(f"{kit.word('x_title')}: {about['title']}")
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}"><link rel="icon" href="data:,">'
        f"<title>{title}</title><style>{style}</style></head><body>{body}</body></html>\n"
    )


class _Kit:
    def __init__(self, about: Mapping[str, Any], recording: Mapping[str, Any], language: str) -> None:
        self.about, self.recording, self.language = about, recording, language
        first, last = about["programme"]
        self.years = round((last - first + 1) / 12)
        self.said = self._numbers()

    def word(self, key: str, **values: object) -> str:
        """A text of the language, escaped."""
        return html.escape(say(self.language, key, **values))

    def _numbers(self) -> dict[str, object]:
        """What the notes of the presenter speak of; the page reckons the same from the same recording."""
        arms, lucks = self.recording["pair"]["arms"], self.recording["lucks"]
        last = self.about["programme"][1]

        def at(arm: str, name: str, month: int) -> int:
            return round(100 * float(arms[arm]["measures"][name][month]))

        joint = SHOWN.index("joint_action")
        after = min(self.about["months"] - 1, last + self.about["after"])
        quarter = next(q for q, month in enumerate(self.about["quarters"]) if month >= after)
        low, high = lucks["low"][joint], lucks["high"][joint]
        middle = {name: round(100 * (low + (high - low) / 255 * float(np.median(lucks["arms"][name][:, quarter, joint]))))
                  for name in EXITS}  # fmt: skip
        better = lucks["arms"]["with"][:, -1, joint] > lucks["arms"]["without"][:, -1, joint]
        return {
            "trust": at("without", "trust", 0), "joint": at("without", "joint_action", 0),
            "with_trust": at("with", "trust", last), "without_trust": at("without", "trust", last),
            "with_joint": at("with", "joint_action", last), "without_joint": at("without", "joint_action", last),
            "total": lucks["count"], "wins": int(better.sum()), **middle,
        }  # fmt: skip

    def scripts(self) -> Iterator[str]:
        """The facilitator's script, once for 45 and once for 90 minutes."""
        for k, key in enumerate(("x_45", "x_90")):
            rows = []
            for scene, minutes in enumerate(self.about["minutes"], 1):
                values = {**self.said, "n": self.years if scene == 3 else self.said["wins"]}
                parts = "".join(f"<p><b>{self.word(f't_{part}')}.</b> {self.word(f'p{scene}_{part}', **values)}</p>"
                                for part in ("say", "ask", "answer"))  # fmt: skip
                minute = self.word("x_minutes", n=minutes[k])
                rows.append(
                    f'<tr><th class="n">{scene}<br>{minute}</th><td><b>{self.word(f"s{scene}")}</b>{parts}</td></tr>'
                )
            yield (f"<section><h1>{self.word('x_script')}, {self.word(key)}</h1><p>{html.escape(self.about['title'])}</p>"
                   f"<p>{self.word('x_you_need')}</p><table>{''.join(rows)}</table></section>")  # fmt: skip

    def sheet(self) -> str:
        """A prediction sheet: three empty charts."""
        charts = "".join(f"<h2>{self.word(f'm_{name}')}</h2><p>{self.word(f'd_{name}')}</p>{self._empty(name)}" for name in
                         ("joint_action", "trust", "income"))  # fmt: skip
        return (f"<section><h1>{self.word('x_sheet')}</h1><p>{self.word('x_name')}: ______________________</p>"
                f"<p>{self.word('x_sheet_text', n=self.years)}</p>{charts}</section>")  # fmt: skip

    def _empty(self, name: str) -> str:
        top = 200 if name == "income" else 100
        lines = "".join(f'<line x1="40" x2="560" y1="{150 - 140 * k / 5}" y2="{150 - 140 * k / 5}" stroke="#bbb"/>'
                        f'<text x="34" y="{154 - 140 * k / 5}" text-anchor="end">{top * k // 5}</text>' for k in range(6))  # fmt: skip
        years = "".join(
            f'<text x="{40 + 520 * k / self.years}" y="166" text-anchor="middle">{k}</text>'
            for k in range(self.years + 1)
        )
        return f'<svg viewBox="0 0 600 172" width="600" height="172" aria-hidden="true">{lines}{years}</svg>'

    def cards(self) -> str:
        """Token cards that add up to more than a table may spend, so that it has to choose how."""
        cards = "".join(f'<div class="card"><b>{n}</b>{self.word("x_card_text", n=n)}</div>' for n in CARDS)
        heaps = "".join(f"<tr><th>{self.word(f'h_{name}')}</th><td>{self.word(f'hl_{name}')}</td><td class='n'>&nbsp;</td></tr>"
                        for name in self.about["heaps"])  # fmt: skip
        lead = self.word("s7_lead", tokens=self.about["tokens"], price=round(self.about["token_price"]))
        return f'<section><h1>{self.word("x_cards")}</h1><p>{lead}</p><table>{heaps}</table><h2>&nbsp;</h2><div class="cards">{cards}</div></section>'

    def strips(self) -> str:
        """A strip for each of some lucks: joint action with and without, in lines that survive a copier."""
        found = "".join(self._strip(k) for k in range(min(STRIPS, self.recording["lucks"]["count"])))
        return (f"<section><h1>{self.word('x_strips')}</h1><p>{self.word('x_strips_text')}</p><p>{self.word('d_joint_action')}. "
                f"━ {self.word('with')} · ┅ {self.word('without')}</p>{found}</section>")  # fmt: skip

    def _strip(self, luck: int) -> str:
        lucks, joint = self.recording["lucks"], SHOWN.index("joint_action")
        low, high = lucks["low"][joint], lucks["high"][joint]
        paths, ends = [], []
        for arm, dash in (("with", ""), ("without", "6 4")):
            values = 100 * (low + (high - low) / 255 * lucks["arms"][arm][luck, :, joint].astype(float))
            step = 400 / max(1, len(values) - 1)
            points = " ".join(f"{10 + step * q:.1f},{62 - 0.56 * v:.1f}" for q, v in enumerate(values))
            paths.append(
                f'<polyline points="{points}" fill="none" stroke="#000" stroke-width="1.8" stroke-dasharray="{dash}"/>'
            )
            ends.append(
                f'<text x="{418 if arm == "with" else 446}" y="36" font-weight="{"700" if arm == "with" else "400"}">{values[-1]:.0f}</text>'
            )
        box = '<rect x="10" y="6" width="400" height="56" fill="none" stroke="#999"/>'
        return (f'<div class="strip"><b>{self.word("luck_n", n=luck + 1)}</b><svg viewBox="0 0 480 68" width="480" height="68" '
                f'aria-hidden="true">{box}{"".join(paths)}{"".join(ends)}</svg></div>')  # fmt: skip

    def assumes(self) -> str:
        """One page: what the model assumes and what it leaves out."""
        about = self.about
        facts = self.word("x_facts", firms=about["firms"], trust=self.said["trust"], days=f"{about['days']:g}",
                          start=_date(about["start"], about["programme"][0]), end=_date(about["start"], about["programme"][1]))  # fmt: skip
        rules = "".join(f"<li>{self.word(f'a_{k}')}</li>" for k in range(1, 9))
        out = "".join(f"<li>{self.word(f'out_{k}')}</li>" for k in range(1, 7))
        made = self.word("x_made", name=about["name"], seed=about["seed"])
        return (f"<section><h1>{self.word('x_assumes')}</h1><p>{facts}</p><ul>{rules}</ul><h2>{self.word('leaves_out')}</h2>"
                f'<ul>{out}</ul><p class="small">{made}</p></section>')  # fmt: skip


def _date(start: str, month: int) -> str:
    return month_text(month_number(start) + month)
