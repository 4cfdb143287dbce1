"""Release sets: all or nothing before the first switch, in order; rolled back together, in reverse (10 and 11)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bluegreen.core.environment import Environment
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release, SetRelease
from tests.simulation.checks.invariants import Violation

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger
    from tests.simulation.engine.invocation import Invocation
    from tests.simulation.engine.set_run import SetRun

_SERVING = (Phase.LIVE, Phase.UNPROVEN)
_NEVER = float("-inf")


@dataclass
class _SetRelease:
    """A set release. When each member was ready, switched, had production following, was lost or taken back."""

    id: str
    tag: str
    members: tuple[str, ...]
    ready: dict[str, float] = field(default_factory=dict)
    switched: dict[str, float] = field(default_factory=dict)
    across: dict[str, float] = field(default_factory=dict)
    lost: dict[str, float] = field(default_factory=dict)
    back: dict[str, float] = field(default_factory=dict)  # the way back was called done


class SetChecks:
    """By the journals of all. A function is blamed for what it had read, and for what it did not look at."""

    def __init__(self, run: "SetRun", ledgers: dict[str, "Ledger"]) -> None:
        self._run, self._ledgers = run, ledgers
        self.checked = 0
        self._releases: dict[str, _SetRelease] = {}
        self._serves: dict[tuple[str, Environment], str] = {}  # the set release that an environment was switched to
        self._reads: dict[Invocation, dict[str, float]] = {}

    def read(self, who: "Invocation", service: str) -> None:
        self._reads.setdefault(who, {})[service] = self._run.world.clock.t

    def moved(self, name: str, before: Record | None, after: Record, who: "Invocation | None") -> None:
        """A new version of a member's journal."""
        if before is None:
            return
        self.checked += 2
        was, now = before.release, after.release
        if now is not None:
            self._note_progress(name, was, now)
        if was is not None and (now is None or now.id != was.id):
            self._rested(name, was, after)
            self._check_aborts_only_the_set(name, was, before, who)
        self._note_dequeued(name, before, after)
        if after.active is not before.active and who is not None and now is not None:
            self._check_traffic_moved(name, after, now, who)
        if after.apart and after.apart != before.apart:
            self._check_cannot_go_back(name, before, after)

    def ended(self, who: "Invocation") -> None:
        answer = who.answer or {}
        if "nothing was begun" in str(answer.get("what")) and any(one.record.release for one in who.appended):
            raise Violation(10, f"{who.name} says that nothing was begun, and wrote {who.appended[-1].why}")

    def unsettled(self) -> list[str]:
        """Members that still serve a set release which another has lost, and that nobody was told of."""
        found = []
        for name, ledger in self._ledgers.items():
            set_release = self._releases.get(self._serves.get((name, ledger.record.active), ""))
            if set_release is None or name in set_release.lost or ledger.record.apart == set_release.id:
                continue
            lost = [other for other in set_release.members if other in set_release.lost]
            found += [f"{name} serves {set_release.id}, which {other} has lost" for other in lost]
        return found

    def check_end(self) -> None:
        self.checked += 1
        for says in self.unsettled():
            raise Violation(11, says)

    # What is seen

    def _note_progress(self, name: str, was: Release | None, now: Release) -> None:
        set_release, t = self._set_release(now.purpose.part_of, now.tag), self._run.world.clock.t
        if set_release is None:
            return
        if now.phase is Phase.READY and (now.go or now.options.auto_switch):
            set_release.ready.setdefault(name, t)
        elif now.phase is Phase.WATCHING:
            set_release.across.setdefault(name, t)
        elif now.phase is Phase.ROLLING_BACK:
            set_release.lost.setdefault(name, t)

    def _rested(self, name: str, was: Release, after: Record) -> None:
        set_release, t = self._set_release(was.purpose.part_of, was.tag), self._run.world.clock.t
        outcome = after.past[0].outcome if after.past[0].id == was.id else None
        outcome = outcome or next(past.outcome for past in after.past if past.id == was.id)
        if set_release is not None and outcome not in _SERVING:
            set_release.lost.setdefault(name, t)
            set_release.back[name] = t
        if was.native is not None and outcome is Phase.ROLLED_BACK:
            self._serves.pop((name, after.active), None)
        left = self._releases.get(self._serves.get((name, after.idle), ""))
        if was.purpose.back and outcome in _SERVING and left is not None:
            left.lost.setdefault(name, t)  # a person left it for an earlier release
            left.back[name] = t

    def _note_dequeued(self, name: str, before: Record, after: Record) -> None:
        waited, waits = before.queued, after.queued
        set_release = self._set_release(waited.purpose.part_of, waited.tag) if waited is not None else None
        taken = [one.purpose.part_of for one in (waits, after.release) if one is not None]
        if set_release is not None and set_release.id not in [one.id for one in taken if one is not None]:
            set_release.lost.setdefault(name, self._run.world.clock.t)

    def _set_release(self, found: SetRelease | None, tag: str) -> _SetRelease | None:
        if found is None:
            return None
        return self._releases.setdefault(found.id, _SetRelease(found.id, tag, found.members))

    # What must hold

    def _check_traffic_moved(self, name: str, after: Record, now: Release, who: "Invocation") -> None:
        set_release = self._set_release(now.purpose.part_of, now.tag)
        if now.phase is Phase.ROLLING_BACK:
            if set_release is not None:
                self._check_rollback_order(name, set_release, who)
            elif "set" in who.event:
                raise Violation(11, f"{who.name} takes back {name}, which serves {now.tag} by itself")
            return
        self._serves[name, after.active] = set_release.id if set_release else ""
        if set_release is not None:
            set_release.switched[name] = self._run.world.clock.t
            self._check_switch_order(name, set_release, who)

    def _check_switch_order(self, name: str, set_release: _SetRelease, who: "Invocation") -> None:
        """Invariant 10."""
        self.checked += 3
        reads, number = self._reads.get(who, {}), set_release.members.index(name)
        for other in (one for one in set_release.members if one != name and not self._serves_tag(one, set_release)):
            if other not in set_release.ready:
                raise Violation(10, f"{name} was switched, and {other} was never ready for {set_release.id}")
            if other not in reads or set_release.lost.get(other, float("inf")) <= reads[other]:
                raise Violation(10, f"{who.name} switched {name}, and {other} has lost {set_release.id}")
            if other in set_release.members[:number] and other not in set_release.across:
                raise Violation(10, f"{name} was switched before {other}, which comes first in {set_release.id}")

    def _check_rollback_order(self, name: str, set_release: _SetRelease, who: "Invocation") -> None:
        """Invariant 11: whoever takes it back because of the set waits for those that were switched after it."""
        self.checked += 1
        written = self._ledgers[name].versions[-1]
        if not written.why.startswith("set ") and "set" not in who.event:
            return
        reads, settle = self._reads.get(who, {}), self._ledgers[name].settings.traffic.settle
        for other in set_release.members[set_release.members.index(name) + 1 :]:
            knew = set_release.switched.get(other, float("inf")) <= reads.get(other, _NEVER)
            if knew and other not in set_release.lost and self._is_on(other, set_release):
                raise Violation(11, f"{name} goes back before {other}, which was switched after it")
            lately = self._run.world.clock.t - set_release.lost.get(other, _NEVER) < settle
            alone = "set" in who.event or self._run.schedule.skew
            if knew and lately and other not in set_release.back and not alone:
                raise Violation(11, f"{name} goes back before production has followed {other}")

    def _check_aborts_only_the_set(self, name: str, was: Release, before: Record, who: "Invocation | None") -> None:
        """What people say of a set stops nothing else, but for what is in the way of going back."""
        if who is None or "set" not in who.event or was.purpose.part_of is not None or was.phase not in BEFORE_SWITCH:
            return
        goes_back = who.call.name == "rollback" and self._serves.get((name, before.active))
        if who.call.name in ("abort", "rollback") and not goes_back:
            raise Violation(10, f"{who.name} stopped {was.tag} of {name}, which is no part of the set")

    def _check_cannot_go_back(self, name: str, before: Record, after: Record) -> None:
        idle, release = before.on(before.idle), before.release
        if idle.proven and (release is None or release.deployment is None):
            raise Violation(11, f"{name} is said to be unable to go back, and {before.idle.value} holds {idle.tag}")

    def _is_on(self, name: str, set_release: _SetRelease) -> bool:
        """Production of the member is on this set release, and nobody was told that it has to stay there."""
        record = self._ledgers[name].record
        return self._serves.get((name, record.active)) == set_release.id and record.apart != set_release.id

    def _serves_tag(self, name: str, set_release: _SetRelease) -> bool:
        record = self._ledgers[name].record
        return record.on(record.active).tag == set_release.tag
