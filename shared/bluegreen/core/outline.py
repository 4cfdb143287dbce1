"""A record in the words of the README's table of five states."""

from bluegreen.core import native_rollback, orders
from bluegreen.core.config.service import Service
from bluegreen.core.environment import EnvironmentState, Status
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Past, Record

UNKNOWN = "an unknown release"


def active(record: Record) -> str:
    return f"active {record.on(record.active).tag or UNKNOWN}"


def idle(record: Record) -> str:
    """What the other environment is doing, and with which tag."""
    state, release = record.on(record.idle), record.release
    coming = release is not None and release.target is record.idle and release.phase in BEFORE_SWITCH
    if coming and release is not None:
        return f"{'ready' if release.phase is Phase.READY else 'deploying'} {release.tag}"
    return f"{standing(state)} {state.tag or UNKNOWN}"


def standing(state: EnvironmentState) -> str:
    """The word for an environment; one that holds what did not prove itself is no way back, whatever it is kept for."""
    doubtful = state.status is Status.IDLE and bool(state.tag) and not state.proven
    return (Status.UNFIT if doubtful else state.status).value


def way_back(record: Record, service: Service) -> str:
    """What `rollback` would do now."""
    release, idle, where = record.release, record.on(record.idle), record.idle.value
    if release is not None and release.phase is Phase.ROLLING_BACK:
        return "under way"
    if release is not None and release.phase in (Phase.SWITCHING, Phase.WATCHING):
        to = release.previous or record.active
        return f"to {record.on(to).tag or UNKNOWN} on {to.value}, at once"
    refused = orders.no_way_back(record)
    if not refused:
        return f"to {idle.tag or UNKNOWN} on {where}, at once"
    if idle.proven and release is not None and release.phase is Phase.DEPLOYING:
        return f"to {idle.tag or UNKNOWN} on {where}, once the deployment of {release.tag} is cancelled"
    before = native_rollback.way(record, service, wanted=False)
    if isinstance(before, str):
        return f"{refused}; nor by App Platform: {before}"
    return f"to {before.tag} by App Platform's own rollback of {record.active.value}, in minutes ({refused})"


def ended(record: Record, tag: str) -> Past | None:
    """What became of a tag, where nothing is under way with it any more."""
    if tag in {one.tag for one in (record.release, record.queued) if one is not None}:
        return None
    return next((past for past in record.past if past.tag == tag), None)


def traffic(record: Record) -> str:
    """Who serves production: all of it goes to one environment, at any time."""
    release = record.release
    moved = release is not None and release.switched_at is not None and record.active is release.target
    return "100 % new active" if moved else "100 % active"
