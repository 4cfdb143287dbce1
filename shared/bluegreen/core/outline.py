"""A record in words, for `status` and for answers: the terms of the README's table of five states."""

from datetime import datetime, timedelta

from bluegreen.core import orders, unsettled
from bluegreen.core.config.service import Service
from bluegreen.core.environment import EnvironmentState, Status
from bluegreen.core.phases import BEFORE_SWITCH, RESTING, Phase
from bluegreen.core.record import PastRelease, Record, Version
from bluegreen.core.rollback.native import native_target

UNKNOWN = "an unknown release"
UNPROVEN = "which was never proven"
_UNWATCHED = timedelta(minutes=5)  # a turn is written down each minute at least; clocks differ


def active(record: Record) -> str:
    return f"active {record.on(record.active).tag or UNKNOWN}"


def database(record: Record) -> list[str]:
    """The newest data job, and what is left to clean up."""
    jobs = [f"the data job of {job.tag}, {job.name}: {job.state.value}" for job in record.data_jobs[-1:]]
    left = [f"{each.tag} has left to clean up: {each.statement}" for each in record.clean_ups]
    return [*jobs, *left]


def idle(record: Record) -> str:
    """What the other environment is doing, and with which tag."""
    state, release = record.on(record.idle), record.release
    coming = release is not None and release.target is record.idle and release.phase in BEFORE_SWITCH
    if coming and release is not None:
        return f"{'ready' if release.phase is Phase.READY else 'deploying'} {release.tag}"
    if state.unsettled:
        return f"{standing(state)} {UNKNOWN}: {unsettled.says(record)}"
    return f"{standing(state)} {state.tag or UNKNOWN}{_dead(record)}{_doubt(state)}"


def standing(state: EnvironmentState) -> str:
    """An environment's status. One that runs what did not pass its checks is called unfit: it is no rollback target."""
    doubtful = state.status is Status.IDLE and bool(state.tag) and not state.may_serve
    return (Status.UNFIT if doubtful else state.status).value


def unconfirmed(record: Record) -> str:
    """Where the last way back is not confirmed: production may be elsewhere. "" where it is known to be right."""
    newest = record.past[0] if record.past and record.release is None else None
    if newest is None or newest.outcome is not Phase.STUCK:
        return ""
    return f"it is not confirmed that {record.active.value} serves production: the way back from {newest.tag} is stuck"


def unwatched(version: Version, now: datetime) -> list[str]:
    """A release whose time it was, and whose turn nobody has written down: functions do not run, or may not write."""
    record, release = version.record, version.record.release
    if release is None or record.lost or release.phase in (Phase.READY, *RESTING):
        return []
    since = max(version.at, release.wake_at)
    if now - since < _UNWATCHED:
        return []
    return [
        f"{record.service}: nobody has looked at {release.tag} since {since:%H:%M} UTC: `bluegreen doctor` says why"
    ]


def _doubt(state: EnvironmentState) -> str:
    return f", {UNPROVEN}" if state.may_serve and not state.proven else ""


def _dead(record: Record) -> str:
    dead = record.dead_way_back
    told = dead is not None and dead.told and dead.about == record.on(record.idle).tag
    return f", but {dead.says}" if dead is not None and told else ""


def way_back(record: Record, service: Service) -> str:
    """What `rollback` would do now."""
    release, idle = record.release, record.on(record.idle)
    if record.lost:
        return "none before `bluegreen recover`: the journal lost its newest versions"
    if release is not None and release.phase is Phase.ROLLING_BACK:
        return "under way"
    if release is not None and release.phase in (Phase.SWITCHING, Phase.WATCHING):
        to = release.previous or record.active
        if why := record.barred(to):
            return f"none: {why}"
        return f"to {record.on(to).tag or UNKNOWN} on {to.value}, at once{_dead(record)}{_doubt(record.on(to))}"
    refused = orders.no_way_back(record)
    if not refused:
        return f"to {idle.tag or UNKNOWN} on {record.idle.value}, at once{_dead(record)}{_doubt(idle)}"
    if idle.may_serve and release is not None and release.phase is Phase.DEPLOYING:
        return f"to {idle.tag or UNKNOWN} on {record.idle.value}, once the deployment of {release.tag} is cancelled"
    target = native_target(record, service, wanted=False)
    if isinstance(target, str):
        none = f"none: {refused}" if record.below_floor(idle.tag) == refused else refused  # begins as all such do
        return f"{none}; nor by App Platform: {target}"
    return f"to {target.tag} by App Platform's own rollback of {record.active.value}, in minutes ({refused})"


def ended(record: Record, tag: str) -> PastRelease | None:
    """What became of a tag; None while it is in flight or queued, and where it never was."""
    if record.in_hand(tag):
        return None
    return next((past for past in record.past if past.tag == tag), None)


def traffic(record: Record) -> str:
    """All of it goes to one environment, at any time."""
    release = record.release
    moved = release is not None and release.switched_at is not None and record.active is release.target
    return "100 % new active" if moved else "100 % active"
