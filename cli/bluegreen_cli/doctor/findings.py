"""What the doctor says of one thing: how it is, what is wrong with it, and what mends it."""

from enum import Enum
from typing import NamedTuple

from bluegreen.core.errors import BluegreenError, Later


class Result(Enum):
    OK = "ok"
    FAULT = "fault"  # it would fail in a deployment, or in the first release after it
    DOUBT = "doubt"  # it works today, and will hurt one day
    SKIPPED = "skipped"  # it was not looked at: what it rests on is at fault, or nobody may ask

    @property
    def word(self) -> str:
        """As a person reads it."""
        return {Result.OK: "fine", Result.SKIPPED: "\N{EN DASH}"}.get(self, self.value)


class Finding(NamedTuple):
    """`mend` is a command or a place; where a fault or a doubt names none, its check's of `mends` is told."""

    result: Result
    what: str
    mend: str = ""

    @property
    def line(self) -> str:
        return f"{self.result.word:<5}  {self.what}" + (f": {self.mend}" if self.mend else "")


def fine(what: str) -> Finding:
    return Finding(Result.OK, what)


def fault(what: str, mend: str = "") -> Finding:
    return Finding(Result.FAULT, what, mend)


def failed(what: str, error: BluegreenError) -> Finding:
    """What was asked and gave no usable answer. What may go by itself is asked again before anything is changed."""
    return fault(f"{what}: {error}", "ask again, once it answers: bluegreen doctor" if isinstance(error, Later) else "")


def doubt(what: str, mend: str = "") -> Finding:
    return Finding(Result.DOUBT, what, mend)


def skipped(what: str, mend: str = "") -> Finding:
    return Finding(Result.SKIPPED, what, mend)


def exit_code(results: list[Result]) -> int:
    """0 where all is fine, 1 with a fault, 3 with a doubt and no fault; 2 is for what the command itself refuses."""
    if Result.FAULT in results:
        return 1
    return 3 if Result.DOUBT in results else 0
