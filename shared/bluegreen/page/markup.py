"""HTML, made of elements: whatever is no `Html` already is text: escaped, and without what cannot be seen.

Marks that turn the direction of all that follows, control characters and half pairs become a visible sign, wherever a
text enters the page: no place can forget it.
"""

import unicodedata
from html import escape
from typing import Any

_VOID = frozenset({"input", "meta"})
_DRAWN = frozenset({"path", "circle"})


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, format (bidi marks), surrogates, unassigned, separators


class Html(str):
    """Text that is HTML. Only `element`, `joined` and what is written in this package as such makes one."""

    __slots__ = ()


def element(tag: str, /, *children: str | None, **attributes: Any) -> Html:
    """`class_` is class, `data_of` is data-of; an attribute of None or False is left out, one of True has no value."""
    said = ((key, value) for key, value in attributes.items() if value is not None and value is not False)
    given = "".join(_attribute(key, value) for key, value in said)
    if tag in _DRAWN:
        return Html(f"<{tag}{given}/>")
    return Html(f"<{tag}{given}>" if tag in _VOID else f"<{tag}{given}>{joined(*children)}</{tag}>")


def joined(*children: str | None) -> Html:
    return Html("".join(_text(child) for child in children if child is not None))


def visible(text: str) -> str:
    """The same text, with a sign in the place of each character that shows nothing; line ends stay."""
    if text.isprintable():
        return text
    sign = "\N{REPLACEMENT CHARACTER}"
    return "".join(sign if c != "\n" and unicodedata.category(c) in _UNSEEN else c for c in text)


def _text(child: str) -> str:
    return child if isinstance(child, Html) else escape(visible(child), quote=False)


def _attribute(key: str, value: Any) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)))}"'
