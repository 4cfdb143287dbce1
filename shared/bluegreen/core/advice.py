"""Advice: what a person can do next, as a command to copy. It stands beside notices and answers."""

from datetime import datetime
from shlex import quote

from bluegreen.core import quarantine, standby
from bluegreen.core.config.service import Service
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.core.standstill import pause_holds_switch

# What a person can do where the platform refuses that one function wakes another.
FOR_REFUSED_WAKE_UPS = (
    "releases go on, at about a minute a step; has the key expired? doctl serverless key create, "
    "BLUEGREEN_FUNCTIONS_KEY in .env, `bluegreen deploy-functions`"
)
FOR_KEPT_VERSIONS = (
    "make a bucket without versioning, copy `services/` to it, name it in bluegreen.yml: docs/state-bucket.md"
)


def invoke(function: str, service: str, **parameters: str) -> str:
    """The command that calls a function for a service."""
    given = "".join(f" -p {quote(f'{name}:{value}')}" for name, value in parameters.items())
    return f"doctl serverless functions invoke {function} -p service:{service}{given}"


def for_undelivered(service: str) -> str:
    return f"once you have seen what is undelivered: {invoke('status', service, seen='true')}"


def to_go_back(service: str) -> str:
    return f"to go back: {invoke('rollback', service)}"


def to_recover(service: str) -> str:
    return f"look at where production goes, then `bluegreen recover --service {service}`: docs/state-bucket.md"


def to_lift(record: Record, tag: str) -> str:
    """How a person releases a tag although it is quarantined."""
    return f"to release it all the same: {invoke('deploy', record.service, tag=tag, lift='true')}"


def _may_be_undone(record: Record, release: Release) -> bool:
    return release.asked_back and release.native is None and release.set_release is None


def to_restore(service: str, tag: str) -> str:
    return f"to have a way back again: {invoke('deploy', service, tag=tag, restore='true')}"


def _restored(record: Record, release: Release) -> str:
    lost = standby.lost_by(record, release)
    return f"; nothing is left to go back to; {to_restore(record.service, lost.tag)}" if lost else ""


def approved(step: str, release: Release, service: Service, until: datetime | None) -> str:
    """The next step, with who may take it and until when."""
    if not step or release.phase is not Phase.READY or service.approval is None or release.purpose.leads_back:
        return step
    if release.options.auto_switch or until is None:
        return step
    names = service.approval.by
    step += f" -p {quote(f'by:{names[0]}')}" if names else ""
    return f"{' or '.join(names) or 'somebody'} approves until {until:%Y-%m-%d %H:%M} UTC: {step}"


def next_step(record: Record, release: Release) -> str:
    """What a person can do about a release; "" where it goes on by itself."""
    service = record.service
    match release.phase:
        case Phase.READY if not release.options.auto_switch:
            return "" if pause_holds_switch(record, release) else invoke("switch", service)
        case Phase.LIVE | Phase.UNPROVEN if release.purpose.back:
            possible = release.set_release is None and not record.below_floor(record.on(record.idle).tag)
            return f"to undo it: {invoke('rollback', service, undo='true')}" if possible else ""
        case Phase.WATCHING | Phase.LIVE | Phase.UNPROVEN:
            return record.forward or to_go_back(service)
        case Phase.ROLLED_BACK:
            pinned = f"; {record.active.value} is pinned until a release goes there" if release.native else ""
            undo = f"; a mistake? {invoke('rollback', service, undo='true')}" if _may_be_undone(record, release) else ""
            return f"{release.tag} is quarantined; push a newer tag{pinned}{undo}"
        case Phase.STUCK:
            return f"look at where production goes, then {invoke('status', service)}"
        case Phase.REJECTED if release.safe_way:
            return f"{release.safe_way}. Then push a newer tag"
        case Phase.FAILED | Phase.REJECTED:
            quarantined = quarantine.refused(record, release.tag, release.commit, release.digest)
            again = invoke("deploy", service, tag=release.tag, **({"lift": "true"} if quarantined else {}))
            ours = release.misconfigured or (release.phase is Phase.REJECTED and not quarantined)
            step = f"put that right, then {again}" if ours else f"push a newer tag, or {again}"
            return step + _restored(record, release)
        case Phase.ABORTED | Phase.EXPIRED:
            return invoke("deploy", service, tag=release.tag) + _restored(record, release)
        case _:
            return ""
