"""Section `options`: how a release is made. A person may override each option for one release."""

from enum import Enum

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
