"""HTML as a row of tags and texts, in one pass: its time grows with the page's size, whatever the page leaves open.

The standard library's parser looks through the rest of the page for each quote and comment that is not closed: `<a `
repeated for 32 KB took it 13 seconds. Here what is not closed is the page's end, as for browsers
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization).
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import NamedTuple

from bluegreen.core.html import raw_text

_NAME = re.compile(r"[a-zA-Z][^\s/>\0]*", re.ASCII)
_ATTRIBUTE = re.compile(r"([^\s/>][^\s/=>]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*|[\"']?))?", re.ASCII)
_BETWEEN = re.compile(r"(?:\s|/(?!>))*", re.ASCII)
_CDATA = "<![CDATA["
# What begins so and is no tag, and how it ends. `<!-->` is a whole comment; `<![if !IE]>` hides nothing in any browser.
_NO_TAGS = (
    ("<!--", re.compile(r"(?<=<!--)-?>|--!?>")),
    *((begin, re.compile(">")) for begin in ("<!", "<?", "</")),
)


class Opened(NamedTuple):
    tag: str
    attributes: dict[str, str | None]
    closed: bool  # `<path/>`; only in SVG and MathML it ends the element


class Closed(NamedTuple):
    tag: str


class Text(NamedTuple):
    text: str


def _always_html() -> bool:
    return False


def parts(html: str, in_svg: Callable[[], bool] = _always_html) -> Iterator[Opened | Closed | Text]:
    """`in_svg`: whether what comes next stands in SVG or MathML; no element is text alone there, and CDATA is text."""
    at = 0
    while at < len(html):
        begins = html.find("<", at)
        text, at = html[at : begins if begins >= 0 else len(html)], begins
        if text:
            yield Text(_decoded(text))
        if at < 0:
            return
        svg = in_svg()
        if svg and html.startswith(_CDATA, at):
            ends = _after(html, "]]>", at)
            yield Text(html[at + len(_CDATA) : ends].removesuffix("]]>"))
            at = ends
            continue
        part, at = _tag(html, at)
        if part:
            yield part
        if isinstance(part, Opened) and part.tag in raw_text.TAGS and not svg:
            ends = raw_text.end(part.tag, html, at)
            text, at = html[at:ends], ends
            if text:
                yield Text(_decoded(text) if part.tag in raw_text.DECODED else text)


def _tag(html: str, at: int) -> tuple[Opened | Closed | Text | None, int]:
    """What begins with the `<` at this place, and where it ends."""
    if name := _NAME.match(html, at + 1):
        return _opened(html, name)
    if html.startswith("</", at) and (name := _NAME.match(html, at + 2)):
        return Closed(name[0].lower()), _after(html, ">", name.end())
    for begin, end in _NO_TAGS:
        if html.startswith(begin, at):
            found = end.search(html, at + len(begin))
            return None, found.end() if found else len(html)
    return Text("<"), at + 1


def _opened(html: str, name: re.Match[str]) -> tuple[Opened | None, int]:
    attributes: dict[str, str | None] = {}
    at = _skipped(html, name.end())
    while found := _ATTRIBUTE.match(html, at):
        value = found[2]
        if value in ('"', "'"):  # the quote is not closed
            return None, len(html)
        value = value and _decoded(value[1:-1] if value[0] in "\"'" else value)
        attributes.setdefault(found[1].lower(), value)
        at = _skipped(html, found.end())
    if at >= len(html):
        return None, at
    closed = html.startswith("/>", at)
    return Opened(name[0].lower(), attributes, closed), _after(html, ">", at)


def _decoded(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # `&#` and thousands of digits: Python reads no such number
        return text


def _skipped(html: str, at: int) -> int:
    found = _BETWEEN.match(html, at)
    return found.end() if found else at


def _after(html: str, end: str, at: int) -> int:
    found = html.find(end, at)
    return found + len(end) if found >= 0 else len(html)
