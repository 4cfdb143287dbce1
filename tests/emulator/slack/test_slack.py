"""Slack takes what is documented, refuses the rest in its own words, and shows what it took."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bluegreen_emulator.slack import Slack, create_app

NOTICE: dict[str, Any] = {
    "text": "web: v1.4.0 was rolled back",
    "attachments": [
        {
            "color": "danger",
            "title": "Rolled back",
            "title_link": "https://github.com/holi-labs/holi/releases/tag/v1.4.0",
            "text": "error rate 19.6 % over limit 5 %\n*Next:* see <https://example.com/runbook|the runbook>",
            "fields": [
                {"title": "Environment", "value": "green", "short": True},
                {"title": "Commit", "value": "`4f2a91c`", "short": True},
            ],
            "footer": "Bluegreen",
            "ts": 1763900000,
        }
    ],
}


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def client(slack: Slack) -> Iterator[httpx.Client]:
    with httpx.Client(transport=httpx.WSGITransport(create_app(slack)), base_url="http://slack") as client:
        yield client


def test_a_message_is_taken_and_listed(slack: Slack, client: httpx.Client) -> None:
    answer = client.post(slack.path, json=NOTICE)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert client.get("/messages").json()[0]["payload"] == NOTICE


def test_a_form_with_a_payload_is_taken_too(slack: Slack, client: httpx.Client) -> None:
    assert client.post(slack.path, data={"payload": '{"text": "hello"}'}).text == "ok"
    assert slack.messages[0]["payload"] == {"text": "hello"}


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"{not json", "invalid_payload"),
        (b'["text"]', "invalid_payload"),
        (b"{}", "no_text"),
        (b'{"text": ""}', "no_text"),
        (b'{"text": "a", "blocks": [{"text": "no type"}]}', "invalid_blocks"),
        (b'{"attachments": "red"}', "invalid_attachments"),
    ],
)
def test_a_payload_that_is_not_slacks_is_refused(slack: Slack, client: httpx.Client, body: bytes, word: str) -> None:
    answer = client.post(slack.path, content=body)
    assert (answer.status_code, answer.text) == (400, word)
    assert slack.messages == []


def test_another_path_is_no_service(client: httpx.Client) -> None:
    answer = client.post("/services/T0/B0/wrong", json=NOTICE)
    assert (answer.status_code, answer.text) == (404, "no_service")


def test_a_rate_limit_can_be_ordered(slack: Slack, client: httpx.Client) -> None:
    slack.limit_next(retry_after=30)
    limited = client.post(slack.path, json=NOTICE)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "30")
    assert client.post(slack.path, json=NOTICE).status_code == 200


def test_the_page_shows_the_bar_the_fields_and_the_links(slack: Slack, client: httpx.Client) -> None:
    client.post(slack.path, json=NOTICE)
    page = client.get("/").text
    assert "border-color:#a30200" in page
    assert "<b>Environment</b><br>green" in page
    assert '<a href="https://example.com/runbook">the runbook</a>' in page


def test_the_page_runs_nothing_that_a_message_says(slack: Slack, client: httpx.Client) -> None:
    hostile = "<script>alert(1)</script>"
    attachment = {"title": hostile, "title_link": "javascript:alert(1)", "color": '"><script>', "text": hostile}
    client.post(slack.path, json={"text": hostile, "attachments": [attachment]})
    page = client.get("/").text
    assert "<script" not in page
    assert 'href="javascript' not in page
