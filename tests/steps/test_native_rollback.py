"""The second line: where the idle environment cannot take over, App Platform takes the active app back itself."""

import pytest

from bluegreen.core import pointing
from bluegreen.core.environment import PreviousDeployment, Status
from bluegreen.core.phases import Phase
from bluegreen.ordering.placing import newest_or_adopted
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop


@pytest.fixture
def laptop():
    """v1.3.0 is live on green; v1.4.0 has failed on blue, which has nothing to take over with."""
    laptop = Laptop()
    before = PreviousDeployment(tag="v1.1.0", deployment=laptop.digitalocean.app("holi-green").active.id)
    commits = {tag: laptop.repository.release(tag).sha for tag in ("v1.3.0", "v1.4.0")}
    laptop.repository.branches["deploy/green"] = commits["v1.3.0"]
    with laptop.digitalocean.lock:
        laptop.digitalocean.apps.deploy(laptop.digitalocean.app("holi-green"), False, laptop.clock.now())
    laptop.clock.sleep(60)
    cloud = laptop.cloud("test")
    version = newest_or_adopted(cloud)
    record = pointing.point_at(version.record, GREEN, laptop.clock.now())
    record = record.with_environment(GREEN, tag="v1.3.0", commit=commits["v1.3.0"], before=before)
    record = record.with_environment(BLUE, tag="v1.4.0", commit=commits["v1.4.0"], status=Status.UNFIT, proven=False)
    cloud.journal.append(version, record, "test", "as after two releases", laptop.clock.now())
    return laptop


def running(laptop, environment):
    return laptop.host.serving(laptop.digitalocean.app(laptop.apps[environment]).key).env["APP_VERSION"]


def test_the_active_app_goes_back_to_what_was_proven_on_it_and_the_record_says_so(laptop):
    answer = laptop.invoke("rollback")
    assert answer["ok"], answer
    assert "App Platform takes green from v1.3.0 back to v1.1.0 itself: minutes, not seconds" in answer["what"]
    record = laptop.rest()
    assert running(laptop, GREEN) == "v1.1.0"
    state = record.on(GREEN)
    assert (record.active, state.tag, state.proven) == (GREEN, "v1.1.0", True)
    assert state.commit == laptop.repository.tags["v1.1.0"].commit
    assert state.deployment == state.pinned == laptop.digitalocean.app("holi-green").pinned.id
    assert "v1.3.0" in record.quarantine
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert any("rolled back; production is on v1.1.0 on green by App Platform's own" in text for text in laptop.told())
    assert "green is pinned by App Platform's own rollback" in laptop.invoke("status")["what"]
    assert not laptop.digitalocean.violations


@pytest.mark.slow
def test_an_image_goes_back_to_the_digest_that_was_proven_there():
    laptop = Laptop(images=True)
    for tag in ("v1.3.0", "v1.4.0", "v1.5.0"):
        laptop.push(tag)
        laptop.rest()
    laptop.invoke("rollback", {"native": "true"})
    record = laptop.rest()
    assert (record.on(GREEN).tag, running(laptop, GREEN)) == ("v1.3.0", "v1.3.0")
    assert (
        laptop.digitalocean.app("holi-green").active.spec["services"][0]["image"]["digest"] == record.on(GREEN).digest
    )


@pytest.mark.slow
def test_an_image_that_was_never_pinned_by_digest_is_nothing_to_go_back_to():
    laptop = Laptop(images=True)
    laptop.push("v1.3.0")
    laptop.rest()
    answer = laptop.invoke("rollback", {"native": "true"})
    assert not answer["ok"]
    assert "the deployment pins no digest, but the tag's image is sha256:" in answer["what"]


@pytest.mark.slow
def test_the_pin_is_kept_before_the_next_release_goes_there(laptop):
    laptop.invoke("rollback")
    laptop.rest()
    for tag, environment in (("v1.5.0", BLUE), ("v1.6.0", GREEN)):
        laptop.push(tag)
        record = laptop.rest()
        assert (record.active, running(laptop, environment)) == (environment, tag), laptop.reason(tag)
    assert record.on(GREEN).pinned == ""
    assert laptop.digitalocean.app("holi-green").pinned is None


def test_a_rollback_that_is_asked_for_twice_does_not_go_back_twice(laptop):
    laptop.invoke("rollback")
    laptop.rest()
    deployments = laptop.deployments(GREEN)
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert "no release is known that was proven on green before v1.1.0" in answer["what"]
    assert "native:true" not in answer["what"]  # it would be refused too
    assert laptop.deployments(GREEN) == deployments


def test_an_ordinary_rollback_that_is_asked_for_twice_does_not_fall_through_to_the_second_line():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("rollback")
    laptop.rest()
    assert not laptop.invoke("rollback")["ok"]
    assert (laptop.record().active, running(laptop, BLUE)) == (BLUE, "v1.2.0")


@pytest.mark.slow
def test_after_going_back_to_a_tag_an_impatient_rollback_goes_no_further():
    laptop = Laptop()
    for tag in ("v1.3.0", "v1.4.0", "v1.5.0"):
        laptop.push(tag)
        laptop.rest()
    assert laptop.invoke("rollback", {"to": "v1.3.0"})["ok"]
    record = laptop.rest()
    assert record.on(record.active).tag == "v1.3.0"
    again = laptop.invoke("rollback")
    assert not again["ok"]
    assert "is what the last rollback went to" in again["what"]
    assert laptop.rest().on(record.active).tag == "v1.3.0"


@pytest.mark.slow
def test_what_the_active_app_runs_already_is_no_way_back():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.push("v1.4.0")
    record = laptop.rest()
    laptop.cloud("test").journal.append(
        newest_or_adopted(laptop.cloud("test")),
        record.with_environment(
            record.active, before=PreviousDeployment(tag="v1.4.0", deployment=record.on(record.active).deployment)
        ),
        "test",
        "as after v1.4.0 came back to where another was taken back",
        laptop.clock.now(),
    )
    answer = laptop.invoke("rollback", {"native": "true"})
    assert not answer["ok"]
    assert "runs v1.4.0 again, and what was proven there before is not known any more" in answer["what"]
    assert "v1.4.0" not in laptop.record().quarantine


@pytest.mark.parametrize("fault", [{"status": 504, "after_effect": True}, {"status": 503}])
def test_a_request_whose_answer_was_lost_is_found_again_and_not_made_twice(laptop, fault):
    laptop.faults["digitalocean"].add(Fault(method="POST", path="/rollback$", **fault))
    before = laptop.deployments(GREEN)
    laptop.invoke("rollback")
    laptop.rest()
    assert laptop.deployments(GREEN) == before + 1
    assert laptop.outcome("v1.3.0") == "rolled back"


@pytest.mark.slow
def test_what_was_proven_on_an_environment_is_remembered_when_the_next_release_goes_there():
    laptop = Laptop()
    adopted = laptop.digitalocean.app("holi-green").active.id
    laptop.push("v1.3.0")
    laptop.push("v1.4.0", fault={"db": "down"})
    record = laptop.rest()
    assert record.on(GREEN).before == PreviousDeployment(tag="v1.1.0", deployment=adopted)
    assert (record.on(BLUE).tag, record.on(BLUE).before.tag) == ("v1.4.0", "v1.2.0")


@pytest.mark.slow
def test_a_release_whose_deployment_cannot_be_stopped_makes_room_and_the_queued_one_waits_on():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    laptop.invoke(*laptop.queue.popleft())
    laptop.faults["digitalocean"].add(Fault(method="POST", path="/cancel$", status=400))
    answer = laptop.invoke("rollback")
    assert "App Platform takes green from v1.3.0 back to v1.1.0" in answer["what"]
    record = laptop.rest()
    assert laptop.outcome("v1.4.0") == "aborted"
    assert (running(laptop, GREEN), record.on(GREEN).tag) == ("v1.1.0", "v1.1.0")
    assert record.on(BLUE).status is Status.UNFIT


def test_where_app_platform_cannot_either_the_answer_says_why_and_what_to_do_and_nothing_changes(laptop):
    laptop.digitalocean.settings.revision_limit = 0
    before, deployments = laptop.record(), laptop.deployments(GREEN)
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert "nothing to go back to: blue holds v1.4.0, which is unfit to serve" in answer["what"]
    assert "exceeded_revision_limit: rollback is limited to the last 0 revisions" in answer["what"]
    assert "`rollback -p to:v1.1.0` releases it to blue" in answer["next"]
    assert (laptop.record(), laptop.deployments(GREEN)) == (before, deployments)


def test_a_deployment_of_somebody_elses_is_not_taken_for_the_release_before(laptop):
    state = laptop.record().on(GREEN).before
    found = laptop.digitalocean.app("holi-green").deployment(state.deployment)
    for name, version in found.versions.items():
        other = laptop.repository.tags["v1.4.0"].commit
        found.versions[name] = version.__class__(version.source, laptop.repository.commits[other], "")
    found.spec = {**found.spec, "services": [{"name": "web"}]}
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert "App Platform cannot take green back to v1.1.0" in answer["what"]


def test_a_rollback_deployment_that_fails_is_stuck_and_the_record_keeps_what_still_runs(laptop):
    laptop.digitalocean.fail_next_deployment("holi-green", "no health")
    laptop.invoke("rollback")
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "stuck"
    assert (record.on(GREEN).tag, running(laptop, GREEN)) == ("v1.3.0", "v1.3.0")
    assert record.on(GREEN).pinned


def test_a_person_may_take_the_second_line_while_the_release_is_watched():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    assert laptop.invoke("rollback", {"native": "true"})["ok"]
    record = laptop.rest()
    assert (record.active, record.on(GREEN).tag, running(laptop, GREEN)) == (GREEN, "v1.1.0", "v1.1.0")
    assert record.on(BLUE).tag == "v1.2.0"
    assert laptop.outcome("v1.3.0") == "rolled back"


@pytest.mark.slow
def test_the_first_line_is_taken_wherever_it_can_be():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("rollback")
    assert laptop.record().active is BLUE
    assert laptop.deployments(GREEN) == 2


def test_a_pin_of_somebody_elses_is_refused_with_both_ways_out():
    laptop = Laptop()
    laptop.digitalocean.pin("holi-green")
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    why = laptop.reason("v1.3.0")
    assert f"/v2/apps/{laptop.apps[GREEN]}/rollback/commit" in why
    assert "/revert" in why
