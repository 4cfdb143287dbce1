"""The lines of a text, and of each what is left of it without what looks like a comment.

Only of Python is it certain what a comment is: the standard library reads it. Of every other language a line that looks
like one may stand in a heredoc, a template or a string and hold SQL. So it counts as code, and people are told.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

_SLASHES = """
js jsx mjs cjs ts tsx mts cts java kt kts scala groovy go rs c h cc cpp hpp cs swift dart php vue svelte proto prisma
graphql gradle css scss less sol zig
"""
_HASHES = "py pyi rb rake gemspec ru ex exs sh bash zsh yml yaml toml pl pm r php graphql tf nix cr jl conf ini env"
_DASHES = "sql lua hs elm ada vhd"
_MARKS: dict[str, tuple[str, ...]] = {}
for _mark, _endings in (("//", _SLASHES), ("#", _HASHES), ("--", _DASHES)):
    for _ending in _endings.split():
        _MARKS[_ending] = (*_MARKS.get(_ending, ()), _mark)
_BLOCKS = {"//": ("/*", "*/"), "--": ("/*", "*/")}
_MARKUP = {"html", "htm", "xml", "vue", "svelte", "jsp", "md"}
_NO_COMMENT = ("#{", "#[", "#!", "#define", "#include", "#if")  # interpolation, attributes, the preprocessor
_QUOTES = re.compile(r"[\"'`]")
_PYTHON = frozenset(("py", "pyi"))


class CodeLine(NamedTuple):
    number: int  # from 1
    text: str  # what may be code
    bare: str  # without what looks like a comment


def code_lines(path: str, text: str) -> Iterator[CodeLine]:
    ending = path.rpartition(".")[2].lower()
    certain = _without_python_comments(text) if ending in _PYTHON else None
    if certain is not None:
        yield from (CodeLine(number, line, line) for number, line in enumerate(certain, start=1))
        return
    lines = text.splitlines()
    for number, (line, bare) in enumerate(zip(lines, _bare(ending, lines), strict=True), start=1):
        yield CodeLine(number, line, bare)


def _without_python_comments(text: str) -> list[str] | None:
    """None where it is no Python that can be read: then nothing is certain."""
    lines = text.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                (row, start), (_, end) = token.start, token.end
                lines[row - 1] = lines[row - 1][:start] + lines[row - 1][end:]
    except (tokenize.TokenError, SyntaxError, IndexError, ValueError):
        return None
    return lines


def _bare(ending: str, lines: list[str]) -> Iterator[str]:
    marks = _MARKS.get(ending, ())
    blocks = [*(_BLOCKS[mark] for mark in marks if mark in _BLOCKS), *([("<!--", "-->")] if ending in _MARKUP else [])]
    close = ""
    for line in lines:
        bare = line.strip()
        opened = next((end for start, end in blocks if not close and bare.startswith(start)), "")
        if opened:
            close, bare = opened, bare[2:]
        if close:
            _, ended, behind = bare.partition(close)
            close = "" if ended else close
            yield behind
        else:
            yield _without_comment(line, marks)


def _without_comment(line: str, marks: tuple[str, ...]) -> str:
    for mark in marks:
        before, found, behind = line.partition(mark)
        starts = found + behind
        if not found or starts.startswith(_NO_COMMENT) or _QUOTES.search(before):
            continue
        if not before.strip() or before.endswith((" ", "\t", ";", "{", ")")):
            return before
    return line
