"""Buttons in Slack: who may press which, that a stale one never acts, and that two presses act once."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluegreen.core.inbound.bearers import SlackUser
from bluegreen.core.inbound.slack_buttons import is_answer_url
from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from bluegreen_emulator.slack_buttons import buttons, pressed, signed
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop, seen
from tests.notify.test_slack_bot import BotLaptop

pytestmark = pytest.mark.slow

SIGNING = "0123456789abcdef0123456789abcdef"
ANNA, BEN, NOBODY = "U0ANNA", "U0BEN", "U0NOBODY"
USERS = {"anna": SlackUser(id=ANNA, rights=["operate"]), "ben": SlackUser(id=BEN, rights=["operate", "release"])}


class ButtonLaptop(BotLaptop):
    def __init__(self, secret=SIGNING, users=USERS, **changes):
        self._signing, self._users = secret, users
        super().__init__(**changes)

    def _settings(self, environment, changes):
        given = {**environment, "BLUEGREEN_SLACK_SIGNING_SECRET": self._signing}
        found = super()._settings(given, changes)
        return found._replace(file=found.file.model_copy(update={"slack_users": self._users}))

    def main(self):
        """The newest release's message, as it stands."""
        return [body for body in self.slack.posted.values() if "thread_ts" not in body][-1]

    def shown(self):
        """The buttons that act, by what they do."""
        acting = [each for each in buttons(self.main()) if each["action_id"].startswith("bluegreen-do")]
        return {json.loads(each["value"])["action"]: each for each in acting}

    def press(self, button, user=BEN, secret=SIGNING, age=0, **http):
        body = pressed(button, user)
        headers = signed(body, secret, int(self.clock.now().timestamp()) - age)
        return seen(self.invoke("hooks/slack", {"http": {"headers": headers, "body": body.decode(), **http}}))


@pytest.fixture
def laptop():
    return ButtonLaptop()


def live(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    return laptop.shown()["rollback"]


def test_a_rollback_is_one_press_and_the_journal_says_whose(laptop):
    done = laptop.press(live(laptop), ANNA)

    assert (done.status, done.ok) == (200, True)
    assert laptop.record().active is BLUE
    version = laptop.cloud("test").journal.newest()
    assert any("anna" in line.says for line in version.record.release.history)
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert "asked for by anna: a button in Slack" in laptop.reason("v1.3.0")


def test_the_answer_goes_to_the_one_who_has_pressed_and_to_nobody_else(laptop):
    laptop.press(live(laptop))

    (answer,) = laptop.slack.answers
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
    assert "going back from v1.3.0 to v1.2.0" in answer["text"].replace("\u200b", "")


def test_a_doubled_press_acts_once(laptop):
    button = live(laptop)
    laptop.press(button)
    epoch = laptop.record().epoch
    again = laptop.press(button)

    assert not again.ok
    assert "nothing was done" in again.what
    assert laptop.record().epoch == epoch
    assert len(laptop.slack.answers) == 2


def test_a_button_says_what_it_does_and_asks_before_it_does_it(laptop):
    button = live(laptop)

    assert button["text"]["text"] == "Roll back to v1.2.0"
    assert button["confirm"]["text"]["text"].startswith("Target: v1.2.0 on blue gets all requests")
    assert len(button["confirm"]["text"]["text"]) <= 300
    assert button["style"] == "danger"
    carried = json.loads(button["value"])
    assert (carried["service"], carried["release"]) == ("web", "web-1")
    assert 0 < carried["seq"] <= laptop.cloud("test").journal.newest().seq
    assert "url" not in button


def test_what_is_ready_is_switched_by_whoever_may_release():
    laptop = ButtonLaptop(options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.drain()
    button = laptop.shown()["switch"]
    refused = laptop.press(button, ANNA)
    assert not refused.ok
    assert "lacks the right release" in refused.what
    assert laptop.record().release.phase is Phase.READY
    assert laptop.press(button, BEN).ok
    laptop.rest()
    assert laptop.record().active is GREEN


def test_a_deployment_is_aborted_by_the_function_that_may_cancel_it(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    laptop.press(laptop.shown()["abort"])
    assert ("abort", {"service": "web", "by": "ben", "reason": "a button in Slack"}) in laptop.queue
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "aborted"


def test_somebody_who_is_not_named_does_nothing_and_is_told(laptop):
    done = laptop.press(live(laptop), NOBODY)

    assert not done.ok
    assert "U0NOBODY" in laptop.slack.answers[-1]["text"]
    assert laptop.record().active is GREEN


@pytest.mark.parametrize(("age", "status"), [(0, 200), (299, 200), (-299, 200), (301, 401), (-301, 401), (86_400, 401)])
def test_a_press_is_heard_for_five_minutes(laptop, age, status):
    assert laptop.press(live(laptop), age=age).status == status
    assert (laptop.record().active is BLUE) is (status == 200)


@pytest.mark.parametrize("change", ["secret", "body", "time", "none", "v1", "malformed"])
def test_what_slack_has_not_signed_does_nothing(laptop, change):
    body = pressed(live(laptop), BEN)
    now = int(laptop.clock.now().timestamp())
    headers = signed(body, "another-secret" if change == "secret" else SIGNING, now)
    if change == "body":
        body += b"&x=1"
    if change == "time":
        headers["x-slack-request-timestamp"] = str(now - 1)
    if change == "none":
        del headers["x-slack-signature"]
    if change == "v1":
        headers["x-slack-signature"] = headers["x-slack-signature"].replace("v0", "v1")
    if change == "malformed":
        headers["x-slack-request-timestamp"] = "now"
    done = seen(laptop.invoke("hooks/slack", {"http": {"headers": headers, "body": body.decode()}}))

    assert done.status == 401
    assert laptop.record().active is GREEN
    assert laptop.slack.answers == []


def test_the_body_may_come_in_base64(laptop):
    body = pressed(live(laptop), BEN)
    headers = signed(body, SIGNING, int(laptop.clock.now().timestamp()))
    http = {"headers": headers, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}

    assert seen(laptop.invoke("hooks/slack", {"http": http})).ok
    assert laptop.record().active is BLUE


@pytest.mark.parametrize("kind", ["a link", "a view", "the certificate"])
def test_what_asks_for_nothing_is_acknowledged(laptop, kind):
    live(laptop)
    links = [each for each in buttons(laptop.main()) if "url" in each]
    body = pressed(links[0], BEN)
    if kind == "a view":
        body = body.replace(b"block_actions", b"view_submission")
    if kind == "the certificate":
        body = b"ssl_check=1&token=x"
    headers = signed(body, SIGNING, int(laptop.clock.now().timestamp()))
    done = seen(laptop.invoke("hooks/slack", {"http": {"headers": headers, "body": body.decode()}}))

    assert (done.status, done.ok) == (200, True)
    assert laptop.slack.answers == []


@pytest.mark.parametrize(("secret", "users"), [("none", USERS), (SIGNING, {})])
def test_no_button_where_nobody_could_press_it(secret, users):
    laptop = ButtonLaptop(secret, users)
    laptop.push("v1.3.0")
    laptop.rest()

    assert laptop.shown() == {}
    assert "bluegreen-do" not in json.dumps(list(laptop.slack.posted.values()))


def test_without_the_signing_secret_nothing_is_taken():
    told = ButtonLaptop()
    button = live(told)
    laptop = ButtonLaptop("none")
    live_record = laptop.invoke("status") and laptop.record()

    assert laptop.press(button).status == 401
    assert laptop.record() == live_record


def test_a_webhook_s_message_has_no_buttons():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()

    assert "bluegreen-do" not in json.dumps(laptop.slack.messages)


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/actions/x",
        "https://hooks.slack.com.evil.test/actions/x",
        "https://evil.test/hooks.slack.com",
        "https://hooks.slack.com@evil.test/x",
        "https://user@hooks.slack.com/x",
        "https://hooks.slack.com:8443/x",
        "https://hooks.slack.com\\@evil.test/x",
        "https://hooks.slack.com\t.evil.test/x",
        "//hooks.slack.com/x",
        "",
        "https://[::1",
    ],
)
def test_an_answer_goes_to_slack_and_nowhere_else(address):
    assert not is_answer_url(address)


def test_slack_s_own_address_is_taken():
    assert is_answer_url("https://hooks.slack.com/actions/T0/1/abc")


@pytest.mark.parametrize("away", ["slack", "functions"])
def test_what_is_away_does_not_keep_a_rollback(laptop, away):
    button = live(laptop)
    if away == "functions":
        laptop.refuse_wakes = True
    else:
        laptop.faults["slack"].add(Fault(times=50, status=503))
    done = laptop.press(button)

    assert (done.status, done.ok) == (200, True)
    assert laptop.record().active is BLUE


@pytest.mark.parametrize(
    "value", ["", "{}", "[]", "7", '{"seq":1}', "x" * 3000, '{"seq":true,"service":"web"}', "\ud800", "[" * 5000]
)
def test_a_value_that_is_none_of_ours_is_refused(laptop, value):
    button = {**live(laptop), "value": value}

    assert laptop.press(button).status in (200, 400)
    assert laptop.record().active is GREEN


@pytest.mark.parametrize("change", [{"stamp": "another"}, {"release": "web-7"}, {"release": "web-0"}, {"seq": 10_000}])
def test_a_button_of_another_moment_does_nothing_and_says_so(laptop, change):
    """`seq` beyond the journal's newest: the journal is younger than the button, as after one that was lost."""
    button = live(laptop)
    before = laptop.cloud("test").journal.newest().seq
    done = laptop.press({**button, "value": json.dumps({**json.loads(button["value"]), **change})})

    assert not done.ok
    assert "nothing was done" in laptop.slack.answers[-1]["text"]
    assert laptop.cloud("test").journal.newest().seq == before


def test_the_buttons_of_a_release_are_over_once_another_has_come(laptop):
    """Both would lead back to v1.2.0; only the newer message tells what serves production now."""
    old = live(laptop)
    laptop.push("v1.4.0", fault={"share": 1.0, "when": "idle"})
    laptop.rest()
    before = laptop.record()
    done = laptop.press(old)

    assert before.active is GREEN
    assert not done.ok
    assert laptop.record().epoch == before.epoch


def test_a_service_that_is_gone_is_told(laptop):
    button = live(laptop)
    value = {**json.loads(button["value"]), "service": "gone"}
    done = laptop.press({**button, "value": json.dumps(value)})

    assert not done.ok
    assert "not known" in laptop.slack.answers[-1]["text"]


DEEDS = ("push", "bad", "step", "rest", "rollback", "undo", "abort", "pause", "resume", "switch")


def do(laptop, deed, number):
    match deed:
        case "push":
            laptop.push(f"v1.{number + 3}.0")
        case "bad":
            laptop.push(f"v1.{number + 3}.0", fault={"share": 0.5, "when": "production"})
        case "step":
            if laptop.queue:
                laptop.invoke(*laptop.queue.popleft())
        case "rest":
            laptop.drain()
            for _ in range(4):
                laptop.minute()
        case "pause" | "resume":
            laptop.invoke("deploy", {deed: "true"})
        case "undo":
            laptop.invoke("rollback", {"undo": "true"})
        case _:
            laptop.invoke(deed, {})


def leads(record):
    """What decides where a press would lead: who serves, what is in flight, what a way back would be."""
    newest = record.release or next((past for past in record.past if past.outcome is not Phase.SUPERSEDED), None)
    tags = {e.value: record.on(e).tag for e in (BLUE, GREEN)}
    return record.epoch, record.active, newest.id if newest else "", tags[record.active.value]


@pytest.mark.slow
@settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    deeds=st.lists(st.sampled_from(DEEDS), min_size=1, max_size=7),
    later=st.lists(st.sampled_from(DEEDS), max_size=4),
    which=st.integers(0, 20),
    auto=st.booleans(),
)
def test_a_stale_button_never_acts(deeds, later, which, auto):
    laptop = ButtonLaptop(options={"auto_switch": auto})
    laptop.invoke("status")
    drawn = {}
    for number, deed in enumerate([*deeds, "rest", *later]):
        do(laptop, deed, number)
        for body in laptop.slack.posted.values():
            for each in buttons(body):
                if "value" in each and each["value"] not in drawn:
                    seq = json.loads(each["value"])["seq"]
                    drawn[each["value"]] = (each, leads(laptop.cloud("test").journal.read(seq).record))
    if not drawn:
        return
    button, then = [*drawn.values()][which % len(drawn)]
    before = laptop.cloud("test").journal.newest()
    done = laptop.press(button, BEN)
    after, action = laptop.cloud("test").journal.newest(), json.loads(button["value"])["action"]
    if leads(before.record) != then:
        assert not done.ok
        assert after.seq == before.seq, action
    if not done.ok:
        assert leads(after.record) == leads(before.record)
    if done.ok and action == "rollback" and after.record.active is not before.record.active:
        assert after.record.on(after.record.active).tag in button["text"]["text"]
