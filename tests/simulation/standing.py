"""What the environments run, where production goes, and whether it may (invariants 1, 2 and 4)."""

from typing import TYPE_CHECKING, Any

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from tests.simulation.invariants import Violation

if TYPE_CHECKING:
    from tests.simulation.ledger import Ledger

WATCH = 60.0
_FOLLOWED_AFTER = 5.0


class Standing:
    """By what the simulated world runs, and by which checks were seen to pass there."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger, self._world = ledger, ledger.world
        self._passed: set[tuple[Environment, str, str]] = set()  # environment, tag, path that answered well
        self._sound = {Environment.BLUE: {"v1.2.0"}, Environment.GREEN: {"v1.1.0"}}
        self._meddled: set[Environment] = set()
        self._lost: set[Environment] = set()  # of these, those that stay so

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

    def moved(self, before: Record, after: Record) -> None:
        """A new version after the one before it."""
        if after.active is not before.active:
            self._points_at_sound(before, after)
        now, was = after.release, before.release
        if was is None:
            return
        if now and now.phase is Phase.CHECKING and was.phase is Phase.DEPLOYING and now.target:
            self._meddled -= {now.target} - self._lost  # our own deployment went live where somebody had meddled
        if now and now.phase is Phase.WATCHING and was.phase is not Phase.WATCHING:
            self._all_follow(after.active)
        if was.phase is Phase.ROLLING_BACK and (now is None or now.id != was.id):
            self._went_back(before, after)

    # What must hold whenever time has passed

    def look(self) -> None:
        ledger, t = self._ledger, self._world.time.t
        routers = self._world.routers
        sound = None
        for instance in routers.alive(t):
            active = routers.route(instance, t).active
            if active is not sound:
                self._sound_target(active, "router instance", instance.name, "sends users to")
                sound = active
        if t - routers.routes[-1].at > WATCH:
            self._agree(t, ledger.record.active)

    def at_the_end(self) -> None:
        """Invariant 4, once nothing is left to do: also what the record says that production runs."""
        world, record = self._world, self._ledger.record
        if world.time.t - world.routers.routes[-1].at > _FOLLOWED_AFTER:
            self._agree(world.time.t, record.active)
        runs, says = world.tag_on(record.active), record.on(record.active).tag
        if runs != says and record.active not in self._meddled:
            raise Violation(4, f"{record.active.value} runs {runs}, and the record says {says}")

    def not_the_active(self, environment: Environment, says: str) -> None:
        """Invariant 2, by the record and by what the routers do."""
        t, routers, record = self._world.time.t, self._world.routers, self._ledger.record
        reading = [instance for instance in routers.alive(t) if not instance.stalls[0] <= t < instance.stalls[1]]
        serving = {routers.route(instance, t).active: instance.name for instance in reading}
        if environment is record.active:
            raise Violation(2, f"{says} on {environment.value}, which is active")
        if environment in serving:
            raise Violation(2, f"{says} on {environment.value}, which {serving[environment]} still sends users to")

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
        """Invariant 4: nobody may say that traffic has moved while a live instance sends it elsewhere."""
        t, routers = self._world.time.t, self._world.routers
        if routers.silent[0] <= t < routers.silent[1] + 1:
            return
        for instance in routers.alive(t):
            if routers.route(instance, t).active is not active:
                raise Violation(4, f"it was called done while {instance.name} does not send to {active.value}")

    def _agree(self, t: float, active: Environment) -> None:
        """Invariant 4, where the record has not changed for a watch."""
        routers = self._world.routers
        for instance in routers.alive(t):
            if instance.stalls[1] + WATCH < t and routers.route(instance, t).active is not active:
                raise Violation(4, f"{instance.name} still sends elsewhere than to {active.value}")
