"""What could not be delivered and a person has seen in `status` is tried no more; to read `status` is not to see."""

import pytest

from bluegreen.core.notices import Channel, important
from bluegreen_emulator.faults import Fault
from tests.notify.test_silent_channels import ROLLED_BACK, minutes, rolled_back, silent, waiting

pytestmark = pytest.mark.slow


@pytest.fixture
def laptop():
    return rolled_back(silent(status=404))


def undelivered(laptop):
    return laptop.invoke("status")["services"]["web"]["notices"]["undelivered"]


@pytest.mark.slow
def test_to_read_status_is_not_to_see(laptop):
    before, seq = undelivered(laptop), laptop.cloud("test").journal.newest().seq
    laptop.invoke("status", {"seen": "false"})
    assert undelivered(laptop) == before != []
    assert laptop.cloud("test").journal.newest().seq == seq
    laptop.faults["slack"].clear()
    minutes(laptop, 20)
    assert ROLLED_BACK in laptop.told()


@pytest.mark.slow
def test_the_printed_step_marks_all_as_seen_and_they_are_not_tried_any_more(laptop):
    assert "doctl serverless functions invoke status -p service:web -p seen:true" in laptop.invoke("status")["next"]
    answer = laptop.invoke("status", {"service": "web", "seen": "true", "by": "lee"})
    assert answer["ok"]
    assert "web: seen by lee, so not tried any more: v1.4.0 at fault; going back to blue" in answer["what"]
    assert "seen:true" not in answer["next"]
    assert laptop.cloud("test").journal.newest().why == "notices were seen by lee"
    assert not any(important(notice) for notice in waiting(laptop))
    laptop.faults["slack"].clear()
    minutes(laptop, 20)
    assert ROLLED_BACK not in laptop.told()


def test_one_is_seen_by_its_id_and_the_others_go_on(laptop):
    first, *others = [each["id"] for each in undelivered(laptop) if each["to"] == "slack"]
    assert laptop.invoke("status", {"seen": first})["ok"]
    assert [each["id"] for each in undelivered(laptop) if each["to"] == "slack"] == others != []


@pytest.mark.slow
@pytest.mark.bad_input("person", "`status -p seen:` an id that does not wait", "`ok: true`: nothing waits to be seen")
def test_what_was_delivered_meanwhile_is_no_fault(laptop):
    known = undelivered(laptop)[0]["id"]
    laptop.faults["slack"].clear()
    minutes(laptop, 20)
    for seen in ("true", known):
        answer = laptop.invoke("status", {"seen": seen})
        assert answer["ok"]
        assert answer["what"].startswith("nothing waits to be seen")


def test_github_s_page_is_still_brought_up_to_date():
    laptop = silent(status=404)
    laptop.faults["github"].add(Fault(path="/deployments", status=500, times=10_000))
    rolled_back(laptop)
    laptop.invoke("status", {"seen": "true"})
    assert [notice.channel for notice in laptop.record().outbox if important(notice)] == [Channel.GITHUB]
    assert "seen:true" not in laptop.invoke("status")["next"]


def test_nothing_is_seen_in_a_bucket_that_keeps_versions(laptop):
    before = waiting(laptop)
    laptop.state.versioning = lambda: "Enabled"
    answer = laptop.invoke("status", {"seen": "true"})
    assert not answer["ok"]
    assert "seen:true" not in answer["next"]
    assert waiting(laptop) == before
