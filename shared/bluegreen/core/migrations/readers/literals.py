"""What string literals say once they are read: joined where they stand side by side, and without escapes of letters."""

import re

_JOINED = re.compile(r"""(["'`])[ \t]*+(?:(?:\+|\.\.?|\|\||<>|~|&|\\)[ \t]*+)?[bfru]{0,2}(["'`])""")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\[ux]\{([0-9a-fA-F]{1,6})\}|\\x([0-9a-fA-F]{2})|\\U([0-9a-fA-F]{8})")
_ENTITY = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));")


def put_together(text: str) -> str:
    """`"nick" + "name"` and `nick\\u006eame` say nickname. No line begins or ends elsewhere than before."""
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: _letter(found, int(next(filter(None, found.groups())), 16)), text)
    if "&#" in text:
        text = _ENTITY.sub(lambda found: _letter(found, int(found[1], 16) if found[1] else int(found[2])), text)
    return _JOINED.sub("", text)


def _letter(found: re.Match[str], code: int) -> str:
    letter = chr(code) if code < 0x110000 else ""
    return letter if letter.isalnum() or (letter in ("_", "-") and letter) else found[0]
