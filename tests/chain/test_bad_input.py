"""Bad input gets a clear answer, nothing is lost, production is untouched."""

import base64
import hashlib
import hmac
import json

import pytest

from bluegreen.core.errors import Corrupt, Misconfigured, Never
from bluegreen.core.phases import Phase
from bluegreen.settings import load
from emulator.faults import Fault
from tests.build import BLUE, GREEN, written
from tests.chain.laptop import ENVIRONMENT, REPOSITORY, SECRET, Laptop, seen


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(laptop, body, event="push", delivery="d-1", text=None, flag=False, **headers):
    """A delivery as `web: raw` hands it over; `signature` overrides the right one, None leaves it out."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"X-GitHub-Event": event, "X-GitHub-Delivery": delivery, "Content-Type": "application/json"}
    signature = headers.pop("signature", signed(raw))
    if signature is not None:
        sent["X-Hub-Signature-256"] = signature
    http = {"method": "post", "headers": {k.lower(): v for k, v in sent.items()}, "path": ""}
    http |= {"body": raw.decode() if text is None else text, "isBase64Encoded": flag}
    return seen(laptop.invoke("hooks/github", {"http": http}))


def pushed(tag="v1.3.0", repository=REPOSITORY, **more):
    return {
        "ref": f"refs/tags/{tag}",
        "deleted": False,
        "repository": {"full_name": repository},
        "head_commit": {"id": "b" * 40},
        "pusher": {"name": "mira"},
        **more,
    }


def untouched(laptop):
    """Nothing was recorded at all: not even the first version."""
    return not laptop.state.keys("services/")


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
    ],
)
def test_a_signed_body_that_is_no_push_is_400(body, says):
    laptop = Laptop()
    answer = deliver(laptop, body, text=base64.b64encode(body).decode())
    assert answer.status == 400
    assert says in answer.what
    assert untouched(laptop)


def test_a_body_that_is_too_large_is_413():
    laptop = Laptop()
    assert deliver(laptop, b"x" * 1_400_000).status == 413
    assert untouched(laptop)


@pytest.mark.parametrize(
    ("event", "body", "why"),
    [
        ("ping", {"zen": "x", "hook_id": 1}, "ping"),
        ("create", {"ref": "v1.3.0", "ref_type": "tag"}, "event create"),
        ("release", {"action": "published"}, "event release"),
        ("workflow_run", {"action": "completed"}, "event workflow_run is not ours"),
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


def test_the_same_delivery_twice_is_one_release():
    laptop = Laptop()
    assert deliver(laptop, pushed()).status == 202
    again = deliver(laptop, pushed())
    assert again.status == 200
    assert "taken already" in again.what
    assert laptop.record().last_number == 1


def test_the_same_tag_in_two_deliveries_is_one_release():
    laptop = Laptop()
    deliver(laptop, pushed())
    deliver(laptop, pushed(), delivery="d-2")
    assert laptop.record().last_number == 1
    assert laptop.record().queued is None


def test_a_payload_cannot_choose_an_address_that_is_called():
    laptop = Laptop()
    evil = pushed() | {
        "repository": {"full_name": REPOSITORY, "url": "http://169.254.169.254/", "clone_url": "file:///"}
    }
    assert deliver(laptop, evil).status == 202
    assert "169.254" not in laptop.record().model_dump_json()


def test_a_tag_that_was_moved_is_refused_with_both_commits_named():
    laptop = Laptop()
    laptop.repository.release("v1.3.0")
    deliver(laptop, pushed())
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert "b" * 12 in laptop.reason("v1.3.0")
    assert laptop.repository.tags["v1.3.0"].commit[:12] in laptop.reason("v1.3.0")


def test_a_tag_that_does_not_exist_is_rejected():
    laptop = Laptop()
    assert laptop.invoke("deploy", {"tag": "v9.9.9"})["ok"]
    assert laptop.outcome("v9.9.9") == "rejected"
    assert "does not exist in holi-labs/holi" in laptop.reason("v9.9.9")


@pytest.mark.parametrize(
    ("function", "event", "says"),
    [
        ("deploy", {}, "which tag? pass -p tag:v1.3.0"),
        (
            "deploy",
            {"tag": "v1.3.0", "autoswitch": "false"},
            "unknown parameter autoswitch (allowed: tag, service, target",
        ),
        ("deploy", {"tag": "v1.3.0", "auto_switch": "maybe"}, "auto_switch:maybe is neither true nor false"),
        ("deploy", {"tag": "v1.3.0", "target": "red"}, "target:red is not known (allowed: auto, blue, green)"),
        ("deploy", {"tag": "v1.3.0", "target": "blue"}, "target blue is the active environment"),
        ("deploy", {"tag": "v1.3.0", "service": "api"}, "service 'api' is not known (known: web)"),
        ("deploy", {"tag": {"a": 1}}, "parameter tag has to be a text"),
        ("switch", {"force": "true"}, "unknown parameter force (allowed: service)"),
        ("switch", {}, "nothing to switch to"),
        ("abort", {}, "nothing to abort"),
        ("status", {"service": "x"}, "service 'x' is not known (known: web)"),
        ("rollback", {"to": "v1"}, "unknown parameter to (allowed: service)"),
    ],
)
def test_a_person_is_told_what_was_allowed(function, event, says):
    laptop = Laptop()
    answer = laptop.invoke(function, event)
    assert answer["ok"] is False
    assert says in answer["what"]
    assert "error" not in answer
    if not untouched(laptop):
        assert laptop.record().release is None


def test_a_switch_before_ready_is_refused():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    assert "is deploying, not ready" in laptop.invoke("switch")["what"]


@pytest.mark.parametrize(
    ("status", "message", "headers"),
    [
        (500, "Server Error", {}),
        (503, "Service Unavailable", {}),
        (429, "API Rate limit exceeded.", {"retry-after": "2"}),
        (429, "API Rate limit exceeded.", {}),
    ],
)
@pytest.mark.parametrize("path", [r"^/v2/apps/[^/]+$", r"deployments\?", r"deployments$", r"deployments/[^/]+$"])
def test_a_passing_fault_of_digitalocean_costs_time_only(path, status, message, headers):
    laptop = Laptop()
    fault = Fault(path=path, status=status, message={"id": "x", "message": message}, headers=headers, times=4)
    laptop.faults["digitalocean"].add(fault)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert laptop.deployments(GREEN) == 2


@pytest.mark.parametrize(
    ("status", "says"), [(401, "token is not accepted"), (404, "404"), (422, "422"), (403, "lacks a permission")]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_lasting_refusal_of_digitalocean_ends_the_release_and_says_why(method, status, says):
    laptop = Laptop()
    fault = Fault(method=method, path="/v2/apps", status=status, message={"id": "x", "message": "no"}, times=99)
    laptop.faults["digitalocean"].add(fault)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") in ("rejected", "failed")
    assert says in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


def test_a_deployment_whose_answer_was_lost_is_found_again_and_not_made_twice():
    laptop = Laptop()
    laptop.faults["digitalocean"].add(Fault(method="POST", path="deployments", status=504, after_effect=True))
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert laptop.deployments(GREEN) == 2


def test_a_deployment_that_fails_is_told_with_digitaloceans_deepest_reason():
    laptop = Laptop()
    laptop.digitalocean.fail_next_deployment("holi-green", "the container did not open port 8080")
    laptop.push("v1.3.0")
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "the container did not open port 8080" in laptop.reason("v1.3.0")
    assert record.on(GREEN).tag == "v1.1.0"
    assert record.on(GREEN).proven


@pytest.mark.parametrize("phase", ["UNKNOWN", "TELEPORTING"])
def test_a_phase_that_nobody_knows_means_look_again(phase):
    laptop = Laptop()
    laptop.digitalocean.odd_phase("holi-green", phase)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


def test_a_deployment_that_never_ends_runs_into_its_deadline():
    laptop = Laptop(deadlines={"deploying": "10m"})
    laptop.digitalocean.never_end("holi-green")
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "not done within 10 min" in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


def test_a_deployment_that_somebody_supersedes_has_failed():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    laptop.digitalocean.supersede("holi-green")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "superseded" in laptop.reason("v1.3.0")
    assert not laptop.record().on(GREEN).proven


def test_a_deployment_that_somebody_cancels_has_failed():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    release = laptop.record().release
    laptop.cloud("a colleague").digitalocean.cancel(laptop.apps[GREEN], release.deployment.id)
    laptop.rest()
    assert "CANCELED" in laptop.reason("v1.3.0")


def test_a_build_of_another_commit_never_reaches_production():
    laptop = Laptop()
    other = laptop.repository.commit("v0.0.1")
    laptop.digitalocean.build_other_commit("holi-green", other.sha)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert f"DigitalOcean built {other.sha[:12]}, but the tag is commit" in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


def test_a_pinned_app_is_noticed_and_explained():
    laptop = Laptop()
    laptop.digitalocean.pin("holi-green")
    laptop.push("v1.3.0")
    laptop.rest()
    assert "pinned to deployment" in laptop.reason("v1.3.0")


def test_a_failed_health_check_says_what_was_expected_and_what_came():
    laptop = Laptop()
    laptop.push("v1.3.0", fault={"db": "down"})
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert "database: expected status 200, got 503; the body began" in laptop.reason("v1.3.0")
    assert laptop.record().active is BLUE


def test_all_faults_of_the_settings_come_in_one_message_without_values():
    broken = written()
    broken["services"]["web"]["source"] = {"kind": "tarball"}
    broken["services"]["web"]["colour"] = "mauve"
    broken["services"]["web"]["watch"]["bake"] = "an hour"
    environment = {
        "BLUEGREEN_SPACES_KEY": "k",
        "BLUEGREEN_GITHUB_TOKN": "hush-hush",
        "BLUEGREEN_FUNCTIONS_KEY": "hush-key",
    }
    with pytest.raises(Misconfigured) as caught:
        load(broken, environment, ("spaces_key", "spaces_secret", "functions_key"))
    said = str(caught.value)
    for part in (
        "services.web.source: Input tag 'tarball'",
        "'pointer_branch', 'image'",
        "services.web.colour",
        "services.web.watch.bake",
        "BLUEGREEN_GITHUB_TOKN: is not a setting (known: ",
        "BLUEGREEN_SPACES_SECRET: is not set",
        "BLUEGREEN_FUNCTIONS_KEY: an access key such as",
    ):
        assert part in said
    assert "hush" not in said


def test_a_function_without_its_secret_says_which():
    with pytest.raises(Misconfigured, match="BLUEGREEN_GITHUB_WEBHOOK_SECRET: is not set"):
        load(written(), {**ENVIRONMENT, "BLUEGREEN_GITHUB_WEBHOOK_SECRET": "none"}, ("github_webhook_secret",))


class Forgetful:
    """A store that takes every write, whatever was there."""

    def __init__(self, objects):
        self._objects = objects

    def __getattr__(self, name):
        return getattr(self._objects, name)

    def create(self, key, body):
        self._objects.put(key, body)


def test_a_store_that_ignores_the_condition_is_refused_with_the_reason():
    laptop = Laptop()
    laptop.shared.__dict__["state"] = Forgetful(laptop.state)
    answer = deliver(laptop, pushed())
    assert answer.status == 500
    assert "ignores If-None-Match" in answer.what
    assert untouched(laptop)
    assert laptop.invoke("rollback")["ok"] is False


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "does not parse"),
        (b'{"schema_version": 2, "surprise": 1}', "is of another schema than 1"),
        (b'{"schema_version": 1}', "does not parse"),
    ],
)
def test_a_journal_that_cannot_be_read_is_refused_and_left_alone(body, says):
    laptop = Laptop()
    laptop.invoke("status")
    laptop.state.put("services/web/journal/00000002.json", body)
    before = {key: laptop.state.get(key) for key in laptop.state.keys("")}
    for function in ("rollback", "status", "ops/watch", "switch"):
        answer = laptop.invoke(function)
        assert says in answer["what"] or function == "ops/watch"
    assert deliver(laptop, pushed()).status == 500
    assert {key: laptop.state.get(key) for key in laptop.state.keys("")} == before
    with pytest.raises((Corrupt, Never)):
        laptop.record()
