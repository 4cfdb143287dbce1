"""Where everything that this command prints comes out: words of others never reach a terminal raw.

A tag, a commit's message, a reason, an answer's body or a log may hold escape sequences, marks that turn the direction
of all that follows, and line breaks that forge a line of ours. What cannot be seen becomes a visible sign, here and
nowhere else: `tests/cli/test_screen.py` finds whoever prints without it. JSON is written in ASCII, where nothing acts.
"""

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from bluegreen.core.credentials import hidden
from bluegreen.page.markup import visible

WIDEST, _NARROWEST = 80, 24  # columns
_PLAIN = str.maketrans(
    {
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "…": "...",
        "→": "->",
        "←": "<-",
        "\N{MULTIPLICATION SIGN}": "x",
        "≥": ">=",
        "≤": "<=",
        "·": "-",
        "✓": "+",
        "✕": "x",
        "◔": "~",
        "☐": "-",
        "“": '"',
        "”": '"',
    }
)
_COLOURS = {"good": "32", "busy": "36", "warning": "33", "bad": "31"}


def line(text: str, most: int = 0) -> str:
    """One line that shows all that it holds, without credentials; cut where it is longer than `most`."""
    shown = visible(" ".join(hidden(text).split()))
    return f"{shown[: most - 1]}…" if most and len(shown) > most else shown


def width() -> int:
    """Of the terminal, and never more than 80 columns."""
    return max(_NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def say(text: str = "", err: bool = False) -> None:
    """Lines of ours, as they are; each shows all that it holds."""
    _write("\n".join(visible(each) for each in text.split("\n")), sys.stderr if err else sys.stdout)


def say_line(text: str, err: bool = False) -> None:
    """One line, with the spaces that it has; line ends of others make no second one."""
    say(" ".join(text.splitlines()), err)


def entry(text: str, further: int = 7, err: bool = False) -> None:
    """A line of a list: whole where a program reads it; on a terminal in rows, the next ones under its text."""
    whole = " ".join(text.splitlines())
    indent = " " * min(further, width() // 3)
    wrapped = textwrap.wrap(whole, width(), subsequent_indent=indent, break_on_hyphens=False)
    say("\n".join(wrapped) if (sys.stderr if err else sys.stdout).isatty() else whole, err)


def tell(text: str, err: bool = False, indent: str = "") -> None:
    """A sentence, which may hold words of others, in as many lines as it needs."""
    rows = textwrap.wrap(
        line(text),
        width(),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    say("\n".join(rows), err)


def rows(found: Iterable[tuple[str, str]], err: bool = False, indent: str = "  ") -> None:
    """Terms, and words beside them."""
    pairs = [(line(term, 20), words) for term, words in found if words]
    column = max((len(term) for term, _ in pairs), default=0)
    for term, words in pairs:
        begin = f"{indent}{term:<{column}}  "
        say("\n".join(_beside(begin, line(words))), err)


def _beside(begin: str, words: str) -> Iterator[str]:
    """Rows under one another. An address without room beside its term has a line of its own, for it is to be copied."""
    further = " " * min(len(begin), width() // 3)
    for part in re.split(rf"(\S*://\S{{{width() - len(further) - 8},}})", words):
        if "://" in part and " " not in part and len(part) > width() - len(further):
            yield f"    {part}"
        elif part.strip():
            yield from textwrap.wrap(
                part.strip(), width(), initial_indent=begin, subsequent_indent=further, break_on_hyphens=False
            )
            begin = further


def document(found: Any, one_line: bool = False) -> None:
    """JSON, in ASCII: whatever it holds, nothing of it acts."""
    _write(json.dumps(found, indent=None if one_line else 2), sys.stdout)


def coloured(text: str, mood: str) -> str:
    """In colour where a person looks at a terminal that wants it: https://no-color.org."""
    colour = _COLOURS.get(mood, "")
    return f"\x1b[{colour}m{text}\x1b[0m" if colour and in_colour() else text


def headline(text: str, mood: str, further: str = "") -> None:
    """A sentence in the colour of its mood; `further`: what its second line and those after it begin with."""
    for row in textwrap.wrap(line(text), width(), subsequent_indent=further, break_on_hyphens=False):
        _write(coloured(row, mood), sys.stdout)


def clear() -> None:
    """What was shown goes, where that is a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[H\x1b[2J")


def in_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write(text: str, stream: TextIO) -> None:
    """In the letters that the stream has; signs of ours that it lacks have plain ones instead."""
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    stream.write(text + "\n")
    stream.flush()
