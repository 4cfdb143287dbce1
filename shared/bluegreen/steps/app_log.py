"""What an app said last: the end of a deployment's log, as a person wants to read it."""

import re
from collections.abc import Iterable

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.core.credentials import hidden
from bluegreen.core.errors import BluegreenError
from bluegreen.core.release import LOG_KEPT

_LINES = 40
_LONGEST = 2_000  # characters of a line that are read: looking for credentials takes time
_MORE = "more: "
_FIRST = 200  # characters of a line that stands for all
# A component's name, and a time with or without brackets, as App Platform and most loggers write them.
_HEAD = re.compile(
    r"^(?:\[?[\w-]+\]?\s+)?\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?\]?[ \t]?"
)
_EFFECTS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")  # colours of a terminal, and what moves it
_FRAMES = re.compile(r"^\s+|^(?:at |File |Traceback )")  # of a stack trace: what went wrong stands before or behind it


def excerpt(api: DigitalOcean, app: str, deployment: str) -> str:
    """The last lines without times and credentials, and the command that shows the rest; "" where there is no log.

    The log of the DEPLOY phase has what the container wrote before it exited; where it is not reached, that of BUILD.
    """
    for kind in ("DEPLOY", "BUILD"):
        try:
            lines = api.build_log(app, deployment, kind, _LINES)
        except BluegreenError:
            continue  # a phase that was never reached has no log
        said = [line for line in _bare(lines) if line]
        if said:
            rest = f"doctl apps logs {app} --deployment {deployment} --type {kind.lower()}"
            return f"{_end(said)}\n{_MORE}{rest}"
    return ""


def _bare(lines: list[str]) -> list[str]:
    """Without effects and times, which may stand inside of a credential; then without credentials.

    Indentation stays for that: it says what belongs to a key above.
    """
    plain = [_HEAD.sub("", _EFFECTS.sub("", line[:_LONGEST])) for line in lines]
    return [line.rstrip() for line in hidden("\n".join(plain)).splitlines()]


def last_words(text: str) -> str:
    """The line that says most: the last one that is no frame of a stack trace."""
    lines = [line for line in text.splitlines() if not line.startswith(_MORE)]
    telling = [line for line in lines if not _FRAMES.match(line)]
    return (telling or lines or [""])[-1].strip()[:_FIRST]


def _end(lines: Iterable[str]) -> str:
    """Whole lines, the last ones, as far as there is room."""
    kept: list[str] = []
    room = LOG_KEPT
    for line in reversed([*lines]):
        kept.append(line[:room])
        room -= len(line) + 1
        if room <= 0:
            break
    return "\n".join(reversed(kept))
