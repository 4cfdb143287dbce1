"""A release that failed on the idle environment took the way back away: it is said, and the way back is restored."""

import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop

ILL = {"share": 1.0}
RESTORE = {"tag": "v1.1.0", "restore": "true"}
COMMAND = "doctl serverless functions invoke deploy -p service:web -p tag:v1.1.0 -p restore:true"


def after_failure(fault=ILL, **changes):
    laptop = Laptop(**changes)
    laptop.repository.release("v1.1.0")
    laptop.push("v1.3.0", fault=fault)
    laptop.rest()
    return laptop


def test_what_is_lost_and_how_to_have_it_back_is_told_and_in_status():
    laptop = after_failure()
    assert laptop.outcome("v1.3.0") == "failed"
    told = str(laptop.slack.messages[-1]["payload"])
    assert f"nothing is left to go back to; to have a way back again: {COMMAND}" in told
    answer = laptop.invoke("status")
    assert answer["next"] == f"to have a way back again: {COMMAND}"
    assert answer["services"]["web"]["rollback"].startswith("nothing to go back to")


def test_the_step_that_is_told_restores_it_and_production_does_not_move():
    laptop = after_failure()

    answer = laptop.invoke("deploy", RESTORE)
    record = laptop.rest()

    assert answer["ok"], answer
    assert laptop.outcome("v1.1.0") == "restored"
    assert (record.active, record.epoch) == (BLUE, 0)
    assert (record.on(GREEN).tag, record.on(GREEN).proven) == ("v1.1.0", True)
    assert "stands by on green as the way back; production is untouched" in str(laptop.slack.messages[-1]["payload"])
    status = laptop.invoke("status")
    assert status["services"]["web"]["rollback"] == "to v1.1.0 on green, at once"
    assert laptop.invoke("rollback")["ok"]
    assert laptop.record().active is GREEN


def test_with_restore_idle_it_is_restored_by_itself():
    laptop = after_failure(restore_idle=True)
    record = laptop.record()
    assert (laptop.outcome("v1.3.0"), laptop.outcome("v1.1.0")) == ("failed", "restored")
    assert (record.active, record.on(GREEN).tag, record.on(GREEN).proven) == (BLUE, "v1.1.0", True)


def test_what_cannot_be_restored_is_not_tried_for_ever():
    laptop = Laptop(restore_idle=True)
    laptop.repository.tags.pop("v1.1.0")
    laptop.push("v1.3.0", fault=ILL)
    laptop.rest()
    assert laptop.outcome("v1.1.0") == "rejected"
    assert "v1.1.0" in str(laptop.slack.messages[-1]["payload"])
    assert laptop.record().release is None
    assert len(laptop.record().past) == 2


@pytest.mark.slow
def test_a_tag_that_waits_goes_first():
    laptop = Laptop(restore_idle=True)
    laptop.repository.release("v1.1.0")
    laptop.push("v1.3.0", fault=ILL)
    laptop.until(Phase.CHECKING)
    laptop.push("v1.4.0")
    record = laptop.rest()
    assert (record.on(record.active).tag, laptop.outcome("v1.4.0")) == ("v1.4.0", "live")
    assert all(past.tag != "v1.1.0" for past in record.past)


def test_whoever_aborts_is_told_and_decides():
    laptop = Laptop(restore_idle=True)
    laptop.push("v1.3.0")
    laptop.until(Phase.CHECKING)
    laptop.invoke("abort")
    laptop.rest()
    assert laptop.record().release is None
    assert COMMAND in str(laptop.slack.messages[-1]["payload"])


def test_a_build_that_failed_has_taken_nothing_away():
    laptop = Laptop(restore_idle=True)
    laptop.digitalocean.fail_next_deployment("holi-green", "no space left", phase="BUILDING")
    laptop.push("v1.3.0")
    laptop.rest()
    assert (laptop.outcome("v1.3.0"), len(laptop.record().past)) == ("failed", 1)
    assert "restore:true" not in str(laptop.slack.messages[-1]["payload"])
    assert laptop.record().on(GREEN).proven


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"tag": "v1.1.0"}, "green holds v1.1.0, which can be gone back to: there is nothing to restore"),
        ({"tag": "v1.1.0", "now": "true"}, "restore goes with none of set, now, auto_switch"),
        ({"tag": "v1.1.0", "auto_switch": "true"}, "restore goes with none of set, now, auto_switch"),
        ({"tag": "v1.1.0", "restore": "maybe"}, "restore:maybe is neither true nor false"),
    ],
)
def test_what_makes_no_sense_is_refused(given, says):
    answer = Laptop().invoke("deploy", {"restore": "true", **given})
    assert not answer["ok"]
    assert says in answer["what"]


def test_what_is_active_does_not_stand_by():
    answer = after_failure().invoke("deploy", {"tag": "v1.2.0", "restore": "true"})
    assert not answer["ok"]
    assert "v1.2.0 is active" in answer["what"]


def test_what_was_restored_and_is_ill_by_now_is_no_way_back():
    laptop = after_failure()
    for commit in list(laptop.repository.commits.values()):
        object.__setattr__(commit, "fault", ILL)
    laptop.invoke("deploy", RESTORE)
    record = laptop.rest()
    assert laptop.outcome("v1.1.0") == "failed"
    assert not record.on(GREEN).proven
