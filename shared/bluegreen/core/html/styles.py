"""What an element's own `style` declares of whether it is seen (https://www.w3.org/TR/css-cascade/#cascade-sort).

The last declaration of a property counts, before it one that is `!important`; one with an unknown value does not count.
"""

import re

from bluegreen.core.html.elements import words

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# A semicolon in quotes or brackets ends nothing.
_DECLARATION = re.compile(r"(?:[^;\"'(]+|\"[^\"]*\"?|'[^']*'?|\([^)]*\)?)+")
_WORDS = re.compile(r"\s*([a-z-]+)\s*:\s*([a-z-]+)\s*(!\s*important\s*)?")
_ANYWHERE = words("inherit initial unset")
_VALUES = {
    "display": _ANYWHERE
    | words(
        "none contents inline block flow-root list-item flex grid table ruby inline-block inline-flex inline-grid "
        "inline-table table-caption table-cell table-column table-column-group table-row table-row-group "
        "table-header-group table-footer-group -webkit-box -webkit-flex -webkit-inline-box -webkit-inline-flex"
    ),
    "visibility": _ANYWHERE | words("visible hidden collapse"),
    "content-visibility": _ANYWHERE | words("visible auto hidden"),
}
INLINE = words("inline inline-block contents ruby initial unset")
UNSEEN = {"visible": False, "initial": False, "hidden": True, "collapse": True}  # others: as the element around


def declared(style: str) -> dict[str, str]:
    """By property, of those above."""
    if not style:
        return {}
    plain: dict[str, str] = {}
    important: dict[str, str] = {}
    for declaration in _DECLARATION.findall(_COMMENT.sub(" ", style.lower())):
        found = _WORDS.fullmatch(declaration)
        if found and found[2] in _VALUES.get(found[1], ()):
            (important if found[3] else plain)[found[1]] = found[2]
    return plain | important
