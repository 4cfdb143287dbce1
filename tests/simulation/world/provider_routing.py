"""Traffic routed by a setting at DigitalOcean: who changed it, and whom it still sends where it pointed before."""

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import NamedTuple

from bluegreen.core.environment import Environment
from tests.simulation.world.routing import Sender

LATE = frozenset({"digitalocean.update_load_balancer", "digitalocean.point_dns_record"})  # may land after its sender
SPECS = frozenset({"digitalocean.update", "digitalocean.update_to"})
WRITES = LATE | SPECS
READS = frozenset({"digitalocean.load_balancer", "digitalocean.dns_records", "digitalocean.app"})
_LOOK = 5.0  # seconds that a watch may take until it has set right what it found


class RoutingChange(NamedTuple):
    """`ours`: by a function whose word the record still was. Others: people, and functions that come too late."""

    at: float
    to: Environment | None  # None: neither environment
    ours: bool
    by: str = ""  # which function


class ProviderRouting(ABC):
    """`propagation`: seconds after a change that some users are still led by the one before."""

    name: str
    config: str
    extra_seconds: float
    propagation: float
    read_calls: frozenset[str]  # how functions learn of it

    def __init__(self) -> None:
        self.changes = [RoutingChange(0.0, Environment.BLUE, True)]

    @abstractmethod
    def target(self) -> Environment | None:
        """Where it leads, as the provider shows it."""

    @abstractmethod
    def point(self, value: Environment | None) -> None:
        """Somebody changes it by hand."""

    def effective(self, t: float) -> list[RoutingChange]:
        """The changes by which users are led now."""
        ends = [change.at + self.propagation for change in self.changes[1:]]
        return [*(old for old, end in zip(self.changes, ends, strict=False) if end > t), self.changes[-1]]

    def written_by(self, function: str, active: Environment | None, t: float) -> None:
        """It has just been written; `active` by the record, None where it was no function."""
        to = self.target()
        if to is not self.changes[-1].to:
            self.changes.append(RoutingChange(t, to, to is active, function))

    def left_wrong_by(self, function: str, active: Environment) -> bool:
        """It was the last to write, wrote too late, and has not seen to it."""
        last = self.changes[-1]
        return last.by == function and not last.ours and last.to is not active

    # What the checks ask

    def ordered(self, t: float) -> list[Sender]:
        return [(self.name, change.to) for change in self.effective(t) if change.to and change.ours]

    def visible(self, t: float, looked: float) -> list[Sender]:
        """What was changed back again before anybody looked left no trace."""
        changes = self.changes
        next_of = dict(pairwise(changes))
        seen = [one for one in self.effective(t) if one.at <= looked and (one not in next_of or next_of[one].ours)]
        return [(self.name, one.to) for one in seen if one.to]

    def lagging(self, active: Environment, t: float, looked: float) -> str | None:
        return self.name if self.changes[-1].at <= looked and self.diverged(active) else None

    def diverged(self, active: Environment) -> bool:
        return self.target() is not active

    def overdue(self, active: Environment, t: float, patience: float, quiet: float) -> str | None:
        """A watch that was kept from looking leaves it to the next one."""
        since = max(self.changes[-1].at, quiet) + self.propagation
        return self.name if since + patience + _LOOK < t and self.diverged(active) else None
