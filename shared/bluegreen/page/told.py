"""Words, times and numbers for people. Words that others chose are cleaned, cut and set apart from ours.

A tag, a commit's message or an error may hold anything: markup, ten thousand characters, marks that turn the direction
of all that follows. `markup` escapes and makes visible; here such a text is cut, and gets an element of its own
direction (`bdi`), so that it changes nothing beside it.
"""

from datetime import datetime

from bluegreen.core.credentials import hidden
from bluegreen.page.markup import Html, element, visible

NOTHING = "\N{EN DASH}"
TAG_SHOWN = 60  # characters
SENTENCE_SHOWN = 300


def cleaned(text: str, most: int = SENTENCE_SHOWN) -> str:
    """One line that shows all that it holds, no longer than `most`."""
    seen = visible(" ".join(text[: 2 * most].split()))
    return seen if len(seen) <= most else f"{seen[: most - 1]}…"


def foreign(text: str, most: int = TAG_SHOWN) -> Html:
    """A name that others chose."""
    return element("bdi", cleaned(text, most))


def sentence(text: str) -> Html:
    """A sentence of ours that may hold words of others, without credentials; what stands in `…` is code."""
    parts = cleaned(hidden(text[: 4 * SENTENCE_SHOWN])).split("`")
    paired = len(parts) % 2
    return element("bdi", *(element("code", part) if n % 2 and paired else part for n, part in enumerate(parts)))


def short(commit: str) -> Html | None:
    return element("code", cleaned(commit, 60)[:10]) if commit else None


def when(at: datetime, now: datetime) -> Html:
    """How long ago; the moment itself is in `datetime` and in the title. The page's script keeps the words true."""
    exact = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    return element("time", ago((now - at).total_seconds()), datetime=at.isoformat(timespec="seconds"), title=exact)


def ago(seconds: float) -> str:
    """As the page's script says it."""
    if seconds < 5:
        return "just now"
    for most, unit, name in ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h")):
        if seconds < most:
            return f"{seconds // unit:.0f} {name} ago"
    return f"{seconds // 86400:.0f} d ago"


def percent(share: float) -> str:
    """A share between 0 and 1: 12 %, 5 %, 0.4 %, 0.04 %."""
    value = 100 * share
    digits = 0 if value >= 10 else 1 if value >= 0.1 else 2
    return f"{value:.{digits}f}".removesuffix(".0").removesuffix(".00") + " %"
