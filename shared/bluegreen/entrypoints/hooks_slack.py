"""hooks/slack: receives a pressed button. Verified first; then the order is written, and the presser gets an answer.

Slack waits 3 s. Within them the order is in the journal and whoever carries it out is woken; what they do takes as long
as it takes, and their notices bring the message up to date.
"""

from collections.abc import Callable

from bluegreen.clients import bounded
from bluegreen.core.errors import BadRequest, BluegreenError, Unsigned
from bluegreen.core.inbound.signatures import check_slack
from bluegreen.core.inbound.slack_buttons import ButtonPressed, button_pressed, presser
from bluegreen.core.inbound.webhooks import Ignored
from bluegreen.invocation.entry_point import STORE, TELL, WAKE, EntryPoint, Invocation, Response, web_answer
from bluegreen.invocation.web_request import request_of, verified_body
from bluegreen.notify.slack import escaped
from bluegreen.ordering.pressing import Press, Pressed, press

_WHERE = "a button in Slack"
_IN_TIME = 2.6  # seconds of Slack's three, for all that is asked of others
_TO_ANSWER = 0.5  # seconds of them that are left over for the one who has pressed


def run(invocation: Invocation) -> Response:
    request, secret = request_of(invocation.event), invocation.settings.secrets.slack_signing_secret
    now = invocation.clock.now()
    if secret is None:
        raise Unsigned("buttons are not taken: BLUEGREEN_SLACK_SIGNING_SECRET is not set")
    body = verified_body(request, lambda body: check_slack(request.headers, body, secret.get_secret_value(), now))
    pressed = button_pressed(request.headers, body, invocation.clients.redaction.json)
    if isinstance(pressed, Ignored):
        return web_answer(200, True, f"ignored: {pressed.why}")
    with bounded.within(_IN_TIME, invocation.clock.seconds):
        done = _carried_out(invocation, pressed)
    return web_answer(200, done.ok, done.says)  # 200 whatever came of it: anything else Slack shows as a failure


def _carried_out(invocation: Invocation, pressed: ButtonPressed) -> Pressed:
    """The one who has pressed hears of it before notices go out, and once more is tried where that took too long."""
    told: list[Pressed] = []

    def tell(done: Pressed) -> None:
        if _answered(invocation, pressed, done.says):
            told.append(done)

    try:
        with bounded.within(_IN_TIME - _TO_ANSWER):
            done = _press(invocation, pressed, tell)
    except (Unsigned, BadRequest) as error:
        done = Pressed(403, False, f"nothing was done: {error}")
    except BluegreenError as error:
        done = Pressed(503, False, f"it is not known whether that was done ({error}); a second press does no harm")
    if not told:
        tell(done)
    return done


def _press(invocation: Invocation, pressed: ButtonPressed, told: Callable[[Pressed], None]) -> Pressed:
    who = presser(pressed.user, invocation.settings.file.slack_users)
    button = pressed.button
    cloud = invocation.cloud(invocation.settings.service(button.service))
    meant = Press(button.action, button.subject, button.stamp, who.name, who.rights, _WHERE, button.release, button.seq)
    return press(cloud, meant, told)


def _answered(invocation: Invocation, pressed: ButtonPressed, says: str) -> bool:
    """What cannot be told is in the journal all the same."""
    if not pressed.answer_url:
        return True
    try:
        invocation.clients.slack.answer(pressed.answer_url, escaped(says))
    except BluegreenError:
        return False
    return True


ENTRY_POINT = EntryPoint("hooks/slack", (*STORE, *TELL, *WAKE), run, web=True)
