"""The chain as `make demo` runs it: zips deployed, functions in processes of their own, HTTP between all parts."""

import re

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen_demo import control, figures, hold, stories
from bluegreen_demo.stories import Stage
from bluegreen_emulator.traffic import Traffic
from tests.chain.alerting import alert, group

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # a cloud is started, and releases are watched, in real time


def test_a_pushed_tag_goes_live_without_a_dropped_request(stage: Stage):
    stories.good(stage, "v1.3.0")
    found = figures.gather(stage, stage.printer.begun)
    assert [(one.tag, one.outcome) for one in found.releases] == [("v1.3.0", "live")]
    assert found.requests.sent > 100
    assert found.requests.failed == 0
    assert {webhook.status for webhook in found.webhooks} <= {200, 202}
    assert found.ready_to_switched["v1.3.0"] > 0
    assert stage.watcher.record.active is Environment.GREEN


def test_a_release_that_fails_in_production_is_taken_back_by_itself(stage: Stage):
    past = stories.bad(stage, "v1.4.0", stories.FAULT)
    assert past.outcome is Phase.ROLLED_BACK
    why = stage.watcher.record.quarantine["v1.4.0"]
    assert re.search(r"failed in \d+ s; green, asked (the same|what probes ask): 0 of", why)
    found = figures.gather(stage, stage.printer.begun)
    assert set(found.bad) == {"v1.4.0"}
    assert found.fault_to_last_bad["v1.4.0"] > 0
    assert found.requests.failed == 0


def test_a_persons_rollback_without_a_body_is_followed_by_every_router(stage: Stage):
    stories.taken_back(stage, "v1.5.0")
    [made] = stage.rollbacks
    assert made.answer["ok"] is True
    assert made.instances == 2
    assert made.all_followed is not None
    assert figures.gather(stage, stage.printer.begun).requests.failed == 0


@pytest.mark.search  # a minute, in real time; tests/chain/test_one_client.py has it in no time
def test_one_client_that_asks_a_failing_url_takes_nothing_back_and_many_do(stage: Stage):
    """Real routers tell whose requests fail; nobody but these clients asks for that URL."""
    failing, before = {"redis": "down", "when": "production"}, stage.watcher.record.active
    one = Traffic(stage.cloud.production, ["/api/health/redis"], rate_per_s=5, clients=1)
    one.start()
    stories.push(stage, "v1.5.1", Phase.ROLLED_BACK, failing)
    held = stage.watcher.await_("it is held", lambda record: _held_for_one(record, "v1.5.1"), stage.patience)
    one.stop()
    many = Traffic(stage.cloud.production, ["/api/health/redis"], rate_per_s=10, clients=10)
    many.start()
    past = stories.rests(stage, "v1.5.1")
    many.stop()

    assert held.active is before.other
    assert " of one client on one path; nothing else speaks against the release" in held.in_flight.reason
    assert (past.outcome, stage.watcher.record.active) == (Phase.ROLLED_BACK, before)
    told = [message["payload"]["text"] for message in stage.cloud.parts.slack.messages]
    assert sum("v1.5.1: only one client's requests fail" in text for text in told) == 1


def _held_for_one(record: Record, tag: str) -> bool:
    release = record.release
    return release is not None and release.tag == tag and release.evidence.held_for_one


def test_each_party_has_its_own_spaces_key_and_every_request_fits_digitaloceans_description(stage: Stage):
    parts = stage.cloud.parts
    keys = {asked.key for asked in parts.spaces.asked if "/holi-bluegreen-state/" in asked.path}
    assert keys == set(stage.cloud.account.spaces_keys)
    assert parts.digitalocean.violations == []


def test_the_schedule_was_deployed_and_belongs_to_the_watch(stage: Stage):
    [trigger] = stage.cloud.parts.platform.scheduler.all()
    assert (trigger.function, trigger.cron, trigger.enabled) == ("ops/watch", "* * * * *", True)


def test_an_alert_reaches_its_function_with_the_secret_and_not_without(stage: Stage):
    cloud, told = stage.cloud, group(alert())
    shown = {"authorization": f"Bearer {cloud.account.alert_secret}"}
    with httpx.Client(base_url=cloud.at.hook("alert"), timeout=30, trust_env=False) as client:
        assert client.post("", json=told).status_code == 401
        answer = client.post("", json=told, headers=shown)
    assert (answer.status_code, answer.json()["ok"]) == (202, True)
    assert "firing: TooManyErrors" in cloud.invoke("status").json()["what"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ([], "is wanted"),
        ({"tag": "../x"}, "is wanted"),
        ({"tag": "v1.9.0", "faults": {}}, "not known: faults (known: tag, fault)"),
        ({"tag": "v1.9.0", "fault": {"share": 2}}, "share: 2 is not a number from 0 to 1"),
    ],
)
def test_the_control_refuses_what_it_does_not_know_and_pushes_nothing(stage: Stage, asked, says):
    app = control.create_app(stage.cloud)
    with httpx.Client(transport=httpx.WSGITransport(app), base_url="http://control") as client:
        answer = client.post("/tags", json=asked)
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert "v1.9.0" not in stage.cloud.parts.repository.tags


def test_what_to_try_fits_a_terminal(stage):
    assert max(map(len, "\n".join(hold.lines(stage.cloud)).splitlines())) <= 80
