"""The protocol of every traffic driver."""

from datetime import datetime
from typing import NamedTuple, Protocol

from bluegreen.core.environment import Environment
from bluegreen.core.record import Record


class Unknown(NamedTuple):
    why: str


class PublicAnswer(NamedTuple):
    """Whether production has followed the switch, asked from outside, and how that is known."""

    followed: bool
    says: str
    again: bool = False  # only a preparing change was sent so far: `send` has to be called again
    stale_seconds: float = 0.0  # as in `ProviderSetting`


class ProviderSetting(NamedTuple):
    """Where the provider's setting sends production, and its words for it. `environment` None: to neither."""

    environment: Environment | None
    says: str
    idle_oversized: bool = False  # the idle environment is larger than the service wants it to stay
    runs_alike: bool = False  # both environments have the same image: users get it, whichever one serves
    stale_seconds: float = 0.0  # how long some users may still get the old environment, unseen by us (DNS caches)


class TrafficDriver(Protocol):
    follows_journal: bool  # the journal itself is the setting: there is nothing else to set or repair
    look_every: float  # seconds between two calls of `verify`

    def current(self) -> Environment | Unknown:
        """Which environment answers production now, asked from outside."""

    def send(self, environment: Environment, epoch: int, digest: str = "", other_is_unfit: bool = False) -> None:
        """Points production at an environment. Sets, so it may be repeated.

        `digest`: of the image that the record has there; a driver that can, makes sure of it.
        `other_is_unfit`: the other environment's release is unfit, so production must never be sent back to it.
        """

    def setting(self) -> ProviderSetting | None:
        """The provider's setting, by one read; None if the journal is the only setting."""

    def why_lagging(self, record: Record, now: datetime) -> str | None:
        """What still sends production elsewhere than the record says, as a sentence; None if nothing is known to."""

    def verify(self, environment: Environment, epoch: int, now: datetime) -> PublicAnswer:
        """One look from outside: does all of production follow?"""

    def shrink_idle(self, active: Environment) -> None:
        """Makes the idle environment as small as the service wants it, where `setting` has said that it is larger."""

    def doubts(self) -> list[str]:
        """Warnings for `bluegreen doctor`: settings that work today and will cause trouble later."""
