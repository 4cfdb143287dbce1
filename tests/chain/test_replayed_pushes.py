"""A push that was recorded and is sent again: what was here once is not deployed again, however long ago it was."""

import pytest

from bluegreen.core import quarantine
from bluegreen.core.errors import Unavailable
from bluegreen.core.phases import Phase
from bluegreen.core.record import PAST_KEPT, PastRelease
from bluegreen_emulator.faults import Fault
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import NOW
from tests.chain.laptop import Laptop
from tests.chain.test_missed_tags import minutes
from tests.chain.webhook import deliver, pushed

UNORDERED = {"pattern": "*", "scheme": "none"}
OLD = "releases/tags/"


def unordered():
    return Laptop(tags=UNORDERED, watch={"checks": 1, "over": "5s", "bake": "10s", "every": "5s"})


def release_all(laptop, tags):
    for tag in tags:
        laptop.push(tag)
        laptop.rest()


def names(number):
    return [f"night-{day}" for day in "abcdefghijklmnopqrstuvwxyz"[:number]]


@pytest.fixture(scope="module")
def after_22():
    """A service that has released 22 tags without an order since its first one."""
    laptop = unordered()
    release_all(laptop, ["release-20261101", *names(22)])
    assert "release-20261101" not in {past.tag for past in laptop.record().past}
    return laptop


def replayed(laptop, tag, delivery="another"):
    return deliver(laptop, pushed(tag, head_commit={"id": laptop.repository.tags[tag].commit}), delivery=delivery)


@pytest.mark.slow
@pytest.mark.bad_input(
    "webhook",
    "a tag that was here any time before, in another delivery",
    "200 `ignored: … has been here`, however many releases came since",
)
def test_a_tag_that_the_record_has_forgotten_is_not_released_by_an_old_push(after_22):
    before = after_22.record()
    answer = replayed(after_22, "release-20261101")
    assert (answer.status, answer.what) == (200, "ignored: release-20261101 has been here: live")
    assert not after_22.queue
    record = after_22.record()
    assert (record.release, record.queued, record.past) == (None, None, before.past)


@pytest.mark.slow
def test_a_tag_that_was_moved_since_is_refused_by_both_commits(after_22):
    commit = after_22.repository.tags["release-20261101"].commit
    body = pushed("release-20261101", head_commit={"id": "e" * 40})
    answer = deliver(after_22, body, delivery="moved")
    assert f"was moved from {commit[:12]} to {'e' * 12}" in answer.what
    assert after_22.record().release is None


def test_a_person_may_release_it_again_by_its_name(after_22):
    after_22.invoke("deploy", {"tag": "release-20261101"})
    after_22.rest()
    assert after_22.outcome("release-20261101") == "live"


@pytest.mark.slow
def test_nothing_that_was_taken_falls_between_the_record_and_the_long_memory():
    """Every third write fails: what the record no longer holds is always in the store."""
    laptop = unordered()
    laptop.state = laptop.shared.__dict__["state"] = Forgetful()
    laptop.push("first")
    laptop.rest()
    fill(laptop)
    laptop.state.fails = 3
    laptop.push("second")
    laptop.rest(60)
    remembered = {key.rpartition("/")[2] for key in laptop.state.keys(f"services/web/{OLD}")}
    assert "first.json" in remembered or "first" in {past.tag for past in laptop.record().past}
    assert "has been here" in replayed(laptop, "first").what


class Forgetful(MemoryObjects):
    """Refuses every so many writes, and all reads below a folder."""

    def __init__(self):
        super().__init__()
        self.fails, self.writes, self.unreadable = 0, 0, ""

    def get(self, key):
        if self.unreadable and self.unreadable in key:
            raise Unavailable(f"{key} was not read")
        return super().get(key)

    def create(self, key, body):
        self.writes += 1
        if self.fails and self.writes % self.fails == 0:
            raise Unavailable(f"{key} was not written")
        return super().create(key, body)


def fill(laptop, number=PAST_KEPT - 1, outcome=Phase.FAILED):
    """So many more releases that are over."""
    cloud = laptop.cloud("test")
    newest = cloud.journal.newest()
    record = newest.record
    for each in range(number):
        record = record.with_past(PastRelease(id=f"filled-{each}", tag=f"filled-{each}", outcome=outcome, at=NOW))
        newest = cloud.journal.append(newest, record, "test", "one more", laptop.clock.now())
    return newest


@pytest.mark.slow
@pytest.mark.bad_input(
    "webhook",
    "a tag that may have been here, while the store does not say",
    "503; the watch makes up for it",
)
def test_while_the_store_cannot_say_the_push_is_not_taken():
    laptop = unordered()
    laptop.state = laptop.shared.__dict__["state"] = Forgetful()
    release_all(laptop, ["first", "second"])
    fill(laptop, PAST_KEPT)
    laptop.state.unreadable = OLD
    answer = replayed(laptop, "first")
    assert answer.status == 503
    assert laptop.record().release is None
    laptop.state.unreadable = ""
    assert "has been here" in replayed(laptop, "first").what


def test_an_object_that_cannot_be_read_says_that_the_tag_has_been_here():
    laptop = unordered()
    laptop.state.put(f"services/web/{OLD}first.json", b"\xff{")
    laptop.repository.release("first")
    assert "has been here" in replayed(laptop, "first").what
    assert laptop.record().release is None


def test_a_tag_that_a_person_asked_for_too_early_is_released_by_its_push_however_much_later():
    laptop = unordered()
    laptop.invoke("deploy", {"tag": "v1.3.0"})
    assert laptop.outcome("v1.3.0") == "rejected"
    fill(laptop, PAST_KEPT)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
def test_a_push_whose_write_failed_is_taken_when_it_comes_again():
    laptop = unordered()
    laptop.push("first")
    laptop.rest()
    fill(laptop, PAST_KEPT)
    laptop.state = laptop.shared.__dict__["state"] = copied(laptop.state, fails=1)
    laptop.repository.release("second")
    assert replayed(laptop, "second").status == 503
    laptop.state.fails = 0
    assert replayed(laptop, "second").status == 202
    laptop.rest()
    assert laptop.outcome("second") == "live"


def copied(state, **more):
    store = Forgetful()
    for key in state.keys(""):
        store.put(key, state.get(key))
    store.__dict__ |= more
    return store


@pytest.mark.slow
def test_the_image_of_a_release_that_was_rolled_back_stays_quarantined_under_any_tag():
    laptop = unordered()
    laptop.push("bad")
    laptop.rest()
    laptop.invoke("rollback")
    laptop.rest()
    commit = laptop.repository.tags["bad"].commit
    for number in range(22):
        quarantine_one(laptop, f"other-{number}")
    assert "bad" not in laptop.record().quarantine
    laptop.repository.tag("again", commit)
    replayed(laptop, "again")
    laptop.rest()
    assert laptop.outcome("again") == "rejected"
    assert laptop.reason("again").startswith("the commit of again is that of bad, which is quarantined: ")
    assert laptop.invoke("deploy", {"tag": "again"})["ok"] is False
    assert "quarantined" in laptop.invoke("deploy", {"tag": "bad"})["what"]
    laptop.invoke("deploy", {"tag": "again", "lift": "true"})
    laptop.rest()
    assert was_deployed(laptop, "again")


def was_deployed(laptop, tag):
    """Its first checks find that the code calls itself by another name."""
    return laptop.outcome(tag) == "failed" and "expected" in laptop.reason(tag)


def quarantine_one(laptop, tag):
    cloud = laptop.cloud("test")
    newest = cloud.journal.newest()
    record = quarantine.put(newest.record, tag, f"{tag}-image", "41 of 203 failed")
    cloud.journal.append(newest, record, "test", "quarantined", laptop.clock.now())


# Commits that lie behind the active one


@pytest.mark.bad_input(
    "webhook",
    "a tag whose commit lies behind the one in production",
    "202, then rejected with both; `deploy -p tag:…` releases it all the same",
)
def test_a_commit_behind_the_active_one_is_refused_to_a_push():
    laptop = unordered()
    old = laptop.repository.commit("old").sha
    laptop.push("new")
    laptop.rest()
    laptop.repository.tag("another-name", old)
    assert replayed(laptop, "another-name").status == 202
    laptop.rest()
    assert laptop.outcome("another-name") == "rejected"
    assert f"is commit {old[:12]}, which lies behind new in production" in laptop.reason("another-name")
    assert "has been here: rejected" in replayed(laptop, "another-name", "once more").what


def test_a_person_may_release_a_commit_behind_the_active_one():
    laptop = unordered()
    laptop.repository.tag("another-name", laptop.repository.commit("old").sha)
    laptop.push("new")
    laptop.rest()
    assert laptop.invoke("deploy", {"tag": "another-name"})["ok"]
    laptop.rest()
    assert was_deployed(laptop, "another-name")


@pytest.mark.slow
def test_a_missed_tag_behind_the_active_commit_is_refused_too():
    laptop = Laptop()
    minutes(laptop)
    old = laptop.repository.commit("old").sha
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.repository.tag("v9.0.0", old)
    minutes(laptop)
    assert "which lies behind v1.3.0 in production" in laptop.reason("v9.0.0")


def test_on_the_first_day_the_adopted_tag_says_what_is_active():
    laptop = unordered()
    laptop.repository.tag("another-name", laptop.repository.tags["v1.1.0"].commit)
    replayed(laptop, "another-name")
    laptop.rest()
    assert "which lies behind v1.2.0 in production" in laptop.reason("another-name")


@pytest.mark.slow
@pytest.mark.parametrize("line", ["a line beside", "no common history", "the same commit"])
def test_what_does_not_lie_behind_is_released(line):
    laptop = unordered()
    laptop.push("new")
    laptop.rest()
    active = laptop.repository.tags["new"].commit
    if line == "the same commit":
        laptop.repository.tag("next", active)
    else:
        laptop.repository.release("next", parent=laptop.repository.order[0] if line == "a line beside" else "")
    replayed(laptop, "next")
    laptop.rest()
    assert laptop.outcome("next") == "live" or was_deployed(laptop, "next")


def test_a_github_that_does_not_compare_is_asked_again_until_it_does():
    laptop = unordered()
    old = laptop.repository.commit("old").sha
    laptop.push("new")
    laptop.rest()
    laptop.repository.tag("another-name", old)
    laptop.faults["github"].add(Fault(path="/compare/", status=500, times=12))
    replayed(laptop, "another-name")
    laptop.drain()
    assert laptop.record().release.phase is Phase.REQUESTED
    laptop.rest()
    assert "lies behind new" in laptop.reason("another-name")


@pytest.mark.slow
def test_a_github_that_never_compares_lets_the_deadline_decide():
    laptop = unordered()
    laptop.push("new")
    laptop.rest()
    laptop.faults["github"].add(Fault(path="/compare/", status=500, times=9999))
    laptop.push("newer")
    laptop.rest(90)
    assert laptop.outcome("newer") != "live"
    assert "not done within" in laptop.reason("newer")
    assert laptop.record().on(laptop.record().active).tag == "new"


def test_what_is_asked_for_one_push_is_bounded():
    laptop = unordered()
    laptop.push("new")
    laptop.rest()
    asked = []
    get = laptop.state.get
    laptop.state.get = lambda key: (asked.append(key), get(key))[1]
    laptop.push("newer")
    laptop.rest()
    assert sum(OLD in key for key in asked) == 1
