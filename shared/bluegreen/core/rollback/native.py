"""App Platform's own rollback of the active app: may it be used where the idle environment is no rollback target?"""

from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import PreviousDeployment
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.rollback.target import earlier

_MOVED_PRODUCTION = (Phase.LIVE, Phase.UNPROVEN, Phase.ROLLED_BACK, Phase.STUCK)


def native_target(record: Record, service: Service, wanted: bool) -> PreviousDeployment | str:
    """What the active app would go back to, or why it must not. `wanted`: a person has passed `native:true`."""
    release, where = record.release, record.active.value
    if release is not None and release.phase in (Phase.ROLLING_BACK, Phase.SWITCHING):
        return f"{release.tag} is {release.phase.value}: wait for that first"
    if isinstance(service.traffic, AppIngress):
        return (
            "both environments are components of one app, so it would take both of them and the ingress rule back, "
            "and pin the app so that production could not be moved again"
        )
    if not wanted and _rolled_back_last(record):
        return f"{where} is what the last rollback went to; `-p native:true` takes it further back all the same"
    before = record.on(record.active).before
    if before is None:
        return f"no release is known that was proven on {where} before {record.on(record.active).tag or 'this one'}"
    if before.tag == record.on(record.active).tag:
        return f"{where} runs {before.tag} again, and what was proven there before is not known any more"
    if before.tag in record.quarantine:
        return f"{before.tag}, which {where} ran before, is quarantined"
    return before


def next_step(record: Record, service: Service) -> str:
    """What a person can do where neither rollback is possible."""
    idle = record.on(record.idle)
    if not isinstance(service.traffic, AppIngress):
        return (
            f"`status` shows both environments; `rollback -p to:{next(iter(earlier(record)), '…')}` releases that to "
            f"{record.idle.value}, push a fix, or use the app's own rollback in DigitalOcean's control panel"
        )
    release = record.release
    if idle.proven and idle.tag and (release is None or release.phase is Phase.WATCHING):
        return f"`rollback` goes back to {idle.tag} on {record.idle.value}"
    to = next(iter(earlier(record)), "…")
    return (
        f"`rollback -p to:{to}` releases it to {record.idle.value} and moves production there; push a fix; "
        "leave the app's own rollback in DigitalOcean's control panel alone"
    )


def _rolled_back_last(record: Record) -> bool:
    """A rollback that is asked for twice must not go back twice."""
    newest = next((past for past in record.past if past.outcome in _MOVED_PRODUCTION), None)
    return newest is not None and (newest.back or newest.outcome in (Phase.ROLLED_BACK, Phase.STUCK))
