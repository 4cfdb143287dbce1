"""All or nothing before the first switch, in order; and back together, in reverse (invariants 10 and 11)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bluegreen.core.environment import Environment
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release, SetRelease
from tests.simulation.checks.invariants import Violation

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger
    from tests.simulation.invocation import Invocation
    from tests.simulation.set_run import SetRun

_SERVING = (Phase.LIVE, Phase.UNPROVEN)
_NEVER = float("-inf")


@dataclass
class _Part:
    """A set release. When each member was ready, switched, had production following, was lost or taken back."""

    id: str
    tag: str
    members: tuple[str, ...]
    ready: dict[str, float] = field(default_factory=dict)
    switched: dict[str, float] = field(default_factory=dict)
    across: dict[str, float] = field(default_factory=dict)
    lost: dict[str, float] = field(default_factory=dict)
    back: dict[str, float] = field(default_factory=dict)  # the way back was called done


class Together:
    """By the journals of all. A function is blamed for what it had read, and for what it did not look at."""

    def __init__(self, run: "SetRun", ledgers: dict[str, "Ledger"]) -> None:
        self._run, self._ledgers = run, ledgers
        self.checked = 0
        self._parts: dict[str, _Part] = {}
        self._serves: dict[tuple[str, Environment], str] = {}  # the set release that an environment was switched to
        self._reads: dict[Invocation, dict[str, float]] = {}

    def read(self, who: "Invocation", service: str) -> None:
        self._reads.setdefault(who, {})[service] = self._run.world.time.t

    def moved(self, name: str, before: Record | None, after: Record, who: "Invocation | None") -> None:
        """A new version of a member's journal."""
        if before is None:
            return
        self.checked += 2
        was, now = before.release, after.release
        if now is not None:
            self._stands(name, was, now)
        if was is not None and (now is None or now.id != was.id):
            self._rested(name, was, after)
            self._makes_room(name, was, before, who)
        self._queue_lost(name, before, after)
        if after.active is not before.active and who is not None and now is not None:
            self._points(name, after, now, who)
        if after.apart and after.apart != before.apart:
            self._says_it_cannot(name, before, after)

    def ended(self, who: "Invocation") -> None:
        answer = who.answer or {}
        if "nothing was begun" in str(answer.get("what")) and any(one.record.release for one in who.appended):
            raise Violation(10, f"{who.name} says that nothing was begun, and wrote {who.appended[-1].why}")

    def unsettled(self) -> list[str]:
        """Members that still serve a set release which another has lost, and that nobody was told of."""
        found = []
        for name, ledger in self._ledgers.items():
            part = self._parts.get(self._serves.get((name, ledger.record.active), ""))
            if part is None or name in part.lost or ledger.record.apart == part.id:
                continue
            lost = [other for other in part.members if other in part.lost]
            found += [f"{name} serves {part.id}, which {other} has lost" for other in lost]
        return found

    def at_the_end(self) -> None:
        self.checked += 1
        for says in self.unsettled():
            raise Violation(11, says)

    # What is seen

    def _stands(self, name: str, was: Release | None, now: Release) -> None:
        part, t = self._part(now.purpose.part_of, now.tag), self._run.world.time.t
        if part is None:
            return
        if now.phase is Phase.READY and (now.go or now.options.auto_switch):
            part.ready.setdefault(name, t)
        elif now.phase is Phase.WATCHING:
            part.across.setdefault(name, t)
        elif now.phase is Phase.ROLLING_BACK:
            part.lost.setdefault(name, t)

    def _rested(self, name: str, was: Release, after: Record) -> None:
        part, t = self._part(was.purpose.part_of, was.tag), self._run.world.time.t
        outcome = after.past[0].outcome if after.past[0].id == was.id else None
        outcome = outcome or next(past.outcome for past in after.past if past.id == was.id)
        if part is not None and outcome not in _SERVING:
            part.lost.setdefault(name, t)
            part.back[name] = t
        if was.native is not None and outcome is Phase.ROLLED_BACK:
            self._serves.pop((name, after.active), None)
        left = self._parts.get(self._serves.get((name, after.idle), ""))
        if was.purpose.back and outcome in _SERVING and left is not None:
            left.lost.setdefault(name, t)  # a person left it for an earlier release
            left.back[name] = t

    def _queue_lost(self, name: str, before: Record, after: Record) -> None:
        waited, waits = before.queued, after.queued
        part = self._part(waited.purpose.part_of, waited.tag) if waited is not None else None
        taken = [one.purpose.part_of for one in (waits, after.release) if one is not None]
        if part is not None and part.id not in [one.id for one in taken if one is not None]:
            part.lost.setdefault(name, self._run.world.time.t)

    def _part(self, found: SetRelease | None, tag: str) -> _Part | None:
        if found is None:
            return None
        return self._parts.setdefault(found.id, _Part(found.id, tag, found.members))

    # What must hold

    def _points(self, name: str, after: Record, now: Release, who: "Invocation") -> None:
        part = self._part(now.purpose.part_of, now.tag)
        if now.phase is Phase.ROLLING_BACK:
            if part is not None:
                self._goes_back(name, part, who)
            elif "set" in who.event:
                raise Violation(11, f"{who.name} takes back {name}, which serves {now.tag} by itself")
            return
        self._serves[name, after.active] = part.id if part else ""
        if part is not None:
            part.switched[name] = self._run.world.time.t
            self._switches(name, part, who)

    def _switches(self, name: str, part: _Part, who: "Invocation") -> None:
        """Invariant 10."""
        self.checked += 3
        reads, number = self._reads.get(who, {}), part.members.index(name)
        for other in (one for one in part.members if one != name and not self._has(one, part)):
            if other not in part.ready:
                raise Violation(10, f"{name} was switched, and {other} was never ready for {part.id}")
            if other not in reads or part.lost.get(other, float("inf")) <= reads[other]:
                raise Violation(10, f"{who.name} switched {name}, and {other} has lost {part.id}")
            if other in part.members[:number] and other not in part.across:
                raise Violation(10, f"{name} was switched before {other}, which comes first in {part.id}")

    def _goes_back(self, name: str, part: _Part, who: "Invocation") -> None:
        """Invariant 11: whoever takes it back because of the set waits for those that were switched after it."""
        self.checked += 1
        written = self._ledgers[name].versions[-1]
        if not written.why.startswith("set ") and "set" not in who.event:
            return
        reads, settle = self._reads.get(who, {}), self._ledgers[name].settings.traffic.settle
        for other in part.members[part.members.index(name) + 1 :]:
            knew = part.switched.get(other, float("inf")) <= reads.get(other, _NEVER)
            if knew and other not in part.lost and self._is_on(other, part):
                raise Violation(11, f"{name} goes back before {other}, which was switched after it")
            lately = self._run.world.time.t - part.lost.get(other, _NEVER) < settle
            alone = "set" in who.event or self._run.schedule.skew
            if knew and lately and other not in part.back and not alone:
                raise Violation(11, f"{name} goes back before production has followed {other}")

    def _makes_room(self, name: str, was: Release, before: Record, who: "Invocation | None") -> None:
        """What people say of a set stops nothing else, but for what is in the way of going back."""
        if who is None or "set" not in who.event or was.purpose.part_of is not None or was.phase not in BEFORE_SWITCH:
            return
        goes_back = who.call.name == "rollback" and self._serves.get((name, before.active))
        if who.call.name in ("abort", "rollback") and not goes_back:
            raise Violation(10, f"{who.name} stopped {was.tag} of {name}, which is no part of the set")

    def _says_it_cannot(self, name: str, before: Record, after: Record) -> None:
        idle, release = before.on(before.idle), before.release
        if idle.proven and (release is None or release.deployment is None):
            raise Violation(11, f"{name} is said to be unable to go back, and {before.idle.value} holds {idle.tag}")

    def _is_on(self, name: str, part: _Part) -> bool:
        """Production of the member is on this set release, and nobody was told that it has to stay there."""
        record = self._ledgers[name].record
        return self._serves.get((name, record.active)) == part.id and record.apart != part.id

    def _has(self, name: str, part: _Part) -> bool:
        record = self._ledgers[name].record
        return record.on(record.active).tag == part.tag
