"""What a person can do now, as values: the label, whether it is possible, why not, and what it would do.

Whether something is possible is not decided a second time here: the very order that would be carried out is computed on
the record, and what comes out is shown. `stamp` is a short digest of what the action would lead from and to. It travels
with the press of a button, and `ordering.pressing` computes it anew on the record that it is about to change: a button
that was drawn before something else happened does nothing.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from bluegreen.core import admission, advice, lost_journal, orders
from bluegreen.core.admission import ReleaseRequest, pausing
from bluegreen.core.config.service import Service
from bluegreen.core.inbound.bearers import Right
from bluegreen.core.orders import Outcome
from bluegreen.core.outline import UNKNOWN
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import PERSON, Purpose
from bluegreen.core.rollback import undo
from bluegreen.page import effects
from bluegreen.page.effects import Effect
from bluegreen.page.view import ActionView

_LIFTED_SHOWN = 3


def actions(record: Record, service: Service, now: datetime, can_wake: bool = True) -> tuple[ActionView, ...]:
    """`can_wake`: this namespace's functions can be called, where something has to be asked of DigitalOcean."""
    found = (
        _switch(record, service, now),
        _rollback(record, service, now, can_wake),
        _undo(record, service, now),
        _abort(record, service, now, can_wake),
        *_lifts(record, service, now),
        _pause(record, service, now),
        _resume(record, service, now),
    )
    if not record.lost:
        return found
    why = lost_journal.refusal(record).says
    return tuple(action._replace(possible=False, why_not=why) for action in found)


def _switch(record: Record, service: Service, now: datetime) -> ActionView:
    release, outcome = record.release, orders.switch(record, service, now)
    effect: Effect = ()
    tag = release.tag if release and release.phase in BEFORE_SWITCH else ""
    if release and release.phase is Phase.READY and release.target:
        watched = ("Afterwards", "it is watched, and taken back if it is worse than the release before")
        effect = effects.of_move(record, service, effects.move(record, release.target), watched)
    stamp = _stamp("switch", record, release.id if release else "", tag)
    command = advice.invoke("switch", service.name)
    label = f"Switch to {tag}" if tag else "Switch"
    return _action("switch", label, Right.RELEASE, record, outcome, effect, stamp, command)


def _rollback(record: Record, service: Service, now: datetime, can_wake: bool) -> ActionView:
    release, outcome = record.release, orders.rollback(record, service, PERSON, now)
    back = release.previous if release and release.previous and release.phase not in BEFORE_SWITCH else None
    way = effects.move(record, back or record.idle)
    leaves, to = way.leaves_state.tag or UNKNOWN, way.to_state.tag or UNKNOWN
    after = ("Afterwards", f"{leaves} is quarantined; “undo” brings it back as long as it still runs")
    stamp = _stamp("rollback", record, way.leaves.value, leaves, way.to.value, to)
    command = advice.invoke("rollback", service.name)
    cancels = not outcome.ok and record.on(record.idle).may_serve and _deploys(record)
    if cancels and can_wake:
        outcome = Outcome(True, record.model_copy(), "")
        after = ("First", f"the deployment of {release.tag if release else ''} is cancelled, which takes some seconds")
    effect = effects.of_move(record, service, way, after)
    label = f"Roll back to {to}" if outcome.ok else "Roll back"  # impossible, it leads nowhere
    found = _action("rollback", label, Right.OPERATE, record, outcome, effect, stamp, command)
    return found._replace(by_function=cancels and can_wake)


def _undo(record: Record, service: Service, now: datetime) -> ActionView:
    outcome, left = undo.undo(record, service, PERSON, now), record.on(record.idle)
    watched = ("Afterwards", "its quarantine is lifted once it serves; it is watched for a whole bake")
    effect = effects.of_move(record, service, effects.move(record, record.idle), watched) if outcome.ok else ()
    command = advice.invoke("rollback", service.name, undo="true")
    label = f"Undo the rollback of {left.tag}" if outcome.ok else "Undo the rollback"
    stamp = _stamp("undo", record, left.tag)
    return _action("undo", label, Right.OPERATE, record, outcome, effect, stamp, command)


def _abort(record: Record, service: Service, now: datetime, can_wake: bool) -> ActionView:
    release, outcome = record.release, orders.abort(record, service, PERSON, now)
    effect: Effect = ()
    label = f"Abort {release.tag}" if release and outcome.ok else "Abort"
    if release and outcome.ok:
        where = release.target.value if release.target else record.idle.value
        queued = f"{record.queued.tag}, which waits, begins" if record.queued else "nothing waits to begin"
        effect = (
            ("Target", f"{release.tag} goes no further; production stays on {record.on(record.active).tag or UNKNOWN}"),
            ("Left behind", f"{where} is no rollback target until something proven is deployed there"),
            ("Takes", "one write" if not _deploys(record) else "some seconds: its deployment is cancelled"),
            ("Afterwards", queued),
        )
    stamp = _stamp("abort", record, release.id if release else "")
    found = _action("abort", label, Right.OPERATE, record, outcome, effect, stamp, advice.invoke("abort", service.name))
    return found._replace(by_function=found.possible and can_wake and _deploys(record))


def _pause(record: Record, service: Service, now: datetime) -> ActionView:
    outcome, tag = pausing.pause(record, service, PERSON, "", now), record.release.tag if record.release else ""
    effect: Effect = (
        ("Target", f"no new tag begins on {service.name}; what a push brings waits"),
        ("Goes on", f"{tag}: a bake, and the automatic rollback; before the switch it waits" if tag else "the watch"),
        ("Takes", "one write"),
        ("Afterwards", "“resume” lets what waits begin; a rollback and its undo stay possible"),
    )
    stamp, command = _stamp("pause", record), advice.invoke("deploy", service.name, pause="true")
    return _action("pause", "Pause", Right.RELEASE, record, outcome, effect, stamp, command)


def _resume(record: Record, service: Service, now: datetime) -> ActionView:
    outcome, queued = pausing.resume(record, service, PERSON, now), record.queued
    paused = record.paused
    effect: Effect = (
        (
            ("Target", f"{queued.tag} begins" if queued else "the next tag that is pushed begins"),
            ("Paused", f"by {paused.by}, {paused.at:%Y-%m-%d %H:%M} UTC{f': {paused.why}' if paused.why else ''}"),
            ("Takes", "one write"),
        )
        if paused
        else ()
    )
    since = paused.at.isoformat() if paused else ""
    stamp, command = _stamp("resume", record, since), advice.invoke("deploy", service.name, resume="true")
    return _action("resume", "Resume", Right.RELEASE, record, outcome, effect, stamp, command)


def _lifts(record: Record, service: Service, now: datetime) -> Iterator[ActionView]:
    for tag in [*reversed(record.quarantine)][:_LIFTED_SHOWN]:
        request = lift_request(service, tag, PERSON)
        outcome = admission.admit(record, service, request, now)
        says = record.release.tag if record.release else ""
        effect = (
            ("Target", f"{tag} is released to {record.idle.value} again, through all of its checks"),
            ("Quarantined", record.quarantine[tag]),
            ("Takes", f"a deployment, and its checks{f'; it waits for {says} first' if says else ''}"),
            ("Afterwards", "its quarantine is lifted once it serves"),
        )
        command = advice.invoke("deploy", service.name, tag=tag, lift="true")
        stamp = _stamp("lift", record, tag)
        label = f"Release {tag} all the same"
        yield _action("lift", label, Right.RELEASE, record, outcome, effect, stamp, command, tag)


def lift_request(service: Service, tag: str, by: str) -> ReleaseRequest:
    return ReleaseRequest(tag=tag, commit="", options=service.options, by=by, purpose=Purpose(lift=True))


def _action(
    key: str,
    label: str,
    right: Right,
    record: Record,
    outcome: Outcome,
    effect: Effect,
    stamp: str,
    command: str,
    subject: str = "",
) -> ActionView:
    """Possible where the order would be taken, and change something."""
    possible = outcome.ok and outcome.record is not record
    return ActionView(key, subject, label, right, possible, "" if possible else outcome.says, effect, stamp, command)


def _deploys(record: Record) -> bool:
    release = record.release
    return release is not None and release.phase is Phase.DEPLOYING


def _stamp(key: str, record: Record, *facts: str) -> str:
    told = json.dumps([key, record.service, record.epoch, record.active.value, *facts])
    return hashlib.sha256(told.encode()).hexdigest()[:20]
