"""The line of each key, and texts that would choke a parser."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.errors import InputError
from clustersim.scenario.text import toml_text
from clustersim.toml_source import MAX_BYTES, Key, parse_toml, read_toml

EVERYTHING = '''\
format = 1  # a comment with = and [brackets]
a.b."c.d" = 3
[x.y]
z = [ # a list over lines
  1, 2,
  { q = 1, r = [ "]", """a
"" b""" ] },
  1979-05-27 07:32:00,
]
s = """
[not] = a table
also = \\""" not a key x""""
t = \'\'\'
# not a comment
\'\'\'
after = 'x'
[[f.g]]
e = 1
[f.g.h]
k = 1
[[f.g]]
e = 2
[[f.g.sub]]
"ü\\n" = 1.5e3
'''


def test_every_key_stands_on_its_line() -> None:
    document = parse_toml(EVERYTHING, "x.toml")
    expected: dict[Key, int] = {
        ("format",): 1,
        ("a", "b", "c.d"): 2,
        ("x", "y"): 3,
        ("x", "y", "z"): 4,
        ("x", "y", "z", 1): 5,
        ("x", "y", "z", 2, "r"): 6,
        ("x", "y", "z", 3): 8,
        ("x", "y", "s"): 10,
        ("x", "y", "t"): 13,
        ("x", "y", "after"): 16,
        ("f", "g", 0, "e"): 18,
        ("f", "g", 0, "h", "k"): 20,
        ("f", "g", 1, "e"): 22,
        ("f", "g", 1, "sub", 0, "ü\n"): 24,
    }
    assert {path: document.lines.get(path) for path in expected} == expected


def test_the_line_of_an_unknown_path_is_that_of_the_table_around_it() -> None:
    document = parse_toml("a = 1\n[b]\nc = 2\n", "x.toml")
    assert document.line(("b", "missing", "deeper")) == 2
    assert document.line(("missing",)) is None


def _paths(value: Any, path: Key = ()) -> set[Key]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return ({path} if path else set()).union(*(_paths(item, (*path, key)) for key, item in items))


def test_the_scanner_sees_exactly_the_keys_that_tomllib_sees() -> None:
    assert set(parse_toml(EVERYTHING, "x").lines) == _paths(tomllib.loads(EVERYTHING))


SCALARS = st.one_of(
    st.text(max_size=20), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans(),
    st.lists(st.text(max_size=3), max_size=3), st.dictionaries(st.text(max_size=5), st.integers(0, 9), max_size=2),
)  # fmt: skip
TABLES = st.dictionaries(st.text(max_size=8), st.one_of(SCALARS, st.dictionaries(st.text(max_size=8), SCALARS)))


@given(TABLES)
def test_any_values_written_as_toml_read_back_with_a_line_for_each_key(values: dict[str, Any]) -> None:
    document = parse_toml(toml_text(values), "x.toml")
    assert document.values == values
    assert set(document.lines) == _paths(values)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\nb = \n", 2, "invalid value"),
        ("a = 1\na = 2\n", 2, "cannot overwrite"),
        ("[a]\n[a]\n", 2, "twice"),
        ("ok = 1\nx = 1979-13-01\n", 2, "not valid TOML"),
        ("ok = 1\ny = " + "9" * 5000, 2, "not valid TOML"),
        ("a = 'open", 1, "not valid TOML"),
        ("a = 1\n" + "b." * 20_000 + "c = 1", 2, "nested too deeply"),
        ("a = 1\n" + "b" * 40_000 + " = 1", 2, "key of 40,000 characters"),
        ('a = 1\n"' + "b" * 40_000 + '" = 1', 2, "key of 40,002 characters"),
        ("[" + "b" * 40_000 + "]", 1, "key of 40,000 characters"),
        ("[" + ".".join("b" * 20_000) + "]", 1, "nested too deeply"),
        ("a = " + "[" * 100_000, 1, "nested too deeply"),
        ("a = " + "{b=" * 100_000, 1, "nested too deeply"),
        ("a = [\n" + "{ c = [" * 500, 2, "nested too deeply"),
        ("a = '''" + "'' " * 300_000, 1, "not valid TOML"),
        ('a = "' + "\\" * 900_000, 1, "not valid TOML"),
        ("a\x00 = 1", 1, "not valid TOML"),
    ],
)
def test_bad_toml_is_refused_at_its_line_and_fast(text: str, line: int, words: str) -> None:
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        parse_toml(text, "x.toml")
    assert time.process_time() - began < 1.5
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("x.toml", line)
    assert words in str(problem)
    assert len(str(problem)) < 300


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    latin, large, folder = tmp_path / "latin.toml", tmp_path / "large.toml", tmp_path / "folder.toml"
    latin.write_bytes(b"a = 1\nname = 'caf\xe9'\n")
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    folder.mkdir()
    for path, words in ((latin, ":2: the file is not UTF-8"), (large, "too large"), (folder, "is a folder"),
                        (tmp_path / "none.toml", "no such file")):  # fmt: skip
        with pytest.raises(InputError, match=words):
            read_toml(path)


def test_windows_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n[b]\r\nc = 2\r\n")
    document = read_toml(path)
    assert document.values == {"a": 1, "b": {"c": 2}}
    assert document.lines["b", "c"] == 3
