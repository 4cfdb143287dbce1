"""Who leads users to an environment: what the checks ask of it, whatever kind of traffic the service has."""

from typing import Protocol

from bluegreen.core.environment import Environment

Sender = tuple[str, Environment]  # somebody, and where they send users


class Production(Protocol):
    written: str  # what bluegreen.yml says of it, as JSON
    takes: float  # seconds that a release waits for it, or that it takes to follow, beyond what a router takes

    def asked(self, t: float) -> Environment | None:
        """Whom one request from outside reaches; None: nobody."""

    def sends(self, t: float) -> list[Sender]:
        """Who sends users where, as Bluegreen has it: not what somebody else ordered."""

    def known(self, t: float, looked: float) -> list[Sender]:
        """Who sends users where, so that a function that `looked` then can know of it."""

    def behind(self, active: Environment, t: float, looked: float) -> str | None:
        """Who does not send users there, although a function that `looked` then has said that all do."""

    def elsewhere(self, active: Environment) -> bool:
        """Users are led elsewhere, and remain so until somebody changes it."""

    def astray(self, active: Environment, t: float, patience: float, quiet: float) -> str | None:
        """Who still sends users elsewhere, although nothing has changed for so long.

        `quiet`: nothing has been done from outside since then, and nothing was made to go wrong.
        """
