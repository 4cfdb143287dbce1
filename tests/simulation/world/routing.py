"""Who sends users to which environment: what the checks ask of every kind of traffic."""

from typing import Protocol

from bluegreen.core.environment import Environment

Sender = tuple[str, Environment]  # somebody, and where they send users


class Routing(Protocol):
    config: str  # what bluegreen.yml says of it, as JSON
    extra_seconds: float  # seconds that a release waits for it, or that it takes to follow, beyond what a router takes

    def destination(self, t: float) -> Environment | None:
        """Whom one request from outside reaches; None: nobody."""

    def ordered(self, t: float) -> list[Sender]:
        """Who sends users where, as Bluegreen has it: not what somebody else ordered."""

    def visible(self, t: float, looked: float) -> list[Sender]:
        """Who sends users where, so that a function that `looked` then can know of it."""

    def lagging(self, active: Environment, t: float, looked: float) -> str | None:
        """Who does not send users there, although a function that `looked` then has said that all do."""

    def diverged(self, active: Environment) -> bool:
        """Users are led elsewhere, and remain so until somebody changes it."""

    def overdue(self, active: Environment, t: float, patience: float, quiet: float) -> str | None:
        """Who still sends users elsewhere, although nothing has changed for so long.

        `quiet`: nothing has been done from outside since then, and nothing was made to go wrong.
        """
