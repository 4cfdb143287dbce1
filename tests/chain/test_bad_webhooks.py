"""A delivery that is not what it should be gets a clear answer, and nothing is recorded."""

import base64
import json
from urllib.parse import urlencode

import pytest

from tests.chain.alerting import BEARER
from tests.chain.laptop import Laptop, seen
from tests.chain.laptop_cloud import REPOSITORY
from tests.chain.webhook import deliver, pushed, signed, untouched


@pytest.mark.bad_input("webhook", "no signature, a malformed or a wrong one", "401; nothing is recorded")
@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha1=" + "0" * 40,
        "sha256=" + "0" * 64,
        "sha256=" + "g" * 64,
        signed(json.dumps(pushed()).encode(), "another"),
        "sha256=" + "é" * 64,
    ],
)
def test_without_the_right_signature_the_answer_is_401_and_nothing_is_recorded(signature):
    laptop = Laptop()
    answer = deliver(laptop, pushed(), signature=signature)
    assert answer.status == 401
    assert not answer.ok
    assert untouched(laptop)


@pytest.mark.bad_input(
    "webhook",
    "not JSON (nor JSON in the form field `payload`), not an object, a push without `ref`",
    "400, and what is missing",
)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"not json", "not JSON"),
        (b"", "not JSON"),
        (b"[]", "not an object"),
        (b'"text"', "not an object"),
        (b"null", "not an object"),
        (b"\xff\xfe", "not JSON"),
        (b"{}", "`ref` and `repository.full_name`"),
        (b'{"ref": 3, "repository": []}', "`ref` and `repository.full_name`"),
        (b"[" * 5000, "not JSON"),
        (b'{"ref": %s}' % (b"1" * 5000), "not JSON"),
    ],
)
def test_a_signed_body_that_is_no_push_is_400(body, says):
    laptop = Laptop()
    answer = deliver(laptop, body, text=base64.b64encode(body).decode())
    assert answer.status == 400
    assert says in answer.what
    assert untouched(laptop)


NESTED = ['{"a":' * deep + "1" + "}" * deep for deep in (90, 300, 480, 600, 700, 800)]
NESTED += ["[" * deep + "]" * deep for deep in (90, 300, 480, 600, 700, 800)]


@pytest.mark.parametrize("deep", NESTED)
def test_a_body_that_is_nested_deeper_than_anybody_writes_is_taken_for_what_it_says(deep):
    """JSON is read to another depth than Python's own functions go: between the two nothing may be raised."""
    laptop = Laptop()
    assert deliver(laptop, json.dumps({**pushed(), "more": "…"}).replace('"\\u2026"', deep).encode()).status == 202
    shallow = json.dumps({"name": "Down", "status": "firing", "service": "web", "severity": "critical", "labels": "…"})
    alert = {"headers": BEARER, "body": shallow.replace('"\\u2026"', deep)}
    assert seen(laptop.invoke("hooks/alert", {"http": alert})).status == 202


def test_a_mark_of_byte_order_before_the_json_is_no_part_of_it():
    laptop = Laptop()
    assert deliver(laptop, b"\xef\xbb\xbf" + json.dumps(pushed()).encode()).status == 202


def test_a_tag_of_thousands_of_digits_is_refused_with_what_is_allowed():
    laptop = Laptop()
    answer = deliver(laptop, pushed(f"v1.{'9' * 5_000}.0"))
    assert answer.status == 200
    assert answer.what.endswith("… has 5,005 characters: allowed are 100")
    assert laptop.record().release is None
    assert "characters: allowed are 100" in laptop.invoke("deploy", {"tag": "9" * 5_000})["what"]


@pytest.mark.bad_input("webhook", "larger than 1 MB", "413")
@pytest.mark.parametrize("size", [1_000_001, 1_200_000, 1_400_000])
@pytest.mark.parametrize("encoded", [True, False])
def test_a_body_that_is_too_large_is_413(size, encoded):
    laptop = Laptop()
    body = b"x" * size
    assert deliver(laptop, body, text=base64.b64encode(body).decode() if encoded else None).status == 413
    assert untouched(laptop)


@pytest.mark.bad_input("webhook", "`ping`, other events, branches, a tag that was deleted", "200 `ignored: why`")
@pytest.mark.bad_input(
    "webhook",
    "a tag that does not match the pattern, that the scheme does not read (`tags.scheme`), whose image "
    "could not exist, an unwanted prerelease, a repository that belongs to no service",
    "200 `ignored: why`",
)
@pytest.mark.parametrize(
    ("event", "body", "why"),
    [
        ("ping", {"zen": "x", "hook_id": 1}, "ping"),
        ("create", {"ref": "v1.3.0", "ref_type": "tag"}, "event create"),
        ("release", {"action": "published"}, "event release"),
        ("workflow_job", {"action": "completed"}, "event workflow_job is not ours"),
        ("", {}, "without a name"),
        ("push", pushed() | {"ref": "refs/heads/main"}, "is not a tag"),
        ("push", pushed(deleted=True, head_commit=None), "was deleted"),
        ("push", pushed(tag="build-7"), "does not match the pattern v*"),
        ("push", pushed(tag="v1.3.0-rc.1"), "prereleases are not wanted"),
        ("push", pushed(repository="someone/else"), "belongs to no service"),
    ],
)
def test_what_is_not_ours_is_200_and_says_why(event, body, why):
    laptop = Laptop()
    answer = deliver(laptop, body, event=event)
    assert answer.status == 200
    assert answer.what.startswith("ignored: ")
    assert why in answer.what
    if not untouched(laptop):
        assert laptop.record().release is None


@pytest.mark.parametrize(("encoded", "flag"), [(True, True), (True, False), (False, False)])
def test_the_raw_body_is_understood_in_each_encoding_the_platform_may_use(encoded, flag):
    laptop = Laptop()
    body = json.dumps(pushed()).encode()
    text = base64.b64encode(body).decode() if encoded else None
    assert deliver(laptop, body, text=text, flag=flag).status == 202
    assert laptop.record().release.tag == "v1.3.0"


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLencoded; charset=utf-8"]
)
def test_githubs_other_content_type_is_understood_too(kind):
    laptop = Laptop()
    body = urlencode({"payload": json.dumps(pushed(pusher={"name": "mira & söhne"}))}).encode()
    assert deliver(laptop, body, kind=kind).status == 202
    assert laptop.record().release.by == "a push by mira & söhne"
    other = deliver(Laptop(), b"data=1", kind=kind)
    assert (other.status, other.what) == (400, "the body is not JSON in the form field `payload`")


@pytest.mark.bad_input("webhook", "the same delivery again", "200 `ignored: why`; one release")
def test_the_same_delivery_twice_is_one_release():
    laptop = Laptop()
    assert deliver(laptop, pushed()).status == 202
    again = deliver(laptop, pushed())
    assert again.status == 200
    assert "taken already" in again.what
    assert laptop.record().last_number == 1


@pytest.mark.bad_input("webhook", "the same tag in another delivery", "200 `ignored: why`; one release")
def test_the_same_tag_in_two_deliveries_is_one_release():
    laptop = Laptop()
    deliver(laptop, pushed())
    again = deliver(laptop, pushed(), delivery="d-2")
    assert (again.status, again.what) == (200, "ignored: v1.3.0 is in flight already: requested")
    assert laptop.record().last_number == 1
    assert laptop.record().queued is None


def test_half_a_character_in_a_payload_does_no_harm():
    laptop = Laptop()
    assert deliver(laptop, pushed(pusher={"name": "mira \ud800"})).status == 202
    assert laptop.record().release.by == "a push by mira ?"


def test_a_payload_cannot_choose_an_address_that_is_called():
    laptop = Laptop()
    evil = pushed() | {
        "repository": {"full_name": REPOSITORY, "url": "http://169.254.169.254/", "clone_url": "file:///"}
    }
    assert deliver(laptop, evil).status == 202
    assert "169.254" not in laptop.record().model_dump_json()


@pytest.mark.bad_input("webhook", "a tag that was moved", "refused, with both commits")
def test_a_tag_that_was_moved_is_refused_with_both_commits_named():
    laptop = Laptop()
    laptop.repository.release("v1.3.0")
    deliver(laptop, pushed())
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert "b" * 12 in laptop.reason("v1.3.0")
    assert laptop.repository.tags["v1.3.0"].commit[:12] in laptop.reason("v1.3.0")


@pytest.mark.bad_input(
    "person",
    "`deploy` of a tag that does not exist, or that is refused at its first look",
    "`was rejected`, and why",
)
def test_a_tag_that_does_not_exist_is_rejected_and_the_person_is_told_so_at_once():
    laptop = Laptop()
    answer = laptop.invoke("deploy", {"tag": "v9.9.9"})
    assert answer["ok"] is False
    assert answer["what"].startswith("v9.9.9 was rejected: tag v9.9.9 does not exist in holi-labs/holi")
    assert laptop.outcome("v9.9.9") == "rejected"
