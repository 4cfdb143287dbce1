"""What a person would see of an HTML page: its title, the buttons and the text that are not hidden."""

from collections import Counter
from typing import NamedTuple

from bluegreen.core.checks.markup import Closed, Opened, Text, parts

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNSEEN = {"head", "script", "style", "template", "noscript"}
_HIDING_STYLES = ("display:none", "visibility:hidden", "visibility:collapse")


class Page(NamedTuple):
    title: str
    buttons: tuple[str, ...]
    text: str


def read(html: str) -> Page:
    reader = _Reader()
    for part in parts(html):
        match part:
            case Opened():
                reader.opened(part)
            case Closed(tag):
                reader.closed(tag)
            case Text(text):
                reader.said(text)
    buttons = tuple(dict.fromkeys(_one_line("".join(text)) for text in reader.buttons))
    return Page(_one_line("".join(reader.title)), buttons, _one_line(" ".join(reader.text)))


class _Element(NamedTuple):
    tag: str
    hidden: bool  # by itself, or inside of something that is
    button: bool


class _Reader:
    """What is open is counted, never searched: a page may open a hundred thousand elements and close none."""

    def __init__(self) -> None:
        self.title: list[str] = []
        self.buttons: list[list[str]] = []
        self.text: list[str] = []
        self._open: list[_Element] = []
        self._tags: Counter[str] = Counter()  # of the open elements
        self._open_buttons = 0

    def opened(self, part: Opened) -> None:
        tag, given = part.tag, part.attributes
        hidden = tag in _UNSEEN or _hides(given) or (bool(self._open) and self._open[-1].hidden)
        if tag == "input" and given.get("type") in ("submit", "button") and not hidden:
            self.buttons.append([given.get("value") or "Submit"])
        button = not hidden and (tag == "button" or given.get("role") == "button")
        if button:
            self.buttons.append([])
        if tag not in _VOID:
            self._open.append(_Element(tag, hidden, button))
            self._tags[tag] += 1
            self._open_buttons += button
            if part.closed:
                self._close()

    def closed(self, tag: str) -> None:
        if self._tags[tag]:
            while self._close().tag != tag:
                pass

    def _close(self) -> _Element:
        element = self._open.pop()
        self._tags[element.tag] -= 1
        self._open_buttons -= element.button
        return element

    def said(self, text: str) -> None:
        if self._tags["title"] and not self._tags["svg"]:
            self.title.append(text)
        elif not self._open or not self._open[-1].hidden:
            self.text.append(text)
            if self._open_buttons:
                self.buttons[-1].append(text)


def _hides(attributes: dict[str, str | None]) -> bool:
    style = "".join((attributes.get("style") or "").lower().split())
    return "hidden" in attributes or attributes.get("type") == "hidden" or any(s in style for s in _HIDING_STYLES)


def _one_line(text: str) -> str:
    return " ".join(text.split())
