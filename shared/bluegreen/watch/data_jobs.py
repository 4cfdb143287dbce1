"""Starts the data job of a release that is proven, once, and follows it: a look a minute, whatever is in flight."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core.data_jobs import following
from bluegreen.core.data_jobs.following import JobSeen
from bluegreen.core.data_jobs.stored import DataJob, DataJobState
from bluegreen.core.errors import Never, Refused
from bluegreen.core.record import Version
from bluegreen.ordering.placing import deliver_notices, place

_ENDED = {"ACTIVE": True, "ERROR": False, "CANCELED": False, "SUPERSEDED": False}
_SHOWN = 120  # characters of a workflow's conclusion


class _Begun(NamedTuple):
    version: Version
    ours: bool  # this look has written the intent


def look(cloud: Cloud, version: Version) -> Version:
    """The newest version afterwards. Nothing is written where nothing has changed."""
    job = following.wanted(version.record)
    if job is None or version.record.lost:
        return version
    if job.state is not DataJobState.DUE:
        return _noted(cloud, version, job, _answered(partial(_seen, cloud, job), "nobody knows what became of it: "))
    begun = _begun(cloud, job)
    if not begun.ours:
        return begun.version
    job = next(each for each in begun.version.record.data_jobs if each.release == job.release)
    return _noted(cloud, begun.version, job, _answered(partial(_started, cloud, job)))


def _answered(ask: Callable[[], JobSeen], otherwise: str = "") -> JobSeen:
    """A refusal will not change by itself, so the job is over by it: else no later one would ever begin."""
    try:
        return ask()
    except Never as error:
        return JobSeen(ended=False, says=f"{otherwise}{error}")


def _begun(cloud: Cloud, job: DataJob) -> _Begun:
    try:
        before = tuple(each.id for each in cloud.clients.digitalocean.deployments(job.app)) if job.app else ()
        decide = partial(following.begun, cloud.service, job.release, before)
    except Never as error:
        decide = partial(following.not_begun, cloud.service, job.release, str(error))
    placed = place(cloud, f"{job.name} of {job.tag} is to be started", decide)
    return _Begun(deliver_notices(cloud, placed), placed.written and placed.outcome.taken)


def _noted(cloud: Cloud, version: Version, job: DataJob, seen: JobSeen) -> Version:
    decide = partial(following.looked, cloud.service, job.release, seen)
    if decide(version.record, cloud.clock.now()).record is version.record:
        return version
    return deliver_notices(cloud, place(cloud, f"{job.name} of {job.tag} was looked at", decide))


def _started(cloud: Cloud, job: DataJob) -> JobSeen:
    if job.app:
        _has_job(cloud, job)
        return JobSeen(run=cloud.clients.digitalocean.deploy(job.app).id)
    inputs = {"tag": job.tag, "release": job.release}
    run = cloud.clients.github.actions.dispatch(cloud.service.repository, job.name, job.tag, inputs)
    return JobSeen() if run is None else JobSeen(str(run.id), run.url)


def _has_job(cloud: Cloud, job: DataJob) -> None:
    """A deployment fails by its PRE_DEPLOY jobs alone; what another kind does nobody would hear."""
    spec = cloud.clients.digitalocean.app(job.app).spec
    kinds = {each.get("name"): each.get("kind") for each in spec.get("jobs", ()) if isinstance(each, dict)}
    if kinds.get(job.name) != "PRE_DEPLOY":
        found = f"is of kind {kinds[job.name]}" if job.name in kinds else "is none"
        raise Refused(f"app {job.app} has to have a PRE_DEPLOY job {job.name}: there {found}")


def _seen(cloud: Cloud, job: DataJob) -> JobSeen:
    return _seen_deployment(cloud, job) if job.app else _seen_run(cloud, job)


def _seen_deployment(cloud: Cloud, job: DataJob) -> JobSeen:
    of = cloud.clients.digitalocean
    if not job.run:
        ours = [each for each in of.deployments(job.app) if each.id not in job.before]
        return JobSeen(run=ours[-1].id) if ours else JobSeen()
    phase = of.deployment(job.app, job.run).phase
    return JobSeen(job.run, ended=_ENDED.get(phase), says=f"deployment {job.run} is {phase}")


def _seen_run(cloud: Cloud, job: DataJob) -> JobSeen:
    actions, repository = cloud.clients.github.actions, cloud.service.repository
    if not job.run:
        found = actions.started(repository, job.name, job.tag, job.since, job.release)
        return JobSeen(str(found.id), found.url) if found else JobSeen()
    run = actions.run(repository, int(job.run))
    ended = None if not run.conclusion else run.conclusion == "success"
    return JobSeen(job.run, run.url, ended, f"run {job.run} ended as {run.conclusion}"[:_SHOWN])
