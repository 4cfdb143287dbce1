"""A button of the page, pressed: the action that was shown is carried out in the journal, or nothing is.

The stamp of what was shown is compared within the change itself, on the very record that the new version follows. So of
two people who press at once one acts, and the other is told that something else has happened.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core import admission, orders
from bluegreen.core.admission import pausing
from bluegreen.core.credentials import hidden
from bluegreen.core.inbound.bearers import Right
from bluegreen.core.orders import Outcome
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.release import PERSON
from bluegreen.core.rollback import undo
from bluegreen.ordering.placing import deliver_notices, newest_or_adopted, place
from bluegreen.ordering.set_cohesion import nudge_watch
from bluegreen.page.actions import actions, lift_request
from bluegreen.page.slack_offers import release_told_of
from bluegreen.page.view import ActionView
from bluegreen.steps.take_turn import wake_next
from bluegreen.steps.turn import wake

_CHANGED = "nothing was done: by now this button would do something else; look at what is shown"
_FUNCTION = {"rollback": "rollback", "abort": "abort"}


class Press(NamedTuple):
    """What was pressed, by whom (a token's name), and why.

    `release` and `seq`: of a button in a message, whose release's it is and which version it was drawn on.
    """

    action: str
    subject: str
    stamp: str
    by: str
    rights: frozenset[Right]
    reason: str
    release: str = ""
    seq: int = 0

    @property
    def why(self) -> str:
        return " ".join(hidden(self.reason).split())[:SAYS_KEPT]

    @property
    def who(self) -> str:
        return f"{self.by} ({self.why})" if self.why else self.by


class Pressed(NamedTuple):
    """`status` as HTTP has it."""

    status: int
    ok: bool
    says: str


def press(cloud: Cloud, pressed: Press, told: Callable[[Pressed], None] = lambda done: None) -> Pressed:
    """`told` hears of what was done before anybody else does."""
    version = newest_or_adopted(cloud)
    action = _meant(cloud, pressed, version.record, cloud.clock.now())
    refused = Pressed(409, False, _CHANGED) if pressed.seq > version.seq else _refusal(action, pressed)
    if action is not None and not refused and not action.by_function:
        return _placed(cloud, pressed, action, told)
    done = refused or _by_function(cloud, pressed)
    told(done)
    return done


def _placed(cloud: Cloud, pressed: Press, action: ActionView, told: Callable[[Pressed], None]) -> Pressed:
    placed = place(cloud, f"{pressed.by} said: {action.label}", lambda record, now: _order(cloud, pressed, record, now))
    done = Pressed(200 if placed.outcome.ok else 409, placed.outcome.ok, placed.outcome.says)
    if placed.written:
        wake_next(cloud, placed.version.record)  # before anybody is told: users wait for that
        nudge_watch(cloud, placed.version.record)
    told(done)
    deliver_notices(cloud, placed)
    return done


def _meant(cloud: Cloud, pressed: Press, record: Record, now: datetime) -> ActionView | None:
    """The action of that name as it is on a record; None where there is none, and where another release has come."""
    if pressed.release and pressed.release != release_told_of(record):
        return None
    known = actions(record, cloud.service, now, cloud.can_wake)
    return next((a for a in known if (a.key, a.subject) == (pressed.action, pressed.subject)), None)


def _refusal(action: ActionView | None, pressed: Press) -> Pressed | None:
    if action is None:
        return Pressed(409, False, _CHANGED)
    if action.right not in pressed.rights:
        return Pressed(403, False, f"the token {pressed.by} lacks the right {action.right.value}: nothing was done")
    if not action.possible:
        return Pressed(409, False, action.why_not)
    return Pressed(409, False, _CHANGED) if action.stamp != pressed.stamp else None


def _order(cloud: Cloud, pressed: Press, record: Record, now: datetime) -> Outcome:
    action = _meant(cloud, pressed, record, now)
    refused = _refusal(action, pressed)
    if refused:
        return Outcome(False, record, refused.says)
    service = cloud.service
    match pressed.action:
        case "rollback":
            why = f"rollback asked for by {pressed.by}" + (f": {pressed.why}" if pressed.why else "")
            return orders.rollback(record, service, PERSON, now, why=why)
        case "undo":
            return undo.undo(record, service, pressed.who, now)
        case "abort":
            return orders.abort(record, service, PERSON, now, f"aborted by {pressed.who}")
        case "pause":
            return pausing.pause(record, service, pressed.by, pressed.why, now)
        case "resume":
            return pausing.resume(record, service, pressed.by, now)
        case "switch":
            return orders.switch(record, service, now, pressed.who, pressed.by)
        case _:
            return admission.admit(record, service, lift_request(service, pressed.subject, pressed.who), now)


def _by_function(cloud: Cloud, pressed: Press) -> Pressed:
    """A deployment has to be cancelled first, which wants a token of DigitalOcean that a page does not hold."""
    function = _FUNCTION[pressed.action]
    event = {"service": cloud.service.name, "by": pressed.by, **({"reason": pressed.why} if pressed.why else {})}
    refused = wake(cloud, function, event)
    if refused:
        return Pressed(503, False, f"`{function}` could not be called: {refused}")
    return Pressed(202, True, f"`{function}` was called: it cancels the deployment first, which takes some seconds")
