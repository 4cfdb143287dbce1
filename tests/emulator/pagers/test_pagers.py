"""The pagers take what is documented, and refuse what the real ones refuse."""

import httpx
import pytest

from bluegreen_emulator.pagers import Pager, opsgenie, pagerduty, webhook

KEY = "k" * 32
EVENT = {
    "routing_key": KEY,
    "event_action": "trigger",
    "dedup_key": "d",
    "payload": {"summary": "s", "source": "web", "severity": "critical"},
}
ALERT = {"message": "m", "alias": "a", "priority": "P1", "details": {"tag": "v1"}}


@pytest.fixture
def model():
    return Pager(KEY)


def client(app):
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://pager.test")


def payload(**changes):
    return {**EVENT, "payload": {**EVENT["payload"], **changes}}


def test_pagerduty_opens_and_closes_a_page(model):
    api = client(pagerduty(model))
    answer = api.post("/v2/enqueue", json=EVENT)
    assert (answer.status_code, answer.json()["status"], model.open) == (202, "success", ["d"])
    assert api.post("/v2/enqueue", json={**EVENT, "event_action": "resolve"}).status_code == 202
    assert model.open == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ([], "JSON"),
        ({**EVENT, "routing_key": "short"}, "routing_key"),
        ({**EVENT, "routing_key": "x" * 32}, "routing key"),
        ({**EVENT, "event_action": "fire"}, "event_action"),
        ({**EVENT, "dedup_key": "d" * 256}, "dedup_key"),
        (payload(summary=""), "summary"),
        (payload(summary="s" * 1025), "summary"),
        (payload(source=""), "source"),
        (payload(severity="bad"), "severity"),
    ],
)
def test_pagerduty_refuses(model, body, word):
    answer = client(pagerduty(model)).post("/v2/enqueue", json=body)
    assert answer.status_code == 400
    assert word in answer.text
    assert model.pages == {}


def test_opsgenie_opens_and_closes_an_alert_by_its_alias(model):
    api = client(opsgenie(model))
    api.headers["Authorization"] = f"GenieKey {KEY}"
    assert api.post("/v2/alerts", json=ALERT).status_code == 202
    assert model.open == ["a"]
    assert api.post("/v2/alerts/a/close", json={}).status_code == 422
    assert api.post("/v2/alerts/a/close?identifierType=alias", json={"note": "over"}).status_code == 202
    assert api.post("/v2/alerts/unknown/close?identifierType=alias", json={}).status_code == 202
    assert (model.open, [*model.pages]) == ([], ["a"])


@pytest.mark.parametrize(
    ("key", "changes", "status"),
    [
        ("x", {}, 401),
        (KEY, {"message": ""}, 422),
        (KEY, {"message": "m" * 131}, 422),
        (KEY, {"alias": "a" * 513}, 422),
        (KEY, {"description": "d" * 15_001}, 422),
        (KEY, {"priority": "P9"}, 422),
        (KEY, {"details": {"tries": 3}}, 422),
    ],
)
def test_opsgenie_refuses(model, key, changes, status):
    headers = {"Authorization": f"GenieKey {key}"}
    answer = client(opsgenie(model)).post("/v2/alerts", json={**ALERT, **changes}, headers=headers)
    assert answer.status_code == status
    assert model.pages == {}


def test_a_webhook_refuses_what_is_not_signed(model):
    answer = client(webhook(model)).post("/hook", json={"key": "a", "event": "trigger"})
    assert (answer.status_code, model.pages) == (401, {})
    open_to_all = Pager("")
    assert client(webhook(open_to_all)).post("/hook", json={"key": "a", "event": "trigger"}).status_code == 204
    assert open_to_all.open == ["a"]
