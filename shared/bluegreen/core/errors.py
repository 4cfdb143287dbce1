"""Errors, classed by what to do about them.

BluegreenError
├── Later           the same call may succeed later: it decides nothing
│   ├── Unavailable     no answer, or 5xx
│   ├── RateLimited     429; `delay` is the sender's retry-after where it gave one
│   └── Stale           another writer was faster: read again, decide anew
└── Never           trying again will not help: a person has to change something
    ├── Refused         the other side understood and said no (422 and its like)
    ├── NotFound        404
    ├── Misconfigured   a setting is missing or wrong, or a token is not accepted (401, 403)
    ├── IllegalMove     the table has no such move
    ├── BadRequest      a request or parameter is not usable: the message says what is allowed
    │   ├── Unsigned        a signature is missing, malformed or wrong
    │   └── TooLarge        the body exceeds the size limit
    ├── Corrupt         an object in the store is not what this version of Bluegreen writes
    │   ├── WrittenByNewer  a newer version wrote it: `advice` says how to install that
    │   └── VersionsKept    the bucket has versioning on, so create-if-absent is no longer guaranteed
    └── Unadopted       no journal was begun: another service's journal has the same apps; `advice` says what to do
"""

import traceback
from pathlib import Path

from bluegreen.core.credentials import hidden

_NAME_KEPT = 60  # characters of an exception's name: some libraries make theirs of what they read


class BluegreenError(Exception):
    """Base class. The message says what is wrong, which value, and what is allowed; never a secret."""

    def __init__(self, message: str = "") -> None:
        super().__init__(hidden(message))


class Later(BluegreenError):
    """`delay`: seconds to wait before the next try."""

    def __init__(self, message: str, delay: float = 5.0) -> None:
        super().__init__(message)
        self.delay = delay


class Unavailable(Later):
    pass


class RateLimited(Later):
    pass


class Stale(Later):
    pass


class Never(BluegreenError):
    pass


class Refused(Never):
    pass


class NotFound(Never):
    pass


class Misconfigured(Never):
    pass


class IllegalMove(Never):
    pass


class BadRequest(Never):
    pass


class Unsigned(BadRequest):
    pass


class TooLarge(BadRequest):
    pass


class Corrupt(Never):
    pass


class Advised(Never):
    """Lasts until a person does something: people are notified, with `advice`."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = hidden(advice)


class WrittenByNewer(Advised, Corrupt):
    pass


class VersionsKept(Advised, Corrupt):
    pass


class Unadopted(Advised):
    pass


def described(bug: Exception) -> str:
    """An unexpected exception in words: the last line of our own code in its traceback, and its class.

    Never its message, which may hold a secret or text from outside.
    """
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(bug.__traceback__)]
    here = Path(described.__code__.co_filename).parents[1]  # as bytecode names it, wherever it lies
    ours = [(path.relative_to(here), line) for path, line in frames if path.is_relative_to(here)]
    others = [(Path(path.name), line) for path, line in frames]
    where = "".join(f" at {path}:{line}" for path, line in (ours or others)[-1:])
    return f"a bug in Bluegreen{where} ({type(bug).__name__[:_NAME_KEPT]})"
