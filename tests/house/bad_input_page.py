"""docs/bad-input.md, from the marks `bad_input` of the tests: a section, what comes, and what is answered."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bluegreen_cli.stage import ROOT

PAGE = ROOT / "docs" / "bad-input.md"
MARK = "bad_input"
_HEAD = """# What Bluegreen answers when something is wrong

Generated from the tests: `make house ARGS=--write`. In every case production is untouched and nothing that was accepted
is lost. The last column is where a line is tried: it stands there in a mark, `bad_input`, above its test.
"""
# Section → its title, and the heads of its two columns.
SECTIONS = {
    "webhook": ("GitHub's webhook", "what comes", "answer"),
    "alert": ("Alerts", "what comes to `hooks/alert`", "answer"),
    "person": ("People", "what they ask", "answer: `ok: false`, and"),
    "answer": ("Any service's answer", "what comes", "what follows"),
    "secret": ("Any service that repeats a secret", "what happens", "what follows"),
    "digitalocean": ("DigitalOcean", "what happens", "what follows"),
    "settings": ("Settings and state", "what is wrong", "what follows"),
}


class Row(NamedTuple):
    section: str
    comes: str
    follows: str
    path: Path


def written() -> str:
    found = list(rows())
    return "\n".join([_HEAD, *(_section(name, [row for row in found if row.section == name]) for name in SECTIONS)])


def rows() -> Iterator[Row]:
    """File by file, in the order in which they stand there."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text()
        for node in ast.parse(text).body if f"mark.{MARK}(" in text else ():
            for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == MARK:
                    yield Row(*(ast.literal_eval(given) for given in mark.args), path)


def _section(name: str, found: list[Row]) -> str:
    title, comes, follows = SECTIONS[name]
    lines = [f"## {title}", "", f"| {comes} | {follows} | tried in |", "|---|---|---|", *map(_line, found), ""]
    return "\n".join(lines)


def _line(row: Row) -> str:
    path = row.path.relative_to(ROOT)
    return f"| {row.comes} | {row.follows} | [{path.stem.removeprefix('test_')}](../{path}) |"
