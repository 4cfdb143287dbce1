"""How far the journal is kept in release files."""

from operator import not_

from pydantic import Field

from bluegreen.core.model import Frozen


class Gathered(Frozen):
    """Up to which version, and in which part of which release's file.

    Many versions in a row in which nothing was in flight have a file of their own, `idle-` and the first one's number.
    """

    seq: int
    release: str
    part: int = 1
    over: bool = True  # that was its last part
    file: str = ""  # SHA-256 of the file
    done: int = Field(default=0, exclude_if=not_)  # number of the newest release with nothing left to keep; 0: by file

    def done_for(self, service: str) -> int:
        """The number of the newest release that is kept, as far as it can be; 0 where none is known."""
        return self.done or (number_of(self.release, service) if self.over else 0)


def number_of(release: str, service: str) -> int:
    """In a release's id; 0 where it is none of the service's."""
    number = release.removeprefix(f"{service}-")
    return int(number) if number != release and number.isdecimal() else 0
