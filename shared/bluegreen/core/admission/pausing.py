"""A person pauses a service, and lets it go on. Every one of these is written with who and why, and told."""

from datetime import datetime

from bluegreen.core import outbox, progress
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.release import IN_WORDS, Pause


def pause(record: Record, service: Service, by: str, why: str, now: datetime) -> Outcome:
    """Nothing new begins, and what is ready waits; a bake and whatever leads back go on."""
    if record.paused is not None:
        return Outcome(True, record, f"{record.paused.says(record.service)}, already")
    paused = Pause(by=by, at=now, why=why[:SAYS_KEPT])
    record = record.model_copy(update={"paused": paused})
    resume = f"doctl serverless functions invoke deploy -p service:{record.service} -p resume:true"
    told = outbox.queue_notice(
        record, service, Tone.WARNING, f"paused by {by}", now, f"{why}; {_goes_on(record)}".lstrip("; "), resume
    )
    return Outcome(True, told, f"{record.service} is paused: {_goes_on(record)}", f"to go on: {resume}")


def resume(record: Record, service: Service, by: str, now: datetime) -> Outcome:
    """What waited begins, where no freeze window is open."""
    if record.paused is None:
        return Outcome(True, record, f"{record.service} is not paused")
    was = record.paused.says(record.service, over=True)
    record = progress.begin_queued(record.model_copy(update={"paused": None}), service, now)
    release = record.release
    if release is not None and release.phase is Phase.READY:
        record = record.with_release(wake_at=now)
    begins = f"; {release.tag} goes on" if release is not None else ""
    record = outbox.queue_notice(record, service, Tone.PROGRESS, f"goes on again, says {by}", now, was)
    return Outcome(True, record, f"{record.service} goes on{begins}; {was}", taken=release is not None)


def _goes_on(record: Record) -> str:
    release = record.release
    if release is None:
        return "no new tag begins; a rollback is possible"
    if release.phase in (Phase.SWITCHING, Phase.WATCHING, Phase.ROLLING_BACK):
        fault = "" if release.phase is Phase.ROLLING_BACK else "; it is taken back if at fault"
        return f"no new tag begins; {release.tag} {IN_WORDS[release.phase]}, and that goes on{fault}"
    return f"no new tag begins, and {release.tag} waits before the switch"
