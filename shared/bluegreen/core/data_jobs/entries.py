"""The entries of data jobs in the record, and what people hear of them."""

from datetime import datetime

from bluegreen.core import outbox
from bluegreen.core.config.service import Service
from bluegreen.core.data_jobs.stored import OVER, DataJob, DataJobState
from bluegreen.core.notices import Tone
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release

KEPT = 5


def queued(record: Record, service: Service, release: Release, now: datetime) -> Record:
    """Once a release has come to rest: its job is due where it is proven; where it is not, people are told."""
    after, purpose = service.migrations.after, release.purpose
    if after is None or purpose.back or purpose.restore or release.phase not in (Phase.LIVE, Phase.UNPROVEN):
        return record
    if any(_counts_for(job, release) for job in record.data_jobs):
        return record
    job = DataJob(release=release.id, tag=release.tag, commit=release.commit, name=after.name, app=after.app, since=now)
    if release.phase is Phase.UNPROVEN:
        says = f"{release.tag} was never proven, so {after.name} was not started: start it by hand once it is well"
        job = job.model_copy(update={"state": DataJobState.LEFT_OUT, "says": says})
        return told(with_job(record, job), service, job, Tone.WARNING, now)
    return with_job(record, job)


def _counts_for(job: DataJob, release: Release) -> bool:
    """The rows are the database's: what a job has done for a tag's commit stays done, though production left it since.

    So a rollback that is undone, or a tag that is released again, starts none, unless the first was left out. The
    commit of a job that an earlier Bluegreen noted is not known: then the tag decides.
    """
    if job.release == release.id:
        return True
    same = job.tag == release.tag and job.commit in ("", release.commit)
    return same and job.state is not DataJobState.LEFT_OUT


def with_job(record: Record, job: DataJob) -> Record:
    """Of those that are over the oldest make room."""
    there = any(known.release == job.release for known in record.data_jobs)
    jobs = tuple(job if known.release == job.release else known for known in record.data_jobs)
    jobs = jobs if there else (*jobs, job)
    over = [known for known in jobs if known.state in OVER and known.release != job.release]
    dropped = {known.release for known in over[: max(len(jobs) - KEPT, 0)]}
    return record.model_copy(update={"data_jobs": tuple(known for known in jobs if known.release not in dropped)})


def paged(record: Record, service: Service, job: DataJob, now: datetime) -> Record:
    return told(record, service, job, Tone.BAD, now, page=page_of(job))


def told(record: Record, service: Service, job: DataJob, tone: Tone, now: datetime, page: str = "") -> Record:
    bad = tone is Tone.BAD
    next_step = f"look at {job.url}" if bad and job.url else ""
    reason = f"{job.says}; it is not started again by itself" if bad else job.says
    return outbox.queue_notice(
        record, service, tone, headline(job), now, reason, next_step, needs_person=bad, page=page, pages=bad
    )


def headline(job: DataJob) -> str:
    return f"the data job of {job.tag}, {job.name}: {job.state.value}"


def page_of(job: DataJob) -> str:
    return f"{job.release}, its data job"
