"""From one version of the journal to the next, and what App Platform is asked for (invariants 3, 5, 6, 7 and 16)."""

from collections import Counter
from typing import TYPE_CHECKING

from bluegreen.core.environment import Environment
from bluegreen.core.phases import BEFORE_SWITCH, RESTING, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from tests.simulation.checks.invariants import Violation

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger
    from tests.simulation.engine.invocation import Invocation

_FORGOTTEN = 60.0  # seconds after which what has failed is not compared any more
_SERVING = (Phase.LIVE, Phase.UNPROVEN)


class ReleaseChecks:
    """The releases of one service, by the journal's versions."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self.settled: dict[str, Phase] = {}  # release → where it came to rest
        self.bad: dict[str, str] = {}  # tag → the release that was taken back, or that production left it for
        self._left: dict[str, str] = {}  # release → the tag that production was on before it
        self._by_itself: dict[str, set[str]] = {}  # tag → releases of it that no person asked for
        self._started: Counter[str] = Counter()  # our deployments, by release
        self._native: Counter[str] = Counter()  # App Platform's own rollbacks, by release

    def restarted(self) -> None:
        """The journal knows of fewer releases now."""
        for known in (self.settled, self.bad, self._left, self._by_itself, self._started, self._native):
            known.clear()

    def moved(self, before: Record, after: Record) -> None:
        """A new version after the one before it."""
        now, was = after.release, before.release
        self._check_nothing_forgotten(before, after)
        self._note_lifted(before, after)
        if now is not None:
            self._check_begins(now, was)
            if now.purpose.restore and now.phase not in BEFORE_SWITCH:
                raise Violation(6, f"{now.tag} was to stand by, and is {now.phase.value}")
            self._check_not_bad(now, was)
            self._check_not_for_one_client(now, before)
        if was is not None and (now is None or now.id != was.id):
            self._rested(was, before, after)
        tag, earlier = after.on(after.active).tag, before.on(before.active).tag
        if tag != earlier or after.active is not before.active:
            self._check_active_tag(tag, now, earlier)

    # Releases

    def _check_nothing_forgotten(self, before: Record, after: Record) -> None:
        """Invariant 3, from version to version."""
        if before.release is None and before.queued is None:
            return
        kept = {one.tag for one in (after.release, after.queued, *after.past) if one}
        for held in (before.release, before.queued):
            if held is not None and held.tag not in kept:
                raise Violation(3, f"{held.tag} was forgotten")

    def _check_begins(self, now: Release, was: Release | None) -> None:
        """Invariant 6: the release in flight is left only at rest, and no id is used twice."""
        if was is not None and was.id == now.id:
            return
        if now.id in self.settled:
            raise Violation(6, f"{now.id} is in flight a second time")
        if now.by and not now.by.startswith("a person") and not now.purpose.restore:
            self._by_itself.setdefault(now.tag, set()).add(now.id)
            if len(self._by_itself[now.tag]) > 1:
                raise Violation(7, f"{now.tag} was released again although no person asked")

    def _rested(self, was: Release, before: Record, after: Record) -> None:
        found = [past.outcome for past in after.past if past.id == was.id]
        if not found or found[0] not in RESTING:
            raise Violation(3, f"{was.tag} ({was.id}) left without a resting place")
        self.settled[was.id] = found[0]
        if was.purpose.back and found[0] in _SERVING and self._left.get(was.id):
            self.bad.setdefault(self._left[was.id], was.id)

    # What is bad

    def _check_not_bad(self, now: Release, was: Release | None) -> None:
        """Invariant 5. Its gates may still turn it away; only a person's word lets it come back."""
        phase = now.phase
        if phase is Phase.ROLLING_BACK and (was is None or was.phase is not phase):
            self.bad[now.tag] = now.id
            self._check_native_asked_by_person(now)
        elif phase is not Phase.REQUESTED and self.bad.get(now.tag, now.id) != now.id:
            raise Violation(5, f"{now.tag} is released again as {now.id}")

    def _check_not_for_one_client(self, now: Release, before: Record) -> None:
        """Invariant 16, where nothing else was wrong with what served: by counts it is not taken back."""
        was, world = before.release, self._ledger.world
        if was is None or was.phase is not Phase.WATCHING or now.phase is not Phase.ROLLING_BACK:
            return
        routers, t = world.routers, world.clock.t
        well = not world.fails(before.active, production=True) and not _of_late(routers.outage, t)
        if well and " failed in " in now.reason and _of_late(routers.one_client, t):
            raise Violation(16, f"{now.tag} goes back: {now.reason}")

    def _note_lifted(self, before: Record, after: Record) -> None:
        """A person's word takes the quarantine away, where it is taken: also where a newer tag passes it over."""
        who, undone = self._ledger.writer, after.release
        if undone is not None and undone.purpose.undo and who is not None and who.event.get("undo") == "true":
            self.bad.pop(undone.tag, None)
        if who is None or who.event.get("lift") != "true":
            return
        was, now = (before.release, before.queued), (after.release, after.queued)
        fresh = [new.tag for old, new in zip(was, now, strict=True) if new and (old is None or old.tag != new.tag)]
        fresh += [past.tag for past in after.past[:1] if past not in before.past]
        if who.event["tag"] in fresh:
            self.bad.pop(who.event["tag"], None)

    def _check_native_asked_by_person(self, release: Release) -> None:
        """The second line is a person's."""
        who = self._ledger.writer
        if release.native is not None and who is not None and not who.called_by_person("rollback"):
            raise Violation(2, f"{who.name} takes the active app itself back, which only a person may ask for")

    def _check_active_tag(self, tag: str, now: Release | None, earlier: str) -> None:
        if tag in self.bad:
            raise Violation(5, f"production is pointed at {tag} again")
        if now is not None and now.tag == tag:
            self._left[now.id] = earlier

    # What is asked of App Platform

    def check_deploy(self, who: "Invocation", environment: Environment) -> None:
        """Invariant 7. It counts for the release that the function was at work for."""
        self._ledger.checked += 2
        release = self._release_of(who)
        if release is None or release.deployment is None:
            raise Violation(7, f"{environment.value} is deployed without an intent that was recorded first")
        self._started[release.id] += 1
        if self._started[release.id] > 1:
            raise Violation(7, f"{release.tag} ({release.id}) was deployed {self._started[release.id]} times")

    def check_native_rollback(self, who: "Invocation", environment: Environment, deployment: str) -> None:
        """The one deployment that the active app may get: to what was recorded first."""
        self._ledger.checked += 1
        release, active = self._release_of(who), self._ledger.record.active
        if environment is not active:
            raise Violation(7, f"{environment.value} is rolled back, and {active.value} is active")
        if release is None or release.native is None or release.native.deployment != deployment:
            raise Violation(7, f"{environment.value} is rolled back without an intent that was recorded first")

    def note_native_rollback(self, who: "Invocation") -> None:
        release = self._release_of(who)
        assert release is not None
        self._native[release.id] += 1
        if self._native[release.id] > 1:
            raise Violation(7, f"App Platform took {release.tag} ({release.id}) back twice")

    def _release_of(self, who: "Invocation") -> Release | None:
        """By the last version that the function wrote."""
        mine = [version for version in who.appended if version.record.service == self._ledger.settings.name]
        return (mine[-1].record if mine else self._ledger.record).release


def _of_late(times: tuple[float, float], t: float) -> bool:
    since, until = times
    return since < until and since <= t < until + _FORGOTTEN
