"""People's rollbacks, monitoring's alerts, and notices to people (invariants 6, 7 and 12)."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bluegreen.core.config.alerts import AlertPolicy
from bluegreen.core.notices import Channel, Notice, important
from bluegreen.core.orders import has_way_back
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.steps.rolling_back import LOOKED_AT
from tests.simulation.checks.invariants import Violation

if TYPE_CHECKING:
    from tests.simulation.checks.ledger import Ledger
    from tests.simulation.engine.invocation import Invocation

_BLOCKED = ("hands", "others kept")


def _told_as(notice: Notice) -> tuple[str, str]:
    return f"{notice.about}: {notice.headline}", notice.release


def _withdrawn(before: Record | None, record: Record) -> Iterator[tuple[str, str]]:
    """What Slack need not hear any more, in the version in which a tag leaves the queue: that it waits."""
    queued = before.queued if before else None
    if before is None or queued is None or (record.queued and record.queued.tag == queued.tag):
        return
    left = {notice.id for notice in record.outbox}
    for notice in before.outbox:
        waits = f"{queued.tag} waits ", f"{queued.tag} waits: "
        if notice.headline.startswith(waits) and notice.id not in left:
            yield _told_as(notice)


class PeopleChecks:
    """Orders, alerts and notices of one service."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._pages: Counter[str] = Counter()
        self._expected_in_slack: dict[tuple[str, str], set[str]] = {}  # what Slack is to hear → the notices' ids
        self._withdrawn: set[tuple[str, str]] = set()  # of these, that a tag waits, which it does no more
        self._before: Record | None = None
        self._important: set[tuple[str, str]] = set()  # of these, what Slack is to hear whatever it refuses first
        self._refused_wake_ups: set[str] = set()  # the notices' ids
        self._refused_to: Counter[str] = Counter()  # a watch → how often it was refused
        self._served = {"v1.2.0"}  # what production was on
        self._alerts_taken: set[str] = set()  # alerts that were taken down, by what identifies an occurrence

    # What happens

    def restarted(self) -> None:
        """What the lost versions had to tell is not told any more."""
        self._pages.clear()
        self._expected_in_slack.clear()

    def noted(self, record: Record) -> None:
        self._withdrawn |= set(_withdrawn(self._before, record))
        self._before = record
        for notice in record.outbox:
            if notice.channel is Channel.SLACK:
                key = _told_as(notice)
                ids = self._expected_in_slack.setdefault(key, set())
                ids.add(notice.id)
                if important(notice):
                    self._important.add(key)
                if notice.headline.startswith("a bug") and len(ids) > 1:
                    raise Violation(7, f"people are told again of {notice.headline!r}")
                self._check_wake_ups_told_once(notice)
        self._served.add(record.on(record.active).tag)

    def page(self, release: str) -> None:
        self._pages[release] += 1
        if self._pages[release] > 1 + self._ledger.run.interrupter.excuses:
            raise Violation(7, f"GitHub's page shows {release} {self._pages[release]} times")

    def wrote(self, who: "Invocation") -> None:
        """It has just written the newest version."""
        if who.called_by_person("rollback"):
            self._check_first_write(who)
        elif who.call.name == "hooks/alert" and self._ledger.versions[-1].why.startswith("an alert of"):
            self._check_alert(who)

    def answered(self, who: "Invocation") -> None:
        if who.called_by_person("rollback"):
            self._check_rollback_answer(who)
        elif who.call.name == "hooks/alert" and "x-bluegreen-signature-256" not in who.event["http"]["headers"]:
            self._check_unsigned_refused(who)

    def woke(self, who: "Invocation", refused: str | None) -> None:
        """Only what the watch meets is told: it is the one that takes the turns of those who were not woken."""
        if refused and who.call.name == "ops/watch" and self._ledger.run.schedule.key:
            self._refused_to[who.name] += 1

    def check_end(self) -> None:
        """Invariant 7: Slack was told everything, and no more often than faults excuse."""
        run = self._ledger.run
        told = Counter((m["payload"]["text"], _footer(m["payload"])) for m in self._ledger.world.slack.messages)
        self._check_refused_wake_ups_told()
        refused = "422" in {fault.kind for fault in run.schedule.faults}
        for what, ids in self._expected_in_slack.items():
            if told[what] > len(ids) + run.interrupter.excuses:
                raise Violation(7, f"Slack was told {told[what]} times {what[0]!r}")
            if not told[what] and what not in self._withdrawn and (what in self._important or not refused):
                raise Violation(7, f"Slack was never told {what[0]!r}")

    def _check_wake_ups_told_once(self, notice: Notice) -> None:
        """They are refused once in a run, but for what faults do."""
        if "wake one another" not in notice.headline:
            return
        self._refused_wake_ups.add(notice.id)
        if len(self._refused_wake_ups) > 1 + self._ledger.run.interrupter.excuses:
            raise Violation(7, f"people are told again that {notice.headline!r}")

    def _check_refused_wake_ups_told(self) -> None:
        """Where a watch was refused twice, so that it was no passing fault, and nothing else went wrong."""
        refused = max(self._refused_to.values(), default=0) > 1 and not self._ledger.run.interrupter.excuses
        if refused and not self._refused_wake_ups:
            raise Violation(7, "nobody was told that wake-ups are refused")

    # A rollback

    def _check_first_write(self, who: "Invocation") -> None:
        """Invariant 6: the first thing that a person's rollback writes is the way back."""
        if len(who.appended) > 1:
            return
        release, version = self._ledger.record.release, self._ledger.versions[-1]
        if version.why.startswith(("the store", "adopted")):
            who.appended.clear()
        elif version.why == LOOKED_AT and not has_way_back(version.record):
            who.appended.clear()  # it was refused, and what had gone is written down
        elif "set" in who.event and (release is None or release.id != self._ledger.versions[-2].record.in_flight.id):
            return  # of a set, what has not switched is aborted
        elif release is None or not (release.phase is Phase.ROLLING_BACK or _goes_to(release, who)):
            raise Violation(6, f"a person's rollback first wrote: {version.why}")

    def _check_rollback_answer(self, who: "Invocation") -> None:
        self._ledger.checked += 1
        answer = who.answer or {}
        if who.faulted or not self._ledger.versions:
            return
        what = str(answer.get("what"))
        if answer.get("retry") or any(word in what for word in _BLOCKED):
            raise Violation(6, f"a person's rollback was blocked: {what}")
        if answer.get("ok") and not who.appended and not any(word in what for word in ("already", "waits")):
            raise Violation(6, f"a person's rollback wrote nothing: {what}")
        to = who.event.get("to", "")
        if not answer.get("ok") and "not known to have served" in what and to in self._served:
            raise Violation(6, f"a person may not go back to {to}, which production was on: {what}")

    # Alerts

    def _check_alert(self, who: "Invocation") -> None:
        """Invariant 12: what an alert may do, and what it has to."""
        self._ledger.checked += 3
        body, policy = json.loads(who.event["http"]["body"]), self._ledger.settings.alerts.policy
        before, after = self._ledger.versions[-2].record, self._ledger.record
        if body.get("started_at"):
            self._check_once(who.event["http"]["body"])
        goes_back = after.release is not None and after.release.phase is Phase.ROLLING_BACK
        moved = goes_back and before.release is not None and before.release.phase is not Phase.ROLLING_BACK
        urgent = body["status"] == "firing" and body["severity"] == "critical"
        blames = urgent and policy is AlertPolicy.ROLLBACK and _may_be_at_fault(before, body)
        if moved and not blames:
            raise Violation(12, f"production goes back because of {body}")
        if blames and not moved:
            raise Violation(12, f"production does not go back in spite of {body}")
        asks = policy is AlertPolicy.ASK_JUDGE and _watched(before.release)
        if urgent and not moved and not asks and after.last_notice == before.last_notice:
            raise Violation(12, f"nobody is told of {body}")

    def _check_unsigned_refused(self, who: "Invocation") -> None:
        if who.appended or (who.answer and who.answer["statusCode"] != 401):
            raise Violation(12, f"an alert that nobody signed was answered {who.answer}")

    def _check_once(self, occurrence: str) -> None:
        if occurrence in self._alerts_taken:
            raise Violation(7, f"the alert {occurrence} was taken for a new one")
        self._alerts_taken.add(occurrence)


def _goes_to(release: Release, who: "Invocation") -> bool:
    """To a release that was named, or to the one that was left by mistake."""
    undone = release.purpose.undo and who.event.get("undo") == "true"
    return undone or (release.purpose.back and release.tag == who.event.get("to"))


def _watched(release: Release | None) -> bool:
    phases = (Phase.SWITCHING, Phase.WATCHING)
    return release is not None and release.switched_at is not None and release.phase in phases


def _may_be_at_fault(record: Record, body: dict[str, Any]) -> bool:
    """The release that is watched, by when the alert began (one that does not say may be old) and what it names."""
    release, began = record.release, body.get("started_at")
    about = body.get("labels", {}).get("environment", record.active.value)
    if release is None or release.switched_at is None or not _watched(release):
        return False
    return about == record.active.value and bool(began) and (datetime.fromisoformat(began) >= release.switched_at)


def _footer(payload: dict[str, Any]) -> str:
    return str(payload["attachments"][0]["footer"]).removeprefix("bluegreen · ")
