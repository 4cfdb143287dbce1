"""Slack with a bot's token: one message a release that is kept up to date, and its story in the thread."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.notices import Notice, Tone
from bluegreen.core.outbox import delivery
from bluegreen.core.outbox.delivery import Attempt
from bluegreen.core.phases import Phase
from bluegreen.core.record import THREADS_KEPT
from bluegreen.notify import slack_bot
from bluegreen.notify.slack import message
from tests.chain.laptop import Laptop

pytestmark = pytest.mark.slow

TOKEN = "xoxb-of-this-test"
ENTRY = {"kind": "slack", "channel": "#releases", "mention": "@here"}


class BotLaptop(Laptop):
    def _settings(self, environment, changes):
        self.slack.bot_token = TOKEN
        return super()._settings({**environment, "BLUEGREEN_SLACK_BOT_TOKEN": TOKEN}, {"notify": [ENTRY], **changes})


@pytest.fixture
def laptop():
    return BotLaptop()


def mains(laptop):
    return [body for body in laptop.slack.posted.values() if "thread_ts" not in body]


def replies(laptop):
    return [body for body in laptop.slack.posted.values() if "thread_ts" in body]


def test_a_release_is_one_message_and_the_rest_is_in_its_thread(laptop):
    laptop.push("v1.3.0")
    laptop.rest()

    (main,) = mains(laptop)
    assert "v1.3.0" in main["text"]
    assert any(word in main["text"] for word in ("live", "unproven"))  # as it stands now, and not as it began
    assert len(replies(laptop)) >= 2
    assert {body["thread_ts"] for body in replies(laptop)} == {
        ts for (_, ts), body in laptop.slack.posted.items() if body is main
    }
    assert laptop.slack.messages == []  # the webhook is not used besides


@pytest.mark.slow
def test_another_release_is_another_message(laptop):
    for tag in ("v1.3.0", "v1.4.0"):
        laptop.push(tag)
        laptop.rest()

    assert [next(tag for tag in ("v1.3.0", "v1.4.0") if tag in body["text"]) for body in mains(laptop)] == [
        "v1.3.0",
        "v1.4.0",
    ]


def test_a_message_has_blocks_a_text_for_those_who_show_none_and_buttons_that_only_lead_somewhere(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    (main,) = mains(laptop)
    kinds = [block["type"] for block in main["blocks"]]
    buttons = [each for block in main["blocks"] if block["type"] == "actions" for each in block["elements"]]

    assert main["text"]
    assert kinds[0] == "section"
    assert {button["text"]["text"] for button in buttons} >= {"commit"}
    assert all(button["url"].startswith("https://") for button in buttons)
    assert len({button["action_id"] for button in buttons}) == len(buttons)


def test_what_is_important_is_shown_in_the_channel_with_the_mention(laptop):
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    loud = [body for body in replies(laptop) if body.get("reply_broadcast")]
    assert loud
    assert all("<!here>" in body["text"] for body in loud)
    assert [body for body in replies(laptop) if not body.get("reply_broadcast") and "<!here>" in body["text"]] == []


def test_a_message_that_is_gone_is_posted_anew(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.CHECKING)
    laptop.slack.posted.clear()
    laptop.rest()

    assert mains(laptop)


@pytest.mark.parametrize("error", ["internal_error", "ratelimited", "fatal_error", "service_unavailable"])
def test_what_slack_does_not_take_now_it_gets_later(laptop, error):
    laptop.slack.fail_next(error)
    laptop.push("v1.3.0")
    laptop.rest()
    for _ in range(4):
        laptop.minute()

    assert laptop.record().outbox == ()
    assert len(mains(laptop)) == 1


@pytest.mark.slow
def test_a_token_that_is_not_accepted_is_told_and_nothing_is_lost(laptop):
    laptop.slack.bot_token = "another"
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    assert "invalid_auth" in laptop.record().channels["slack"].says
    assert TOKEN not in json.dumps(laptop.record().model_dump(mode="json"))
    assert laptop.record().outbox
    laptop.slack.bot_token = TOKEN
    for _ in range(30):
        laptop.minute()
    assert laptop.record().outbox == ()


def test_without_a_channel_the_setting_is_named():
    laptop = BotLaptop(notify=[{"kind": "slack"}])
    laptop.push("v1.3.0")
    laptop.rest()

    assert "`channel`" in laptop.record().channels["slack"].says


HOSTILE = st.text(alphabet="<>&*_~`@|! httpswww:/.ab\n\r\x1b", max_size=60)


@given(tag=HOSTILE, reason=HOSTILE, headline=HOSTILE)
def test_foreign_words_are_words(tag, reason, headline):
    notice = Notice(
        id="x",
        channel="slack",
        at="2026-11-29T12:00:00Z",
        tone=Tone.BAD,
        service="web",
        release="web-1",
        tag=tag,
        status="watching",
        headline=headline,
        reason=reason,
    )
    found = json.dumps(slack_bot.blocks(message(notice), {}), ensure_ascii=False)

    assert "<" not in found
    assert ">" not in found
    assert "@here" not in found
    assert "@channel" not in found


def test_only_so_many_threads_are_remembered(laptop):
    record = laptop.invoke("status") and laptop.record()
    for number in range(THREADS_KEPT + 5):
        notice = Notice(
            id=f"n{number}",
            channel="slack",
            at=laptop.clock.now(),
            tone=Tone.GOOD,
            service="web",
            release=f"web-{number}",
            tag="v1.3.0",
            status="live",
            headline="live",
        )
        record = delivery.noted(record, [Attempt(notice, thread=f"C {number} 1")], laptop.clock.now())

    assert [*record.threads] == [f"slack/web-{number}" for number in range(5, THREADS_KEPT + 5)]
    told = delivery.with_remark(notice, record, {})
    assert slack_bot.read(told.thread) == (("C", str(THREADS_KEPT + 4)), 1.0)


@pytest.mark.parametrize("thread", ["", "C", "C 1", "C 1 x", " "])
def test_a_thread_that_cannot_be_read_is_none(thread):
    assert slack_bot.read(thread) == (None, 0.0)


def test_an_older_notice_does_not_put_the_message_back(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    (main,), cloud = mains(laptop), laptop.cloud("ops/watch")
    (thread,) = laptop.record().threads.values()
    old = Notice(
        id="old",
        channel="slack",
        at="2020-01-01T00:00:00Z",
        tone=Tone.GOOD,
        service="web",
        release=next(iter(laptop.record().threads)).partition("/")[2],
        tag="v1.3.0",
        status="deploying",
        headline="deploying to green",
        thread=thread,
    )
    before = len(replies(laptop))
    cloud.notifiers["slack"].send(old)

    assert mains(laptop) == [main]
    assert len(replies(laptop)) == before + 1


def test_the_webhook_alone_goes_on_as_it_did():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()

    assert laptop.told()
    assert laptop.slack.posted == {}
    assert laptop.record().threads == {}
