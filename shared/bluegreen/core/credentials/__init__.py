"""Credentials that are not ours, known by their shape: the log of a deployment, a page or an error may show anything.

Applied where a text is kept or told, never where it is compared: findings, errors, notices, reasons and log lines. A
credential is known in one of two ways: by what it looks like itself (`shapes`), or by the name before it (`named`).
Where it is unclear how far it reaches, more is hidden rather than less. Colours of a terminal are taken out first.

What is hidden once stays as it is when it is hidden again, so that a stored text reads back the same: the rules are
applied until nothing changes, and what does not come to rest is hidden as a whole. Every rule takes time in proportion
to the text: what a pattern repeats is possessive, or has a limit, or cannot begin again inside of what it has passed.
"""

from bluegreen.core.credentials.named import named
from bluegreen.core.credentials.shapes import COLOURS, shaped
from bluegreen.core.credentials.values import MARK

HIDDEN = "[hidden]"
_PASSES = 8


def hidden(text: str) -> str:
    """The text without what is a credential by its shape."""
    before, text = "", text.replace(HIDDEN, MARK)
    for _ in range(_PASSES):
        before, text = text, named(shaped(COLOURS.sub("", text)))
        if text == before:
            return text.replace(MARK, HIDDEN)
    return HIDDEN
