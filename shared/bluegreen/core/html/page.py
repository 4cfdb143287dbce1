"""What a browser shows of an HTML page: its title, the names of its buttons and its text.

Tags become elements by HTML's own rules (nesting.py): end tags may be left out, a stray one ends nothing. Words run
together across inline elements and comments; around blocks, cells and boxes they stand apart.

Hidden is what its tag, its attribute `hidden` or `popover` or its own `style` hides. Deliberately not done: no style
sheet is read and no script is run; what has no size, no colour or lies off the screen counts as shown, and so does
every option of a list; fields have no words, pictures only in a button's name; `<p><b hidden></p>` hides nothing after.
"""

from itertools import islice
from typing import NamedTuple

from bluegreen.core.html import elements, seen
from bluegreen.core.html.markup import Closed, Opened, Text, parts
from bluegreen.core.html.nesting import Nesting, Shown

_NAMED = {"button", "img", "input"}
_PARTS_READ = 100_000  # tags and texts: a hundred times a large page's; what comes after them counts as not shown
_WITHOUT_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


class Page(NamedTuple):
    title: str
    buttons: tuple[str, ...]
    text: str


def read(html: str) -> Page:
    reader = _Reader()
    for part in islice(parts(html, lambda: reader.open.inner.svg), _PARTS_READ):
        match part:
            case Opened():
                reader.opened(part)
            case Closed(tag):
                reader.closed(tag)
            case Text(text):
                reader.said(text)
    title = _one_line(reader.titles[0]) if reader.titles else ""
    return Page(title, tuple(dict.fromkeys(map(_one_line, reader.buttons))), _one_line(reader.text))


def _one_line(words: list[str]) -> str:
    return " ".join("".join(words).translate(_WITHOUT_WIDTH).split())


class _Reader:
    def __init__(self) -> None:
        self.titles: list[list[str]] = []
        self.buttons: list[list[str]] = []
        self.text: list[str] = []
        self.open = Nesting(Shown((self.text,), (self.text,)))

    def opened(self, part: Opened) -> None:
        tag, given = part.tag, part.attributes
        if tag in elements.ROOTS and not self.open.inner.svg:
            if tag != "head" and not self.open.inner.tag:
                self.open.becomes(seen.shown(tag, given, self.open.inner, svg=False))
        elif self.open.admits(tag):
            inner = self.open.inner
            svg = inner.svg or tag in ("svg", "math")
            shown = (
                self._title()
                if tag == "title" and not svg
                else self._named(part, seen.shown(tag, given, inner, svg), svg)
            )
            shown.separate()
            if inner.tag == "details" and tag == "summary":  # the first one only
                self.open.becomes(inner.shown._replace(own=inner.shown.into))
            if not (part.closed if svg else tag in elements.VOID):
                self.open.begin(tag, shown, svg and tag not in elements.HTML_IN_SVG)

    def closed(self, tag: str) -> None:
        if tag == "br" or (not self.open.end(tag) and tag == "p"):  # each of these stands for an element of its own
            self.open.inner.shown._replace(apart=True).separate()

    def said(self, text: str) -> None:
        tag, shown, *_ = self.open.inner
        if not shown.unseen:
            for words in shown.own if tag in elements.ROWS and text.isspace() else shown.into:
                words.append(text)

    def _title(self) -> Shown:
        words: list[str] = []
        if not self.open.has("template"):
            self.titles.append(words)
        return Shown((words,), (words,))

    def _named(self, part: Opened, shown: Shown, svg: bool) -> Shown:
        """Where words go in it if it is a button, and in others that are a button by themselves what is their name."""
        tag, given = "" if svg else part.tag, part.attributes
        if shown.unseen or not shown.own or not (tag in _NAMED or "role" in given):
            return shown
        label, kind = (given.get("aria-label") or "").strip(), (given.get("type") or "").lower()
        if tag == "input" and kind in elements.INPUTS:
            name = given.get("alt" if kind == "image" else "value", elements.INPUTS[kind])
            self.buttons.append([label or name or ""])
        elif tag == "button" or (given.get("role") or "").lower().split()[:1] == ["button"]:
            self.buttons.append([label])
            own = (self.text, [] if label else self.buttons[-1])
            return shown._replace(own=own, into=own if shown.into is shown.own else shown.into)
        elif tag == "img":
            for name_around in shown.own[1:]:
                name_around.append(given.get("alt") or "")
        return shown
