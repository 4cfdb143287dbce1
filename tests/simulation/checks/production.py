"""What runs where users are sent, and that nothing is deployed there (invariants 1, 2 and 4)."""

from typing import TYPE_CHECKING, Any

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from tests.simulation.checks.invariants import Violation
from tests.simulation.world.app_ingress import IngressRouting
from tests.simulation.world.provider_routing import WRITES, ProviderRouting

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger
    from tests.simulation.engine.invocation import Invocation

WATCH = 60.0
_FOLLOWS_WITHIN = 5.0
_LEAVES_TIME_TO_LOOK = {"kill", "pause", "interleave"}  # from looking once more, if it lives


class ProductionChecks:
    """By what the simulated world runs, where it leads users, and which checks were seen to pass there."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger, self._world = ledger, ledger.world
        self._passed: set[tuple[Environment, str, str]] = set()  # environment, tag, path that answered well
        self._proven = {Environment.BLUE: {"v1.2.0"}, Environment.GREEN: {"v1.1.0"}}
        self._tampered: set[Environment] = set()
        self._lost: set[Environment] = set()  # of these, those that stay so
        self._read_at: dict[str, float] = {}  # who read the provider's setting → when last
        self._gates_read_at = 0.0  # that reading, of whoever was about to start the newest deployment

    # What happens

    def tampered(self, environment: Environment, for_good: bool = False) -> None:
        """Somebody else deploys there: what runs is no longer ours to vouch for, until we deploy anew."""
        self._tampered.add(environment)
        self._lost |= {environment} if for_good else set()

    def answered(self, args: Any, found: Any) -> None:
        """A check that passed: what runs there answered well at this path."""
        url, check = args[0], args[1]
        environment = self._world.environments.get(url)
        if environment is None or found.answer.status != 200 or "Oops" in found.answer.body:
            return
        tag = self._world.tag_on(environment)
        self._passed.add((environment, tag, check.path))
        if {(environment, tag, "/api/health"), (environment, tag, "/login")} <= self._passed:
            self._proven[environment].add(tag)

    def note_routing_call(self, who: "Invocation", method: str) -> None:
        """It has just read or written what leads users at the provider."""
        t, routing = self._world.clock.t, self._world.routing
        if not isinstance(routing, ProviderRouting):
            return
        if method in WRITES:
            routing.written_by(who.name, self._ledger.record.active, t)
        elif method in routing.read_calls:
            self._read_at[who.name] = t

    def ended(self, who: "Invocation") -> None:
        """Whoever has sent users where the record says no more, sends them on."""
        routing = self._world.routing
        if not isinstance(routing, ProviderRouting) or not self._ledger.versions:
            return
        if not routing.left_wrong_by(who.name, self._ledger.record.active):
            return
        if {fault.kind for fault in self._ledger.run.schedule.faults} <= _LEAVES_TIME_TO_LOOK:
            raise Violation(4, f"{who.name} came too late, and left it at that: {routing.name} leads elsewhere")

    def moved(self, before: Record, after: Record) -> None:
        """A new version after the one before it."""
        if after.active is not before.active:
            self._check_switch(before, after)
        now, was = after.release, before.release
        if was is None:
            return
        if now and now.deployment and not was.deployment:
            self._gates_read_at = self._last_read_at()
        if now and now.phase is Phase.CHECKING and was.phase is Phase.DEPLOYING and now.target:
            self._tampered -= {now.target} - self._lost  # our own deployment went live where somebody had meddled
        if now and now.phase is Phase.WATCHING and was.phase is not Phase.WATCHING:
            self._check_all_follow(after.active)
        if was.phase is Phase.ROLLING_BACK and (now is None or now.id != was.id):
            self._check_rollback_done(before, after)

    # What must hold whenever time has passed

    def check(self) -> None:
        ledger, t = self._ledger, self._world.clock.t
        sound = None
        for name, to in self._world.routing.ordered(t):
            if to is not sound:
                self._check_target(to, name, "sends users to")
                sound = to
        if t - self._world.routers.routes[-1].at > WATCH and not ledger.store_checks.lost:
            self._check_agreement(t, ledger.record)

    def check_end(self) -> None:
        """Invariant 4, once nothing is left to do: also what the record says that production runs."""
        world, record = self._world, self._ledger.record
        if world.clock.t - world.routers.routes[-1].at > _FOLLOWS_WITHIN:
            self._check_agreement(world.clock.t, record)
        if record.epoch and world.routing.diverged(record.active):
            raise Violation(4, f"in the end users are led elsewhere than to {record.active.value}")
        runs, says = world.tag_on(record.active), record.on(record.active).tag
        if says and runs != says and record.active not in self._tampered:
            raise Violation(4, f"{record.active.value} runs {runs}, and the record says {says}")

    def check_not_active(self, environment: Environment, says: str) -> None:
        """Invariant 2, by the record and by where users are led."""
        if environment is self._ledger.record.active:
            raise Violation(2, f"{says} on {environment.value}, which is active")
        for name, to in self._world.routing.visible(self._world.clock.t, self._gates_read_at):
            if to is environment:
                raise Violation(2, f"{says} on {environment.value}, which {name} still sends users to")

    def check_spec(self, spec: dict[str, Any], release: bool) -> None:
        """Invariant 2, where both environments are parts of what is written."""
        routing, t = self._world.routing, self._world.clock.t
        for name, to in routing.visible(t, self._gates_read_at if release else t):
            if isinstance(routing, IngressRouting) and routing.harms(to, spec):
                raise Violation(2, f"{to.value} would be deployed to, which {name} sends users to")

    def _check_switch(self, before: Record, after: Record) -> None:
        """Invariant 1, at the moment of the switch."""
        if after.epoch <= before.epoch:
            raise Violation(1, "production was pointed elsewhere and the epoch did not go up")
        self._check_target(after.active, "production moved to", after.active.value, "which runs")

    def _check_target(self, environment: Environment, *says: str) -> None:
        if environment in self._tampered:
            return
        tag = self._world.tag_on(environment)
        if tag not in self._proven[environment]:
            raise Violation(1, f"{' '.join(says)} {tag}, which did not pass its checks there")

    def _check_rollback_done(self, before: Record, after: Record) -> None:
        """A way back is over: where it is called done, production runs what it was to go back to."""
        if after.past[0].outcome is not Phase.ROLLED_BACK:
            return
        self._check_all_follow(after.active)
        native, runs = before.in_flight.native, self._world.tag_on(after.active)
        if native is not None and after.active not in self._tampered and runs != native.tag:
            raise Violation(4, f"{after.active.value} was to go back to {native.tag} and runs {runs}")

    def _check_all_follow(self, active: Environment) -> None:
        """Invariant 4: nobody may say that traffic has moved while somebody sends it elsewhere."""
        behind = self._world.routing.lagging(active, self._world.clock.t, self._last_read_at())
        if behind:
            raise Violation(4, f"it was called done while {behind} does not send to {active.value}")

    def _check_agreement(self, t: float, record: Record) -> None:
        """Invariant 4, where the record has not changed for a watch. Before the first switch people are only told."""
        astray = self._world.routing.overdue(record.active, t, WATCH, self._ledger.run.quiet_since)
        if record.epoch and astray:
            raise Violation(4, f"{astray} still sends elsewhere than to {record.active.value}")

    def _last_read_at(self) -> float:
        """When whoever writes this version last read the provider's setting."""
        t, writer = self._world.clock.t, self._ledger.writer
        return self._read_at.get(writer.name, t) if writer else t
