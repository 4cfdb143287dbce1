"""Sections `watch` and `thresholds`: how long a release is watched after the switch, and what counts as bad."""

from enum import Enum

from pydantic import Field, model_validator

from bluegreen.core.config.units import Duration
from bluegreen.core.model import Frozen


class WhileWatching(Enum):
    """What a newer tag does while a release is in its bake."""

    WAIT = "wait"
    REPLACE = "replace"  # it begins at once; the release that was watched stays in production, unproven


class AfterBake(Enum):
    """What follows when the release in production passes the critical level once its bake is over."""

    TELL = "tell"
    ROLLBACK = "rollback"  # to the proven release that still stands by, where going back would help


class ProvenBy(Enum):
    """Whose answers prove a release."""

    USERS = "users"
    PROBES = "probes"  # probes count like users: for a service of which nobody counts what users get


class Watch(Frozen):
    checks: int = Field(default=10, ge=1)  # post-switch checks …
    over: Duration = 300.0  # … spread over this time
    bake: Duration = 3600.0  # bake time: watched for this long in all
    every: Duration = 3.0  # between two looks while a release is in flight
    warm_up: Duration = 90.0  # after the switch: slow answers are not held against it, failed ones are
    fresh: Duration = 3600.0  # after the switch; from then on the looks are further apart …
    later: Duration = 30.0  # … namely this long
    extend: Duration = 300.0  # how much longer it may take when the end of the bake finds it unproven
    proof: ProvenBy = ProvenBy.USERS  # whose answers prove a release at the end of its bake
    stay: Duration = 55.0  # how long one invocation of the watch goes on
    write_every: Duration = 10.0  # running counts are written down this often


class Level(Frozen):
    """One line of the thresholds table."""

    normal: float
    warning: float
    critical: float

    @model_validator(mode="after")
    def _rising(self) -> "Level":
        if not self.normal <= self.warning <= self.critical:
            raise ValueError("normal, warning and critical have to rise")
        return self


class Thresholds(Frozen):
    """Shares in percent, times in milliseconds."""

    error_rate: Level = Level(normal=0.1, warning=1, critical=5)
    response_time_p95: Level = Level(normal=500, warning=1000, critical=2000)
    cpu: Level = Level(normal=70, warning=80, critical=90)
    memory: Level = Level(normal=80, warning=90, critical=95)
    connections: Level = Level(normal=100, warning=200, critical=500)
    tolerance: float | None = Field(
        default=None, ge=0.001, le=50
    )  # percent of failures that is never alarming; by default five times `error_rate.normal`
    least_requests: int = Field(default=50, ge=1)  # after the bake: fewer of users' requests pass no critical level
