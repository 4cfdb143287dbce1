"""hooks/alert against anything that may be sent to it: no crash, no act without the proof, no secret told."""

import base64
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chain.alerting import BEARER, SECRET, mac
from tests.chain.laptop import Laptop, seen
from tests.security.test_webhook import json_values

LAPTOP = Laptop(alerts={"policy": "rollback"})
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
PROOFS = ["authorization", "x-bluegreen-alert-secret", "x-bluegreen-signature-256", "sentry-hook-signature"]
PROOFS += ["x-grafana-alerting-signature", "x-grafana-alerting-timestamp", "sentry-hook-resource", "content-type"]

surrogates = st.text(st.characters(codec=None, categories=["Cs", "Cc", "L"]), max_size=20)
texts = st.one_of(json_values, surrogates)
headers = st.dictionaries(
    st.sampled_from([*PROOFS, "x-other"]),
    st.one_of(st.text(max_size=70), st.sampled_from(["Bearer x", "bearer ", "sha256=" + "0" * 64, "0" * 64, "issue"])),
)
labels = st.one_of(json_values, st.just({"service": "web", "alertname": "x", "severity": "critical"}))
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
sentry = st.fixed_dictionaries(
    {"action": st.sampled_from(["critical", "warning", "resolved", "triggered", "created"])},
    optional={
        "data": st.one_of(
            json_values,
            st.fixed_dictionaries(
                {},
                optional={
                    "event": st.one_of(json_values, st.fixed_dictionaries({"tags": json_values, "url": texts})),
                    "issue": json_values,
                    "metric_alert": st.one_of(json_values, st.fixed_dictionaries({"projects": json_values})),
                    "triggered_rule": texts,
                },
            ),
        )
    },
)


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


@QUICK
@given(
    st.one_of(grouped, plain, datadog, sentry, json_values),
    st.sampled_from([None, "metric_alert", "event_alert", "issue", "comment", "\x00"]),
)
def test_whatever_is_proven_gets_a_clear_answer_and_tells_no_secret(payload, resource):
    sent = BEARER if resource is None else {**BEARER, "sentry-hook-resource": resource}
    answer = ask({"headers": sent, "body": json.dumps(payload), "isBase64Encoded": False})
    assert answer.status in (200, 202, 400)
    assert answer.what
    told = b"".join(filter(None, state().values())).decode() + json.dumps([answer.what, LAPTOP.lines, LAPTOP.told()])
    assert SECRET not in told


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
