"""A person goes back to any earlier release, and lifts what was quarantined."""

import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.driven import BalancedLaptop
from tests.chain.laptop import Laptop

BAD = {"share": 0.2, "when": "production"}
QUICK = {"checks": 2, "over": "20s", "bake": "60s", "every": "10s"}


def laptop_after(*tags, **given):
    laptop = Laptop(**{"watch": QUICK, **given})
    for tag in tags:
        laptop.push(tag)
        laptop.rest()
    return laptop


@pytest.mark.slow
def test_an_earlier_release_that_stands_nowhere_is_released_again_and_what_was_left_is_quarantined():
    laptop = laptop_after("v1.3.0", "v1.4.0")
    answer = laptop.invoke("rollback", {"to": "v1.2.0"})
    assert answer["ok"], answer
    assert "going back to v1.2.0: green does not hold it" in answer["what"]
    laptop.until(Phase.DEPLOYING)
    status = laptop.invoke("status")
    assert "going back: v1.2.0 is deploying" in status["what"]
    assert status["services"]["web"]["release"]["going_back"] is True
    record = laptop.rest()
    assert record.on(record.active).tag == "v1.2.0"
    assert "left for v1.2.0" in record.quarantine["v1.4.0"]
    assert any("(going back to v1.2.0)" in text for text in laptop.told())


@pytest.mark.slow
def test_what_served_production_skips_its_smoke_checks_and_never_its_health_checks():
    laptop = laptop_after("v1.3.0", "v1.4.0", "v1.5.0")
    laptop.invoke("rollback", {"to": "v1.3.0"})
    laptop.until(Phase.READY)
    said = {line.phase: line.says for line in laptop.record().release.history}
    assert "smoke checks skipped, v1.3.0 served production before" in said[Phase.READY]
    assert "health checks passed" in said[Phase.SMOKING]


def test_the_release_before_is_gone_back_to_in_seconds():
    laptop = laptop_after("v1.3.0")
    begun = laptop.clock.seconds()
    answer = laptop.invoke("rollback", {"to": "v1.2.0"})
    assert (answer["ok"], answer["active"], answer["tag"]) == (True, "blue", "v1.2.0")
    assert laptop.clock.seconds() - begun < 5


@pytest.mark.slow
def test_a_deployment_under_way_is_cancelled_for_it():
    laptop = laptop_after("v1.3.0")
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    assert laptop.invoke("rollback", {"to": "v1.2.0"})["tag"] == "v1.2.0"
    assert laptop.digitalocean.app("holi-blue").deployments[-1].phase == "CANCELED"
    assert laptop.rest().active is BLUE


@pytest.mark.slow
def test_a_watched_release_is_left_at_once_and_the_earlier_one_follows():
    laptop = laptop_after("v1.3.0")
    laptop.push("v1.4.0")
    laptop.until(Phase.WATCHING)
    answer = laptop.invoke("rollback", {"to": "v1.2.0"})
    assert answer["ok"], answer
    assert answer["tag"] == "v1.3.0"
    record = laptop.rest()
    assert record.on(record.active).tag == "v1.2.0"
    assert {*record.quarantine} == {"v1.3.0", "v1.4.0"}


@pytest.mark.slow
def test_what_is_aborted_for_it_is_named():
    laptop = laptop_after("v1.3.0", "v1.4.0")
    laptop.push("v1.5.0")
    laptop.until(Phase.DEPLOYING)
    answer = laptop.invoke("rollback", {"to": "v1.2.0"})
    assert answer["what"].endswith("so it is released there first; v1.5.0 was aborted for it")
    assert laptop.reason("v1.5.0") == "aborted by a person's rollback"


@pytest.mark.slow
@pytest.mark.bad_input(
    "person",
    "`rollback -p to:` a tag that is active, quarantined, or not known to have served production",
    "which, and the tags that may be gone back to",
)
def test_what_cannot_be_gone_back_to_is_refused_and_the_answer_lists_what_can():
    laptop = laptop_after("v1.3.0")
    for to, why in (("v0.1.0", "not known to have served production"), ("v1.3.0", "v1.3.0 is active already")):
        answer = laptop.invoke("rollback", {"to": to})
        assert answer["ok"] is False
        assert why in answer["what"]
        assert "may be gone back to: v1.2.0" in answer["next"]
    assert laptop.record().active is GREEN
    assert laptop.invoke("rollback", {"to": "v1.2.0", "native": "true"})["ok"] is False


@pytest.mark.bad_input(
    "person",
    "a tag whose image (or commit, where it is built) is that of a quarantined one",
    "rejected, with that tag and its finding",
)
def test_an_image_that_was_rolled_back_does_not_come_back_under_another_tag_until_a_person_lifts_it():
    laptop = Laptop(images=True, watch=QUICK)
    laptop.push("v1.4.0", fault=BAD)
    record = laptop.rest()
    laptop.digitalocean.push_image("web", "v1.4.1", laptop.repository.commits[laptop.repository.tags["v1.4.0"].commit])
    laptop.repository.tag("v1.4.1", laptop.repository.tags["v1.4.0"].commit)
    answer = laptop.invoke("deploy", {"tag": "v1.4.1"})
    assert answer["ok"] is False
    assert answer["next"].endswith("deploy -p service:web -p tag:v1.4.1 -p lift:true")
    assert laptop.outcome("v1.4.1") == "rejected"
    assert laptop.reason("v1.4.1") == (
        f"the image of v1.4.1 is that of v1.4.0, which is quarantined: {record.quarantine['v1.4.0']}"
    )
    assert "quarantined: v1.4.0" in laptop.invoke("status")["what"]


@pytest.mark.slow
def test_a_person_lifts_a_quarantine_and_the_same_webhook_still_does_not():
    laptop = laptop_after("v1.3.0")
    laptop.invoke("rollback")
    laptop.rest()
    laptop.push("v1.3.0")
    assert laptop.record().release is None
    answer = laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
    assert answer["ok"], answer
    assert "its quarantine is lifted once it serves (it was: rollback asked for by a person)" in answer["what"]
    record = laptop.rest()
    assert record.on(record.active).tag == "v1.3.0"
    assert record.quarantine == record.quarantined_images == {}
    assert any(
        "v1.3.0, which is quarantined, is released all the same by a person (deploy)" in text for text in laptop.told()
    )


@pytest.mark.parametrize(("status", "said"), [(409, "the app is pinned"), (403, "You are not authorized")])
def test_a_native_rollback_that_is_refused_is_no_success_and_names_a_way_that_is_open(status, said):
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.faults["digitalocean"].add(Fault("POST", "/rollback$", status, {"id": "x", "message": said}, times=99))
    answer = laptop.invoke("rollback", {"native": "true"})
    assert (answer["ok"], answer["tag"]) == (False, "v1.3.0")
    assert said in answer["what"]
    step = "green was not taken back: v1.3.0 may still serve there; to go back: doctl serverless functions invoke roll"
    assert answer["next"].startswith(step)
    assert laptop.invoke("status")["next"].startswith(step)
    assert laptop.invoke("rollback")["ok"]
    assert laptop.rest().active is BLUE


@pytest.mark.slow
def test_a_way_back_that_a_provider_refuses_is_no_success_either():
    laptop = BalancedLaptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.land()
    laptop.faults["digitalocean"].add(Fault("PUT", "/v2/load_balancers", 422, {"message": "no"}, times=99))
    answer = laptop.invoke("rollback")
    assert (answer["ok"], answer["active"]) == (False, "blue")
    assert "production is still being led to blue" in answer["next"]
