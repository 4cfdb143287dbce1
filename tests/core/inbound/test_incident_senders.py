"""The default bodies of PagerDuty, New Relic, Uptime Kuma, Better Stack and CloudWatch are read by name."""

import json

import pytest

from bluegreen.core.config.alerts import AlertSettings
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound.alert_formats import alerts_in
from bluegreen.core.inbound.webhooks import Ignored
from tests.build import NOW
from tests.core.inbound.incidents import (
    better_stack,
    cloudwatch,
    cloudwatch_event,
    new_relic,
    pagerduty,
    uptime_kuma,
)

ANY = AlertSettings(critical=("critical", "high", "p1"))


def read(payload):
    return alerts_in({}, json.dumps(payload).encode())


@pytest.mark.parametrize(
    ("payload", "sender", "name"),
    [
        (pagerduty(), "pagerduty", "Orders are not delivered"),
        (new_relic(), "new relic", "Error rate > 5 for at least 2 minutes on 'web'"),
        (uptime_kuma(), "uptime kuma", "web"),
        (better_stack(), "better stack", "holilabs.com"),
        (cloudwatch(), "cloudwatch", "5xx of web"),
        ({"Type": "Notification", "Message": json.dumps(cloudwatch())}, "cloudwatch", "5xx of web"),
    ],
    ids=["pagerduty", "new relic", "uptime kuma", "better stack", "cloudwatch raw", "cloudwatch by SNS"],
)
def test_a_default_body_is_a_critical_alert_of_its_service_and_says_when_it_began(payload, sender, name):
    [found] = read(payload)
    assert (found.sender, found.name, found.firing, found.began) == (sender, name, True, NOW)
    assert found.concerns("web", ANY)
    assert not found.concerns("api", ANY)
    assert found.is_critical(ANY)
    assert not found.no_data


@pytest.mark.parametrize(
    ("payload", "fires"),
    [
        (pagerduty("incident.acknowledged"), True),
        (pagerduty("incident.reopened"), True),
        (pagerduty("incident.resolved"), False),
        (pagerduty("incident.annotated"), None),
        (pagerduty("service.updated"), None),
        ({"event": {"event_type": "pagey.ping", "data": {"type": "ping", "message": "Hello"}}}, None),
        (new_relic(state="CLOSED"), False),
        (new_relic(state="CREATED"), None),
        (uptime_kuma(1), False),
        (uptime_kuma(2), None),
        (uptime_kuma(3), None),
        ({"heartbeat": None, "monitor": None, "msg": "Test"}, None),
        (better_stack("Acknowledged"), True),
        (better_stack("Resolved"), False),
        (better_stack("Unconfirmed"), None),
        (cloudwatch("OK"), False),
        (cloudwatch_event(), True),
        (cloudwatch_event("OK"), False),
    ],
)
def test_what_each_word_of_theirs_means(payload, fires):
    found = read(payload)
    if fires is None:
        assert isinstance(found, Ignored)
    else:
        assert found[0].firing is fires


def test_an_alert_and_its_end_are_one():
    pairs = [
        (pagerduty(), pagerduty("incident.resolved")),
        (new_relic(), new_relic(state="CLOSED")),
        (uptime_kuma(), uptime_kuma(1)),
        (better_stack(), better_stack("Resolved")),
        (cloudwatch(), cloudwatch("OK")),
    ]
    for began, ended in pairs:
        assert read(began)[0].fingerprint == read(ended)[0].fingerprint


def test_a_page_that_bluegreen_opened_itself_is_no_alert():
    found = read(pagerduty(incident_key="bluegreen:web:web-7"))
    assert isinstance(found, Ignored)
    assert "opened itself" in found.why


@pytest.mark.parametrize("value", [None, 7, [], {}, "x"])
def test_odd_values_in_their_places_are_no_crash(value):
    for payload in (
        {"event": {"event_type": "incident.triggered", "data": value}},
        pagerduty(service=value, created_at=value, priority=value),
        new_relic(impactedEntities=value, alertConditionNames=value, createdAt=value, title=value),
        {"heartbeat": value, "monitor": value},
        uptime_kuma(tags=()) | {"monitor": value},
        {"data": {"type": "incident", "attributes": value}},
        better_stack(metadata=value, started_at=value),
        cloudwatch(Trigger=value, StateChangeTime=value),
        {"source": "aws.cloudwatch", "detail": value},
    ):
        found = read(payload)
        assert isinstance(found, Ignored) or found[0].name


def test_a_body_of_nobodys_shape_is_answered_with_the_shape_to_send():
    with pytest.raises(BadRequest, match=r'send \{"name".*PagerDuty v3, New Relic, Uptime Kuma, Better Stack'):
        read({"text": "something is wrong"})
    with pytest.raises(BadRequest, match="SNS's `Message`"):
        read({"Message": "NewStateValue is what it does not say in JSON"})


@pytest.mark.parametrize("kind", ["CloudWatch Alarm Configuration Change", "CloudWatch Alarm Contributor State Change"])
def test_an_event_that_is_no_change_of_an_alarm_s_state_is_no_alert(kind):
    """It carries the state that the alarm has anyway: ALARM, where somebody has only changed its description."""
    found = read(cloudwatch_event() | {"detail-type": kind})
    assert isinstance(found, Ignored)
    assert found.why == f"{kind} is no change of an alarm's state"


def with_state(before="OK", since=None, **changes):
    event = cloudwatch_event()
    event["detail"]["previousState"] = {"value": before, "timestamp": since or event["detail"]["state"]["timestamp"]}
    event["detail"]["state"] |= changes
    return event


def test_an_alarm_that_is_muted_in_cloudwatch_is_no_alert_and_its_end_is_one():
    assert "suppressed in CloudWatch (WaitPeriod)" in read(with_state(actionsSuppressedBy="WaitPeriod")).why
    assert not read(with_state("ALARM", value="OK", actionsSuppressedBy="Alarm"))[0].firing


def test_an_alarm_that_is_muted_no_longer_began_when_it_went_off():
    [found] = read(with_state("ALARM", since="2026-11-23T11:00:00.000+0000"))
    assert (found.firing, found.began) == (True, NOW.replace(hour=11))


@pytest.mark.parametrize(
    ("reason", "no_data", "doubt"),
    [
        ("no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].", True, False),
        ("1 datapoint [9.0] was greater than 5.0 and 2 missing datapoints were treated as [Breaching].", False, True),
        ("1 datapoint [9.0 (23/11/26 11:59:00)] was greater than the threshold (5.0).", False, False),
    ],
)
def test_missing_data_that_cloudwatch_counts_as_bad_is_no_data(reason, no_data, doubt):
    for payload in (cloudwatch(NewStateReason=f"Threshold Crossed: {reason}"), with_state(reason=reason)):
        [found] = read(payload)
        assert (bool(found.no_data), bool(found.doubt)) == (no_data, doubt)
        assert found.is_critical(ANY) is not no_data


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_what_sns_says_of_itself_is_ignored_by_name(kind):
    found = read({"Type": kind, "TopicArn": "arn:x", "Message": "You have chosen", "SubscribeURL": "https://x"})
    assert isinstance(found, Ignored)
    assert kind in found.why


def test_a_reminder_of_uptime_kuma_does_not_say_since_when():
    """Its time is that of its own beat: after a switch it would be the new release's fault."""
    reminder = uptime_kuma()
    reminder["heartbeat"]["important"] = False
    assert read(uptime_kuma())[0].dated == NOW
    assert read(reminder)[0].dated is None
    assert read(reminder)[0].fingerprint == read(uptime_kuma())[0].fingerprint


def test_a_heartbeat_that_does_not_come_takes_nothing_back_by_itself():
    silent = uptime_kuma()
    silent["heartbeat"]["msg"] = "No heartbeat in the time window"
    for payload in (silent, better_stack(cause="Missed heartbeat")):
        [found] = read(payload)
        assert "a heartbeat did not come" in found.doubt
        assert found.is_critical(ANY)
