"""Namespaces, triggers and keys as DigitalOcean's own API has them, and the clock that fires triggers."""

import re

import flask
import httpx
import pytest

from bluegreen_emulator.functions.control import control_blueprint
from tests.waiting import until

ECHO = "def main(event): return event"


@pytest.fixture
def cloud(start, still_clock):
    return start(still_clock)


@pytest.fixture
def control(cloud):
    app = flask.Flask("api")
    app.register_blueprint(control_blueprint(cloud.platform))
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://api.test/v2/functions")


def trigger(name="tick", cron="* * * * *", function="ops/watch", **rest):
    details = {"cron": cron, "body": {"source": "clock"}}
    return {
        "name": name,
        "function": function,
        "type": "SCHEDULED",
        "is_enabled": True,
        "scheduled_details": details,
        **rest,
    }


def test_the_platforms_namespace_is_listed_with_its_host(control):
    (found,) = control.get("/namespaces").json()["namespaces"]

    assert (found["namespace"], found["api_host"]) == ("tests", "http://functions.test")
    assert control.get("/namespaces/tests").json()["namespace"] == found
    missing = control.get("/namespaces/other")
    assert missing.status_code == 404
    assert set(missing.json()) == {"id", "message", "request_id"}
    assert (missing.json()["id"], missing.json()["message"]) == ("not_found", "namespace not found")


@pytest.mark.parametrize("body", [{"label": "x", "region": "nyc1"}, {"namespace": {"label": "x", "Region": "nyc1"}}])
def test_a_namespace_is_made_from_either_body(control, body):
    made = control.post("/namespaces", json=body)

    assert made.status_code == 200
    name = made.json()["namespace"]["namespace"]
    assert re.fullmatch("fn-[0-9a-f-]{36}", name)
    assert len(control.get("/namespaces").json()["namespaces"]) == 2
    assert control.delete(f"/namespaces/{name}").status_code == 204
    assert control.get(f"/namespaces/{name}").status_code == 404


def test_ten_namespaces_are_the_limit(control):
    statuses = [control.post("/namespaces", json={"label": f"n{n}", "region": "nyc1"}).status_code for n in range(10)]

    assert statuses == [200] * 9 + [422]


def test_a_trigger_is_made_changed_and_deleted(cloud, control):
    cloud.deploy("ops/watch", ECHO)

    made = control.post("/namespaces/tests/triggers", json=trigger())
    paused = control.put("/namespaces/tests/triggers/tick", json={"is_enabled": False}).json()["trigger"]
    moved = control.put(
        "/namespaces/tests/triggers/tick", json={"is_enabled": True, "scheduled_details": {"cron": "*/5 * * * *"}}
    )

    assert made.status_code == 200
    assert made.json()["trigger"]["scheduled_runs"] == {"last_run_at": None, "next_run_at": "2026-11-23T12:01:00Z"}
    assert paused["scheduled_runs"]["next_run_at"] is None
    assert paused["scheduled_details"] == {"cron": "* * * * *", "body": {"source": "clock"}}
    assert moved.json()["trigger"]["scheduled_runs"]["next_run_at"] == "2026-11-23T12:05:00Z"
    assert [found["name"] for found in control.get("/namespaces/tests/triggers").json()["triggers"]] == ["tick"]
    assert control.delete("/namespaces/tests/triggers/tick").status_code == 204
    assert control.get("/namespaces/tests/triggers/tick").json()["message"] == "trigger not found"


def test_three_triggers_are_the_limit(cloud, control):
    cloud.deploy("ops/watch", ECHO)

    answers = [control.post("/namespaces/tests/triggers", json=trigger(f"t{n}")) for n in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 422]
    assert answers[3].json()["id"] == "unprocessable_entity"
    assert answers[3].json()["message"] == "triggers limit reached"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (trigger(cron="* * * * * *"), 400),
        (trigger(cron="@hourly"), 400),
        (trigger(cron="*/7 * * * *"), 400),
        (trigger(type="OTHER"), 400),
        (trigger(is_enabled="yes"), 400),
        (trigger(scheduled_details={}), 400),
        (trigger(function="nope"), 404),
        ([], 400),
    ],
)
def test_a_trigger_that_cannot_work_is_refused(cloud, control, body, status):
    cloud.deploy("ops/watch", ECHO)

    assert control.post("/namespaces/tests/triggers", json=body).status_code == status


def test_the_clock_fires_a_trigger_once_a_minute(cloud, control, still_clock):
    cloud.deploy("ops/watch", ECHO)
    control.post("/namespaces/tests/triggers", json=trigger()).raise_for_status()
    scheduler = cloud.platform.scheduler

    early = scheduler.tick(still_clock.now())
    still_clock.move(seconds=30)
    due = scheduler.tick(still_clock.now())
    again = scheduler.tick(still_clock.now())
    still_clock.move(minutes=5)
    late = scheduler.tick(still_clock.now())

    assert (early, due, again, late) == ([], ["tick"], [], ["tick"])
    records = wait_for_records(cloud, 2)
    assert records[0]["response"]["result"] == {"source": "clock"}
    runs = control.get("/namespaces/tests/triggers/tick").json()["trigger"]["scheduled_runs"]
    assert runs == {"last_run_at": "2026-11-23T12:06:00Z", "next_run_at": "2026-11-23T12:07:00Z"}


def test_a_run_that_the_platform_refuses_is_not_made_up_for(start, still_clock):
    cloud = start(still_clock, invocations_per_minute=0)
    cloud.deploy("watch", ECHO)
    cloud.platform.scheduler.create("tick", "watch", "* * * * *", {}, enabled=True)
    still_clock.move(minutes=1)

    cloud.platform.scheduler.tick(still_clock.now())

    assert cloud.platform.scheduler.tick(still_clock.now()) == []
    assert "429" in cloud.platform.scheduler.refused[0]


def test_a_key_is_shown_once_opens_the_namespace_and_expires(cloud, control, still_clock):
    made = control.post("/namespaces/tests/keys", json={"name": "chain", "expires_in": "12h"})
    key = made.json()["access_key"]
    pair = (key["id"], key["secret"])

    assert made.status_code == 201
    assert key["expires_at"] == "2026-11-24T00:00:30Z"
    listed = control.get("/namespaces/tests/keys").json()
    assert listed["count"] == 2
    assert all("secret" not in found for found in listed["access_keys"])
    assert cloud.api.get("/actions", auth=pair).status_code == 200
    still_clock.move(hours=12)
    assert cloud.api.get("/actions", auth=pair).status_code == 401


def test_a_key_can_be_renamed_and_deleted(cloud, control):
    key = control.post("/namespaces/tests/keys", json={"name": "old"}).json()["access_key"]

    renamed = control.put(f"/namespaces/tests/keys/{key['id']}", json={"name": "new"})
    deleted = control.delete(f"/namespaces/tests/keys/{key['id']}")

    assert renamed.json()["access_key"]["name"] == "new"
    assert (deleted.status_code, deleted.json()) == (200, {})
    assert cloud.api.get("/actions", auth=(key["id"], key["secret"])).status_code == 401
    assert control.delete(f"/namespaces/tests/keys/{key['id']}").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x", "expires_in": "30m"}, {"name": "x", "expires_in": "0h"}]
)
def test_a_key_without_a_name_or_with_an_odd_lifetime_is_refused(control, body):
    assert control.post("/namespaces/tests/keys", json=body).json()["id"] == "bad_request"


def wait_for_records(cloud, count):
    def records():
        found = cloud.api.get("/activations", params={"docs": "true"}).json()
        return found if len(found) >= count else None

    return until(records, what=f"{count} records of the trigger's calls")
