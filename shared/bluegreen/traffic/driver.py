"""What every traffic driver can do."""

from datetime import datetime
from typing import NamedTuple, Protocol

from bluegreen.core.environment import Environment
from bluegreen.core.record import Record


class Unknown(NamedTuple):
    why: str


class PublicAnswer(NamedTuple):
    """What production answers, asked from outside: has it followed, and how is that known?"""

    followed: bool
    says: str
    again: bool = False  # only a first change was sent, so that it can take over: the switch has to be sent again
    stale_seconds: float = 0.0  # as in `ProviderSetting`


class ProviderSetting(NamedTuple):
    """Where the provider's own setting sends production, and in the provider's words; None: to neither environment."""

    environment: Environment | None
    says: str
    idle_oversized: bool = False  # the idle environment is larger than the service wants it to stay
    runs_alike: bool = False  # both environments name the same image: users get that, whichever serves
    stale_seconds: float = 0.0  # how long users may be led as before a change, where nobody can see it (a DNS cache)


class TrafficDriver(Protocol):
    follows_journal: bool  # the journal itself is the setting: nothing else can be sent, changed or set right
    look_every: float  # seconds between two looks at whether production has followed

    def current(self) -> Environment | Unknown:
        """Which environment answers production now, asked from outside."""

    def send(self, environment: Environment, epoch: int, digest: str = "", other_is_unfit: bool = False) -> None:
        """Points production at an environment. Sets, so it may be repeated.

        `digest`: of the image that stands there by the record; a driver that can tell sees to it that it does.
        `other_is_unfit`: what the other environment holds is unfit, so production is never sent back to it.
        """

    def setting(self) -> ProviderSetting | None:
        """How the provider's own setting stands, by one read; None where the journal is all there is."""

    def why_lagging(self, record: Record, now: datetime) -> str | None:
        """Who is known to send production elsewhere than the record says, as a sentence; None when nobody is."""

    def verify(self, environment: Environment, epoch: int, now: datetime) -> PublicAnswer:
        """One look from outside: does all of production follow?"""

    def shrink_idle(self, active: Environment) -> None:
        """Makes the idle environment as small as the service wants it, where `setting` has said that it is larger."""

    def doubts(self) -> list[str]:
        """Warnings for `bluegreen doctor`: what works today and is set up in a way that will hurt one day."""
