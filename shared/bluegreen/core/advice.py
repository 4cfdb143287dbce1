"""Advice: what a person can do next, as a command to copy. It stands beside notices and answers."""

from datetime import datetime
from shlex import quote

from bluegreen.core import quarantine, standby
from bluegreen.core.config import freeze
from bluegreen.core.config.service import Service
from bluegreen.core.phases import BEFORE_SWITCH, RESTING, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.core.standstill import held, holds_switch

# What a person can do where the platform refuses that one function wakes another.
FOR_REFUSED_WAKE_UPS = (
    "releases go on, at about a minute a step; has the key expired? doctl serverless key create, "
    "BLUEGREEN_FUNCTIONS_KEY in .env, `bluegreen deploy-functions`"
)

FOR_A_REFUSED_BUCKET = (
    "`bluegreen doctor` says what is wrong with bucket and key; production stays where it is: docs/state-bucket.md"
)
FOR_A_SPOILT_JOURNAL = (
    "put back the object that is named, from a copy of the bucket; production stays where it is: docs/state-bucket.md"
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


def to_release(record: Record, service: Service, now: datetime, tag: str, lift: bool = False) -> str:
    """How a person has a tag released, with what stands in its way first."""
    given, waits = {"tag": tag} | ({"lift": "true"} if lift else {}), record.queued
    if waits is not None and service.tags.older(tag, waits.tag) and _stays(record, service, now):
        return f"ask again once {waits.tag}, which waits, has come to rest"
    if window := freeze.open_at(service.freeze, now):
        names = window.window.override
        if not names:
            return f"release it again once {window.name} is over: {window.until:%Y-%m-%d %H:%M} UTC"
        given |= {"override": "true", "by": names[0]}
    step = invoke("deploy", record.service, **given)
    return f"{invoke('deploy', record.service, resume='true')}, then {step}" if record.paused else step


def _stays(record: Record, service: Service, now: datetime) -> bool:
    """What waits does not begin now, nor once a pause is over: another release is in flight, or a window is open."""
    release, queued = record.release, record.queued
    busy = release is not None and release.phase not in RESTING
    going = record.model_copy(update={"paused": None})
    return busy or (queued is not None and held(going, service, queued.purpose, now) is not None)


def to_lift(record: Record, service: Service, now: datetime, tag: str) -> str:
    """How a person releases a tag although it is quarantined."""
    return f"to release it all the same: {to_release(record, service, now, tag, lift=True)}"


def to_undo(record: Record, service: Service, now: datetime, tag: str) -> str:
    """How a person undoes the rollback of a tag. What waits takes its environment within seconds."""
    begun = record.release if record.release and record.release.phase in BEFORE_SWITCH else None
    waiting, where = begun or record.queued, record.idle.value
    if waiting is None or held(record, service, waiting.purpose, now):
        return f"to undo it: {invoke('rollback', record.service, undo='true')}"
    again = to_release(record, service, now, tag, lift=True)
    return f"{waiting.tag}, which has waited, goes to {where} now; to release {tag} again after it: {again}"


def to_restore(service: str, tag: str) -> str:
    return f"to have a way back again: {invoke('deploy', service, tag=tag, restore='true')}"


def for_stuck(record: Record) -> str:
    """A way back that is not confirmed: the setting is right, what users get may not be.

    App Platform's own rollback leads to the same environment: where that failed, the release may be there still.
    """
    where, active, idle = record.active.value, record.on(record.active), record.on(record.idle)
    in_flight = record.release is not None and record.release.phase is Phase.STUCK
    left = record.in_flight.tag if in_flight else record.past[0].tag if record.past else ""
    if left and left == active.tag:
        still = f"{where} was not taken back: {left} may still serve there; "
        possible = idle.may_serve and not record.below_floor(idle.tag)
        return still + (to_go_back(record.service) if possible else "push a newer tag, or `bluegreen doctor`")
    return (
        f"see which environment answers: `bluegreen health production`; where it is {where}, nothing is left to do; "
        f"else production is still being led to {where}: `bluegreen doctor` says what keeps it from there"
    )


def _restored(record: Record, release: Release) -> str:
    lost = standby.lost_by(record, release)
    return f"; nothing is left to go back to; {to_restore(record.service, lost.tag)}" if lost else ""


def next_step(record: Record, service: Service, until: datetime | None, now: datetime) -> str:
    """What a person can do about the release in flight, with who may and until when; "" where it goes on by itself."""
    release = record.in_flight
    step = _step(record, release, service, now)
    if not step or release.phase is not Phase.READY or service.approval is None or release.purpose.leads_back:
        return step
    if release.options.auto_switch or until is None:
        return step
    names = service.approval.by
    step += f" -p {quote(f'by:{names[0]}')}" if names else ""
    return f"{' or '.join(names) or 'somebody'} approves until {until:%Y-%m-%d %H:%M} UTC: {step}"


def _step(record: Record, release: Release, service: Service, now: datetime) -> str:
    name, undoes = record.service, release.native is None and release.set_release is None
    match release.phase:
        case Phase.READY if not release.options.auto_switch and not release.purpose.restore:
            return "" if holds_switch(record, service, release, now) else invoke("switch", name)
        case Phase.LIVE | Phase.UNPROVEN if release.purpose.back:
            possible = undoes and not record.below_floor(record.on(record.idle).tag)
            return to_undo(record, service, now, record.on(record.idle).tag) if possible else ""
        case Phase.WATCHING | Phase.LIVE | Phase.UNPROVEN:
            idle = record.on(record.idle)
            gone = idle.redeployed if release.phase is Phase.WATCHING else not idle.may_serve
            return record.forward or ("" if gone else to_go_back(name))
        case Phase.ROLLED_BACK:
            pinned = f"; {record.active.value} is pinned until a release goes there" if release.native else ""
            mistake = release.asked_back and undoes
            undo = f"; a mistake? {to_undo(record, service, now, release.tag)}" if mistake else ""
            if release.misconfigured and not release.asked_back:
                return f"put that right, then {to_release(record, service, now, release.tag, lift=True)}{pinned}"
            return f"{release.tag} is quarantined; push a newer tag{pinned}{undo}"
        case Phase.STUCK:
            return for_stuck(record)
        case Phase.REJECTED if release.safe_way:
            return f"{release.safe_way}. Then push a newer tag"
        case Phase.FAILED | Phase.REJECTED | Phase.ABORTED | Phase.EXPIRED:
            return _again(record, release, service, now) + _restored(record, release)
        case _:
            return ""


def _again(record: Record, release: Release, service: Service, now: datetime) -> str:
    """A release that ended before the switch is asked for once more."""
    if release.tag == record.on(record.active).tag:
        return f"{release.tag} serves production: nothing is to be done"
    lift = release.purpose.lift or bool(quarantine.refused(record, release.tag, release.commit, release.digest))
    again = to_release(record, service, now, release.tag, lift)
    if release.phase in (Phase.ABORTED, Phase.EXPIRED):
        return again
    ours = release.misconfigured or (release.phase is Phase.REJECTED and not lift)
    return f"put that right, then {again}" if ours else f"push a newer tag, or {again}"
