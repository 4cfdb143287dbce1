"""One invocation of a function: its clock, its intercepted clients, and the greenlet that it runs in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from greenlet import greenlet

from bluegreen.clients.redaction import NOTHING_SECRET
from bluegreen.clients.store.journal import Journal
from bluegreen.cloud import Caller, Clients, Cloud
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.core.record import Version
from bluegreen.door.refusal import bug_met, refusal
from bluegreen.invocation import entry_point
from bluegreen.invocation.entry_point import EntryPoint, Response
from tests.simulation.world import clients
from tests.simulation.world.service_config import LIMITS

if TYPE_CHECKING:
    from tests.simulation.engine.run import Run


class Killed(BaseException):
    """Like SIGKILL: no `except` of the product catches it."""


class Unforeseen(RuntimeError):
    """What a client raises although nothing says that it may. The product must not know it by name."""


class Broken(BaseException):
    """A fault of the simulated world itself, which the product must not take for a bug of its own."""


class InterceptedClient:
    """A client whose methods have an interruption point before and after each call."""

    def __init__(self, client: Any, who: "Invocation") -> None:
        self._client, self._who, self._interrupter = client, who, who.run.interrupter

    def __getattr__(self, fact: str) -> Any:
        return getattr(self._client, fact)


@cache
def _intercepted(kind: type, name: str) -> type[InterceptedClient]:
    """Made once for each kind of client, as making it for each invocation takes longer than the calls."""
    methods = [each for each in dir(kind) if not each.startswith("_") and callable(getattr(kind, each))]
    return type(
        f"{kind.__name__}Intercepted",
        (InterceptedClient,),
        {each: _intercepting(f"{name}.{each}", each) for each in methods},
    )


def _intercepting(where: str, method: str) -> Callable[..., Any]:
    def intercepted(self: InterceptedClient, *args: Any, **given: Any) -> Any:
        return self._interrupter.intercept(self._who, where, getattr(self._client, method), args, given)

    return intercepted


class Invocation:
    """`number` tells it from all others of its run; `skew`: seconds that its clock is off."""

    def __init__(self, run: "Run", call: EntryPoint, event: dict[str, Any], number: int, skew: float) -> None:
        self.run, self.call, self.event = run, call, event
        self.name = f"{call.name} #{number}"
        self.activation = f"activation-{number}"
        self.skew = timedelta(seconds=skew)
        self.began_at = run.world.clock.t
        self.limit = LIMITS[call.name]
        self.dead = False
        self.faulted = False  # a fault has fired in it
        self.store_failed = False  # it may have been kept from writing down what it found
        self.held = False  # it has stood still, which no slow answer makes it do
        self.asks: Any = ()  # what it has asked a client last
        self.points_left: int | None = None  # interruption points until it lets others run
        self.answer: Response | None = None
        self.appended: list[Version] = []  # what it wrote into journals
        self.fiber = greenlet(self._work, run.hub)
        self._nonces = 0

    def called_by_person(self, function: str) -> bool:
        """A person has called it, and nobody has woken it."""
        return self.call.name == function and "specversion" not in self.event

    # bluegreen.cloud.Clock

    def now(self) -> datetime:
        return self.run.world.clock.now() + self.skew

    def seconds(self) -> float:
        return self.run.world.clock.t

    def sleep(self, seconds: float) -> None:
        self.run.suspend(self, max(seconds, 0.0))

    def remaining(self) -> float:
        return self.limit - (self.run.world.clock.t - self.began_at)

    def nonce(self) -> str:
        self._nonces += 1
        return f"{self.activation}-{self._nonces}"

    # the rest

    def _work(self) -> None:
        try:
            self.answer = self.call.respond(self._given())
        except BluegreenError as error:
            self.answer = refusal(self.call, error)
        except Unforeseen as error:
            self.answer = bug_met(self.call, error)
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
        journal = Journal(clients.state, service.name, self.nonce, self.now)
        return Cloud(service, caller, self, self.run.log, journal, clients)

    def _clients(self, service: Service | None) -> SimpleNamespace:
        """As `bluegreen.cloud.Clients`; of no service only what is the same for all of them."""
        run, through = self.run, self._intercepted
        functions = through(clients.Functions(run, run.schedule.key), "functions")
        ours = SimpleNamespace(
            settings=run.settings, at_once=sequentially, told=set(), functions=functions, redaction=NOTHING_SECRET
        )
        if service is not None:
            world = run.world_of(service)
            ours.state, ours.store = through(run.store, "objects"), "memory"
            ours.telemetry, ours.web = through(world.telemetry, "telemetry"), through(clients.Web(world), "web")
            ours.digitalocean = through(clients.DigitalOcean(world), "digitalocean")
            ours.github, ours.slack = through(clients.GitHub(world), "github"), through(clients.Slack(world), "slack")
            ours.pager, ours.receiver = SimpleNamespace(key="", address=""), lambda *_: None
            ours.prometheus, ours.registry, ours.secret = _nobody, _nobody, lambda field: field
        return ours

    def _intercepted(self, client: Any, name: str) -> Any:
        return _intercepted(type(client), name)(client, self)


def _nobody(of: Any) -> None:
    """No service of the simulation has a Prometheus or an image."""


def sequentially(ask: Callable[[Any], Any], of: Any) -> list[Any]:
    """Side by side in threads would not be the same each time."""
    return [ask(each) for each in of]
