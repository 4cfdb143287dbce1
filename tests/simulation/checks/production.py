"""What the environments run, where production goes, and whether it may (invariants 1, 2 and 4)."""

from typing import TYPE_CHECKING, Any

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from tests.simulation.checks.invariants import Violation
from tests.simulation.world.app_ingress import Routed
from tests.simulation.world.provider_routing import WRITES, Setting

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger
    from tests.simulation.invocation import Invocation

WATCH = 60.0
_FOLLOWED_AFTER = 5.0
_HINDERS_NOBODY = {"kill", "pause", "meet"}  # from looking once more, if it lives


class Standing:
    """By what the simulated world runs, where it leads users, and which checks were seen to pass there."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger, self._world = ledger, ledger.world
        self._passed: set[tuple[Environment, str, str]] = set()  # environment, tag, path that answered well
        self._sound = {Environment.BLUE: {"v1.2.0"}, Environment.GREEN: {"v1.1.0"}}
        self._meddled: set[Environment] = set()
        self._lost: set[Environment] = set()  # of these, those that stay so
        self._looked: dict[str, float] = {}  # who read the provider's setting → when last
        self._gates = 0.0  # that reading, of whoever was about to start the newest deployment

    # What happens

    def meddled(self, environment: Environment, for_good: bool = False) -> None:
        """Somebody else deploys there: what runs is no longer ours to vouch for, until we deploy anew."""
        self._meddled.add(environment)
        self._lost |= {environment} if for_good else set()

    def answered(self, args: Any, found: Any) -> None:
        """A check that passed: what runs there answered well at this path."""
        url, check = args[0], args[1]
        environment = self._world.fronts.get(url)
        if environment is None or found.answer.status != 200 or "Oops" in found.answer.body:
            return
        tag = self._world.tag_on(environment)
        self._passed.add((environment, tag, check.path))
        if {(environment, tag, "/api/health"), (environment, tag, "/login")} <= self._passed:
            self._sound[environment].add(tag)

    def at_the_setting(self, who: "Invocation", method: str) -> None:
        """It has just read or written what leads users at the provider."""
        t, production = self._world.time.t, self._world.production
        if not isinstance(production, Setting):
            return
        if method in WRITES:
            production.written_by(who.name, self._ledger.record.active, t)
        elif method in production.reads:
            self._looked[who.name] = t

    def ended(self, who: "Invocation") -> None:
        """Whoever has sent users where the record says no more, sends them on."""
        production = self._world.production
        if not isinstance(production, Setting) or not self._ledger.versions:
            return
        if not production.left_astray_by(who.name, self._ledger.record.active):
            return
        if {fault.kind for fault in self._ledger.run.schedule.faults} <= _HINDERS_NOBODY:
            raise Violation(4, f"{who.name} came too late, and left it at that: {production.name} leads elsewhere")

    def moved(self, before: Record, after: Record) -> None:
        """A new version after the one before it."""
        if after.active is not before.active:
            self._points_at_sound(before, after)
        now, was = after.release, before.release
        if was is None:
            return
        if now and now.deployment and not was.deployment:
            self._gates = self._last_look()
        if now and now.phase is Phase.CHECKING and was.phase is Phase.DEPLOYING and now.target:
            self._meddled -= {now.target} - self._lost  # our own deployment went live where somebody had meddled
        if now and now.phase is Phase.WATCHING and was.phase is not Phase.WATCHING:
            self._all_follow(after.active)
        if was.phase is Phase.ROLLING_BACK and (now is None or now.id != was.id):
            self._went_back(before, after)

    # What must hold whenever time has passed

    def look(self) -> None:
        ledger, t = self._ledger, self._world.time.t
        sound = None
        for name, to in self._world.production.sends(t):
            if to is not sound:
                self._sound_target(to, name, "sends users to")
                sound = to
        if t - self._world.routers.routes[-1].at > WATCH:
            self._agree(t, ledger.record)

    def at_the_end(self) -> None:
        """Invariant 4, once nothing is left to do: also what the record says that production runs."""
        world, record = self._world, self._ledger.record
        if world.time.t - world.routers.routes[-1].at > _FOLLOWED_AFTER:
            self._agree(world.time.t, record)
        if record.epoch and world.production.elsewhere(record.active):
            raise Violation(4, f"in the end users are led elsewhere than to {record.active.value}")
        runs, says = world.tag_on(record.active), record.on(record.active).tag
        if runs != says and record.active not in self._meddled:
            raise Violation(4, f"{record.active.value} runs {runs}, and the record says {says}")

    def not_the_active(self, environment: Environment, says: str) -> None:
        """Invariant 2, by the record and by where users are led."""
        if environment is self._ledger.record.active:
            raise Violation(2, f"{says} on {environment.value}, which is active")
        for name, to in self._world.production.known(self._world.time.t, self._gates):
            if to is environment:
                raise Violation(2, f"{says} on {environment.value}, which {name} still sends users to")

    def harms_nobody(self, spec: dict[str, Any], release: bool) -> None:
        """Invariant 2, where both environments are parts of what is written."""
        production, t = self._world.production, self._world.time.t
        for name, to in production.known(t, self._gates if release else t):
            if isinstance(production, Routed) and production.harmed(to, spec):
                raise Violation(2, f"{to.value} would be deployed to, which {name} sends users to")

    def _points_at_sound(self, before: Record, after: Record) -> None:
        """Invariant 1, at the moment of the switch."""
        if after.epoch <= before.epoch:
            raise Violation(1, "production was pointed elsewhere and the epoch did not go up")
        self._sound_target(after.active, "production moved to", after.active.value, "which runs")

    def _sound_target(self, environment: Environment, *says: str) -> None:
        if environment in self._meddled:
            return
        tag = self._world.tag_on(environment)
        if tag not in self._sound[environment]:
            raise Violation(1, f"{' '.join(says)} {tag}, which did not pass its checks there")

    def _went_back(self, before: Record, after: Record) -> None:
        """A way back is over: where it is called done, production runs what it was to go back to."""
        if after.past[0].outcome is not Phase.ROLLED_BACK:
            return
        self._all_follow(after.active)
        native, runs = before.in_flight.native, self._world.tag_on(after.active)
        if native is not None and after.active not in self._meddled and runs != native.tag:
            raise Violation(4, f"{after.active.value} was to go back to {native.tag} and runs {runs}")

    def _all_follow(self, active: Environment) -> None:
        """Invariant 4: nobody may say that traffic has moved while somebody sends it elsewhere."""
        behind = self._world.production.behind(active, self._world.time.t, self._last_look())
        if behind:
            raise Violation(4, f"it was called done while {behind} does not send to {active.value}")

    def _agree(self, t: float, record: Record) -> None:
        """Invariant 4, where the record has not changed for a watch. Before the first switch people are only told."""
        astray = self._world.production.astray(record.active, t, WATCH, self._ledger.run.quiet_since)
        if record.epoch and astray:
            raise Violation(4, f"{astray} still sends elsewhere than to {record.active.value}")

    def _last_look(self) -> float:
        """When whoever writes this version last read the provider's setting."""
        t, writer = self._world.time.t, self._ledger.writer
        return self._looked.get(writer.name, t) if writer else t
