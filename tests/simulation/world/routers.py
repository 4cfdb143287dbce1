"""Traffic routed by Bluegreen's router: instances follow the journal with a lag, and report what they count."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS
from tests.simulation.world.routing import Sender

_BLOCK = 4.0  # seconds that one block of counts covers
_BLOCKS = 3
_USERS, _PROBES = 40, 8  # requests a block and instance
_ONE_CLIENTS = 12  # more, of the client whose requests fail
Stamp = Callable[[float], str]  # a time as the agent writes it
Shares = dict[str, tuple[float, float]]  # environment → the share of users' requests, and of probes, that fail


class Route(NamedTuple):
    at: float  # when the version was created
    seq: int
    epoch: int
    active: Environment


@dataclass(eq=False)
class Instance:
    """`lag` seconds after a version is there it has been applied."""

    name: str
    lag: float
    dies_at: float = float("inf")
    back_at: float = float("inf")
    stalls: tuple[float, float] = (0.0, 0.0)  # from, until: alive, but it does not read the journal

    def alive(self, t: float) -> bool:
        """It serves. Once restarted it has to read the journal before it does."""
        return not self.dies_at <= t < self._serves_again()

    def _serves_again(self) -> float:
        since, until = self.stalls
        return until if since <= self.back_at < until else self.back_at

    def applied(self, t: float) -> float:
        """All versions up to here are applied."""
        since, until = self.stalls
        return (min(since, t) if since <= t < until else t) - self.lag


@dataclass
class Routers:
    instances: list[Instance] = field(default_factory=lambda: [Instance("r0", 0.2), Instance("r1", 0.5)])
    routes: list[Route] = field(default_factory=list)
    silent: tuple[float, float] = (0.0, 0.0)  # from, until: nobody reports
    outage: tuple[float, float] = (0.0, 0.0)  # from, until: what both environments need is down
    one_client: tuple[float, float] = (0.0, 0.0)  # from, until: one client asks a URL that fails in every release
    service: str = "web"
    config: str = ""
    extra_seconds: float = 0.0
    lost: Route | None = None  # the newest that they had applied when the journal lost it
    _next: int = 0

    def route(self, instance: Instance, t: float) -> Route:
        until = instance.applied(t)
        found = next((route for route in reversed(self.routes) if route.at <= until), self.routes[0])
        if self.lost is not None and (self.lost.epoch, self.lost.seq) > (found.epoch, found.seq):
            return self.lost
        return found

    def alive(self, t: float) -> list[Instance]:
        return [instance for instance in self.instances if instance.alive(t)]

    def last_report(self, instance: Instance, t: float) -> float:
        """When it last wrote its telemetry."""
        since, until = self.silent
        at = since if since <= t < until else t
        return at if instance.alive(at) else instance.dies_at

    # What the checks ask

    def destination(self, t: float) -> Environment | None:
        """Round robin over the live instances; None where there is none."""
        alive = self.alive(t)
        if not alive:
            return None
        self._next += 1
        return self.route(alive[self._next % len(alive)], t).active

    def ordered(self, t: float) -> list[Sender]:
        return [(each.name, self.route(each, t).active) for each in self.instances if each.alive(t)]

    def visible(self, t: float, looked: float) -> list[Sender]:
        """Not what those do who cannot read the journal just now."""
        reading = [instance for instance in self.alive(t) if not instance.stalls[0] <= t < instance.stalls[1]]
        return [(instance.name, self.route(instance, t).active) for instance in reading]

    def lagging(self, active: Environment, t: float, looked: float) -> str | None:
        """Nobody can know it while they do not report."""
        if self.silent[0] <= t < self.silent[1] + 1:
            return None
        return next((each.name for each in self.alive(t) if self.route(each, t).active is not active), None)

    def diverged(self, active: Environment) -> bool:
        """They follow by themselves."""
        return False

    def overdue(self, active: Environment, t: float, patience: float, quiet: float) -> str | None:
        """Those that have stalled get as long after it."""
        for each in self.alive(t):
            if each.stalls[1] + patience < t and self.route(each, t).active is not active:
                return each.name
        return None

    def one_client_at(self, t: float) -> bool:
        since, until = self.one_client
        return since <= t < until

    def report(self, instance: Instance, t: float, stamp: Stamp, shares: Shares) -> bytes:
        """The instance's telemetry, as its agent writes it."""
        route, last = self.route(instance, t), t // _BLOCK
        active = tuple([self.route(instance, (last - n) * _BLOCK).active.value for n in range(_BLOCKS, 0, -1)])
        odd = tuple([self.one_client_at((last - n) * _BLOCK) for n in range(_BLOCKS, 0, -1)])
        blocks = _blocks(last, active, odd, stamp, *shares["blue"], *shares["green"])
        return (
            f'{{"service":"{self.service}","instance":"{instance.name}","at":"{stamp(t)}","seq":{route.seq},'
            f'"epoch":{route.epoch},"active":"{route.active.value}","blocks":[{blocks}]}}'
        ).encode()


_REST = ",0" * len(BUCKETS_MS)


@lru_cache(maxsize=4096)
def _blocks(
    last: float,
    active: tuple[str, ...],
    odd: tuple[bool, ...],
    stamp: Stamp,
    blue: float,
    blue_probed: float,
    green: float,
    green_probed: float,
) -> str:
    """The blocks before the `last` one, who was active in each, and `odd` where the one client asked.

    The shares are of users and of probes.
    """
    users, begun = {"blue": blue, "green": green}, [(last - n) * _BLOCK for n in range(_BLOCKS, 0, -1)]
    told = zip(begun, active, odd, strict=True)
    return ",".join(_block(stamp(at), name, users[name], blue_probed, green_probed, one) for at, name, one in told)


def _block(at: str, active: str, users: float, blue: float, green: float, one_client: bool) -> str:
    probes = f'"blue":{_counts(_PROBES, blue)},"green":{_counts(_PROBES, green)}'
    asked = f'"{active}":{_users(users, one_client)}'
    return f'{{"at":"{at}","seconds":{_BLOCK},"users":{{{asked}}},"probes":{{{probes}}}}}'


def _counts(requests: int, share: float) -> str:
    return f'{{"requests":{requests},"failed":{round(requests * share)},"buckets":[{requests}{_REST}]}}'


def _users(share: float, one_client: bool) -> str:
    if not one_client:
        return _counts(_USERS, share)
    requests, failed = _USERS + _ONE_CLIENTS, round(_USERS * share) + _ONE_CLIENTS
    told = f'"client_paths":[[7,{_ONE_CLIENTS}]]'
    return f'{{"requests":{requests},"failed":{failed},"buckets":[{requests}{_REST}],{told}}}'
