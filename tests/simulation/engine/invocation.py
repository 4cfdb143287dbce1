"""One invocation of a function: its clock, its intercepted clients, and the greenlet that it runs in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from greenlet import greenlet

from bluegreen.clients.journal import Journal
from bluegreen.cloud import Caller, Cloud
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.core.record import Version
from bluegreen.door import refusal
from bluegreen.invocation.call import Answer, Call, Visit
from bluegreen.notify import notifiers_for
from bluegreen.settings import Settings
from bluegreen.signals import signals_for
from bluegreen.sources import source_for
from bluegreen.traffic import driver_for
from tests.simulation.world import clients
from tests.simulation.world.service_config import LIMITS

if TYPE_CHECKING:
    from tests.simulation.engine.run import Run


class Killed(BaseException):
    """Like SIGKILL: no `except` of the product catches it."""


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

    def __init__(self, run: "Run", call: Call, event: dict[str, Any], number: int, skew: float) -> None:
        self.run, self.call, self.event = run, call, event
        self.name = f"{call.name} #{number}"
        self.activation = f"activation-{number}"
        self.skew = timedelta(seconds=skew)
        self.began_at = run.world.clock.t
        self.limit = LIMITS[call.name]
        self.dead = False
        self.faulted = False  # a fault has fired in it
        self.points_left: int | None = None  # interruption points until it lets others run
        self.answer: Answer | None = None
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
            self.answer = self.call.run(self._visit())
        except BluegreenError as error:
            self.answer = refusal(self.call, error)
        except Killed:
            self.dead = True
        self.run.ended(self)

    def _visit(self) -> Visit:
        settings, caller = self.run.settings, Caller(self.call.name, self.activation, "https://functions.example")
        return Visit(
            event=self.event,
            settings=settings,
            clock=self,
            caller=caller,
            functions=self._intercepted(clients.Functions(self.run, self.run.schedule.key), "functions"),
            cloud=lambda service: self._cloud(service, settings, caller),
            log=self.run.log,
        )

    def _cloud(self, service: Service, settings: Settings, caller: Caller) -> Cloud:
        world, through = self.run.world_of(service), self._intercepted
        objects, telemetry = through(self.run.store, "objects"), through(world.telemetry, "telemetry")
        web, github = through(clients.Web(world), "web"), through(clients.GitHub(world), "github")
        digitalocean = through(clients.DigitalOcean(world), "digitalocean")
        return Cloud(
            service=service,
            caller=caller,
            clock=self,
            objects=objects,
            store="memory",
            journal=Journal(objects, service.name, self.nonce),
            web=web,
            functions=through(clients.Functions(self.run, self.run.schedule.key), "functions"),
            traffic=driver_for(service, web, telemetry, digitalocean),
            signals=signals_for(service, web, telemetry, sequentially, digitalocean),
            notifiers=notifiers_for(service, through(clients.Slack(world), "slack"), github),
            log=self.run.log,
            digitalocean_or_none=digitalocean,
            github_or_none=github,
            source_or_none=source_for(service, digitalocean, github),
            at_once=sequentially,
            part_of=lambda tag: settings.part_of(service, tag),
        )

    def _intercepted(self, client: Any, name: str) -> Any:
        return _intercepted(type(client), name)(client, self)


def sequentially(ask: Callable[[Any], Any], of: Any) -> list[Any]:
    """Side by side in threads would not be the same each time."""
    return [ask(each) for each in of]
