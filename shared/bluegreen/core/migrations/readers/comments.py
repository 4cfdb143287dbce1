"""A text without what is certainly a comment: a mention there is no use.

Only the certain is left out, since a string that looks like a comment may hold SQL: whole lines that begin with the
language's mark, blocks that begin a line, and what stands behind a mark on a line without any quote.
"""

import re
from collections.abc import Iterator

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


def code_lines(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Number, from 1, and line of what is no comment."""
    ending = path.rpartition(".")[2].lower()
    marks = _MARKS.get(ending, ())
    blocks = [*(_BLOCKS[mark] for mark in marks if mark in _BLOCKS), *([("<!--", "-->")] if ending in _MARKUP else [])]
    close = ""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        opened = next((end for start, end in blocks if not close and bare.startswith(start)), "")
        if opened and any(opened in later for later in lines[number - 1 :]):
            close, bare = opened, bare[2:]
        if close:
            _, ended, behind = bare.partition(close)
            close = "" if ended else close
            if not behind.strip():
                continue
            line = behind
        kept = _without_comment(line, marks)
        if kept.strip():
            yield number, kept


def _without_comment(line: str, marks: tuple[str, ...]) -> str:
    for mark in marks:
        before, found, behind = line.partition(mark)
        starts = found + behind
        if not found or starts.startswith(_NO_COMMENT) or _QUOTES.search(before):
            continue
        if not before.strip() or before.endswith((" ", "\t", ";", "{", ")")):
            return before
    return line
