"""What every traffic driver can do."""

from datetime import datetime
from typing import NamedTuple, Protocol

from bluegreen.core.environment import Environment


class Unknown(NamedTuple):
    why: str


class Seen(NamedTuple):
    """What was seen from outside: has production followed, and how that is known."""

    followed: bool
    says: str


class TrafficDriver(Protocol):
    def current(self) -> Environment | Unknown:
        """Which environment answers production now, asked from outside."""

    def send(self, environment: Environment, epoch: int) -> None:
        """Points production at an environment. Sets, so it may be repeated."""

    def lagging(self, epoch: int, now: datetime) -> str | None:
        """Who is known to send production elsewhere still; None when nobody is."""

    def verify(self, environment: Environment, epoch: int, now: datetime) -> Seen:
        """One look from outside: does all of production follow?"""
