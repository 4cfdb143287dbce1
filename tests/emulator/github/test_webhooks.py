"""What GitHub tells of a tag, how it signs it, and what it does when nobody listens."""

import hashlib
import hmac
import json
from urllib.parse import parse_qs

import httpx
from werkzeug.wrappers import Response

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github import GitHub, Hook
from bluegreen_emulator.wire import Front, Server
from tests.build import later
from tests.emulator.github.conftest import HOLI, SECRET, Receiver
from tests.still_clock import StillClock


def test_a_new_tag_is_a_push_and_a_create(github: GitHub, code: Repository) -> None:
    push, create = github.push_tag(HOLI, "v1.3.0")
    tag = code.tags["v1.3.0"]
    assert (push.event, push.status_code, push.status) == ("push", 200, "OK")
    assert push.payload["ref"] == "refs/tags/v1.3.0"
    assert (push.payload["before"], push.payload["after"]) == ("0" * 40, tag.object_sha)
    assert push.payload["head_commit"]["id"] == tag.commit != tag.object_sha
    assert (push.payload["created"], push.payload["forced"], push.payload["commits"]) == (True, False, [])
    assert (create.event, create.payload["ref"], create.payload["ref_type"]) == ("create", "v1.3.0", "tag")


def test_a_light_tag_is_pushed_with_the_commits_own_id(github: GitHub, code: Repository) -> None:
    push, _ = github.push_tag(HOLI, "v1.3.0", annotated=False)
    assert push.payload["after"] == push.payload["head_commit"]["id"] == code.order[-1]


def test_a_delivery_is_signed_over_the_very_bytes_that_are_sent(github: GitHub, receiver: Receiver) -> None:
    push, _ = github.push_tag(HOLI, "v1.3.0")
    headers, body = receiver.requests[0]
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert headers["X-Hub-Signature"].startswith("sha1=")
    assert (headers["X-Github-Event"], headers["X-Github-Delivery"]) == ("push", push.guid)
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == push.payload


def test_a_hook_may_want_forms(code: Repository, hook_url: str, receiver: Receiver) -> None:
    github = GitHub({HOLI: code}, "t", hooks=[Hook(hook_url, SECRET, HOLI, content_type="form")])
    (push,) = github.push_tag(HOLI, "v1.3.0")
    headers, body = receiver.requests[0]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert json.loads(parse_qs(body.decode())["payload"][0]) == push.payload
    github.close()


def test_moving_deleting_and_pushing_branches_are_told_apart(github: GitHub, code: Repository) -> None:
    old = code.tags["v1.2.0"].object_sha
    (moved,) = github.move_tag(HOLI, "v1.2.0", code.order[0])
    assert (moved.payload["created"], moved.payload["forced"], moved.payload["before"]) == (False, True, old)
    gone, delete = github.delete_tag(HOLI, "v1.2.0")
    assert (gone.payload["deleted"], gone.payload["after"], gone.payload["head_commit"]) == (True, "0" * 40, None)
    assert (delete.event, delete.payload["ref"]) == ("delete", "v1.2.0")
    branch = github.push_branch(HOLI, "deploy/green", code.order[1])[0]
    assert branch.payload["ref"] == "refs/heads/deploy/green"
    assert [commit["id"] for commit in branch.payload["commits"]] == [code.order[1]]


def test_a_published_release_names_its_tag_and_a_branch_but_no_commit(github: GitHub) -> None:
    sent = github.publish_release(HOLI, "v1.2.0")
    assert [delivery.payload["action"] for delivery in sent] == ["created", "published", "released"]
    assert (sent[1].payload["release"]["tag_name"], sent[1].payload["release"]["target_commitish"]) == (
        "v1.2.0",
        "main",
    )


def test_a_ping_never_tells_the_secret(github: GitHub) -> None:
    (ping,) = github.ping(HOLI)
    assert ping.payload["hook"]["config"]["secret"] == "********"
    assert SECRET.encode() not in ping.body


def test_more_than_three_tags_in_one_push_are_not_told(github: GitHub, code: Repository) -> None:
    names = [f"v2.0.{n}" for n in range(4)]
    for name in names:
        code.tag(name, code.order[1])
    assert github.push_tags(HOLI, names) == []


def test_a_failed_delivery_is_written_down_and_not_repeated(github: GitHub, receiver: Receiver) -> None:
    receiver.status = 500
    push, _ = github.push_tag(HOLI, "v1.3.0")
    assert (push.status_code, push.status, push.ok) == (500, "Invalid HTTP Response: 500", False)
    assert len(receiver.requests) == 2


def test_a_redelivery_keeps_the_guid_and_the_bytes(github: GitHub, receiver: Receiver, api: httpx.Client) -> None:
    push, _ = github.push_tag(HOLI, "v1.3.0")
    assert api.post(f"/hooks/{push.hook.id}/deliveries/{push.id}/attempts").status_code == 202
    github.webhooks.send_waiting()
    assert receiver.requests[2][1] == receiver.requests[0][1]
    listed = api.get(f"/hooks/{push.hook.id}/deliveries").json()
    assert (listed[0]["guid"], listed[0]["redelivery"]) == (push.guid, True)
    assert listed[0]["id"] != push.id
    whole = api.get(f"/hooks/{push.hook.id}/deliveries/{push.id}").json()
    assert whole["request"]["payload"]["ref"] == "refs/tags/v1.3.0"


def test_deliveries_can_be_lost_doubled_and_delayed(github: GitHub, receiver: Receiver) -> None:
    github.webhooks.hooks[0].events = ["push"]
    github.webhooks.lose_next()
    assert github.push_tag(HOLI, "v1.3.0") == []
    github.webhooks.duplicate_next()
    first, second = github.push_tag(HOLI, "v1.4.0")
    assert first.guid == second.guid
    github.webhooks.clock = StillClock()
    github.webhooks.delay_next(90.0)
    (late,) = github.push_tag(HOLI, "v1.5.0")
    assert late.delivered_at == later(90)
    assert len(receiver.requests) == 3


def test_a_receiver_that_takes_too_long_or_is_not_there_is_a_failure(code: Repository) -> None:
    slow = Server(Front(Response(b"late"), latency=0.5))
    github = GitHub({HOLI: code}, "t", hooks=[Hook(slow.url, SECRET, HOLI)])
    github.webhooks.time_limit = 0.1
    assert [delivery.status for delivery in github.push_tag(HOLI, "v1.3.0")] == ["timed out"]
    slow.close()
    github.webhooks.time_limit = 5.0
    (gone,) = github.push_tag(HOLI, "v1.4.0")
    assert (gone.status_code, gone.status) == (0, "failed to connect to host")
    github.close()
