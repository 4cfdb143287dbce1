"""People are told: what Slack and GitHub show, once each, and never at the price of the release."""

import json

import pytest

from bluegreen.core.notices import Channel, Notice, Tone
from bluegreen.notify.slack import message
from bluegreen_emulator.faults import Fault
from tests.build import NOW
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY


def notice(**changes):
    facts = {
        "id": "web-1/3/rolled_back/slack",
        "channel": Channel.SLACK,
        "at": NOW,
        "tone": Tone.BAD,
        "service": "web",
        "release": "web-1",
        "tag": "v1.4.0",
        "commit": "a" * 40,
        "environment": "green",
        "status": "rolling back",
        "headline": "at fault; going back to blue",
        "reason": "41 of 203 failed",
        "next_step": "push a newer tag",
    }
    return Notice(**{**facts, **changes})


def test_a_message_has_colour_environment_status_tag_commit_reason_and_next_step():
    [attachment] = message(notice())["attachments"]
    assert attachment["color"] == "danger"
    assert {field["title"]: field["value"] for field in attachment["fields"]} == {
        "Environment": "green",
        "Status": "rolling back",
        "Tag": "v1.4.0",
        "Commit": "a" * 12,
        "Reason": "41 of 203 failed",
        "Next step": "push a newer tag",
    }


def test_a_tag_cannot_mention_the_whole_channel():
    assert "<!channel>" not in str(message(notice(tag="v1.0.0<!channel>", reason="<@U1> & co")))


FOREIGN = [
    *("<!channel> <!here> <@U1> <#C1> <https://evil.test|Sign in>", "@here @channel @everyone", "*bold* _italic_ ~no~"),
    *("ftp://evil.test/x", "SLACK://open", "tel:+4912345", "ms-word+x:ofe|u|x", "file://evil.test/share"),
    *("`code` ```block```", "https://evil.test/x", "HTTP://evil.test", "www.evil.test", "mailto:a@evil.test", "a & b"),
]
EFFECTS = (
    "<",
    "*bold*",
    "_italic_",
    "~no~",
    "`code`",
    "```",
    "https:",
    "HTTP:",
    "www.",
    "mailto:",
    "ftp:",
    "SLACK:",
    "tel:",
    "file:",
    "@here",
    "@channel",
    "@every",
)


@pytest.mark.parametrize(
    "field", ["tag", "headline", "reason", "next_step", "environment", "status", "release", "service"]
)
@pytest.mark.parametrize("text", FOREIGN)
def test_a_foreign_text_is_plain_words_in_slack(text, field):
    said = json.dumps(message(notice(**{field: text})), ensure_ascii=False)
    assert not [effect for effect in EFFECTS if effect in said]


def test_ordinary_words_stay_as_they_are():
    text = "41 of 203 failed: error_rate of web-1 was 3.5 %, v1.3.0_rc at 12:30 (blue)"
    assert text in str(message(notice(reason=text)))


@pytest.mark.slow
def test_a_channel_that_is_down_does_not_stop_a_release_and_hears_of_it_later():
    laptop = Laptop()
    laptop.faults["slack"].add(Fault(status=503, times=3))
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    laptop.minute()
    laptop.minute()
    assert sorted(laptop.told()) == sorted(set(laptop.told()))
    assert "web v1.3.0: live" in laptop.told()
    assert "web v1.3.0: deploying to green" in laptop.told()
    assert not laptop.record().outbox


@pytest.mark.slow
def test_a_repeated_notice_finds_the_deployment_that_the_first_one_made():
    laptop = Laptop()
    laptop.faults["github"].add(Fault(method="POST", path="statuses", status=502, after_effect=True))
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.minute()
    page = laptop.github.deployments[REPOSITORY]
    [made] = page.listed({})
    assert [status["state"] for status in page.statuses[made["id"]]] == ["in_progress", "success"]
    assert page.statuses[made["id"]][-1]["environment_url"] == "https://holilabs.com"


@pytest.mark.slow
def test_the_release_before_is_marked_inactive_once_the_new_one_is_live():
    laptop = Laptop()
    for tag in ("v1.3.0", "v1.4.0"):
        laptop.push(tag)
        laptop.rest()
    page = laptop.github.deployments[REPOSITORY]
    states = {made["payload"]["tag"]: page.statuses[made["id"]][-1]["state"] for made in page.listed({})}
    assert states == {"v1.3.0": "inactive", "v1.4.0": "success"}
