"""A newer tag while a release is in its bake: it waits, or goes ahead by policy or by a person's word."""

import pytest

from bluegreen.core.admission import hotfix
from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN, service
from tests.build import NOW as NOON
from tests.chain.laptop import Laptop

NOW = "not to wait: doctl serverless functions invoke deploy -p service:web -p tag:v1.4.0 -p now:true"


def in_bake(**changes):
    laptop = Laptop(**changes)
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    return laptop


@pytest.mark.slow
def test_it_waits_by_default_and_the_step_that_is_told_is_one_that_is_taken():
    laptop = in_bake()
    laptop.push("v1.4.0")
    assert laptop.record().queued.tag == "v1.4.0"
    waiting = next(notice for notice in laptop.record().outbox if "v1.4.0 waits" in notice.headline)
    assert waiting.next_step == NOW

    answer = laptop.invoke("deploy", {"tag": "v1.4.0", "now": "true"})

    assert answer["ok"], answer
    assert "v1.3.0 stays in production until then, unproven" in answer["what"]
    assert laptop.record().in_flight.tag == "v1.4.0"


@pytest.mark.slow
def test_a_person_who_asks_for_it_at_once_gets_it_and_is_told_what_it_costs():
    laptop = in_bake()
    laptop.repository.release("v1.4.0")

    laptop.invoke("deploy", {"tag": "v1.4.0", "now": "true"})
    record = laptop.rest()

    assert (laptop.outcome("v1.3.0"), laptop.outcome("v1.4.0")) == ("unproven", "live")
    assert (record.active, record.on(BLUE).tag) == (BLUE, "v1.4.0")
    [told] = [str(m["payload"]) for m in laptop.slack.messages if "before the bake of v1.3.0" in m["payload"]["text"]]
    assert "v1.2.0 makes room for it: from its deployment until v1.4.0 serves nothing is left to go back to" in told


@pytest.mark.slow
def test_by_policy_a_push_goes_ahead():
    laptop = in_bake(while_watching="replace")

    laptop.push("v1.4.0")
    record = laptop.rest()

    assert (laptop.outcome("v1.3.0"), laptop.outcome("v1.4.0")) == ("unproven", "live")
    assert record.active is BLUE


@pytest.mark.slow
def test_a_hotfix_that_fails_its_checks_leaves_production_where_it_is():
    laptop = in_bake(while_watching="replace")

    laptop.push("v1.4.0", fault={"share": 1.0})
    record = laptop.rest()

    assert laptop.outcome("v1.4.0") == "failed"
    assert (record.active, record.on(GREEN).tag) == (GREEN, "v1.3.0")


@pytest.mark.parametrize("phase", [Phase.DEPLOYING, Phase.CHECKING])
def test_before_the_switch_it_waits_whatever_is_wanted_and_abort_makes_room(phase):
    laptop = Laptop(while_watching="replace")
    laptop.push("v1.3.0")
    laptop.until(phase)
    laptop.push("v1.4.0")

    answer = laptop.invoke("deploy", {"tag": "v1.4.0", "now": "true"})

    assert laptop.record().in_flight.tag == "v1.3.0"
    assert "v1.4.0 waits" in answer["what"]
    assert answer["next"] == "to make room: doctl serverless functions invoke abort -p service:web"
    assert laptop.invoke("abort")["ok"]
    assert laptop.record().in_flight.tag == "v1.4.0"


@pytest.mark.slow
@pytest.mark.parametrize("phase", [Phase.DEPLOYING, Phase.CHECKING, Phase.READY])
@pytest.mark.parametrize("by", ["policy", "a person", "a person, later", "nobody"])
def test_what_was_queued_before_the_bake_begins_with_it(phase, by):
    laptop = Laptop(while_watching="replace" if by == "policy" else "wait")
    laptop.push("v1.3.0")
    laptop.until(phase)
    if by == "a person":
        laptop.repository.release("v1.4.0")
    else:
        laptop.push("v1.4.0")
    answer = laptop.invoke("deploy", {"tag": "v1.4.0", "now": "true"}) if by.startswith("a person") else {"what": ""}
    laptop.until(Phase.WATCHING)
    first = laptop.record().in_flight.tag
    laptop.rest()

    if answer["what"]:
        assert f"until v1.3.0, which is {phase.value}, serves or has come to rest" in answer["what"]
    assert first == ("v1.3.0" if by == "nobody" else "v1.4.0")
    assert laptop.outcome("v1.3.0") == ("live" if by == "nobody" else "unproven")
    assert laptop.outcome("v1.4.0") == "live"


def test_a_bake_is_not_cut_short_for_what_a_pause_holds_back():
    laptop = in_bake()
    laptop.push("v1.4.0")
    waiting, hasty = laptop.record(), service(while_watching="replace")
    assert laptop.invoke("deploy", {"pause": "true", "by": "anna"})["ok"]
    paused = laptop.record()

    assert hotfix.go_ahead_if_due(waiting, hasty, NOON).in_flight.tag == "v1.4.0"
    assert hotfix.go_ahead_if_due(paused, hasty, NOON) is paused


def test_an_older_tag_does_not_push_a_release_out_of_its_bake():
    laptop = in_bake(while_watching="replace")
    laptop.push("v1.2.5")
    assert laptop.record().in_flight.tag == "v1.3.0"
    assert laptop.record().queued is None


def test_a_set_is_watched_together():
    answer = in_bake().invoke("deploy", {"tag": "v1.4.0", "now": "true", "set": "shop"})
    assert not answer["ok"]
    assert "now goes with a service, not with a set" in answer["what"]
