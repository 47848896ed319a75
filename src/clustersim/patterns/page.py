"""The patterns on one page, complete in itself."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from clustersim import report
from clustersim.patterns.declare import EVIDENCE

if TYPE_CHECKING:
    from clustersim.patterns.scoreboard import Scoreboard

STYLE = Path(report.__file__).parent / "style.css"


def render(board: Scoreboard, command: str) -> str:
    """The page as HTML text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from clustersim.patterns import scoreboard

    style = STYLE.read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    groups = [
        ("What the model has to show", [r for r in board.results if r.pattern.kind != "direct"]),
        ("Direct: each restates one rule, and counts for nothing",
         [r for r in board.results if r.pattern.kind == "direct"]),
    ]  # fmt: skip
    return environment.get_template("page.html").render(
        style=style, style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        board=board, groups=groups, command=command, evidence=EVIDENCE, shown=scoreboard.shown, word=scoreboard.word,
        costs=scoreboard.costs,
    )  # fmt: skip
