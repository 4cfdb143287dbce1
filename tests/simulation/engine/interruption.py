"""Interruption points: before and after each external call, where faults fire.

Points are numbered through a run, in the order in which they are crossed, whoever crosses them: fault 104 of a schedule
fires at the 105th. What may fire there depends on the point's place (faults/places.py).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bluegreen.clients.web import Reply
from bluegreen.core.checks.response import CheckResponse
from bluegreen.core.errors import BluegreenError, RateLimited, Refused, Stale, Unavailable
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.ledger import CHECKED_AFTER, CHECKED_BEFORE
from tests.simulation.engine import pace
from tests.simulation.engine.invocation import Broken, Invocation, Killed, Unforeseen
from tests.simulation.faults.places import AFTER, ANYWHERE, SLOW, TRICKLES, Place, possible, sides
from tests.simulation.faults.schedule import FOR_EVER, Fault
from tests.simulation.world.provider_routing import LATE
from tests.simulation.world.service_config import SECRET

if TYPE_CHECKING:
    from tests.simulation.engine.run import Run

_CALL_TAKES = 0.01  # seconds
EVERYBODY, OTHERS = "everybody", "others"
_IN_TIME = ("", 0.0)
_YIELDS = 2.0  # seconds that an interleaved invocation waits before it goes on


_ERRORS: dict[str, Callable[[str], BluegreenError]] = {
    "time out": lambda what: Unavailable(f"{what} did not answer in time"),
    "503": lambda what: Unavailable(f"{what} answered 503"),
    "429": lambda what: RateLimited(f"{what} answered 429", delay=2.0),
    "412": lambda what: Stale(f"{what} answered 412"),
    "422": lambda what: Refused(f"{what} answered 422"),
}


_LATE = frozenset(("objects.create", *LATE))  # what lands when its sender is long gone


class Interrupter:
    """`trace`: the place of each point that was crossed; `struck`: places where a fault fired."""

    def __init__(self, run: "Run", faults: tuple[Fault, ...]) -> None:
        self._run, self._time, self._ledger = run, run.world.clock, run.ledger
        self._versions = run.ledger.versions
        self._by_number: dict[int, list[Fault]] = {}
        self._by_place = [fault for fault in faults if fault.where]
        for fault in faults:
            if not fault.where:
                self._by_number.setdefault(fault.at, []).append(fault)
        self._for_ever: dict[Place, str] = {}  # places, and what everybody meets there
        self.slow_clients: dict[str, tuple[str, float]] = {}  # client → how it answers, until when
        self.trace: list[Place] = []
        self.struck: list[Place] = []
        self.faults_fired = 0
        self.lost_answers = 0  # to what may have taken effect: whoever asked asks again

    @property
    def excuses(self) -> int:
        """How often somebody may be told twice."""
        return self.faults_fired + self.lost_answers

    def intercept(self, who: Invocation, method: str, call: Callable[..., Any], args: Any, given: Any) -> Any:
        """Makes the call, with the faults that are due before and after it."""
        if who.dead:
            raise Killed
        if pace.left() <= 0:  # nobody is asked any more
            return _failed(method, "time out")
        who.asks = args
        before, after = sides(who.call.name, method)
        lost = self._cross(who, before)
        if lost is not None:
            return _failed(method, lost)
        if who.dead and method not in _LATE:
            raise Killed
        self._time.t += _CALL_TAKES
        if method in CHECKED_BEFORE:
            self._ledger.before_call(who, method, args)
        found = _called(call, args, given)
        if method in CHECKED_AFTER:
            self._ledger.after_call(who, method, args, found)
        if who.dead:  # the request was on its way when its sender died
            raise Killed
        lost = self._cross(who, after)
        return found if lost is None else _failed(method, lost)

    def _cross(self, who: Invocation, place: Place) -> str | None:
        """Crosses one point. The kind of error that the caller gets instead of an answer; None for none."""
        number, run = len(self.trace), self._run
        self.trace.append(place)
        met = self._for_ever.get(place) or self._pace(place)
        if met:
            return self._trickle(who, place, met) if met in (TRICKLES, SLOW) else met
        if self._time.t >= run.next_check or len(self._versions) != run.checked_versions:
            run.check()
        if number in self._by_number or who.points_left is not None or self._by_place:
            return self._strike(who, place, number)
        return None

    def _strike(self, who: Invocation, place: Place, number: int) -> str | None:
        lost = None
        for fault in (*self._by_number.get(number, ()), *self._due_here(place)):
            if fault.kind in ANYWHERE or fault.kind in possible(place):
                lost = self._inject(who, place, fault) or lost
        if who.points_left is not None:
            who.points_left -= 1
            if who.points_left < 0:
                who.points_left, who.held = None, True
                self._run.suspend(who, _YIELDS)
        return lost

    def _due_here(self, place: Place) -> list[Fault]:
        if not self._by_place:
            return []
        where, times = str(place), self.trace.count(place)
        return [fault for fault in self._by_place if (fault.where, fault.at) == (where, times)]

    def _inject(self, who: Invocation, place: Place, fault: Fault) -> str | None:
        self.struck.append(place)
        self.faults_fired += 1
        who.faulted = True
        who.store_failed = who.store_failed or fault.kind not in (TRICKLES, SLOW)
        self._run.note_disturbance()
        self._run.record_line(who.name, f"{fault.kind} {fault.arg}".strip(), f"{place.side} {place.method}")
        match fault.kind:
            case "kill":
                raise Killed
            case "pause":
                who.held = True
                self._run.suspend(who, float(fault.arg))
            case "interleave":
                self._interleave(who, *fault.arg.split("@"))
            case "lose" | "twice" | "late":
                self._run.wake_ups.distort(fault.kind)
            case "raises" if fault.arg == FOR_EVER:
                self._for_ever[place] = fault.kind
                return fault.kind
            case "trickles" | "slow":
                self._for_ever |= {place: fault.kind} if fault.arg == FOR_EVER else {}
                return self._trickle(who, place, fault.kind)
            case kind:
                return kind
        return None

    def _pace(self, place: Place) -> str:
        if not self.slow_clients or place.side != AFTER:
            return ""
        client = place.method.split(".")[0]
        all_but_the_store = self.slow_clients.get(OTHERS) if client != "objects" else None
        how, until = self.slow_clients.get(client) or all_but_the_store or self.slow_clients.get(EVERYBODY) or _IN_TIME
        return how if self._time.t < until else ""

    def _trickle(self, who: Invocation, place: Place, how: str) -> str | None:
        """The answer takes as long as its client lets it; whoever has less time left does not get it at all."""
        takes, left = pace.limit(place.method, who.asks, how == SLOW), pace.left()
        who.faulted, who.store_failed = True, who.store_failed or place.method.startswith("objects")
        begun = self._time.t
        self._run.suspend(who, min(takes, left))
        if min(takes, left) > pace.LONGEST:
            raise Violation(17, f"{who.name} waited {self._time.t - begun:.0f} s for {place.method}")
        if how == SLOW and takes < left:
            return None
        self.lost_answers += 1
        return "time out"

    def _interleave(self, who: Invocation, what: str, upto: str = "") -> None:
        """Another invocation runs here: to its end, or `upto` a number of its own points and then beside this one."""
        other = self._run.same_function(who) if what == "again" else self._run.begin(what)
        if other is None:
            return
        other.points_left = int(upto) if upto else None
        who.held = True
        self._run.yield_to(who, other)


def _called(call: Callable[..., Any], args: Any, given: Any) -> Any:
    try:
        return call(*args, **given)
    except BluegreenError:
        raise
    except Exception as error:
        raise Broken(call) from error


def _failed(method: str, kind: str) -> Any:
    client = method.split(".")[0]
    if kind == "raises":
        raise Unforeseen(f"{method} said {SECRET}")
    if client == "functions":
        return f"the Functions platform: {kind}"
    if client == "web":
        if kind == "time out" and pace.left() <= 0:
            raise Unavailable("no time was left to wait for its answer")
        return Reply(CheckResponse(error="none (timed out)") if kind == "time out" else CheckResponse(status=503), {})
    raise _ERRORS[kind](method)
