"""Whole releases: from a pushed tag to where it comes to rest."""

import re
from datetime import timedelta

import pytest

from bluegreen.core.environment import Status
from bluegreen.core.phases import Phase
from bluegreen.core.release import Claim
from bluegreen.steps import watching
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY

BAD = {"share": 0.2, "when": "production"}


def test_a_good_tag_goes_live_and_the_old_release_stays_warm():
    laptop = Laptop()
    [push] = laptop.push("v1.3.0")
    assert push.status_code == 202
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert record.active is GREEN
    assert record.on(GREEN).tag == "v1.3.0"
    assert record.on(BLUE).status is Status.IDLE
    assert record.on(BLUE).proven
    assert not laptop.digitalocean.violations


@pytest.mark.slow
def test_releases_alternate_between_the_environments():
    laptop = Laptop()
    for tag, active in (("v1.3.0", GREEN), ("v1.4.0", BLUE), ("v1.5.0", GREEN)):
        laptop.push(tag)
        assert laptop.rest().active is active


def test_a_release_that_fails_under_production_traffic_is_taken_back_by_itself():
    laptop = Laptop()
    laptop.push("v1.4.0", fault=BAD)
    record = laptop.rest()
    assert laptop.outcome("v1.4.0") == "rolled back"
    assert record.active is BLUE
    assert record.on(BLUE).tag == "v1.2.0"
    assert re.search(r"failed in \d+ s; blue, asked (the same|what probes ask): 0 of", record.quarantine["v1.4.0"])
    assert any("at fault; going back to blue" in text for text in laptop.told())


def test_a_quarantined_tag_does_not_come_back_by_itself():
    laptop = Laptop()
    laptop.push("v1.4.0", fault=BAD)
    laptop.rest()
    laptop.push("v1.4.0")
    assert laptop.rest().on(BLUE).status is Status.ACTIVE
    assert laptop.invoke("deploy", {"tag": "v1.4.0"})["ok"] is False


def test_a_fault_that_both_environments_show_is_held_and_told_not_rolled_back():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    for commit in list(laptop.repository.commits.values()):
        object.__setattr__(commit, "fault", {"share": 0.2})
    for environment in (BLUE, GREEN):
        laptop.digitalocean.maintenance(f"holi-{environment.value}")
    laptop.clock.sleep(60)
    laptop.invoke("ops/watch")
    record = laptop.record()
    assert record.active is GREEN
    assert any("nothing shows that going back would help" in text for text in laptop.told())


def test_a_person_takes_a_live_release_back():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    answer = laptop.invoke("rollback")
    assert answer["ok"] is True
    assert answer["active"] == "blue"
    assert answer["tag"] == "v1.2.0"
    assert "all 2 router instances follow" in answer["what"]
    assert laptop.rest().quarantine == {"v1.3.0": "rollback asked for by a person"}


def test_a_person_takes_a_release_back_while_it_is_watched():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    assert laptop.invoke("rollback")["ok"] is True
    assert laptop.rest().active is BLUE
    assert laptop.outcome("v1.3.0") == "rolled back"


@pytest.mark.bad_input(
    "person",
    "`rollback` with nothing to go back to",
    "what the idle environment holds, and why it will not do",
)
def test_a_second_rollback_has_nothing_to_go_back_to_and_says_why():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("rollback")
    answer = laptop.invoke("rollback")
    assert answer["ok"] is False
    assert "green holds v1.3.0, which is unfit to serve" in answer["what"]


@pytest.mark.bad_input(
    "person",
    "`rollback` during a deployment to the idle environment",
    "the deployment is cancelled first; where that cannot be confirmed, it says so",
)
def test_a_rollback_during_a_deployment_cancels_it_first():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    answer = laptop.invoke("rollback")
    assert answer["ok"] is True
    assert answer["tag"] == "v1.1.0"
    assert laptop.digitalocean.app("holi-green").deployments[-1].phase == "CANCELED"
    record = laptop.rest()
    assert record.active is GREEN
    assert record.on(GREEN).tag == "v1.1.0"


def test_without_auto_switch_a_release_rests_in_ready_until_a_person_switches():
    laptop = Laptop(options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.drain()
    assert laptop.record().release.phase is Phase.READY
    assert any("ready to switch" in text for text in laptop.told())
    for _ in range(3):
        laptop.minute()
    assert laptop.record().active is BLUE
    answer = laptop.invoke("switch")
    assert answer["ok"] is True
    assert laptop.rest().active is GREEN


def test_what_nobody_switches_expires():
    laptop = Laptop(options={"auto_switch": False}, deadlines={"ready": "10m"})
    laptop.push("v1.3.0")
    laptop.drain()
    for _ in range(20):
        laptop.minute()
    assert laptop.outcome("v1.3.0") == "expired"
    assert laptop.record().active is BLUE


@pytest.mark.slow
@pytest.mark.bad_input(
    "webhook",
    "a tag while another release is in flight",
    "202; it waits, people are told; the newest tag takes the place",
)
def test_a_tag_that_comes_while_another_is_in_flight_waits_its_turn():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.CHECKING)
    for tag in ("v1.4.0", "v1.5.0"):
        laptop.push(tag)
    laptop.rest(60)
    outcomes = {past.tag: past.outcome.value for past in laptop.record().past}
    assert outcomes == {"v1.3.0": "live", "v1.4.0": "superseded", "v1.5.0": "live"}
    assert [text for text in laptop.told() if " waits " in text] == [
        "web v1.3.0: v1.5.0 waits until v1.3.0, which is checking, has come to rest"
    ]


@pytest.mark.parametrize("watch_comes", [True, False])
def test_that_a_tag_waits_is_told_while_it_does_or_not_at_all(watch_comes):
    """A webhook's function can tell nobody: what it has queued is told by the next watch."""
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.CHECKING)
    laptop.push("v1.4.0")
    laptop.clock.sleep(5)
    if watch_comes:
        laptop.invoke("ops/watch", {"source": "schedule"})
    else:
        laptop.invoke("abort")
    laptop.rest()
    told = laptop.told()
    waits = [at for at, text in enumerate(told) if "v1.4.0 waits" in text]
    assert len(waits) == int(watch_comes)
    assert all(
        at < told.index("web v1.4.0: deploying to green" if not watch_comes else "web v1.3.0: live") for at in waits
    )


def test_a_person_may_skip_the_smoke_checks_and_say_where_to():
    laptop = Laptop()
    laptop.repository.release("v1.3.0")
    event = {"tag": "v1.3.0", "target": "green", "skip_smoke_tests": "true", "auto_switch": "false"}
    assert laptop.invoke("deploy", event)["ok"] is True
    laptop.drain()
    release = laptop.record().release
    assert release.phase is Phase.READY
    assert "skipped" in release.history[-1].says


def test_an_aborted_release_leaves_production_alone_and_the_way_back_open():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    answer = laptop.invoke("abort")
    assert answer["ok"] is True
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "aborted"
    assert record.on(GREEN).tag == "v1.1.0"
    assert record.on(GREEN).proven


def test_without_an_access_key_the_schedule_alone_takes_a_release_live():
    laptop = Laptop(key=False)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert not laptop.queue


def test_when_no_wake_up_is_accepted_the_schedule_takes_a_release_live():
    laptop = Laptop()
    laptop.refuse_wakes = True
    laptop.push("v1.3.0")
    for _ in range(2):
        laptop.minute()
    laptop.refuse_wakes = False
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
def test_a_lost_wake_up_at_any_point_only_costs_time():
    for lost in range(6):
        laptop = Laptop()
        laptop.push("v1.3.0")
        laptop.drain_but(lost)
        laptop.rest()
        assert laptop.outcome("v1.3.0") == "live", lost


def test_every_wake_up_twice_has_the_effect_of_one():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.drain_twice()
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert laptop.deployments(GREEN) == 2  # the one that was there, and ours
    assert len(laptop.told()) == len(set(laptop.told()))


@pytest.mark.slow
def test_github_shows_the_release_on_its_deployments_page():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.push("v1.4.0", fault=BAD)
    laptop.rest()
    page = laptop.github.deployments[REPOSITORY]
    states = {
        made["payload"]["tag"]: [status["state"] for status in page.statuses[made["id"]]] for made in page.listed({})
    }
    assert states["v1.3.0"] == ["in_progress", "success"]
    assert states["v1.4.0"] == ["in_progress", "failure"]


def test_status_says_where_everything_is():
    laptop = Laptop()
    assert laptop.invoke("status")["what"] == "web: blue active v1.2.0, green idle v1.1.0"
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    assert "blue active v1.2.0, green deploying v1.3.0; v1.3.0 is deploying" in laptop.invoke("status")["what"]
    laptop.rest()
    assert laptop.invoke("status")["what"] == "web: green active v1.3.0, blue idle v1.2.0"


@pytest.mark.slow
def test_a_watch_that_ends_is_followed_by_the_next_at_once():
    laptop = Laptop(watch={"bake": "30m", "over": "5m", "every": "5s"})
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    begun = laptop.clock.now()
    for _ in range(8):
        laptop.invoke(*laptop.queue.popleft())
    assert (laptop.clock.now() - begun).total_seconds() > 300
    assert laptop.record().release.evidence.passed == 10
    laptop.queue.clear()


def test_a_watch_that_dies_keeps_the_next_one_away_for_seconds_only():
    laptop = Laptop(watch={"bake": "30m", "over": "5m", "every": "5s"})
    laptop.push("v1.3.0", fault=BAD)
    laptop.until(Phase.WATCHING)
    laptop.queue.clear()
    record = laptop.record()
    dead = Claim(owner="a dead watch", until=laptop.clock.now() + timedelta(seconds=watching.STEP.lease))
    cloud = laptop.cloud("a test")
    cloud.journal.append(cloud.journal.newest(), record.with_release(claim=dead), "a test", "dies", laptop.clock.now())
    laptop.minute()
    assert laptop.rest().active is BLUE
