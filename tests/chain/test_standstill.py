"""Pause, resume and freeze windows, with the real functions: nothing new begins, and what leads back goes on."""

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from tests.chain.laptop import Laptop

FROZEN = {"freeze": [{"name": "the week", "from_day": "mon", "to_day": "mon", "override": ["anna"]}]}


def paused(**changes):
    laptop = Laptop(**changes)
    laptop.invoke("status")
    answer = laptop.invoke("deploy", {"pause": "true", "by": "anna", "reason": "the database moves"})
    assert answer["ok"], answer
    return laptop


def test_a_pushed_tag_waits_and_begins_when_it_goes_on():
    laptop = paused()
    laptop.push("v1.3.0")
    laptop.drain()
    laptop.minute()
    assert laptop.record().release is None
    assert laptop.record().queued.tag == "v1.3.0"

    answer = laptop.invoke("deploy", {"resume": "true", "by": "ben"})
    laptop.rest()

    assert answer["ok"]
    assert "v1.3.0 goes on" in answer["what"]
    assert laptop.record().past[0].tag == "v1.3.0"
    assert laptop.record().past[0].outcome is Phase.LIVE


def test_that_a_pause_holds_it_back_is_not_told_once_it_goes_on():
    """No watch has come by since the push, so nobody was told yet."""
    laptop = paused()
    laptop.push("v1.3.0")
    laptop.invoke("deploy", {"resume": "true"})
    laptop.rest()

    told = [text for text in laptop.told() if "v1.3.0" in text]
    assert [text for text in told if "waits" in text] == []
    assert told[-1] == "web v1.3.0: live"


def test_of_two_tags_that_wait_the_newer_begins():
    laptop = paused()
    laptop.push("v1.3.0")
    laptop.push("v1.4.0")
    laptop.push("v1.3.1")
    laptop.invoke("deploy", {"resume": "true"})
    laptop.rest()

    assert laptop.record().on(laptop.record().active).tag == "v1.4.0"
    assert {past.tag: past.outcome for past in laptop.record().past}["v1.3.0"] is Phase.SUPERSEDED


def test_who_when_and_why_are_told_by_status_and_people_hear_of_it():
    laptop = paused()
    answer = laptop.invoke("status")

    assert "web is paused by anna since" in answer["what"]
    assert "the database moves" in answer["what"]
    assert answer["services"]["web"]["paused"]["by"] == "anna"
    assert "-p resume:true" in answer["next"]
    assert any("paused by anna" in str(message) for message in laptop.slack.messages)


def test_a_person_is_refused_and_told_how_to_go_on():
    laptop = paused()
    answer = laptop.invoke("deploy", {"tag": "v1.3.0"})

    assert not answer["ok"]
    assert "web is paused by anna" in answer["what"]
    assert "-p resume:true" in answer["next"]


def test_a_bake_and_its_rollback_go_on():
    laptop = Laptop()
    laptop.invoke("status")
    laptop.push("v1.3.0", fault={"share": 1.0, "when": "production"})
    laptop.until(Phase.WATCHING)
    laptop.invoke("deploy", {"pause": "true"})
    laptop.rest()

    assert laptop.record().past[0].outcome is Phase.ROLLED_BACK
    assert laptop.record().active is Environment.BLUE


@pytest.mark.slow
def test_a_persons_rollback_and_undo_go_on():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("deploy", {"pause": "true"})

    assert laptop.invoke("rollback")["ok"]
    laptop.drain()
    assert laptop.record().active is Environment.BLUE
    assert laptop.invoke("rollback", {"undo": "true"})["ok"]
    laptop.rest()
    assert laptop.record().active is Environment.GREEN


def test_what_is_ready_waits_and_nobody_switches_it():
    laptop = Laptop(options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.invoke("deploy", {"pause": "true", "by": "anna"})
    answer = laptop.invoke("switch")
    laptop.drain()

    assert not answer["ok"]
    assert "web is paused by anna" in answer["what"]
    assert laptop.record().active is Environment.BLUE
    laptop.invoke("deploy", {"resume": "true"})
    assert laptop.invoke("switch", {"by": "ben", "reason": "reviewed"})["ok"]
    assert laptop.record().active is Environment.GREEN


def test_a_release_with_auto_switch_waits_in_ready_while_paused():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.SMOKING)
    laptop.invoke("deploy", {"pause": "true"})
    laptop.drain()
    assert laptop.record().in_flight.phase is Phase.READY
    assert "is paused" in laptop.record().in_flight.reason

    laptop.invoke("deploy", {"resume": "true"})
    laptop.rest()
    assert laptop.record().past[0].outcome is Phase.LIVE


def test_a_hotfix_policy_cuts_no_bake_short_for_what_cannot_begin():
    laptop = Laptop(while_watching="replace")
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.invoke("deploy", {"pause": "true"})
    laptop.push("v1.4.0")

    assert laptop.record().in_flight.tag == "v1.3.0"
    assert laptop.record().queued.tag == "v1.4.0"


@pytest.mark.parametrize(
    "given",
    [{"pause": "true", "resume": "true"}, {"pause": "false"}, {"pause": "true", "tag": "v1.3.0"}, {"resume": "maybe"}],
)
def test_what_makes_no_sense_is_refused(given):
    assert not Laptop().invoke("deploy", given)["ok"]


def test_pausing_twice_keeps_who_was_first():
    laptop = paused()
    answer = laptop.invoke("deploy", {"pause": "true", "by": "ben"})

    assert answer["ok"]
    assert laptop.record().paused.by == "anna"
    assert laptop.invoke("deploy", {"resume": "true"})["ok"]
    assert laptop.invoke("deploy", {"resume": "true"})["ok"]


def test_in_a_freeze_window_a_tag_waits_until_it_is_over():
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[Laptop().clock.now().weekday()]
    hour = Laptop().clock.now().hour
    window = {"from_day": day, "to_day": day, "to_time": f"{hour + 1:02}:00"}
    laptop = Laptop(freeze=[window])
    laptop.push("v1.3.0")
    laptop.drain()
    assert laptop.record().release is None
    assert "frozen until" in laptop.invoke("status")["what"]
    assert laptop.invoke("status")["services"]["web"]["frozen_until"]
    assert not laptop.invoke("deploy", {"tag": "v1.4.0"})["ok"]

    laptop.clock.sleep(3600)
    laptop.invoke("ops/watch")
    laptop.rest()

    assert laptop.record().past[0].outcome is Phase.LIVE


def test_in_a_freeze_window_nobody_switches_what_is_ready_and_it_does_not_go_by_itself_when_the_window_is_over():
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[Laptop().clock.now().weekday()]
    begins = Laptop().clock.now().hour + 1
    window = {"from_day": day, "from_time": f"{begins:02}:00", "to_day": day, "to_time": f"{begins + 1:02}:00"}
    laptop = Laptop(freeze=[window], options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.drain()
    laptop.clock.sleep(3600)
    answer = laptop.invoke("switch", {"by": "anna"})
    assert (answer["ok"], answer["next"]) == (False, "say it again once that is over")
    assert "frozen until" in answer["what"]
    assert "switch" not in laptop.invoke("status")["next"]

    laptop.clock.sleep(3600)
    for _ in range(5):
        laptop.minute()
    assert laptop.record().release.phase is Phase.READY
    assert laptop.invoke("switch", {"by": "anna"})["ok"]


def test_who_may_override_is_named_to_everybody():
    laptop = Laptop(**FROZEN)
    laptop.invoke("status")
    refused = laptop.invoke("deploy", {"tag": "v1.3.0", "override": "true", "by": "ben"})
    assert not refused["ok"]
    assert "may be overridden by anna, and not by ben" in refused["what"]
    laptop.repository.release("v1.3.0")

    answer = laptop.invoke("deploy", {"tag": "v1.3.0", "override": "true", "by": "anna", "reason": "a leak"})
    laptop.rest()

    assert answer["ok"], answer
    assert laptop.record().past[0].outcome is Phase.LIVE
    assert any("released in a freeze window by anna (a leak)" in str(message) for message in laptop.slack.messages)


def test_a_rollback_needs_no_override():
    laptop = Laptop(**FROZEN)
    laptop.invoke("status")

    assert laptop.invoke("rollback")["ok"]


@pytest.mark.slow
def test_what_waits_for_the_end_of_a_bake_waits_for_the_end_of_a_pause():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.push("v1.4.0")
    laptop.invoke("deploy", {"pause": "true"})
    for _ in range(30):
        laptop.drain()
        laptop.minute()

    assert laptop.record().release is None
    assert laptop.record().past[0].outcome is Phase.LIVE
    assert laptop.record().queued.tag == "v1.4.0"
