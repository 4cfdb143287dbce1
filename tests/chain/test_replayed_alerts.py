"""A recorded alert that is sent again days later takes no later release back, and the answer says why."""

import json
from datetime import timedelta

import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.chain.alerting import BEARER, SECRET, alert, deliver, group, mac
from tests.chain.laptop import Laptop

DAYS = timedelta(days=3).total_seconds()


def watched(tag="v1.3.0", laptop=None):
    """A laptop whose release is in its bake, and whose alerts take it back."""
    laptop = laptop or Laptop(alerts={"policy": "rollback"})
    laptop.push(tag)
    laptop.until(Phase.WATCHING)
    laptop.queue.clear()
    laptop.clock.sleep(5)
    return laptop


def plain(status="firing", **more):
    return {"name": "Orders", "status": status, "severity": "critical", "service": "web", "id": "orders", **more}


def datadog(transition="Triggered", **more):
    body = {"sender": "datadog", "alert_id": "7", "cycle": "8", "transition": transition, "title": "Orders"}
    return {**body, "scope": "service:web", "tags": "service:web", "priority": "P1", **more}


def sentry(action):
    return {
        "action": action,
        "data": {"issue": {"id": "7", "title": "x", "level": "fatal", "project": {"slug": "web"}}},
    }


def signed(body):
    return {"x-bluegreen-signature-256": f"sha256={mac(json.dumps(body).encode())}"}


def proof_of(body):
    if "action" in body:
        return {"sentry-hook-signature": mac(json.dumps(body).encode()), "sentry-hook-resource": "issue"}
    return {"x-bluegreen-alert-secret": SECRET} if body.get("sender") == "datadog" else signed(body)


def send(laptop, body):
    return deliver(laptop, body, proof_of(body))


def three_days_later(laptop, recorded):
    """What was recorded during v1.3.0's release is sent again, in order, while v1.4.0 is watched."""
    laptop.rest()
    laptop.clock.sleep(DAYS)
    watched("v1.4.0", laptop)
    before = laptop.record().epoch
    answers = [send(laptop, body) for body in recorded]
    assert laptop.record().epoch == before
    assert laptop.record().release.tag == "v1.4.0"
    return answers


@pytest.mark.slow
@pytest.mark.bad_input(
    "alert",
    "one that says neither when the alert began nor when it was sent",
    "202; it only asks the judge, and people are told",
)
@pytest.mark.parametrize(
    "pair",
    [
        (plain(), plain("resolved")),
        (datadog(), datadog("Recovered")),
        (sentry("unresolved"), sentry("resolved")),
    ],
    ids=["plain", "datadog", "sentry"],
)
def test_an_undated_alert_and_its_end_only_ask_the_judge(pair):
    laptop = watched()
    first = send(laptop, pair[0])
    assert "it does not say when, so it may be an old one: the judge is asked about v1.3.0" in first.what
    assert [name for name, _ in laptop.queue] == ["ops/watch"]
    assert laptop.record().active is GREEN
    send(laptop, pair[1])
    again, _ = three_days_later(laptop, pair)
    assert "the judge is asked about v1.4.0" in again.what


@pytest.mark.bad_input(
    "alert",
    "a message that was sent, or signed, more than five minutes ago or ahead",
    "400 or 401, and both times",
)
@pytest.mark.parametrize(("make", "name"), [(plain, "sent_at"), (datadog, "date")], ids=["plain", "datadog"])
def test_a_message_that_says_when_it_was_sent_is_heard_for_five_minutes(make, name):
    laptop = watched()
    now = laptop.clock.now()
    time = now.isoformat() if name == "sent_at" else str(int(now.timestamp() * 1000))
    recorded = make(**{name: time})
    assert "going back from v1.3.0" in send(laptop, recorded).what
    assert laptop.record().active is BLUE
    [answer] = three_days_later(laptop, [recorded])
    assert answer.status == 400
    assert "not heard: sent at 2026-11-23T12:00" in answer.what
    assert "that is more than 5 minutes from now (2026-11-26T" in answer.what


@pytest.mark.bad_input("alert", "a dated message that was taken before", "200 `heard already`")
def test_within_the_five_minutes_a_body_is_taken_once():
    laptop = watched()
    firing = plain(sent_at=laptop.clock.now().isoformat())
    over = plain("resolved", sent_at=(laptop.clock.now() + timedelta(seconds=1)).isoformat())
    send(laptop, firing)
    send(laptop, over)
    record = laptop.record()
    again = [send(laptop, body) for body in (firing, over, firing)]
    assert {(answer.status, answer.what) for answer in again} == {
        (200, "web: heard already: this very message was taken before")
    }
    assert (laptop.record().alerts, laptop.record().epoch) == (record.alerts, record.epoch)


@pytest.mark.slow
def test_an_old_group_of_alertmanager_and_its_end_take_nothing_back():
    laptop = watched()
    firing = alert(began=laptop.clock.now())
    over = {**firing, "status": "resolved"}
    deliver(laptop, group(firing))
    assert laptop.record().active is BLUE
    deliver(laptop, group(over))
    laptop.rest()
    laptop.clock.sleep(DAYS)
    watched("v1.4.0", laptop)
    for body in (group(over), group(firing), group(firing, alert("another", severity="info"))):
        answer = deliver(laptop, body)
        assert "heard already" in answer.what or "noted" in answer.what
    assert laptop.record().release.tag == "v1.4.0"


@pytest.mark.slow
def test_a_long_alert_that_alertmanager_tells_again_stays_one_alert():
    """Its repetition every few hours has the old beginning: that dates the alert, not the message."""
    laptop = Laptop(alerts={"policy": "rollback"})
    firing = group(alert(began=laptop.clock.now()))
    assert deliver(laptop, firing).status == 202
    laptop.clock.sleep(4 * 3600)
    assert "heard already" in deliver(laptop, firing).what
    watched("v1.3.0", laptop)
    assert "heard already" in deliver(laptop, firing).what
    escalated = group(alert(began=laptop.clock.now() - timedelta(hours=5), severity="fatal"))
    assert "began before v1.3.0 served production" in deliver(laptop, escalated).what


def test_what_grafana_signs_with_a_time_is_refused_later():
    laptop = watched()
    body = json.dumps(group(alert(began=laptop.clock.now()), version="1")).encode()
    time = str(int(laptop.clock.now().timestamp()))
    proof = {"x-grafana-alerting-timestamp": time}
    proof["x-grafana-alerting-signature"] = mac(f"{time}:".encode() + body)
    laptop.clock.sleep(DAYS)
    answer = deliver(laptop, body, proof)
    assert answer.status == 401
    assert "more than 5 minutes from now" in answer.what
    assert not laptop.record().alerts


def test_a_time_that_nobody_signed_does_not_make_grafana_s_message_newer():
    laptop = watched()
    body = json.dumps(group(alert(began=laptop.clock.now()), version="1")).encode()
    old = str(int(laptop.clock.now().timestamp()))
    laptop.clock.sleep(DAYS)
    proof = {"x-grafana-alerting-timestamp": str(int(laptop.clock.now().timestamp()))}
    proof["x-grafana-alerting-signature"] = mac(f"{old}:".encode() + body)
    assert deliver(laptop, body, proof).status == 401


@pytest.mark.slow
@pytest.mark.bad_input(
    "alert", "one whose alert begins in the future", "202; it only asks the judge, and people are told"
)
def test_an_alert_that_began_in_the_future_takes_nothing_back():
    laptop = watched()
    answer = deliver(laptop, group(alert(began=laptop.clock.now() + timedelta(days=30))), BEARER)
    assert "the judge is asked" in answer.what
    assert laptop.record().active is GREEN
