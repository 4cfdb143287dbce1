"""What is printed beside a notice or an answer is true when it is printed: also in a pause, and where a tag waits."""

import re

import pytest

from bluegreen.core.phases import Phase
from tests.chain.test_ways_back import BY_ANNA, Late, live, step_until

NOON = {"name": "noon", "from_day": "mon", "from_time": "12:00", "to_day": "mon", "to_time": "14:00"}


def newest(laptop):
    return str(laptop.slack.messages[-1]["payload"])


def test_in_a_pause_the_step_after_an_abort_begins_with_its_end():
    laptop = Late()
    laptop.push("v1.3.0")
    laptop.until(Phase.CHECKING)
    laptop.invoke("deploy", {"pause": "true", "by": "anna"})
    assert laptop.invoke("abort")["ok"]

    deploy = "doctl serverless functions invoke deploy -p service:web"
    assert f"{deploy} -p resume:true, then {deploy} -p tag:v1.3.0" in newest(laptop)
    assert laptop.invoke("deploy", {"resume": "true"})["ok"]
    assert laptop.invoke("deploy", {"tag": "v1.3.0"})["ok"]


@pytest.mark.parametrize("override", [["anna"], []])
def test_in_a_freeze_window_it_names_who_may_or_its_end(override):
    laptop = Late(freeze=[{**NOON, "from_time": "12:30", "override": override}], options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.clock.sleep(1800)  # the window is open
    assert laptop.invoke("abort")["ok"]

    told = newest(laptop)
    assert ("-p tag:v1.3.0 -p override:true -p by:anna" in told) is bool(override), told
    assert ("release it again once noon is over: 2026-11-23 14:00 UTC" in told) is not override or override


def test_a_tag_that_waits_in_a_pause_is_not_told_to_go_now():
    laptop = Late()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.invoke("deploy", {"pause": "true", "by": "anna"})
    laptop.push("v1.4.0")
    (step,) = {each.next_step for each in laptop.record().outbox if each.headline.startswith("v1.4.0 waits")}
    assert "now:true" not in step
    assert "resume:true" in step


def test_where_a_tag_waits_no_undo_is_printed_that_would_be_refused_in_seconds():
    laptop = Late()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.push("v1.4.0")  # it waits for the end of the bake
    answer = laptop.invoke("rollback")

    (notice,) = [str(m["payload"]) for m in laptop.slack.messages if "v1.3.0: rolled back" in str(m["payload"])]
    for told in (answer["next"], notice):
        assert "undo:true" not in told
        assert "v1.4.0, which has waited, goes to green now" in told
    printed = re.search(r"to release v1.3.0 again after it: .*-p tag:v1.3.0 -p lift:true", answer["next"])
    assert printed
    assert laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})["ok"]


@pytest.mark.slow
def test_the_active_tag_that_was_asked_for_again_needs_nothing():
    laptop = Late()
    live(laptop, "v1.3.0")
    laptop.push("v1.4.0")
    laptop.until(Phase.CHECKING)
    laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
    laptop.invoke("abort")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert "v1.3.0 serves production: nothing is to be done" in newest(laptop)
    assert "tag:v1.3.0" not in newest(laptop)


def test_status_names_the_approver_everywhere():
    laptop = Late(approval=BY_ANNA)
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    assert "switch -p service:web -p by:anna" in laptop.invoke("status")["next"]


def test_what_is_restored_is_not_told_to_be_switched():
    laptop = Late(options={"auto_switch": False}, restore_idle=True)
    laptop.push("v1.3.0", fault={"share": 1.0})
    step_until(laptop, lambda release: release.purpose.restore and release.phase is Phase.READY)
    assert "invoke switch" not in laptop.invoke("status")["next"]
    answer = laptop.invoke("switch")
    assert not answer["ok"]
    assert "is to stand by on green" in answer["what"]


def test_a_tag_that_waits_for_the_end_of_a_window_begins_at_the_word_of_who_may_override():
    laptop = Late(freeze=[{**NOON, "override": ["anna"]}])
    laptop.push("v1.3.0")
    assert laptop.record().queued.tag == "v1.3.0"
    assert laptop.invoke("deploy", {"tag": "v1.3.0", "override": "true", "by": "anna"})["ok"]
    assert laptop.record().in_flight.tag == "v1.3.0"


@pytest.mark.slow
def test_what_waits_in_a_pause_is_not_lost_where_something_else_is_restored():
    laptop = Late()
    laptop.push("v1.3.0", fault={"share": 1.0})
    laptop.rest()  # nothing is left to go back to
    laptop.invoke("deploy", {"pause": "true", "by": "anna"})
    laptop.push("v1.4.0")
    assert laptop.invoke("deploy", {"tag": "v1.1.0", "restore": "true"})["ok"]
    assert laptop.record().in_flight.tag == "v1.1.0"
    assert laptop.record().queued.tag == "v1.4.0"
    laptop.invoke("deploy", {"resume": "true"})
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "live"
