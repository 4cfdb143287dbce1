"""What becomes of a data job: pure functions of the record, what was seen, and the time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core import outbox
from bluegreen.core.config.service import Service
from bluegreen.core.config.units import spoken
from bluegreen.core.data_jobs.entries import headline, page_of, paged, told, with_job
from bluegreen.core.data_jobs.stored import OVER, DataJob, DataJobState
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.record import SAYS_KEPT, Record

_APPEARS = timedelta(minutes=5)  # a run that was started is listed by then
_FOLLOWED = timedelta(days=2)  # after its deadline


class JobSeen(NamedTuple):
    """`ended`: None while it runs; else whether it went well."""

    run: str = ""  # "" where nobody knows which run it is
    url: str = ""
    ended: bool | None = None
    says: str = ""


def wanted(record: Record) -> DataJob | None:
    """The job that is to be looked at: one after the other, the oldest first."""
    return next((job for job in record.data_jobs if job.state not in OVER), None)


def begun(service: Service, release: str, before: tuple[str, ...], record: Record, now: datetime) -> Outcome:
    """The intent to start it. Whoever finds it begun already is told no by an unchanged record."""
    job = _job(record, release)
    if job is None or job.state is not DataJobState.DUE:
        return Outcome(False, record, "begun already")
    if why := _why_left_out(record, service, job):
        return _left_out(record, service, job, why, now)
    within = service.migrations.after.within if service.migrations.after else 0.0
    deadline = now + timedelta(seconds=within)
    changes = {"state": DataJobState.STARTING, "since": now, "deadline": deadline, "before": before}
    return Outcome(True, with_job(record, job.model_copy(update=changes)), f"{job.name} is to be started", taken=True)


def not_begun(service: Service, release: str, refused: str, record: Record, now: datetime) -> Outcome:
    """What has to be known before it may be begun was refused, so it was never started."""
    job = _job(record, release)
    if job is None or job.state is not DataJobState.DUE:
        return Outcome(False, record, "begun already")
    if why := _why_left_out(record, service, job):
        return _left_out(record, service, job, why, now)
    return _ended(record, service, job, JobSeen(ended=False, says=f"it was not started: {refused}"), now)


def looked(service: Service, release: str, seen: JobSeen, record: Record, now: datetime) -> Outcome:
    """What was seen of it. The record is unchanged where nothing is new."""
    job = _job(record, release)
    if job is None or job.state in (*OVER, DataJobState.DUE):
        return Outcome(True, record, "")
    if seen.ended is not None:
        return _ended(record, service, job, seen, now)
    known = {"run": seen.run or job.run, "url": seen.url or job.url}
    if not known["run"]:
        return _unknown(record, service, job, now)
    late = job.deadline is not None and now >= job.deadline
    state = DataJobState.LATE if late else DataJobState.RUNNING
    if late and job.deadline is not None and now >= job.deadline + _FOLLOWED:
        return _ended(record, service, job, seen._replace(ended=False, says="it is not followed any longer"), now)
    changed = job.model_copy(update={**known, "state": state, "since": now})
    if (job.state, job.run) == (state, changed.run):
        return Outcome(True, record, "")
    if not late:
        return Outcome(True, with_job(record, changed), f"{job.name} runs")
    limit = spoken(service.migrations.after.within) if service.migrations.after else "its time"
    changed = changed.model_copy(update={"says": f"not done within {limit}; it is followed on"})
    return Outcome(True, paged(with_job(record, changed), service, changed, now), changed.says)


def _why_left_out(record: Record, service: Service, job: DataJob) -> str:
    if record.on(record.active).tag != job.tag:
        return f"production left {job.tag} before {job.name} was begun, so it was left out"
    if service.migrations.after is None:
        return f"migrations.after was taken out of bluegreen.yml before {job.name} was begun, so it was left out"
    return ""


def _left_out(record: Record, service: Service, job: DataJob, why: str, now: datetime) -> Outcome:
    job = job.model_copy(update={"state": DataJobState.LEFT_OUT, "says": why, "since": now})
    return Outcome(False, told(with_job(record, job), service, job, Tone.WARNING, now), why)


def _unknown(record: Record, service: Service, job: DataJob, now: datetime) -> Outcome:
    if now < job.since + _APPEARS:
        return Outcome(True, record, "")
    says = "nobody knows whether it was started: look, and start it by hand if it was not"
    return _ended(record, service, job, JobSeen(ended=False, says=says), now)


def _ended(record: Record, service: Service, job: DataJob, seen: JobSeen, now: datetime) -> Outcome:
    state = DataJobState.DONE if seen.ended else DataJobState.FAILED
    known = {"run": seen.run or job.run, "url": seen.url or job.url}
    job = job.model_copy(update={**known, "state": state, "since": now, "says": seen.says[:SAYS_KEPT]})
    record = with_job(record, job)
    if state is DataJobState.FAILED:
        return Outcome(True, paged(record, service, job, now), f"{job.name} failed")
    record = told(record, service, job, Tone.GOOD, now)
    return Outcome(True, outbox.queue_over(record, service, page_of(job), headline(job), now), f"{job.name} is done")


def _job(record: Record, release: str) -> DataJob | None:
    return next((job for job in record.data_jobs if job.release == release), None)
