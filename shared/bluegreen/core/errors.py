"""Errors, by what there is to do about them.

BluegreenError
├── Later           the same act may succeed later: nothing is decided by it
│   ├── Unavailable     no answer, or 5xx
│   ├── RateLimited     429; `delay` is the sender's retry-after where it gave one
│   └── Stale           another writer was faster: read again, decide anew
└── Never           trying again will not help: a person has to change something
    ├── Refused         the other side understood and said no (422 and its like)
    ├── NotFound        404
    ├── Misconfigured   a setting is missing or wrong, or a token is not accepted (401, 403)
    ├── IllegalMove     the table has no such move
    ├── BadRequest      what came in is not usable: says what was allowed
    │   ├── Unsigned        a signature is missing, malformed or wrong
    │   └── TooLarge        a body that is larger than what is read
    ├── Corrupt         an object in the store is not what this version of Bluegreen wrote
    │   ├── WrittenByNewer  a newer version wrote it: `advice` says how it comes into place
    │   └── VersionsKept    the store keeps versions, and promises no create-if-absent any more
    └── Unadopted       a journal is not begun, for another service's has the same apps; `advice` says what to do
"""

import traceback
from pathlib import Path

from bluegreen.core.credentials import hidden

_NAME_KEPT = 60  # characters of an exception's name: some libraries make theirs of what they read


class BluegreenError(Exception):
    """Parent of all. The message names what, which value, and what was allowed; never a secret."""

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
    """People are told of it, with `advice`: it lasts until they have done something."""

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
    """An exception that nobody foresaw: where our own code was, also inside of a library, and its kind.

    Never its message, which may hold a secret or a foreign text.
    """
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(bug.__traceback__)]
    here = Path(described.__code__.co_filename).parents[1]  # as bytecode names it, wherever it lies
    ours = [(path.relative_to(here), line) for path, line in frames if path.is_relative_to(here)]
    others = [(Path(path.name), line) for path, line in frames]
    where = "".join(f" at {path}:{line}" for path, line in (ours or others)[-1:])
    return f"a bug in Bluegreen{where} ({type(bug).__name__[:_NAME_KEPT]})"
