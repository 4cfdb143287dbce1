"""HTML as a row of tags and texts, in one pass: its time grows with the page's size, whatever the page leaves open.

The standard library's parser looks through the rest of the page for each quote and comment that is not closed: `<a `
repeated for 32 KB took it 13 seconds. Here what is not closed is the page's end, as for browsers.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_NAME = re.compile(r"[a-zA-Z][^\s/>\0]*")
_ATTRIBUTE = re.compile(r"([^\s/>][^\s/=>]*)(?:\s*=+\s*(\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*|[\"']?))?")
_BETWEEN = re.compile(r"(?:\s|/(?!>))*")
_END_OF_RAW = {tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE) for tag in ("script", "style")}
# What begins so and is no tag, and how it ends. `<!-->` is a whole comment; `<![if !IE]>` hides nothing in any browser.
_NO_TAGS = (
    ("<!--", re.compile(r"(?<=<!--)-?>|--!?>")),
    ("<![CDATA[", re.compile(r"]]>")),
    *((begin, re.compile(">")) for begin in ("<!", "<?", "</")),
)


class Opened(NamedTuple):
    tag: str
    attributes: dict[str, str | None]
    closed: bool  # `<p/>`


class Closed(NamedTuple):
    tag: str


class Text(NamedTuple):
    text: str


def parts(html: str) -> Iterator[Opened | Closed | Text]:
    at = 0
    while at < len(html):
        begins = html.find("<", at)
        text, at = html[at : begins if begins >= 0 else len(html)], begins
        if text:
            yield Text(unescape(text))
        if at < 0:
            return
        part, at = _tag(html, at)
        if part:
            yield part
        if isinstance(part, Opened) and part.tag in _END_OF_RAW and not part.closed:
            end = _END_OF_RAW[part.tag].search(html, at)
            at = end.start() if end else len(html)


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
        attributes[found[1].lower()] = value and unescape(value[1:-1] if value[0] in "\"'" else value)
        at = _skipped(html, found.end())
    if at >= len(html):
        return None, at
    closed = html.startswith("/>", at)
    return Opened(name[0].lower(), attributes, closed), _after(html, ">", at)


def _skipped(html: str, at: int) -> int:
    found = _BETWEEN.match(html, at)
    return found.end() if found else at


def _after(html: str, end: str, at: int) -> int:
    found = html.find(end, at)
    return found + len(end) if found >= 0 else len(html)
