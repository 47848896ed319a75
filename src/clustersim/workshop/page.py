"""The page as one file: style, program, words and, in a file that is handed round, the recording itself.

Nothing is fetched from anywhere.  The content-security-policy allows the one script and the one style by their
hashes, and a connection to this very server only where there is one; what a scenario says stands in data that is
never run.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import zlib
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from clustersim.workshop.pack import pack
from clustersim.workshop.words import LANGUAGES, words

HERE = Path(__file__).parent
BUNDLE = HERE / "bundle"


@cache
def bundle(name: str) -> str:
    """A built file of the page, as text."""
    return (BUNDLE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def policy(*, live: bool, header: bool = False) -> str:
    """The content-security-policy; ``header`` adds what only a server can say."""
    rules = ["default-src 'none'", f"script-src {_hash(bundle('page.js'))}", f"style-src {_hash(bundle('page.css'))}",
             "img-src data:", f"connect-src {chr(39) + 'self' + chr(39) if live else chr(39) + 'none' + chr(39)}",
             "base-uri 'none'", "form-action 'none'"]  # fmt: skip
    return "; ".join([*rules, "frame-ancestors 'none'"] if header else rules)


def as_data(value: Any) -> str:
    """JSON that can stand inside a script element: no character of it can end that element or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def deflated(tree: Any, level: int = 5) -> bytes:
    """A tree packed and compressed, as the page reads it from a file or from the server; ``level`` as zlib has it."""
    return zlib.compress(pack(tree), level)


def page(about: dict[str, Any], *, language: str, live: bool, recording: Any = None) -> str:
    """The whole page; with a ``recording`` it needs nothing else."""
    data = base64.b64encode(deflated(recording, 9)).decode() if recording is not None else ""
    start = {**about, "live": live, "language": language}
    template = Template((HERE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        language=language, direction="rtl" if language == "ar" else "ltr",
        policy=html.escape(policy(live=live)), title=html.escape(str(about["title"])), style=bundle("page.css"),
        about=as_data(start), words=as_data({name: words(name) for name in LANGUAGES}), recording=data,
        program=bundle("page.js"), needs=html.escape(words(language)["needs_script"]),
    )  # fmt: skip
