"""How a release is to be made: the options of a service, which a person may override for one release."""

from enum import Enum

from bluegreen.core.model import Frozen


class Target(Enum):
    AUTO = "auto"  # whichever is idle
    BLUE = "blue"
    GREEN = "green"


class Options(Frozen):
    """How a release is to be made; the defaults come from bluegreen.yml."""

    target: Target = Target.AUTO
    auto_switch: bool = True
    skip_smoke_tests: bool = False
