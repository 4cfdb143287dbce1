"""A deployment that was given up before its end was known: what its environment runs is unknown until it was looked up.

A person aborts a release that is being deployed, and DigitalOcean does not take the cancellation; or the deployment can
not be followed any more. It may go live all the same, a minute later. Until its end is known the environment is no
rollback target; then it holds what it ran before, or the release that nobody has checked.
"""

from bluegreen.core.environment import NOT_TO_SERVE, UnsettledDeployment
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release


def remark(release: Release) -> str:
    """As the end of a sentence about a release that is given up; "" where its deployment has ended."""
    made, where = release.deployment, release.target
    if made is None or made.ended or where is None or release.phase is not Phase.DEPLOYING:
        return ""
    return f"; its deployment may still go live on {where.value}, so what runs there is looked up"


def says(record: Record) -> str:
    """What is not known of the idle environment; "" where nothing is looked up."""
    known, where = record.on(record.idle).unsettled, record.idle.value
    return f"whether the deployment of {known.tag} goes live on {where} is not known yet" if known else ""


def noted(record: Record) -> Record:
    """The release in flight is over. Where it was never seen to run, what its environment runs is not known now."""
    release, target = record.in_flight, record.in_flight.target
    if target is None or target is record.active or release.deployment is None or release.deployment.ended:
        return record
    ran, made = record.on(target), release.deployment
    if not ran.tag or (ran.tag, ran.deployment) == (release.tag, made.id):
        return record
    left = UnsettledDeployment(
        id=made.id, intended_at=made.intended_at, before=made.before, tag=release.tag, commit=release.commit,
        digest=release.digest, ran=ran,
    )  # fmt: skip
    unknown = {"tag": "", "commit": "", "digest": "", "deployment": "", "in_bake": None, "before": ran.as_previous}
    return record.with_environment(target, **(NOT_TO_SERVE | unknown | {"unsettled": left}))


def is_due(record: Record) -> UnsettledDeployment | None:
    """What is to be looked up; None while a release is being deployed there, which will tell."""
    release = record.release
    deploys = release is not None and release.target is record.idle and release.deployment is not None
    return None if deploys or record.lost else record.on(record.idle).unsettled
