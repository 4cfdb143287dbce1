"""No data proves nothing, by whatever sign it comes: such an alert never takes production back."""

import json
from urllib.parse import quote_plus

import pytest

from bluegreen.core.config.alerts import AlertSettings
from bluegreen.core.inbound.alert_formats import alerts_in
from bluegreen.core.inbound.alert_policy import apply_alerts
from bluegreen.core.inbound.webhooks import Ignored
from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN, in_phase, later, service
from tests.chain.alerting import alert, group, sample
from tests.core.inbound.incidents import better_stack, cloudwatch, cloudwatch_event, new_relic, pagerduty, uptime_kuma

# Whoever lists it among the critical severities gets no rollback by it either.
SERVICE = service(alerts={"policy": "rollback", "critical": ["critical", "high", "p1", "no data", "error"]})
REASONS = ("NoData", "Error", "MissingSeries", "Updated", "Paused", "RuleDeleted", "KeepLast", "NoData, KeepLast")


def read(payload):
    return alerts_in({}, json.dumps(payload).encode())


def grafana(name="TooManyErrors", version="1", status="firing", reason="", url="", **labels):
    found = alert(name, later(30), status, **labels)
    found["annotations"] |= {"grafana_state_reason": reason} if reason else {}
    found["generatorURL"] = url or found["generatorURL"]
    return group(found, version=version)


def datadog(**changes):
    _, body = sample("datadog")
    return {**json.loads(body), "tags": "service:web,severity:critical", "date": "", **changes}


def expression(text):
    return f"http://prometheus:9090/graph?g0.expr={quote_plus(text)}&g0.tab=1"


BLIND = {
    **{f"grafana_state_reason {reason}": grafana(reason=reason) for reason in REASONS},
    "the same, sent on by an Alertmanager": grafana(reason="NoData", version="4"),
    "Grafana's own of no data": grafana("DatasourceNoData"),
    "Grafana's own of an error": grafana("DatasourceError", version="4"),
    "a state in a label": grafana(alertstate="Alerting (NoData)"),
    "an error in a label": grafana(grafana_alertstate="Alerting (Error)"),
    "a label that says so": grafana(no_data="true"),
    "a title": grafana("[No Data] error rate of web"),
    "a name": grafana("Missing data: error rate"),
    "absent": grafana(version="4", url=expression('absent(up{job="web"})')),
    "absent over time": grafana(version="4", url=expression('absent_over_time(up{job="web"}[5m]) == 1')),
    "New Relic's loss of signal": new_relic(title="Loss of signal on 'web'"),
    "New Relic, by its condition": new_relic(alertConditionNames=["Host not reporting"]),
    "New Relic, signal lost": new_relic(title="web signal lost for 10 minutes"),
    "PagerDuty's title": pagerduty(title="[No Data] web"),
    "Datadog's title": datadog(title="[P1] [No Data on {service:web}] Error rate"),
    "Datadog's title, again": datadog(title="[Re-No Data] Error rate"),
    "CloudWatch": cloudwatch("INSUFFICIENT_DATA"),
    "Uptime Kuma, by its name": uptime_kuma(name="No data from web"),
    "Better Stack, by its cause": better_stack(cause="Missing data: heartbeat"),
    "JSON of our own": {
        "name": "x",
        "status": "firing",
        "severity": "critical",
        "service": "web",
        "labels": {"no_data": "1"},
    },
}
MEASURED = {
    "a real one": grafana(),
    "a label that says no": grafana(no_data="false"),
    "an error in a name": grafana("Checkout (error rate) is too high"),
    "data in a name": grafana("Metadata service fails"),
    "no database": grafana("No database connections left"),
    "PagerDuty": pagerduty(),
    "New Relic": new_relic(),
    "Uptime Kuma": uptime_kuma(),
    "CloudWatch": cloudwatch(),
    "an expression without absent": grafana(version="4", url=expression("rate(errors[1m]) > 5")),
    "absent in a label": grafana(version="4", url=expression('rate(errors{reason="absent"}[1m]) > 5')),
}


def watched():
    return in_phase(Phase.WATCHING, switched_at=later(-60))


@pytest.mark.bad_input(
    "alert",
    "one that rests on missing data, by whatever sign, with `policy: rollback` too",
    "202 `noted`, and nothing else; no data proves nothing",
)
@pytest.mark.parametrize("payload", BLIND.values(), ids=list(BLIND))
def test_an_alert_without_data_is_noted_and_takes_nothing_back(payload):
    [found] = read(payload)
    assert found.no_data
    outcome = apply_alerts(watched(), SERVICE, [found], later(40))
    assert (outcome.record.active, outcome.taken) == (GREEN, False)
    assert "no data proves nothing" in outcome.says
    assert outcome.record.alerts[-1].severity == "no data"


@pytest.mark.parametrize("payload", MEASURED.values(), ids=list(MEASURED))
def test_an_alert_with_data_takes_production_back_as_before(payload):
    [found] = read(payload)
    assert not found.no_data
    found = found._replace(began=later(30), labels=found.labels | {("service", "web")}, sent=None)
    assert apply_alerts(watched(), SERVICE, [found], later(40)).record.active is BLUE


@pytest.mark.parametrize("word", ["No Data", "Re-No Data", "Renotify", "null", ""])
def test_datadogs_other_transitions_are_ignored_by_either_name(word):
    for name in ("transition", "alert_transition"):
        payload = {key: value for key, value in datadog().items() if key != "transition"}
        assert isinstance(read(payload | {name: word}), Ignored)


def test_datadogs_variables_may_keep_their_own_names():
    payload = {"alert_transition": "Triggered", "alert_title": "Error rate", "alert_scope": "service:web"}
    [found] = read(payload | {"alert_priority": "P1", "alert_id": "7", "alert_cycle_key": "9"})
    assert (found.name, found.severity, found.concerns("web", AlertSettings())) == ("Error rate", "P1", True)


@pytest.mark.parametrize(
    "text", ["rate(errors[1m]) > 5 or absent(errors)", "absent(a) or rate(b[1m]) > 5", "sum(absent(a))"]
)
def test_where_an_expression_may_fire_for_want_of_data_the_judge_is_asked_and_nothing_is_taken_back(text):
    [found] = read(grafana(version="4", url=expression(text)))
    outcome = apply_alerts(watched(), SERVICE, [found], later(40))
    assert (outcome.record.active, outcome.taken) == (GREEN, True)
    assert "may fire for want of data (absent): the judge is asked about v1.3.0" in outcome.says
    assert outcome.record.outbox


def test_a_firing_alert_that_loses_its_data_stays_as_critical_as_it_was():
    record = apply_alerts(watched(), service(), read(grafana()), later(40)).record
    again = apply_alerts(record, service(), read(grafana(reason="NoData, KeepLast")), later(50))
    assert again.says == "heard already"
    assert again.record.alerts[-1].severity == "critical"


def test_an_alert_that_ends_for_want_of_data_says_so_where_its_page_is_closed():
    paged = service(alerts={"policy": "tell"}, notify=[{"kind": "pager", "service": "webhook"}])
    record = apply_alerts(in_phase(Phase.WATCHING), paged, read(grafana()), later(40)).record
    assert record.pages
    ended = apply_alerts(record, paged, read(grafana(status="resolved", reason="MissingSeries")), later(50))
    assert "resolved: no data proves nothing (MissingSeries)" in ended.says
    assert "no data proves nothing (MissingSeries)" in ended.record.outbox[-1].headline


def test_no_data_of_an_event_is_no_data_too():
    assert read(cloudwatch_event("INSUFFICIENT_DATA"))[0].no_data
