"""What must always hold (DESIGN, section 11): the eight, and what they rest on. Checked whenever anything changed."""

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from bluegreen.clients.journal import decode
from bluegreen.core import tags
from bluegreen.core.environment import Environment
from bluegreen.core.phases import RESTING, Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release
from tests.simulation.service import BLUE_URL, GREEN_URL, SECRET

if TYPE_CHECKING:
    from tests.simulation.invocation import Invocation
    from tests.simulation.run import Run

EIGHT = {
    1: "Production points only at an environment whose release passed its checks, or that was active before.",
    2: "Nothing is ever deployed to the active environment.",
    3: "Every accepted tag reaches a resting place, and no accepted tag is forgotten.",
    4: "What the record says and what the traffic driver does agree within one watch.",
    5: "After a rollback the bad tag does not come back by itself.",
    6: "One release in flight per service; a rollback is never blocked by anything in flight.",
    7: "The same event any number of times, in any order, has the effect of one.",
    8: "When the faults stop, everything rests within three watches.",
    9: "The journal is whole: no number skipped, the chain of hashes unbroken, records small, secrets nowhere.",
}
_LARGEST = 64_000
_WATCH = 60.0
_FOLLOWED_AFTER = 5.0
_CLAIM = 200.0  # the longest claim that a killed function leaves behind, with the clocks half a minute off
_RELEASE = 90.0  # what one release takes from request to rest, its bake included
_SECRET_BYTES = SECRET.encode()
_JOURNAL = "services/web/journal/"
ABOUT = frozenset({"digitalocean.deploy", "github.move_branch"})  # calls that are looked at before they take effect
DONE = frozenset({"web.check", "github.create_deployment", "objects.create"})  # … and after it


class Violation(BaseException):
    """Something that must always hold did not. No `except Exception` of the product swallows it."""

    def __init__(self, invariant: int, what: str) -> None:
        super().__init__(f"invariant {invariant}: {EIGHT[invariant]} But {what}")
        self.invariant = invariant


class Ledger:
    """What was seen of a run, kept apart from what the product believes."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self.versions: list[Version] = []
        self.checked = 0
        self._hash = ""
        self._passed: set[tuple[Environment, str, str]] = set()  # environment, tag, path that answered well
        self._sound = {Environment.BLUE: {"v1.2.0"}, Environment.GREEN: {"v1.1.0"}}
        self._meddled: set[Environment] = set()
        self._lost: set[Environment] = set()  # of these, those that stay so
        self._bad: dict[str, str] = {}  # tag → the release that was taken back
        self._started: Counter[str] = Counter()  # our deployments, by release
        self._pages: Counter[str] = Counter()
        self._by_itself: dict[str, set[str]] = {}  # tag → releases of it that no person asked for
        self._promised: dict[tuple[str, str], set[str]] = {}  # what Slack is to hear → the notices' ids
        self._heard: set[str] = set()  # tags that were answered for
        self._pushed: set[str] = set()
        self._settled: dict[str, Phase] = {}  # release → where it came to rest

    @property
    def record(self) -> Record:
        return self.versions[-1].record

    # What happens

    def created(self, key: str, body: bytes) -> None:
        self._no_secrets(body, key)
        if not key.startswith(_JOURNAL):
            return
        version = decode(body)
        self._whole(key, version, body)
        before = self.versions[-1].record if self.versions else None
        self.versions.append(version)
        self._hash = hashlib.sha256(body).hexdigest()
        self._run.followed(version.seq, version.record.epoch, version.record.active)
        if before is not None:
            self._moved(before, version.record)
        self._noted(version.record)

    def about_to(self, who: "Invocation", method: str, args: Any) -> None:
        """Before a call takes effect."""
        if method == "digitalocean.deploy":
            self._deploys(who, self._run.world.environment_of(args[0]))
        elif method == "github.move_branch":
            self._not_the_active(Environment(args[1].removeprefix("deploy/")), "the branch was moved")

    def did(self, who: "Invocation", method: str, args: Any, found: Any) -> None:
        """After a call took effect."""
        if method == "web.check":
            self._answered(args, found)
        elif method == "github.create_deployment":
            self._page(args[3]["bluegreen"])
        elif method == "objects.create" and args[0].startswith(_JOURNAL):
            who.appended.append(len(self.versions))
            self._took_no_claim(who)

    def ended(self, who: "Invocation") -> None:
        """An invocation is over; `answer` is None where it was killed."""
        if who.answer is None:
            return
        text = json.dumps(who.answer)
        self._no_secrets(text.encode(), f"the answer of {who.name}")
        if who.call.name == "hooks/github" and who.answer["statusCode"] < 300:
            self._heard.add(json.loads(who.event["http"]["body"])["ref"].removeprefix("refs/tags/"))
        if who.call.name == "rollback" and "specversion" not in who.event:
            self._acted_or_said_why(who)

    def logged(self, what: str, facts: dict[str, Any]) -> None:
        text = "\n".join(map(str, facts.values()))
        if SECRET in text:
            raise Violation(9, f"a secret is in the log line {what!r}")

    def pushed(self, tag: str) -> None:
        self._pushed.add(tag)

    def meddled(self, environment: Environment, for_good: bool = False) -> None:
        """Somebody else deploys there: what runs is no longer ours to vouch for, until we deploy anew."""
        self._meddled.add(environment)
        self._lost |= {environment} if for_good else set()

    # What must hold whenever time has passed

    def look(self) -> None:
        self.checked += 3
        t = self._run.world.time.t
        routers = self._run.world.routers
        if not self.versions:
            return
        sound = None
        for instance in routers.alive(t):
            active = routers.route(instance, t).active
            if active is not sound:
                self._sound_target(active, "router instance", instance.name, "sends users to")
                sound = active
        if self._age(self.versions[-1]) > _WATCH:
            self._agree(t)

    def rests(self) -> bool:
        if not self.versions:
            return False
        record = self.record
        return record.release is None and record.queued is None and not record.outbox and not self._unheard()

    def still_in_time(self) -> None:
        """Invariant 8."""
        self.checked += 1
        run = self._run
        if run.acting or not self.versions or self.rests():
            return
        record = self.record
        waiting = (record.release is not None) + (record.queued is not None) + len(self._unheard())
        allowed = 3 * _WATCH + _CLAIM + _RELEASE * max(waiting, 1)
        if record.release and record.release.phase is Phase.READY:
            allowed += self._run.settings.file.services["web"].deadlines.ready + 360
        allowed += self._longest_phase()
        begun = max(run.quiet_since, self._last_rest())
        if run.world.time.t - begun > allowed:
            where = record.release.phase.value if record.release else "at rest"
            raise Violation(8, f"{allowed:.0f} s after the last fault it is {where}, outbox {len(record.outbox)}")

    def at_the_end(self) -> None:
        """Invariants 3, 4 and 7, once nothing is left to do."""
        self.checked += 4
        if self._age(self.versions[-1]) > _FOLLOWED_AFTER:
            self._agree(self._run.world.time.t)
        for tag in self._unheard():
            raise Violation(3, f"{tag} was pushed and nobody took it up")
        told = Counter((m["payload"]["text"], _footer(m["payload"])) for m in self._run.world.slack.messages)
        spare = self._run.gate.fired
        for what, ids in self._promised.items():
            if told[what] > len(ids) + spare:
                raise Violation(7, f"Slack was told {told[what]} times {what[0]!r}")
            if not told[what] and "422" not in {f.kind for f in self._run.schedule.faults}:
                raise Violation(7, f"Slack was never told {what[0]!r}")

    def outcomes(self) -> dict[str, str]:
        """Release → where it came to rest."""
        return {one: phase.value for one, phase in self._settled.items()}

    # The journal

    def _whole(self, key: str, version: Version, body: bytes) -> None:
        self.checked += 4
        wanted = len(self.versions) + 1
        if version.seq != wanted or key != f"{_JOURNAL}{wanted:08d}.json":
            raise Violation(9, f"{key} holds number {version.seq}, and {wanted} is next")
        if version.previous != self._hash:
            raise Violation(9, f"{key} does not name the hash of the version before it")
        if len(body) > _LARGEST:
            raise Violation(9, f"{key} is {len(body)} bytes large")

    def _no_secrets(self, body: bytes, where: str) -> None:
        self.checked += 1
        if _SECRET_BYTES in body:
            raise Violation(9, f"a secret is in {where}")

    # What a new version may say after the one before it

    def _moved(self, before: Record, after: Record) -> None:
        self.checked += 6
        self._points_at_sound(before, after)
        self._forgets_nothing(before, after)
        self._stays_back(before, after)
        self._follows_the_table(before, after)
        self._ours_again(before, after)
        self._proven_that_it_followed(before, after)

    def _points_at_sound(self, before: Record, after: Record) -> None:
        """Invariant 1, at the moment of the switch."""
        if after.active is before.active:
            return
        if after.epoch <= before.epoch:
            raise Violation(1, "production was pointed elsewhere and the epoch did not go up")
        self._sound_target(after.active, "production moved to", after.active.value, "which runs")

    def _sound_target(self, environment: Environment, *says: str) -> None:
        if environment in self._meddled:
            return
        tag = self._run.world.tag_on(environment)
        if tag not in self._sound[environment]:
            raise Violation(1, f"{' '.join(says)} {tag}, which did not pass its checks there")

    def _forgets_nothing(self, before: Record, after: Record) -> None:
        """Invariant 3, from version to version."""
        kept = {one.tag for one in (after.release, after.queued, *after.past) if one}
        for held in (before.release, before.queued):
            if held is not None and held.tag not in kept:
                raise Violation(3, f"{held.tag} was forgotten")
        if before.release and (after.release is None or after.release.id != before.release.id):
            self._comes_to_rest(before.release, after)

    def _comes_to_rest(self, release: Release, after: Record) -> None:
        found = [past.outcome for past in after.past if past.id == release.id]
        if not found or found[0] not in RESTING:
            raise Violation(3, f"{release.tag} ({release.id}) left without a resting place")
        self._settled[release.id] = found[0]

    def _stays_back(self, before: Record, after: Record) -> None:
        """Invariant 5."""
        release = after.release
        if release is not None and release.phase is Phase.ROLLING_BACK and release.tag not in self._bad:
            self._bad[release.tag] = release.id
        if release is not None and self._bad.get(release.tag, release.id) != release.id:
            raise Violation(5, f"{release.tag} is released again as {release.id}")
        if after.active is not before.active and after.on(after.active).tag in self._bad:
            raise Violation(5, f"production is pointed at {after.on(after.active).tag} again")

    def _ours_again(self, before: Record, after: Record) -> None:
        """Our own deployment went live where somebody had meddled."""
        now, was = after.release, before.release
        if now and was and was.phase is Phase.DEPLOYING and now.phase is Phase.CHECKING and now.target:
            self._meddled -= {now.target} - self._lost

    def _follows_the_table(self, before: Record, after: Record) -> None:
        """Invariant 6: the release in flight is left only at rest, and no id is used twice."""
        now, was = after.release, before.release
        if now is None or (was is not None and was.id == now.id):
            return
        if now.id in self._settled:
            raise Violation(6, f"{now.id} is in flight a second time")
        if now.by and not now.by.startswith("a person"):
            self._by_itself.setdefault(now.tag, set()).add(now.id)
            if len(self._by_itself[now.tag]) > 1:
                raise Violation(7, f"{now.tag} was released again although no person asked")

    def _proven_that_it_followed(self, before: Record, after: Record) -> None:
        """Invariant 4: nobody may say that traffic has moved while a live instance sends it elsewhere."""
        now, was = after.release, before.release
        says = now is not None and was is not None and now.phase is not was.phase and now.phase is Phase.WATCHING
        went_back = was is not None and was.phase is Phase.ROLLING_BACK and (now is None or now.id != was.id)
        if says or (went_back and after.past[0].outcome is Phase.ROLLED_BACK):
            self._all_follow(after.active)

    def _all_follow(self, active: Environment) -> None:
        t, routers = self._run.world.time.t, self._run.world.routers
        if routers.silent[0] <= t < routers.silent[1] + 1:
            return
        for instance in routers.alive(t):
            if routers.route(instance, t).active is not active:
                raise Violation(4, f"it was called done while {instance.name} does not send to {active.value}")

    # Traffic

    def _agree(self, t: float) -> None:
        """Invariant 4, where the record has not changed for a watch."""
        routers = self._run.world.routers
        for instance in routers.alive(t):
            if instance.stalls[1] + _WATCH < t and routers.route(instance, t).active is not self.record.active:
                raise Violation(4, f"{instance.name} still sends elsewhere than to {self.record.active.value}")

    # Deployments

    def _deploys(self, who: "Invocation", environment: Environment) -> None:
        """Invariants 2 and 7. It counts for the release that the function was at work for."""
        self.checked += 2
        self._not_the_active(environment, "a deployment was started")
        release = self.versions[who.appended[-1] - 1].record.release if who.appended else self.record.release
        if release is None or release.deployment is None:
            raise Violation(7, f"{environment.value} is deployed without an intent that was recorded first")
        self._started[release.id] += 1
        if self._started[release.id] > 1:
            raise Violation(7, f"{release.tag} ({release.id}) was deployed {self._started[release.id]} times")

    def _not_the_active(self, environment: Environment, says: str) -> None:
        """Invariant 2, by the record and by what the routers do."""
        t, routers = self._run.world.time.t, self._run.world.routers
        reading = [instance for instance in routers.alive(t) if not instance.stalls[0] <= t < instance.stalls[1]]
        serving = {routers.route(instance, t).active: instance.name for instance in reading}
        if environment is self.record.active:
            raise Violation(2, f"{says} on {environment.value}, which is active")
        if environment in serving:
            raise Violation(2, f"{says} on {environment.value}, which {serving[environment]} still sends users to")

    def _answered(self, args: Any, found: Any) -> None:
        """A check that passed: what runs there answered well at this path."""
        url, check = args[0], args[1]
        environment = {BLUE_URL: Environment.BLUE, GREEN_URL: Environment.GREEN}.get(url)
        if environment is None or found.answer.status != 200 or "Oops" in found.answer.body:
            return
        tag = self._run.world.tag_on(environment)
        self._passed.add((environment, tag, check.path))
        if {(environment, tag, "/api/health"), (environment, tag, "/login")} <= self._passed:
            self._sound[environment].add(tag)

    # What people are told

    def _noted(self, record: Record) -> None:
        for notice in record.outbox:
            if notice.channel.value == "slack":
                key = (f"{notice.service} {notice.tag}: {notice.headline}", notice.release)
                self._promised.setdefault(key, set()).add(notice.id)

    def _page(self, release: str) -> None:
        self._pages[release] += 1
        if self._pages[release] > 1 + self._run.gate.fired:
            raise Violation(7, f"GitHub's page shows {release} {self._pages[release]} times")

    # A rollback

    def _took_no_claim(self, who: "Invocation") -> None:
        """Invariant 6: the first thing that a person's rollback writes is the way back."""
        if who.call.name != "rollback" or "specversion" in who.event or len(who.appended) > 1:
            return
        release = self.record.release
        if self.versions[-1].why.startswith(("the store", "adopted")):
            who.appended.clear()
        elif release is None or release.phase is not Phase.ROLLING_BACK:
            raise Violation(6, f"a person's rollback first wrote: {self.versions[-1].why}")

    def _acted_or_said_why(self, who: "Invocation") -> None:
        self.checked += 1
        answer = who.answer or {}
        if who.hurt or not self.versions:
            return
        if answer.get("retry") or "hands" in str(answer.get("what")) or "others kept" in str(answer.get("what")):
            raise Violation(6, f"a person's rollback was blocked: {answer.get('what')}")
        if answer.get("ok") and not who.appended and "already" not in str(answer["what"]):
            raise Violation(6, f"a person's rollback wrote nothing: {answer['what']}")

    # Smaller questions

    def _unheard(self) -> list[str]:
        """Tags newer than all that were heard of, and not heard of themselves."""
        newest = self.record.newest_tag
        return [tag for tag in self._pushed if tag not in self._heard and tags.older(newest, tag)]

    def _age(self, version: Version) -> float:
        return self._run.world.time.t - self._run.world.routers.routes[version.seq - 1].at

    def _last_rest(self) -> float:
        """When something last came to rest: what waited for it begins only then."""
        for before, version in zip(reversed(self.versions[:-1]), reversed(self.versions), strict=False):
            was, now = before.record.release, version.record.release
            if now is None or was is None or was.id != now.id:
                return self._run.world.routers.routes[version.seq - 1].at
        return 0.0

    def _longest_phase(self) -> float:
        """A phase that only its deadline ends takes that long."""
        deadlines = self._run.settings.file.services["web"].deadlines
        release = self.record.release
        return getattr(deadlines, release.phase.name.lower(), 0.0) if release else 0.0


def _footer(payload: dict[str, Any]) -> str:
    return str(payload["attachments"][0]["footer"]).removeprefix("bluegreen · ")
