"""What a person would see of an HTML page: its title, the buttons and the text that are not hidden."""

from html.parser import HTMLParser
from typing import NamedTuple

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNSEEN = {"head", "script", "style", "template", "noscript"}
_HIDING_STYLES = ("display:none", "visibility:hidden", "visibility:collapse")


class Page(NamedTuple):
    title: str
    buttons: tuple[str, ...]
    text: str


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    buttons = tuple(dict.fromkeys(_one_line(text) for text in reader.buttons))
    return Page(_one_line(reader.title), buttons, _one_line(" ".join(reader.text)))


class _Element(NamedTuple):
    tag: str
    hidden: bool  # by itself, or inside of something that is
    button: bool


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.buttons: list[str] = []
        self.text: list[str] = []
        self._open: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = tag in _UNSEEN or _hides(given) or (bool(self._open) and self._open[-1].hidden)
        if tag == "input" and given.get("type") in ("submit", "button") and not hidden:
            self.buttons.append(given.get("value") or "Submit")
        button = not hidden and (tag == "button" or given.get("role") == "button")
        if button:
            self.buttons.append("")
        if tag not in _VOID:
            self._open.append(_Element(tag, hidden, button))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        inside = [element.tag for element in self._open]
        if "title" in inside and "svg" not in inside:
            self.title += data
        elif not self._open or not self._open[-1].hidden:
            self.text.append(data)
            if any(element.button for element in self._open):
                self.buttons[-1] += data


def _hides(attributes: dict[str, str | None]) -> bool:
    style = "".join((attributes.get("style") or "").lower().split())
    return "hidden" in attributes or attributes.get("type") == "hidden" or any(s in style for s in _HIDING_STYLES)


def _one_line(text: str) -> str:
    return " ".join(text.split())
