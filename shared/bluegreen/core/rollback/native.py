"""App Platform's own rollback of the active app: may it be used where the idle environment is no rollback target?"""

from bluegreen.core import advice, orders
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import PreviousDeployment
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import IN_WORDS
from bluegreen.core.rollback.target import earlier

_MOVED_PRODUCTION = (Phase.LIVE, Phase.UNPROVEN, Phase.ROLLED_BACK, Phase.STUCK)


def native_target(record: Record, service: Service, wanted: bool) -> PreviousDeployment | str:
    """What the active app would go back to, or why it must not. `wanted`: a person has passed `native:true`."""
    release, where = record.release, record.active.value
    if release is not None and release.phase in (Phase.ROLLING_BACK, Phase.SWITCHING):
        return f"{release.tag} {IN_WORDS[release.phase]}: wait for that first"
    if isinstance(service.traffic, AppIngress):
        return (
            "both environments are components of one app, so it would take both of them and the ingress rule back, "
            "and pin the app so that production could not be moved again"
        )
    before = record.on(record.active).before
    if before is None:
        return f"no release is known that was proven on {where} before {record.on(record.active).tag or 'this one'}"
    if before.tag == record.on(record.active).tag:
        return f"{where} runs {before.tag} again, and what was proven there before is not known any more"
    if below := record.below_floor(before.tag):
        return below
    if before.tag in record.quarantine:
        return f"{before.tag}, which {where} ran before, is quarantined"
    if not wanted and _rolled_back_last(record):
        return f"{where} is what the last rollback went to; `-p native:true` takes it further back all the same"
    return before


def advised(record: Record, service: Service) -> str:
    """What a person can do who wants production back: `rollback` only where it would be taken."""
    release, idle = record.release, record.on(record.idle)
    phase = release.phase if release is not None else Phase.LIVE
    if record.lost:
        return advice.to_recover(service.name)
    if phase is Phase.ROLLING_BACK:
        return ""  # it is under way
    cancellable = phase is Phase.DEPLOYING and idle.may_serve
    if record.forward:
        return record.forward
    if phase in (Phase.SWITCHING, Phase.WATCHING) or cancellable or orders.no_way_back(record) is None:
        return advice.to_go_back(service.name)
    native = isinstance(native_target(record, service, wanted=False), PreviousDeployment)
    return advice.to_go_back(service.name) if native else next_step(record, service)


def next_step(record: Record, service: Service) -> str:
    """What a person can do where neither rollback is possible."""
    if record.forward:
        return record.forward
    idle, to = record.on(record.idle), next((tag for tag in earlier(record) if not _failed_last(record, tag)), "")
    again = f"`rollback -p to:{to}` releases it to {record.idle.value} and moves production there; " if to else ""
    if not isinstance(service.traffic, AppIngress):
        own = "use the app's own rollback in DigitalOcean's control panel"
        return f"`status` shows both environments; {again}push a fix, or {own}"
    release = record.release
    if idle.may_serve and idle.tag and (release is None or release.phase is Phase.WATCHING):
        return f"`rollback` goes back to {idle.tag} on {record.idle.value}"
    return f"{again}push a fix; leave the app's own rollback in DigitalOcean's control panel alone"


def _failed_last(record: Record, tag: str) -> bool:
    """Its quarantine may be lifted, but what became of it since is no reason to lead anybody there."""
    newest = next((past for past in record.past if past.tag == tag), None)
    return newest is not None and newest.outcome in (Phase.FAILED, Phase.ROLLED_BACK)


def _rolled_back_last(record: Record) -> bool:
    """A rollback that is asked for twice must not go back twice."""
    newest = next((past for past in record.past if past.outcome in _MOVED_PRODUCTION), None)
    return newest is not None and (newest.back or newest.outcome in (Phase.ROLLED_BACK, Phase.STUCK))
