"""hooks/alert against anything that may be sent to it: no crash, no act without the proof, no secret told."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.build import BLUE
from tests.chain.alerting import BEARER, SECRET, mac
from tests.chain.laptop import Laptop, seen
from tests.security.test_webhook import json_values

LAPTOP = Laptop(alerts={"policy": "rollback"})
QUICK = settings(max_examples=settings.default.max_examples // 2, suppress_health_check=list(HealthCheck))
PROOFS = ["authorization", "x-bluegreen-alert-secret", "x-bluegreen-signature-256", "sentry-hook-signature"]
PROOFS += ["x-grafana-alerting-signature", "x-grafana-alerting-timestamp", "sentry-hook-resource", "content-type"]

surrogates = st.text(st.characters(codec=None, categories=["Cs", "Cc", "L"]), max_size=20)
texts = st.one_of(json_values, surrogates, st.sampled_from(["x", 7, ["x"], {"x": 7}, "2026-11-23T12:00:00Z"]))
headers = st.dictionaries(
    st.sampled_from([*PROOFS, "x-other"]),
    st.one_of(st.text(max_size=70), st.sampled_from(["Bearer x", "bearer ", "sha256=" + "0" * 64, "0" * 64, "issue"])),
)
labels = st.one_of(json_values, *[st.just({"service": "web", "alertname": "x", "severity": "critical"})] * 2)
single = st.fixed_dictionaries(
    {"status": st.one_of(st.sampled_from(["firing", "resolved"]), json_values)},
    optional={"labels": labels, "annotations": texts, "startsAt": texts, "fingerprint": texts},
)
grouped = st.fixed_dictionaries({"version": st.sampled_from(["4", "1", 4]), "alerts": st.lists(single, max_size=3)})
plain = st.fixed_dictionaries(
    {"name": texts, "status": st.sampled_from(["firing", "resolved"]), "service": st.just("web")},
    optional={"id": texts, "severity": texts, "labels": labels, "summary": texts, "started_at": texts},
)
datadog = st.fixed_dictionaries(
    {"sender": st.just("datadog"), "transition": st.sampled_from(["Triggered", "Recovered", "Warn", "No Data"])},
    optional=dict.fromkeys(("alert_id", "cycle", "title", "scope", "tags", "priority", "status"), texts),
)
names = st.sampled_from([None, True, 0, 7, 1.5, "", "web", [], ["web"], [7], {}, {"web": 7}])


def sentry(action, **data):
    """Sentry's payload of an action, whose `data` may be anything, and may be nearly right."""
    shaped = st.fixed_dictionaries({key: st.one_of(shape, shape, names) for key, shape in data.items()})
    return st.fixed_dictionaries({"action": st.just(action), "data": st.one_of(shaped, shaped, shaped, names)})


metric = st.fixed_dictionaries({"projects": st.one_of(st.lists(names, max_size=3), names), "id": names})
event = st.fixed_dictionaries(
    {"tags": st.one_of(st.lists(st.lists(names, max_size=3), max_size=3), names), "url": texts},
    optional={"project": st.just("web"), "level": texts, "title": texts, "datetime": texts},
)
issue = st.fixed_dictionaries({"project": st.one_of(names, st.just({"slug": "web"})), "title": texts, "id": names})
NOW = LAPTOP.clock.now()
RULE = LAPTOP.digitalocean.insights.rule(f"<!channel> \x1b[31m*bold* {SECRET}", NOW)
KNOWN = LAPTOP.digitalocean.insights.fire(RULE, NOW, f"do:app:{LAPTOP.apps[BLUE]}")
ids = st.one_of(
    st.just(KNOWN), names, surrogates, st.sampled_from(["unknown", "..", "a/b", "a?b", "\r\nx: y", "é", "x" * 65])
)
around = st.one_of(
    ids,
    st.fixed_dictionaries({}, optional={"id": ids, "rule_id": names, "status": texts}),
    st.lists(st.one_of(ids, st.fixed_dictionaries({"id": ids})), max_size=12),
)
named = dict.fromkeys(("alert_instance", "alert_instances", "alert_instance_id", "id", "rule_id"), around)
told = st.fixed_dictionaries({}, optional=named)
insights = st.one_of(
    told, st.fixed_dictionaries({}, optional=dict.fromkeys(("data", "alert", "event", "payload"), told))
)
PROVEN = {
    "insights": (None, insights),
    "anything": (None, json_values),
    "a group": (None, grouped),
    "plain": (None, plain),
    "datadog": (None, datadog),
    "metric_alert": ("metric_alert", sentry("critical", metric_alert=metric, description_text=texts)),
    "event_alert": ("event_alert", sentry("triggered", event=event, triggered_rule=texts)),
    "issue": ("issue", sentry("created", issue=issue)),
    "comment": ("comment\x00", sentry("created", comment=texts)),
}


def ask(http):
    return seen(LAPTOP.invoke("hooks/alert", {"http": http}))


def state():
    return {key: LAPTOP.state.get(key) for key in LAPTOP.state.keys("services/")}


@QUICK
@given(
    headers,
    st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda b: base64.b64encode(b).decode()), json_values),
    st.booleans(),
)
def test_nothing_unproven_is_ever_accepted(sent, body, flag):
    before = state()
    answer = ask({"headers": sent, "body": body, "isBase64Encoded": flag, "method": "post"})
    assert answer.status == 401
    assert state() == before


@QUICK
@given(st.one_of(json_values, st.dictionaries(st.text(max_size=12), json_values, max_size=5)))
def test_an_event_of_any_shape_is_answered(event):
    answer = LAPTOP.invoke("hooks/alert", event if isinstance(event, dict) else {"http": event})
    assert answer["statusCode"] == 401


@pytest.mark.parametrize("kind", PROVEN)
@QUICK
@given(st.data())
def test_whatever_is_proven_gets_a_clear_answer_and_tells_no_secret(kind, data):
    resource, payloads = PROVEN[kind]
    sent = BEARER if resource is None else {**BEARER, "sentry-hook-resource": resource}
    answer = ask({"headers": sent, "body": json.dumps(data.draw(payloads)), "isBase64Encoded": False})
    assert answer.status in (200, 202, 400)
    assert answer.what
    kept = b"".join(filter(None, (LAPTOP.state.get(key) for key in LAPTOP.state.keys("services/web/head"))))
    assert SECRET not in kept.decode() + json.dumps([answer.what, LAPTOP.lines[-5:], LAPTOP.told()[-5:]])


@QUICK
@given(
    st.binary(max_size=300),
    st.binary(min_size=1, max_size=40),
    st.sampled_from(["x-bluegreen-signature-256", "sentry-hook-signature", "x-grafana-alerting-signature"]),
)
def test_a_body_that_was_changed_after_signing_is_refused(body, more, header):
    prefix = "sha256=" if header.startswith("x-bluegreen") else ""
    text = base64.b64encode(body + more).decode()
    assert ask({"headers": {header: prefix + mac(body)}, "body": text, "isBase64Encoded": True}).status == 401
