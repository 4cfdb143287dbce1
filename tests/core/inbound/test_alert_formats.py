"""What the deliveries of each sender mean."""

import json
from datetime import UTC, datetime

import pytest

from bluegreen.core.config.alerts import AlertSettings
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound.alert_formats import alerts_in
from bluegreen.core.inbound.webhooks import Ignored
from tests.chain.alerting import alert, group, sample

BEGAN = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
WANTED = {
    "alertmanager": ("TooManyErrors", True, "critical", BEGAN.replace(second=41, microsecond=235000)),
    "grafana": ("TooManyErrors", True, "critical", BEGAN.replace(second=40)),
    "sentry.metric": ("Too many errors", True, "critical", BEGAN),
    "sentry.event": ("Fatal errors in production", True, "fatal", BEGAN.replace(microsecond=523000)),
    "sentry.issue": ("TypeError: total is not a number", False, "fatal", None),
    "datadog": ("Error rate of web", True, "P1", None),
    "plain": ("Orders are not delivered", True, "critical", BEGAN),
}


def read(which, **changes):
    headers, body = sample(which)
    return alerts_in(headers, json.dumps({**json.loads(body), **changes}).encode())


def parsed(payload, headers=None):
    return alerts_in(headers or {}, json.dumps(payload).encode())


@pytest.mark.parametrize("which", WANTED)
def test_a_sample_of_each_sender_is_understood(which):
    [found] = read(which)
    assert (found.name, found.firing, found.severity, found.began) == WANTED[which]
    assert found.sender == which.partition(".")[0]
    assert found.concerns("web", AlertSettings())
    assert not found.concerns("api", AlertSettings())


def test_an_event_of_sentry_is_resolved_by_its_issue():
    [event], [issue] = read("sentry.event"), read("sentry.issue")
    assert event.fingerprint == issue.fingerprint
    assert ("project", "web") in event.labels
    assert ("project", "7") in event.labels


@pytest.mark.parametrize(
    ("transition", "fires"),
    [("Triggered", True), ("Re-Triggered", True), ("Warn", True), ("Recovered", False), ("No Data", None), ("", None)],
)
def test_datadog_s_transitions(transition, fires):
    found = read("datadog", transition=transition)
    if fires is None:
        assert isinstance(found, Ignored)
    else:
        assert found[0].firing is fires
        assert found[0].severity == ("warning" if transition == "Warn" else "P1")


@pytest.mark.parametrize("date", ["$DATE", "", None, 7, "99999999999999", "2026-11-23"])
def test_a_date_of_datadog_that_was_not_filled_in_is_none(date):
    assert read("datadog", date=date)[0].sent is None


def test_the_time_of_a_message_is_not_that_of_its_alert():
    assert read("datadog", date="1795435200000")[0].sent == BEGAN.replace(second=0)
    [found] = read("plain", sent_at="2026-11-24T12:00:00Z")
    assert (found.began, found.sent) == (BEGAN, BEGAN.replace(day=24, second=0))


def test_no_data_of_grafana_is_never_critical():
    [found] = parsed(group(alert("DatasourceNoData"), version="1"))
    assert not found.is_critical(AlertSettings())


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ({}, "`name`, `status`"),
        ({"name": "x"}, "`name`, `status`"),
        ({"name": "x", "status": ["firing"]}, "`name`, `status`"),
        ({"alerts": []}, "`version`"),
        ({"version": "5", "alerts": []}, "`version`"),
        ({"version": "4", "alerts": {}}, "list of objects"),
        ({"version": "4", "alerts": [3]}, "list of objects"),
        ({"version": "4", "alerts": [{}]}, "neither firing nor resolved"),
    ],
)
def test_what_is_no_alert_is_refused_with_what_was_wanted(payload, says):
    with pytest.raises(BadRequest, match=says):
        parsed(payload)


@pytest.mark.parametrize(
    ("resource", "action"), [("issue", "assigned"), ("installation", "created"), ("metric_alert", "open"), ("", "")]
)
def test_what_sentry_tells_besides_alerts_is_ignored_by_name(resource, action):
    found = parsed({"action": action, "data": {}}, {"sentry-hook-resource": resource})
    assert isinstance(found, Ignored)
    assert "of Sentry is no alert" in found.why


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00Z", "yesterday", "", None, 7, "2026-11-23T12:00:00", [], "9" * 99]
)
def test_a_time_that_says_nothing_is_no_time(written):
    assert parsed(group(alert(began=written)))[0].began is None


def test_texts_are_one_short_readable_line():
    noisy = alert("a\nb\x00\ud800 " + "ü" * 999)
    [found] = alerts_in({}, json.dumps(group(noisy)).encode())
    assert found.name.startswith("a b ü")
    assert len(found.name.encode()) <= 80


@pytest.mark.parametrize(
    ("which", "field", "ids"),
    [
        ("plain", "id", (4211, 4212)),
        ("plain", "id", ("x" * 60 + "1", "x" * 60 + "2")),
        ("datadog", "alert_id", (1, 2)),
        ("datadog", "cycle", (10**18, 10**18 + 1)),
    ],
)
def test_alerts_whose_ids_differ_are_two_whether_these_are_texts_or_numbers(which, field, ids):
    """One of them would be taken for a repetition of the other, and the end of one for the end of both."""
    [one], [two] = (read(which, **{field: each}) for each in ids)
    assert one.fingerprint != two.fingerprint
    assert read(which, **{field: str(ids[0])})[0].fingerprint == one.fingerprint


def test_an_odd_alert_in_a_group_keeps_none_of_the_others_back_and_is_named():
    odd = {**alert("Quiet"), "status": "suppressed"}
    found = parsed(group(alert("First"), odd, {**alert("Over"), "status": "resolved"}, 7))
    assert [(each.name, each.firing) for each in found.alerts] == [("First", True), ("Over", False)]
    assert found.left_out == "2 of 4 left out: the `status` of Quiet is 'suppressed', neither firing nor resolved"


@pytest.mark.parametrize("more", [0, -1, None, "7", []])
def test_a_group_that_was_cut_off_says_so(more):
    found = parsed({**group(alert("First")), "truncatedAlerts": 1280})
    assert ([each.name for each in found.alerts], found.left_out) == (
        ["First"],
        "1,280 more were cut off by Alertmanager (`max_alerts`)",
    )
    both = parsed({**group(alert("First"), 7), "truncatedAlerts": 2})
    assert both.left_out.startswith("1 of 2 left out: ")
    assert both.left_out.endswith("; 2 more were cut off by Alertmanager (`max_alerts`)")
    assert len(parsed({**group(alert("First")), "truncatedAlerts": more})) == 1


def test_a_group_in_which_nothing_can_be_read_is_refused():
    with pytest.raises(BadRequest, match="of Quiet is 'suppressed', neither firing nor resolved"):
        parsed(group({**alert("Quiet"), "status": "suppressed"}))


def test_a_test_of_a_channel_is_no_alert():
    """Whoever presses the button in the middle of a bake wants to know whether it arrives, and not to go back."""
    tags = [["service", "web"], ["sample_event", "yes"]]
    event = {"action": "triggered", "data": {"event": {"level": "fatal", "tags": tags, "title": "An example"}}}
    found = [
        parsed(group(alert("TestAlert", instance="Grafana"), version="1")),
        parsed(event, {"sentry-hook-resource": "event_alert"}),
        read("datadog", title="[TEST] [Triggered] Error rate of web"),
    ]
    assert all(isinstance(each, Ignored) for each in found), found
    assert all("has arrived, and is no alert" in each.why for each in found)
    assert parsed(group(alert("TestAlert")))[0].firing  # of an Alertmanager, where somebody has raised it on purpose


@pytest.mark.parametrize(("transition", "doubtful"), [("Triggered", False), ("Re-Triggered", True), ("Re-Warn", True)])
def test_a_reminder_of_datadog_does_not_say_since_when(transition, doubtful):
    assert bool(read("datadog", transition=transition, date="1795435200000")[0].doubt) is doubtful
