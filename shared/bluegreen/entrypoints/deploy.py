"""deploy: releases a tag for a person, and looks after releases in *requested*."""

from datetime import datetime

from bluegreen.core import admission, advice, outline
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import parameters
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.core.release import IN_WORDS
from bluegreen.invocation.entry_point import (
    NOTIFY,
    STORE,
    WAKE,
    EntryPoint,
    Invocation,
    Response,
    answer,
)
from bluegreen.ordering import set_orders, standing_still
from bluegreen.ordering.placing import PlacedOrder, deliver_notices, place
from bluegreen.steps import deploying, requested
from bluegreen.steps.take_turn import TurnResult, take_all

_STEPS = (requested.STEP, deploying.STEP)
_PARAMETERS: tuple[str, ...] = (
    "tag",
    "service",
    "target",
    "auto_switch",
    "skip_smoke_tests",
    "lift",
    "fix",
    "restore",
    "now",
    "set",
)
_PARAMETERS += ("reason", "by", "pause", "resume", "override")
_ASKER = "a person (deploy)"
_STATUS = "`status` shows where everything is"


def run(invocation: Invocation) -> Response:
    if is_nudge(invocation.event):
        return answer(True, take_all(_STEPS, invocation.asked_cloud()).says)
    given = invocation.given(_PARAMETERS)
    if "pause" in given or "resume" in given:
        return standing_still.pause_or_resume(invocation, given)
    if not given.get("tag"):
        raise BadRequest(f"which tag? pass -p tag:v1.3.0 (allowed: {', '.join(_PARAMETERS)})")
    at_once = parameters.boolean("now", given.get("now", "false"))
    if "restore" in given and {"set", "now", "auto_switch"} & given.keys():
        raise BadRequest("restore goes with none of set, now, auto_switch: production does not move")
    if "set" in given and at_once:
        raise BadRequest("now goes with a service, not with a set: its members are watched together")
    if "set" in given:
        return set_orders.deploy(invocation, given, _STEPS)
    cloud = invocation.asked_cloud()
    service = cloud.service
    options, purpose = parameters.options(given, service.options), parameters.purpose(given)
    standing_still.check_override(service, given, purpose, cloud.clock.now())
    by = parameters.asker(given) or _ASKER
    order = ReleaseRequest(tag=given["tag"], commit="", options=options, by=by, purpose=purpose, now=at_once)
    placed = place(cloud, f"{order.tag} asked for", lambda record, now: admission.admit(record, service, order, now))
    if not placed.outcome.ok:
        return answer(False, placed.outcome.says, placed.outcome.next_step or _STATUS)
    deliver_notices(cloud, placed)
    return _answered(placed, take_all(_STEPS, cloud), order.tag, service, cloud.clock.now())


def _answered(placed: PlacedOrder, done: TurnResult, tag: str, service: Service, now: datetime) -> Response:
    """A tag that was taken into hand may have been refused by its first turn already."""
    record, release = (done.version or placed.version).record, placed.version.record.release
    ours = done.taken and release is not None and release.tag == tag
    ended = outline.ended(record, tag)
    if ended is None:
        what = f"{placed.outcome.says}; {done.says}" if ours else placed.outcome.says
        step = placed.outcome.next_step or f"doctl serverless functions invoke status -p service:{record.service}"
        return answer(True, what, step)
    if not ours:
        return answer(False, placed.outcome.says, placed.outcome.next_step or _STATUS)
    what, quarantined = f"{tag} {IN_WORDS[ended.outcome]}: {ended.reason}", "quarantined" in ended.reason
    return answer(
        False,
        what,
        advice.to_lift(record, service, now, tag) if quarantined else f"put that right, ask again; {_STATUS}",
    )


ENTRY_POINT = EntryPoint("deploy", (*STORE, *NOTIFY, *WAKE, "digitalocean_token", "registry_credentials"), run)
