"""One service of a set: its own apps, routers and addresses in the account and the repository that all share."""

from typing import Any

from bluegreen.core.environment import Environment
from bluegreen_emulator.digitalocean.host import Program
from tests.simulation.world.clock import VirtualClock
from tests.simulation.world.routers import Routers
from tests.simulation.world.world import World


class Member(World):
    """`first` is the one whose account, repository, GitHub page and Slack it shares; None for that one.

    `own` says what is wrong with the service's own part of a tag.
    """

    def __init__(self, service: str, busy: str, first: "Member | None") -> None:
        self.first = first
        self.own: dict[str, dict[str, Any]] = {}
        super().__init__(
            clock=first.clock if first else VirtualClock(),
            routers=Routers(service=service),
            busy=busy,
            prefix=f"{service}-",
            environments={f"https://{service}-{environment.value}.example": environment for environment in Environment},
        )

    def defect(self, program: Program | None) -> dict[str, Any]:
        own = self.own.get(program.env["APP_VERSION"]) if program else None
        return own or super().defect(program)

    def _open(self) -> None:
        first = self.first
        if first is None:
            super()._open()
        else:
            self.repository, self.host, self.platform = first.repository, first.host, first.platform
            self.pages, self.slack, self.deployment_views = first.pages, first.slack, first.deployment_views
        self.point_branches()
