"""What was observed of all services of a set: a ledger each, and the checks among them."""

from typing import TYPE_CHECKING, Any

from bluegreen.core.phases import Phase
from bluegreen.core.record import Version
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.ledger import Ledger
from tests.simulation.checks.liveness import CLAIM
from tests.simulation.checks.production import WATCH
from tests.simulation.checks.release_sets import SetChecks

if TYPE_CHECKING:
    from tests.simulation.engine.invocation import Invocation
    from tests.simulation.engine.set_run import SetRun
    from tests.simulation.world.set_member import Member


class SetLedger:
    """`versions` are those of all journals, in the order of time."""

    def __init__(self, run: "SetRun", worlds: dict[str, "Member"]) -> None:
        self._run = run
        self.of = {name: Ledger(run, world, name) for name, world in worlds.items()}
        self.versions: list[Version] = []
        self.set_checks = SetChecks(run, self.of)
        urls = [(url, self.of[name]) for name, world in worlds.items() for url in world.environments]
        apps = [(app.id, self.of[name]) for name, world in worlds.items() for app in world.apps.values()]
        self._owner = dict((*urls, *apps))

    @property
    def checked(self) -> int:
        return self.set_checks.checked + sum(ledger.checked for ledger in self.of.values())

    # What happens

    def created(self, key: str, body: bytes) -> None:
        ledger = self.of.get(key.split("/")[1] if "/" in key else "") or next(iter(self.of.values()))
        before = ledger.versions[-1].record if ledger.versions else None
        count = len(ledger.versions)
        ledger.created(key, body)
        if len(ledger.versions) > count:
            self.versions.append(ledger.versions[-1])
            self.set_checks.moved(ledger.settings.name, before, ledger.record, ledger.writer)

    def read(self, who: "Invocation", service: str) -> None:
        self.set_checks.read(who, service)

    def before_call(self, who: "Invocation", method: str, args: Any) -> None:
        if method == "objects.create":
            for ledger in self.of.values():
                ledger.writer = who
            return
        prefix = args[1].removeprefix("deploy/").rpartition("-")[0] if method == "github.move_branch" else ""
        ledger = self.of[prefix] if prefix else self._owner[args[0]]
        ledger.before_call(who, method, args)

    def after_call(self, who: "Invocation", method: str, args: Any, found: Any) -> None:
        match method:
            case "objects.create":
                ledger = self.of.get(args[0].split("/")[1] if "/" in args[0] else "")
            case "github.create_deployment":
                ledger = self.of[args[3]["bluegreen"].rpartition("-")[0]]
            case "functions.wake":
                ledger = self.of.get(args[1].get("subject") or args[1].get("service", ""))
            case _:
                ledger = self._owner.get(args[0])
        if ledger is not None:
            ledger.after_call(who, method, args, found)

    def ended(self, who: "Invocation") -> None:
        named = who.event.get("service")
        for name, ledger in self.of.items():
            if named in (None, name):
                ledger.ended(who)
        self.set_checks.ended(who)

    def logged(self, what: str, facts: dict[str, Any]) -> None:
        next(iter(self.of.values())).logged(what, facts)

    # What must hold

    def check(self) -> None:
        for ledger in self.of.values():
            ledger.check()

    def quiescent(self) -> bool:
        return all(ledger.quiescent() for ledger in self.of.values()) and not self.set_checks.unsettled()

    def check_deadline(self) -> None:
        """Invariant 8: one after the other, if need be; only a person is waited for until the deadline."""
        run = self._run
        if run.actions_left or not all(ledger.versions for ledger in self.of.values()) or self.quiescent():
            return
        releases = [ledger.record.release for ledger in self.of.values()]
        ready = [release for release in releases if release is not None and release.phase is Phase.READY]
        held = any(not (release.go or release.options.auto_switch) for release in ready)
        allowed = 3 * WATCH + CLAIM + sum(ledger.liveness.allowance(held) for ledger in self.of.values())
        begun = max(run.quiet_since, *(ledger.liveness.last_rest_at() for ledger in self.of.values()))
        if run.world.clock.t - begun > allowed:
            stands = {name: ledger.record.release for name, ledger in self.of.items()}
            where = ", ".join(f"{name} {one.phase.value if one else 'rests'}" for name, one in stands.items())
            left = "; ".join(self.set_checks.unsettled())
            raise Violation(11 if left else 8, f"{allowed:.0f} s after the last fault: {where}. {left}")

    def check_end(self) -> None:
        for ledger in self.of.values():
            ledger.check_end()
        self.set_checks.check_end()

    def outcomes(self) -> dict[str, str]:
        return {one: outcome for ledger in self.of.values() for one, outcome in ledger.outcomes().items()}
