"""What people read is what happened, and names the next step."""

import pytest

from bluegreen.core.errors import BadRequest, Corrupt, Later, Misconfigured
from bluegreen.core.phases import Phase
from bluegreen.door.refusal import refusal
from tests.build import GREEN
from tests.chain.laptop import CALLS, Laptop

BAD = {"share": 1}


def waiting(*tags, **given):
    """v1.3.0 is in flight, before its switch, and `tags` were pushed after it."""
    laptop = Laptop(**given)
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    for tag in tags:
        laptop.push(tag)
    return laptop


@pytest.mark.slow
@pytest.mark.bad_input(
    "person",
    "`deploy` of a quarantined tag",
    "the finding that put it there; `-p lift:true` lifts it, a webhook never does",
)
def test_a_quarantined_tag_is_refused_with_the_command_that_releases_it_all_the_same():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("rollback")
    answer = laptop.invoke("deploy", {"tag": "v1.3.0"})
    assert answer["ok"] is False
    assert answer["next"] == (
        "to release it all the same: doctl serverless functions invoke deploy -p service:web -p tag:v1.3.0 -p lift:true"
    )


@pytest.mark.bad_input("person", "`deploy` of a tag older than the one that waits", "it is passed over, and recorded")
def test_a_tag_that_is_passed_over_is_no_success_for_who_asked_for_it():
    laptop = waiting("v1.5.0")
    laptop.repository.release("v1.4.0")
    answer = laptop.invoke("deploy", {"tag": "v1.4.0"})
    assert (answer["ok"], answer["what"]) == (False, "v1.4.0 is passed over: v1.5.0 waits")
    assert answer["next"] == "ask again once v1.5.0 has come to rest"


@pytest.mark.bad_input(
    "person",
    "`deploy` of a tag that is in flight, with other options",
    "those that it has; `abort` first. What waits takes the new ones",
)
def test_other_options_for_what_is_in_flight_are_not_swallowed():
    laptop = waiting()
    answer = laptop.invoke("deploy", {"tag": "v1.3.0", "auto_switch": "false"})
    assert answer["ok"] is False
    assert answer["what"] == "v1.3.0 is in flight already: deploying, with auto_switch:true"
    assert "invoke abort -p service:web, then deploy it again" in answer["next"]
    assert laptop.invoke("deploy", {"tag": "v1.3.0"})["ok"] is True


def test_other_options_for_what_waits_are_taken_over():
    laptop = waiting("v1.4.0")
    answer = laptop.invoke("deploy", {"tag": "v1.4.0", "auto_switch": "false"})
    assert (answer["ok"], answer["what"]) == (True, "v1.4.0 waits already; now with auto_switch:false")
    assert laptop.record().queued.options.auto_switch is False


def test_a_switch_says_what_serves_production_now():
    laptop = Laptop(options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.drain()
    answer = laptop.invoke("switch")
    assert answer["ok"] is True
    assert answer["what"].startswith("v1.3.0 serves production on green: all 2 router instances follow")


def test_a_switch_that_the_last_look_at_its_health_stops_is_no_success():
    laptop = Laptop(options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.drain()
    commit = laptop.repository.commits[laptop.repository.tags["v1.3.0"].commit]
    object.__setattr__(commit, "fault", BAD)
    laptop.digitalocean.maintenance("holi-green")
    laptop.clock.sleep(60)
    answer = laptop.invoke("switch")
    assert answer["ok"] is False
    assert answer["what"].startswith("v1.3.0 failed: ")


@pytest.mark.slow
def test_a_rollback_by_app_platform_names_the_tag_that_runs_afterwards():
    laptop = Laptop()
    for tag in ("v1.3.0", "v1.4.0", "v1.5.0"):
        laptop.push(tag)
        laptop.rest()
    laptop.clock.limit = 600.0
    answer = laptop.invoke("rollback", {"native": "true"})
    assert answer["ok"], answer
    assert (answer["tag"], laptop.record().on(GREEN).tag) == ("v1.3.0", "v1.3.0")


def test_status_says_since_when_until_when_and_what_a_rollback_would_do():
    laptop = waiting()
    facts = laptop.invoke("status")["services"]["web"]
    assert facts["rollback"] == "to v1.1.0 on green, once the deployment of v1.3.0 is cancelled"
    assert facts["release"]["by"].startswith("a push by ")
    assert facts["release"]["since"] < facts["release"]["deadline"]
    laptop.rest()
    facts = laptop.invoke("status")["services"]["web"]
    assert facts["rollback"] == "to v1.2.0 on blue, at once"
    assert facts["past"][0]["at"] >= facts["environments"]["green"]["since"]
    laptop.invoke("rollback")
    facts = laptop.invoke("status")["services"]["web"]
    assert "green holds v1.3.0, which is unfit to serve; nor by App Platform: " in facts["rollback"]


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (Later("429"), "try again in a moment"),
        (BadRequest("target:red"), "nothing was done: ask again with what is allowed"),
        (Misconfigured("settings"), "`bluegreen doctor` says what is wrong with the settings"),
        (Corrupt("version 3"), "`status` shows where everything is"),
    ],
)
def test_every_refusal_names_a_next_step(error, advice):
    answer = refusal(CALLS["status"], error)
    assert (answer["ok"], answer["what"], answer["next"]) == (False, str(error), advice)
