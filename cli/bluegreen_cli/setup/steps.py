"""What a set-up says of one thing, and what is done about it."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple


class Act(Enum):
    CREATE = "+"
    OK = "="
    CHANGE = "~"
    CANNOT = "!"


class Step(NamedTuple):
    """`key` names who does it in the table of `doing`, and `of` is what that needs to know."""

    act: Act
    what: str
    why: str = ""
    key: str = ""
    of: Mapping[str, Any] = {}

    @property
    def to_do(self) -> bool:
        return self.act in (Act.CREATE, Act.CHANGE)

    @property
    def line(self) -> str:
        return f"{self.act.value} {self.what}" + (f": {self._because}" if self.why else "")

    @property
    def facts(self) -> dict[str, str]:
        return {"act": self.act.name.lower(), "what": self.what, "why": self.why}

    @property
    def _because(self) -> str:
        return f"cannot, because {self.why}" if self.act is Act.CANNOT else self.why


def fine(what: str) -> Step:
    return Step(Act.OK, what, "as it should be")


def cannot(what: str, why: str) -> Step:
    return Step(Act.CANNOT, what, why)


class Closed(NamedTuple):
    """A part that could not be read."""

    why: str


def exit_code(steps: list[Step], plan_only: bool) -> int:
    """0: nothing is left; 1: something cannot be done; 2: a plan that has something to do."""
    if plan_only and any(step.to_do for step in steps):
        return 2
    return int(any(step.act is not Act.OK for step in steps))
