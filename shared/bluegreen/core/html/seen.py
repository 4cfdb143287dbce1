"""How an element is shown, by its tag, its attributes and what is around it.

https://html.spec.whatwg.org/multipage/rendering.html#hidden-elements and what it says of replaced elements.
"""

from collections.abc import Mapping

from bluegreen.core.html import elements, styles
from bluegreen.core.html.nesting import Element, Shown

Attributes = Mapping[str, str | None]

# What belongs to an element is shown with it, when its other content is shown elsewhere or not at all.
_BELONGS = {"details": frozenset({"summary"}), **dict.fromkeys(elements.ROWS, frozenset(elements.PARTS))}
_IN_DRAWINGS = {"text", "foreignobject"}


def shown(tag: str, given: Attributes, inner: Element, svg: bool) -> Shown:
    around = inner.shown
    style = styles.declared(_style(given, svg))
    own = around.own if inner.svg or tag in _BELONGS.get(inner.tag, ()) else around.into
    if _gone(tag, given, style, svg):
        own = ()
    display = style.get("display")
    return Shown(
        into=_into(tag, given, inner, own),
        own=own,
        apart=display not in styles.INLINE if display else tag in elements.APART,
        unseen=styles.UNSEEN.get(style.get("visibility", ""), around.unseen),
    )


def _into(tag: str, given: Attributes, inner: Element, own: tuple[list[str], ...]) -> tuple[list[str], ...]:
    if tag in elements.ROWS and not inner.svg:
        return inner.shown.into
    if tag == "svg" or (not inner.svg and (tag in elements.REPLACED or (tag == "details" and "open" not in given))):
        return ()
    return own and inner.shown.into if inner.svg and tag not in _IN_DRAWINGS else own


def _style(given: Attributes, svg: bool) -> str:
    style = given.get("style") or ""
    if not svg:
        return style
    return "".join(f"{name}:{given.get(name) or ''};" for name in ("display", "visibility")) + style


def _gone(tag: str, given: Attributes, style: Mapping[str, str], svg: bool) -> bool:
    if (tag in elements.NEVER and not svg) or style.get("content-visibility") == "hidden":
        return True
    if tag == "input" and (given.get("type") or "").lower() == "hidden":
        return True
    if display := style.get("display"):
        return display == "none"
    closed = tag == "dialog" and "open" not in given
    return closed or tag in (elements.GONE_IN_SVG if svg else elements.GONE) or "hidden" in given or "popover" in given
