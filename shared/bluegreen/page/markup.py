"""HTML, made of elements: whatever is no `Html` already is text, and escaped."""

from html import escape
from typing import Any

_VOID = frozenset({"input", "meta"})
_DRAWN = frozenset({"path", "circle"})


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


def _text(child: str) -> str:
    return child if isinstance(child, Html) else escape(child, quote=False)


def _attribute(key: str, value: Any) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
