"""hooks/github against anything that may be sent to it: never a crash, never an act without a valid signature."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chain.laptop import Laptop, seen
from tests.chain.laptop_cloud import REPOSITORY, SECRET

LAPTOP = Laptop()
QUICK = settings(max_examples=3 * settings.default.max_examples // 2, suppress_health_check=list(HealthCheck))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=10), children, max_size=4),
    max_leaves=12,
)
pushes = st.fixed_dictionaries(
    {},
    optional={
        "ref": st.one_of(
            json_values, st.text(max_size=40).map(lambda tag: f"refs/tags/{tag}"), st.just("refs/tags/v9.9.9")
        ),
        "deleted": json_values,
        "repository": st.one_of(json_values, st.just({"full_name": REPOSITORY})),
        "head_commit": st.one_of(json_values, st.just({"id": "c" * 40})),
        "pusher": st.one_of(json_values, st.just({"name": "half a character: \ud800"})),
    },
)
headers = st.dictionaries(
    st.sampled_from(["x-github-event", "x-github-delivery", "content-type", "x-hub-signature-256", "x-other"]),
    st.one_of(st.text(max_size=40), st.sampled_from(["push", "ping", "application/json", "sha256=" + "0" * 64])),
)


def ask(http):
    return seen(LAPTOP.invoke("hooks/github", {"http": http}))


def state():
    return {key: LAPTOP.state.get(key) for key in LAPTOP.state.keys("services/")}


@QUICK
@given(
    headers,
    st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda b: base64.b64encode(b).decode()), json_values),
    st.booleans(),
)
def test_nothing_unsigned_is_ever_accepted(sent, body, flag):
    before = state()
    answer = ask({"headers": sent, "body": body, "isBase64Encoded": flag, "method": "post"})
    assert answer.status == 401
    assert state() == before


@pytest.mark.slow
@QUICK
@given(st.one_of(json_values, st.dictionaries(st.text(max_size=12), json_values, max_size=5)))
def test_an_event_of_any_shape_is_answered(event):
    answer = LAPTOP.invoke("hooks/github", event if isinstance(event, dict) else {"http": event})
    assert answer["statusCode"] == 401


@QUICK
@given(st.one_of(pushes, json_values), st.sampled_from(["push", "create", "ping", "release", "", "\x00"]))
def test_whatever_is_signed_gets_a_clear_answer(payload, event):
    body = json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    sent = {"x-github-event": event, "x-github-delivery": "d", "x-hub-signature-256": signature}
    answer = ask({"headers": sent, "body": body.decode(), "isBase64Encoded": False})
    assert answer.status in (200, 202, 400)
    assert answer.what


@QUICK
@given(st.binary(max_size=300), st.binary(min_size=1, max_size=40))
def test_a_body_that_was_changed_after_signing_is_refused(body, more):
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    text = base64.b64encode(body + more).decode()
    sent = {"x-github-event": "push", "x-hub-signature-256": signature}
    assert ask({"headers": sent, "body": text, "isBase64Encoded": True}).status == 401
