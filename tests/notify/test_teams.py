"""Teams: a card that a Workflows webhook takes, in which foreign words are words."""

import json
import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.clients.posting import Receiver
from bluegreen.clients.redaction import NOTHING_SECRET
from bluegreen.core.errors import RateLimited, Refused, Unavailable
from bluegreen.core.notices import Notice, Tone
from bluegreen.notify.teams import TeamsNotifier, message
from bluegreen.settings import parse
from bluegreen_emulator.faults import Fault
from tests.build import NOW, service, written
from tests.chain.laptop import Laptop
from tests.notify.test_notices import notice


@pytest.fixture
def laptop():
    return Laptop(notify=[{"kind": "teams"}])


def runs(card):
    return [run for block in card["body"] for run in block["inlines"]]


@pytest.mark.slow
def test_a_release_is_told_in_cards(laptop):
    laptop.push("v1.3.0")
    laptop.rest()

    cards = [body["attachments"][0]["content"] for body in laptop.teams.bodies]
    assert {body["type"] for body in laptop.teams.bodies} == {"message"}
    assert {body["attachments"][0]["contentType"] for body in laptop.teams.bodies} == {
        "application/vnd.microsoft.card.adaptive"
    }
    assert all(card["type"] == "AdaptiveCard" and card["version"] == "1.4" for card in cards)
    assert any("live" in run["text"] or "unproven" in run["text"] for card in cards for run in runs(card))
    assert all(action["url"].startswith("https://") for card in cards for action in card["actions"])
    assert {block["type"] for card in cards for block in card["body"]} == {"RichTextBlock"}
    assert max(len(json.dumps(body)) for body in laptop.teams.bodies) < 28_000


HOSTILE = st.text(alphabet="<>&*_~`@|! httpswww:/.ab[](){}\n\r\x1b", max_size=60)


@given(tag=HOSTILE, reason=HOSTILE, headline=HOSTILE, log=HOSTILE)
def test_foreign_words_are_words(tag, reason, headline, log):
    notice = Notice(
        id="x",
        channel="teams",
        at=NOW,
        tone=Tone.BAD,
        service="web",
        release="web-1",
        tag=tag,
        status="watching",
        headline=headline,
        reason=reason,
        log=log,
    )
    (attachment,) = message(notice, {})["attachments"]
    texts = "\0".join(run["text"] for run in runs(attachment["content"]))

    assert "{{" not in texts
    assert "<at" not in texts
    assert not re.search(r"(?i)(https?|mailto|tel):", texts)
    assert not re.search(r"[\[*_~`](?!\u200b)", texts)
    assert attachment["content"]["actions"] == []


def test_what_has_no_tag_is_headed_by_its_service_alone():
    notice = Notice(id="x", channel="teams", at=NOW, tone=Tone.BAD, service="web", release="web", tag="", status="",
                    headline="its journal was lost")  # fmt: skip
    (attachment,) = message(notice, {})["attachments"]
    assert runs(attachment["content"])[0]["text"] == "web: its journal was lost"


def test_the_longest_notice_fits(laptop):
    notice = Notice(
        id="x", channel="teams", at=NOW, tone=Tone.BAD, service="web", release="web-1", tag="v1", status="failed",
        headline="x" * 300, reason="*" * 300, log="_" * 1500,
    )  # fmt: skip
    assert len(json.dumps(message(notice, {}))) < 28_000


@pytest.mark.slow
def test_what_teams_does_not_take_now_it_gets_later(laptop):
    laptop.faults["teams"].add(Fault(times=3, status=429, headers={"Retry-After": "5"}))
    laptop.push("v1.3.0")
    laptop.rest()
    for _ in range(4):
        laptop.minute()

    assert laptop.record().outbox == ()
    assert laptop.teams.bodies


def test_its_address_is_told_nowhere(laptop):
    laptop.faults["teams"].add(Fault(times=1000, status=404, message="no workflow at an-address-that-is-a-secret"))
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    assert "Teams answered 404" in laptop.record().channels["teams"].says
    assert "an-address-that-is-a-secret" not in json.dumps(laptop.record().model_dump(mode="json"))


@pytest.mark.parametrize("kind", ["teams", "cdevents"])
def test_there_is_one_address_so_there_is_one_entry(kind):
    found = written()
    found["services"]["web"]["notify"] = [{"kind": kind}, {"kind": kind, "name": "another"}]
    _, faults = parse(found)

    assert any(f"one entry of kind {kind}" in fault for fault in faults)


FAILED = "Webhook message delivery failed with error"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (f"{FAILED}: Microsoft Teams endpoint returned HTTP error 429 with ContextId x", RateLimited),
        (f"{FAILED}: Microsoft Teams endpoint returned HTTP error 413 with ContextId x", Refused),
        (f"{FAILED}: it took too long", Unavailable),
        ("\n<!doctype html><title>Sign in to the network</title>", Unavailable),
    ],
)
def test_a_200_whose_words_say_that_nothing_was_delivered_has_taken_no_notice(said, error):
    http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text=said)))
    notifier = TeamsNotifier(service(), Receiver("Teams", "https://teams.test", "", http, NOTHING_SECRET))
    with pytest.raises(error):
        notifier.send(notice())


@pytest.mark.parametrize(("status", "said"), [(202, ""), (200, "1"), (200, '{"status": "accepted"}')])
def test_an_answer_of_teams_that_says_nothing_else_has_taken_it(status, said):
    sent = []
    answered = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(status, text=said))
    receiver = Receiver("Teams", "https://teams.test", "", httpx.Client(transport=answered), NOTHING_SECRET)

    TeamsNotifier(service(), receiver).send(notice())  # raises nothing

    assert len(sent) == 1
