"""Section `drift`: what a release does about differences between blue's spec and green's."""

from enum import Enum
from typing import Any

from pydantic import model_validator

from bluegreen.core.model import Frozen


class DriftPolicy(Enum):
    WARN = "warn"
    REFUSE = "refuse"
    OFF = "off"


class DriftSettings(Frozen):
    """`ignore` names the differences that are intended."""

    policy: DriftPolicy = DriftPolicy.WARN
    ignore: tuple[str, ...] = ()  # names of environment variables, or paths such as services.web.instance_count

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        """`drift: warn`; YAML reads `off` as false."""
        if written is False:
            return {"policy": "off"}
        return {"policy": written} if isinstance(written, str) else written
