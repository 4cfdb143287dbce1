"""Which elements are open at a place of a page, though end tags may be left out and stray ones end nothing.

Nothing open is searched for: each tag knows where it is open, and each element how far up end tags may look from inside
of it. A page may open a hundred thousand elements and close none.
"""

from collections import defaultdict
from typing import NamedTuple

from bluegreen.core.html import elements


class Shown(NamedTuple):
    """Where words go: to the page's text and to the innermost button, if to any."""

    into: tuple[list[str], ...]  # those in it
    own: tuple[list[str], ...]  # its spaces, and those of what belongs to it: a summary, a cell, a text in a drawing
    apart: bool = False
    unseen: bool = False  # takes up its place without being seen

    def separate(self) -> None:
        if self.apart:
            for words in self.own:
                words.append(" ")


class Element(NamedTuple):
    tag: str
    shown: Shown
    svg: bool = False  # or a formula: what stands in it are not HTML's elements
    walls: list[int] = [0] * (elements.PAGE + 1)  # how deep the innermost of each kind is, itself or around it
    html: int = 0  # how deep the innermost element of HTML's own is


class Nesting:
    def __init__(self, page: Shown) -> None:
        self._open = [Element("", page)]
        self._at: defaultdict[str, list[int]] = defaultdict(lambda: [-1])  # tag → how deep it is open, outermost first
        self._in_form = False  # up to `</form>`, whatever else ends it

    @property
    def inner(self) -> Element:
        return self._open[-1]

    def has(self, tag: str) -> bool:
        return self._at[tag][-1] > 0

    def becomes(self, shown: Shown) -> None:
        """How the innermost is shown from here on."""
        self._open[-1] = self.inner._replace(shown=shown)

    def admits(self, tag: str) -> bool:
        """Whether the start tag counts here; what it ends is ended."""
        if self.inner.svg and tag not in elements.NEVER_IN_SVG:
            return True
        self._leave_svg()
        if tag in elements.PARTS:
            return self._admits_part(tag)
        if tag == "form" and self._in_form:
            return False
        between_cells = tag in ("form", "table") and self._between_cells()
        if tag == "table" and between_cells:
            self._end("table", elements.TABLE)
        for ended, wall in elements.ENDS.get(tag, ()):
            self._end(ended, wall)
        while self.inner.tag in elements.ENDS_INNERMOST.get(tag, ()):
            self._pop()
        if tag == "form":
            self._in_form = not self.has("template")
            return not between_cells
        return True

    def _between_cells(self) -> bool:
        return self._at["table"][-1] > max(self._at[part][-1] for part in elements.AROUND_TABLES)

    def _admits_part(self, tag: str) -> bool:
        if self.has("table"):
            while self.inner.tag not in elements.PARTS[tag]:
                self._pop()
        return self.has("table")

    def begin(self, tag: str, shown: Shown, svg: bool) -> None:
        depth, around = len(self._open), self.inner
        foreign = svg or around.svg
        name = f"svg {tag}" if foreign else tag
        walls = around.walls
        if stopped := elements.WALLS.get(name):
            walls = walls.copy()
            for kind in stopped:
                walls[kind] = depth
        self._open.append(Element(tag, shown, svg, walls, around.html if foreign else depth))
        self._at[tag].append(depth)

    def end(self, tag: str) -> bool:
        """Whether the end tag ends anything."""
        if tag in ("br", "p"):
            self._leave_svg()
        if tag in elements.HEADINGS:
            tag = max(elements.HEADINGS, key=lambda heading: self._at[heading][-1])
        if tag == "form":
            self._in_form = False
            while self.has("form") and self.inner.tag in elements.IMPLIED:
                self._pop()
        return self._end(tag, elements.END_TAGS.get(tag, elements.SPECIAL))

    def _end(self, tag: str, wall: int) -> bool:
        at, (*_, walls, html) = self._at[tag][-1], self.inner
        in_this_drawing = html < at and html < len(self._open) - 1
        if at < 1 or (at < walls[wall] and not in_this_drawing):
            return False
        if self._ends_around_others(tag, at):
            self._at[tag].pop()
        else:
            while len(self._open) > at:
                self._pop()
        return True

    def _ends_around_others(self, tag: str, at: int) -> bool:
        """Whether what is open in it stays so: `<b><p></b></p>`."""
        if tag == "form":
            return self.inner.tag != "form"
        shown, around = self._open[at].shown, self._open[at - 1].shown
        plain = shown.into is around.into and shown.unseen == around.unseen
        return plain and tag in elements.CROSSING and at < self.inner.walls[elements.SPECIAL]

    def _leave_svg(self) -> None:
        while self.inner.svg:
            self._pop()

    def _pop(self) -> None:
        """Ends the innermost, and those around it that had their end tag before."""
        tag, shown, *_ = self._open.pop()
        self._at[tag].pop()
        shown.separate()
        while len(self._open) > 1 and self._at[self.inner.tag][-1] != len(self._open) - 1:
            self._open.pop()[1].separate()
