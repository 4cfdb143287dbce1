"""One function at work: its clock, its clients behind the gate, and the greenlet that it runs in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from greenlet import greenlet

from bluegreen.clients.journal import Journal
from bluegreen.clients.redaction import NOTHING_SECRET
from bluegreen.cloud import Caller, Clients, Cloud
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.core.record import Version
from bluegreen.door import refusal
from bluegreen.invocation import entry_point
from bluegreen.invocation.entry_point import EntryPoint, Response
from tests.simulation import clients
from tests.simulation.service import LIMITS

if TYPE_CHECKING:
    from tests.simulation.run import Run


class Killed(BaseException):
    """As SIGKILL: nothing of the product catches it."""


class Through:
    """A client behind the gate: every call of a method passes it twice."""

    def __init__(self, client: Any, who: "Invocation") -> None:
        self._client, self._who, self._gate = client, who, who.run.gate

    def __getattr__(self, fact: str) -> Any:
        return getattr(self._client, fact)


@cache
def _through(kind: type, name: str) -> type[Through]:
    """Made once for each kind of client, as making it for each invocation takes longer than the calls."""
    methods = [each for each in dir(kind) if not each.startswith("_") and callable(getattr(kind, each))]
    return type(f"{kind.__name__}Through", (Through,), {each: _passing(f"{name}.{each}", each) for each in methods})


def _passing(where: str, method: str) -> Callable[..., Any]:
    def passed(self: Through, *args: Any, **given: Any) -> Any:
        return self._gate.passed(self._who, where, getattr(self._client, method), args, given)

    return passed


class Invocation:
    """`number` tells it from all others of its run; `skew` is what its clock is off, in seconds."""

    def __init__(self, run: "Run", call: EntryPoint, event: dict[str, Any], number: int, skew: float) -> None:
        self.run, self.call, self.event = run, call, event
        self.name = f"{call.name} #{number}"
        self.activation = f"activation-{number}"
        self.skew = timedelta(seconds=skew)
        self.begun = run.world.time.t
        self.limit = LIMITS[call.name]
        self.dead = False
        self.hurt = False  # something went wrong in it on purpose
        self.left: int | None = None  # passages until it has to stand aside for a moment
        self.answer: Response | None = None
        self.appended: list[Version] = []  # what it wrote into journals
        self.fiber = greenlet(self._work, run.hub)
        self._nonces = 0

    def by_a_person(self, function: str) -> bool:
        """A person has called it, and nobody has woken it."""
        return self.call.name == function and "specversion" not in self.event

    # bluegreen.cloud.Clock

    def now(self) -> datetime:
        return self.run.world.time.now() + self.skew

    def seconds(self) -> float:
        return self.run.world.time.t

    def sleep(self, seconds: float) -> None:
        self.run.park(self, max(seconds, 0.0))

    def remaining(self) -> float:
        return self.limit - (self.run.world.time.t - self.begun)

    def nonce(self) -> str:
        self._nonces += 1
        return f"{self.activation}-{self._nonces}"

    # the rest

    def _work(self) -> None:
        try:
            self.answer = self.call.run(self._given())
        except BluegreenError as error:
            self.answer = refusal(self.call, error)
        except Killed:
            self.dead = True
        self.run.ended(self)

    def _given(self) -> entry_point.Invocation:
        caller = Caller(self.call.name, self.activation, "https://functions.example")
        clients = cast(Clients, self._clients(None))
        return entry_point.Invocation(
            self.event, self.run.settings, self, caller, clients, lambda service: self._cloud(service, caller)
        )

    def _cloud(self, service: Service, caller: Caller) -> Cloud:
        clients = cast(Clients, self._clients(service))
        return Cloud(service, caller, self, self.run.log, Journal(clients.state, service.name, self.nonce), clients)

    def _clients(self, service: Service | None) -> SimpleNamespace:
        """As `bluegreen.cloud.Clients`; of no service only what is the same for all of them."""
        run, through = self.run, self._through
        functions = through(clients.Functions(run, run.schedule.key), "functions")
        ours = SimpleNamespace(settings=run.settings, at_once=in_turn, functions=functions, redaction=NOTHING_SECRET)
        if service is not None:
            world = run.world_of(service)
            ours.state, ours.store = through(run.store, "objects"), "memory"
            ours.telemetry, ours.web = through(world.telemetry, "telemetry"), through(clients.Web(world), "web")
            ours.digitalocean = through(clients.DigitalOcean(world), "digitalocean")
            ours.github, ours.slack = through(clients.GitHub(world), "github"), through(clients.Slack(world), "slack")
            ours.prometheus, ours.registry, ours.secret = _nobody, _nobody, lambda field: field
        return ours

    def _through(self, client: Any, name: str) -> Any:
        return _through(type(client), name)(client, self)


def _nobody(of: Any) -> None:
    """No service of the simulation has a Prometheus or an image."""


def in_turn(ask: Callable[[Any], Any], of: Any) -> list[Any]:
    """Side by side in threads would not be the same each time."""
    return [ask(each) for each in of]
