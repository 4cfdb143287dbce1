"""What each sender's delivery means, who may send one, and what alerts do to a record."""

import json
from datetime import UTC, datetime

import pytest

from bluegreen.core.alerts import Alert
from bluegreen.core.config.alerts import AlertPolicy, AlertSettings
from bluegreen.core.errors import BadRequest, Unsigned
from bluegreen.core.inbound.alert_formats import alerts_in
from bluegreen.core.inbound.alert_policy import firing, hear
from bluegreen.core.inbound.signatures import check
from bluegreen.core.inbound.webhooks import Ignored
from bluegreen.core.notices import Channel
from bluegreen.core.phases import Phase
from bluegreen.core.record import ALERTS_KEPT
from tests.build import BLUE, GREEN, NOW, first, in_phase, later, service
from tests.chain.alerting import alert, group, mac, sample

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


def one(name="TooManyErrors", severity="critical", began=None, is_firing=True, **labels):
    return Alert("plain", name, name, is_firing, severity, frozenset({"service": "web", **labels}.items()), "", began)


@pytest.mark.parametrize("which", WANTED)
def test_a_sample_of_each_sender_is_understood(which):
    [found] = read(which)
    assert (found.name, found.firing, found.severity, found.began) == WANTED[which]
    assert found.sender == which.partition(".")[0]
    assert found.concerns("web", AlertSettings())
    assert not found.concerns("api", AlertSettings())


@pytest.mark.parametrize("which", WANTED)
def test_each_sample_is_proven_by_its_own_headers_and_by_no_other_secret(which):
    headers, body = sample(which)
    check(headers, body, "example-alert-secret")
    with pytest.raises(Unsigned):
        check(headers, body, "another-secret")


@pytest.mark.parametrize("which", ["grafana", "sentry.metric", "plain"])
def test_a_signed_body_that_was_changed_is_refused_even_where_the_secret_is_shown_too(which):
    headers, body = sample(which)
    with pytest.raises(Unsigned, match="does not fit the body"):
        check({**headers, "x-bluegreen-alert-secret": "example-alert-secret"}, body + b" ", "example-alert-secret")


def test_grafana_signs_the_time_too_where_it_is_told_to():
    headers = {"x-grafana-alerting-signature": mac(b"1795435260:{}", "s"), "x-grafana-alerting-timestamp": "1795435260"}
    check(headers, b"{}", "s")
    with pytest.raises(Unsigned):
        check({**headers, "x-grafana-alerting-timestamp": "1795435261"}, b"{}", "s")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer secret2"},
        {"authorization": "Basic c2VjcmV0"},
        {"authorization": "secret"},
        {"x-bluegreen-alert-secret": "é"},
        {"x-bluegreen-signature-256": "sha256=" + "é" * 64},
        {"sentry-hook-signature": ""},
    ],
)
def test_without_the_right_proof_nobody_is_heard(headers):
    with pytest.raises(Unsigned):
        check(headers, b"{}", "secret")


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


def test_labels_that_are_asked_for_must_all_be_there():
    settings = AlertSettings(match={"team": "shop", "tier": "front"})
    assert one(team="shop", tier="front").concerns("any", settings)
    assert not one(team="shop").concerns("web", settings)


def test_which_severities_are_critical_is_a_setting_and_case_does_not_matter():
    assert one(severity="CRITICAL").is_critical(AlertSettings())
    assert not one(severity="critical").is_critical(AlertSettings(critical=("page",)))
    assert not one(is_firing=False).is_critical(AlertSettings())


# What follows from it


def with_policy(policy, **more):
    return service(alerts={"policy": policy, **more})


def test_in_the_bake_the_judge_is_asked_by_default():
    outcome = hear(in_phase(Phase.WATCHING), service(), [one()], NOW)
    assert outcome.taken
    assert "the judge is asked about v1.3.0" in outcome.says
    assert outcome.record.release == in_phase(Phase.WATCHING).release
    assert not outcome.record.outbox


def test_in_the_bake_policy_rollback_takes_production_back_and_names_the_alert():
    outcome = hear(in_phase(Phase.WATCHING), with_policy("rollback"), [one()], later(1))
    record = outcome.record
    assert outcome.taken
    assert (record.active, record.epoch) == (BLUE, 2)
    assert record.release.phase is Phase.ROLLING_BACK
    assert record.release.reason == "rollback asked for by alert TooManyErrors (critical, plain)"
    assert {notice.reason for notice in record.outbox} == {record.release.reason}
    assert firing(record)[0].name == "TooManyErrors"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (one(began=later(-1)), "began before v1.3.0 served production"),
        (one(environment="blue"), "is about blue, which does not serve production"),
    ],
)
def test_policy_rollback_does_not_blame_a_release_for_what_is_not_its_fault(found, why):
    outcome = hear(in_phase(Phase.WATCHING), with_policy("rollback"), [found], later(5))
    assert why in outcome.says
    assert outcome.record.active is GREEN
    assert not outcome.taken
    assert outcome.record.outbox


@pytest.mark.parametrize("found", [one(began=later(1)), one(environment="green"), one(environment="production")])
def test_policy_rollback_does_blame_it_otherwise(found):
    assert hear(in_phase(Phase.WATCHING), with_policy("rollback"), [found], later(5)).record.active is BLUE


def test_policy_tell_only_tells():
    outcome = hear(in_phase(Phase.WATCHING), with_policy("tell"), [one()], NOW)
    assert not outcome.taken
    assert "TooManyErrors" in outcome.record.outbox[-1].headline


@pytest.mark.parametrize("policy", AlertPolicy)
@pytest.mark.parametrize("phase", [None, *(p for p in Phase if p not in (Phase.WATCHING, Phase.SUPERSEDED))])
def test_outside_the_bake_an_alert_only_tells(phase, policy):
    record = in_phase(phase, switched_at=None) if phase else first()
    outcome = hear(record, with_policy(policy.value), [one()], NOW)
    assert not outcome.taken
    assert (outcome.record.active, outcome.record.release) == (record.active, record.release)
    assert [notice.channel for notice in outcome.record.outbox] == [Channel.SLACK]


def test_what_is_not_critical_is_only_noted():
    outcome = hear(in_phase(Phase.WATCHING), with_policy("rollback"), [one(severity="warning")], NOW)
    assert not outcome.taken
    assert not outcome.record.outbox
    assert [alert.severity for alert in firing(outcome.record)] == ["warning"]


def test_the_same_alert_twice_changes_nothing_the_second_time():
    once = hear(in_phase(Phase.WATCHING), with_policy("tell"), [one(), one()], NOW).record
    again = hear(once, with_policy("tell"), [one()], later(9))
    assert again.record == once
    assert again.says == "heard already"


def test_a_resolved_alert_is_off_the_list_and_a_late_repetition_does_not_bring_it_back():
    record = hear(first(), service(), [one(began=NOW)], NOW).record
    record = hear(record, service(), [one(began=NOW, is_firing=False)], later(9)).record
    assert not firing(record)
    assert hear(record, service(), [one(began=NOW)], later(10)).record == record


def test_an_alert_that_fires_anew_is_heard_anew():
    record = hear(first(), service(), [one(began=NOW, is_firing=False)], NOW).record
    record = hear(record, service(), [one(began=later(60))], later(61)).record
    assert firing(record)[0].began == later(60)
    assert hear(record, service(), [one(began=NOW, is_firing=False)], later(62)).record == record


def test_a_warning_that_becomes_critical_is_heard():
    record = hear(in_phase(Phase.WATCHING), service(), [one(severity="warning", began=NOW)], NOW).record
    assert hear(record, service(), [one(began=NOW)], later(1)).taken


def test_however_many_alerts_there_are_the_urgent_ones_are_kept():
    storm = [one(f"minor-{number}", severity="info") for number in range(300)] + [one("urgent")]
    once = hear(in_phase(Phase.WATCHING), service(), storm, NOW)
    assert once.taken
    assert len(once.record.alerts) == ALERTS_KEPT
    assert "urgent" in {alert.name for alert in firing(once.record)}
    assert hear(once.record, service(), storm, later(1)).record == once.record


def test_what_is_over_makes_room_first():
    record, over = first(), {"a7", "a9", "a11"}
    for name in (f"a{number}" for number in range(ALERTS_KEPT + 4)):
        record = hear(record, service(), [one(name, is_firing=name not in over, severity="info")], NOW).record
    kept = {alert.name for alert in record.alerts}
    assert len(kept) == ALERTS_KEPT
    assert not kept & {*over, "a0"}


def test_a_resolution_without_a_time_does_not_forget_when_the_alert_began():
    [event], [issue] = read("sentry.event"), read("sentry.issue")
    record = hear(first(), service(), [event], NOW).record
    record = hear(record, service(), [issue], later(1)).record
    assert not firing(record)
    assert hear(record, service(), [event], later(2)).record == record
