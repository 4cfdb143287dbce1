"""Histories of a service: releases on their way through the real table, each change a version of the journal."""

from datetime import timedelta

from bluegreen.core import orders, pointing, progress
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.judge.written_look import WrittenLook
from bluegreen.core.phases import Phase
from bluegreen.core.record import QueuedRelease
from bluegreen.core.release import PERSON, Deployment, Purpose
from bluegreen.core.rollback.undo import undo, why_not
from tests.build import NOW, first, service

SERVICE = service(restore_idle=False)
# What may come of a release, and what may be done once it is over.
ENDS = ("live", "unproven", "bad", "asked", "asked in outage", "fails", "aborted", "stuck", "restored")
AFTERWARDS = ("late", "late by a person", "undo", "undo, then bad")


class History:
    """`versions` are as the journal stores them, as JSON; `past` is every release that is over."""

    def __init__(self):
        self.record, self.now, self.versions, self.past = first(), NOW, [], {}
        self._write(self.record)

    def play(self, deed, minutes, lag):
        self.now += timedelta(minutes=minutes)
        if deed in ENDS:
            self._release(deed, lag)
        elif deed.startswith("late"):
            self._late(deed == "late by a person")
        elif not why_not(self.record):
            self._write(undo(self.record, SERVICE, "anna", self.now).record)
            self._switch_and_end("bad" if "bad" in deed else "live")

    def _release(self, end, lag):
        number = self.record.last_number + 1
        committed = self.now - timedelta(hours=lag) if lag else None
        purpose = Purpose(restore=end == "restored")
        queued = QueuedRelease(
            tag=f"v2.{number}.0", commit=f"{number:040x}", asked_at=self.now, committed_at=committed, purpose=purpose
        )
        self._write(progress.begin_queued(self.record.model_copy(update={"queued": queued}), SERVICE, self.now))
        if end == "aborted":
            return self._write(orders.abort(self.record, SERVICE, PERSON, self.now).record)
        idle, facts = self.record.idle, {"tag": queued.tag, "commit": queued.commit}
        deployment = Deployment(intended_at=self.now, id="dep")
        self._write(self.record.with_release(target=idle).with_environment(idle, **facts))
        self._advance(Verdict.GOOD)
        self._write(self.record.with_release(deployment=deployment))
        self._advance(Verdict.GOOD)
        if end == "fails":
            return self._advance(Verdict.BAD)
        self._advance(Verdict.GOOD)
        self._advance(Verdict.GOOD)
        if end == "restored":
            return self._advance(Verdict.STAND_BY)
        return self._switch_and_end(end)

    def _switch_and_end(self, end):
        self._advance(Verdict.GOOD)
        release = self.record.in_flight
        moved = self.record.with_release(previous=self.record.active, switched_at=self.now)
        self._write(pointing.point_at(moved, release.goes_to, self.now))
        self._advance(Verdict.GOOD)
        if end in ("live", "unproven"):
            return self._advance(Verdict.GOOD if end == "live" else Verdict.UNPROVEN)
        if end == "asked in outage":
            self._look(Verdict.HOLD)
        if end.startswith("asked"):
            self._write(orders.rollback(self.record, SERVICE, PERSON, self.now).record)
        else:
            self._advance(Verdict.BAD)
        return self._advance(Verdict.BAD if end == "stuck" else Verdict.GOOD)

    def _late(self, by_person):
        """What serves is taken back after its bake."""
        if by_person:
            back = orders.rollback(self.record, SERVICE, PERSON, self.now)
        else:
            back = orders.at_fault(self.record, SERVICE, "ops/watch", self.now, "it fails")
        if back.ok:
            self._write(back.record)
            self._advance(Verdict.GOOD)

    def _look(self, verdict):
        release, record = self.record.in_flight, self.record
        facts = {"release": release.id, "at": self.now, "active": record.active, "switched_at": release.switched_at}
        look = WrittenLook(**facts, watch=SERVICE.watch, thresholds=SERVICE.thresholds, verdict=verdict)
        self._write(record.model_copy(update={"judged": look}))
        self._advance(verdict)

    def _advance(self, verdict):
        finding = Finding(verdict=verdict, says="so it is")
        self._write(progress.advance(self.record, finding, SERVICE, "a function", self.now))

    def _write(self, record):
        self.now += timedelta(seconds=20)
        self.record = record
        self.past |= {past.id: past for past in record.past if past.outcome is not Phase.SUPERSEDED}
        self.versions.append({"at": self.now.isoformat(), "record": record.model_dump(mode="json")})
