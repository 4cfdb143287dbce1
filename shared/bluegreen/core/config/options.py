"""Section `options`: how a release is made. A person may override each option for one release."""

from enum import Enum

from pydantic import Field

from bluegreen.core.config.units import Duration
from bluegreen.core.model import Frozen


class Target(Enum):
    AUTO = "auto"  # whichever is idle
    BLUE = "blue"
    GREEN = "green"


class Options(Frozen):
    """The defaults are those of bluegreen.yml."""

    target: Target = Target.AUTO
    auto_switch: bool = True
    skip_smoke_tests: bool = False


class Approval(Frozen):
    """No switch without a person, whatever `auto_switch` says. What leads back needs none."""

    by: tuple[str, ...] = Field(default=(), max_length=20)  # who may approve, by name; [] is whoever may switch
    within: Duration | None = None  # after that it expires; otherwise deadlines.ready

    @property
    def awaited(self) -> str:
        return f"waiting for the approval of {' or '.join(self.by) or 'a person'}"

    def refuses(self, name: str) -> str:
        """Why somebody's word is no approval; "" where it is."""
        if not self.by or name in self.by:
            return ""
        return f"it waits for the approval of {' or '.join(self.by)}, and not of {name or 'somebody without a name'}"
