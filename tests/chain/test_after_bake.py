"""After the bake: production above the critical level is told and, by policy, taken back; a dead way back is told."""

import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop

pytestmark = pytest.mark.slow

CRITICAL = "fails above the critical level, its bake being over"
AGAIN = "serves well again, after it had failed above the critical level"
DEAD = "the way back to v1.2.0 is dead: blue does not answer"
QUICK = {"checks": 2, "over": "20s", "bake": "2m", "extend": "1m", "every": "10s"}


class Late(Laptop):
    """`late`: what is wrong with an environment by now."""

    def __init__(self, **changes):
        self.late = {}
        super().__init__(watch=QUICK, **changes)

    def _fault(self, environment):
        return self.late.get(environment) or super()._fault(environment)

    def versions(self):
        return self.cloud("test").journal.newest().seq

    def said(self, headline):
        return sum(headline in text for text in self.told())


def live(**changes):
    laptop = Late(**changes)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    laptop.minute()
    return laptop


def fails(laptop, share=0.3, where=GREEN, minutes=1, **given):
    laptop.late[where] = {"share": share, **given}
    for _ in range(minutes):
        laptop.minute()


def test_a_release_that_fails_after_its_bake_is_told_at_once_and_stays():
    laptop = live()
    fails(laptop)
    assert laptop.said(CRITICAL) == 1
    record = laptop.record()
    assert (record.active, record.release) == (GREEN, None)
    assert record.over_critical.says.startswith("green: 720 of 2,400 requests failed in 60 s (critical: 5 %)")
    [notice] = [m["payload"] for m in laptop.slack.messages if CRITICAL in m["payload"]["text"]]
    assert "invoke rollback -p service:web" in str(notice)


@pytest.mark.slow
def test_it_is_told_again_at_growing_intervals_and_when_it_is_over():
    laptop = live()
    fails(laptop, minutes=45)
    assert laptop.said(CRITICAL) == 3  # at once, after 10 minutes and after 30 more
    laptop.late.clear()
    laptop.minute()
    assert laptop.said(AGAIN) == 1
    assert laptop.record().over_critical is None


def test_while_all_is_well_and_while_nothing_changes_nothing_is_written():
    laptop = live()
    before = laptop.versions()
    for _ in range(5):
        laptop.minute()
    assert laptop.versions() == before
    fails(laptop)
    told = laptop.versions()
    fails(laptop, minutes=5)
    assert laptop.versions() == told


def test_below_the_critical_level_nobody_is_told():
    laptop = live()
    fails(laptop, share=0.049, minutes=20)
    assert laptop.said(CRITICAL) == 0


def test_by_policy_production_goes_back_once_it_has_lasted_for_two_minutes():
    laptop = live(after_bake="rollback")
    fails(laptop, minutes=2)
    assert laptop.record().active is GREEN
    laptop.minute()
    record = laptop.rest()
    assert record.active is BLUE
    assert record.past[0].outcome is Phase.ROLLED_BACK
    assert "720 of 2,400 requests failed" in record.quarantine["v1.3.0"]
    assert "blue, by probes: 0 of 600 failed" in record.quarantine["v1.3.0"]
    assert not record.on(GREEN).may_serve
    assert laptop.said("fails after its bake; going back to blue") == 1
    assert laptop.invoke("rollback", {"undo": "true"})["ok"] is False
    fails(laptop, where=BLUE, minutes=8)
    assert laptop.record().active is BLUE  # once: what was left is no way back


@pytest.mark.slow
def test_a_burst_of_a_minute_takes_nothing_back():
    laptop = live(after_bake="rollback")
    for _ in range(6):
        fails(laptop, share=1.0)
        laptop.late.clear()
        laptop.minute()
    assert laptop.record().active is GREEN


def test_what_both_environments_have_is_told_and_takes_nothing_back():
    laptop = live(after_bake="rollback")
    laptop.late[BLUE] = {"share": 0.3}
    fails(laptop, minutes=6)
    assert laptop.record().active is GREEN
    assert laptop.said(CRITICAL) == 1
    assert any("too little to tell them apart" in str(m["payload"]) for m in laptop.slack.messages)


def test_users_alone_speak_against_a_release_whose_bake_was_well():
    laptop = live(after_bake="rollback")
    fails(laptop, when="production", minutes=3)
    assert laptop.rest().active is BLUE


@pytest.mark.slow
def test_nothing_is_taken_back_to_what_was_never_proven_and_people_may_go_there():
    laptop = live(after_bake="rollback", signals=["router"])
    laptop.push("v1.4.0")
    laptop.until(Phase.WATCHING)
    laptop.routers = 0  # nobody counts, so nothing is proven
    laptop.rest()
    laptop.routers = 2
    assert laptop.outcome("v1.4.0") == "unproven"
    record = laptop.record()
    assert (record.on(BLUE).proven, record.on(BLUE).may_serve) == (False, True)
    laptop.push("v1.5.0")
    laptop.rest()
    assert laptop.outcome("v1.5.0") == "live"
    status = laptop.invoke("status")
    assert "blue idle v1.4.0, which was never proven" in status["what"]
    assert status["services"]["web"]["rollback"] == "to v1.4.0 on blue, at once, which was never proven"
    fails(laptop, minutes=6)
    assert laptop.record().active is GREEN
    assert any("v1.4.0 on blue was never proven" in str(m["payload"]) for m in laptop.slack.messages)
    back = laptop.invoke("rollback", {})
    assert back["ok"]
    assert "v1.4.0 on blue, which was never proven" in back["what"]
    assert laptop.rest().active is BLUE


@pytest.mark.slow
def test_a_way_back_that_does_not_answer_is_told_once_and_when_it_does_again():
    laptop = live(after_bake="rollback")
    fails(laptop, share=1.0, where=BLUE, minutes=10)
    assert laptop.said(DEAD) == 1
    assert "but blue fails" in laptop.invoke("status")["services"]["web"]["rollback"]
    fails(laptop, minutes=5)
    assert laptop.record().active is GREEN  # nobody is led there
    laptop.late.clear()
    laptop.minute()
    assert laptop.said("blue answers again: it is a way back to v1.2.0") == 1
    assert laptop.record().dead_way_back is None


def test_a_way_back_that_dies_in_the_bake_is_told_too():
    laptop = Late()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.queue.clear()
    fails(laptop, share=1.0, where=BLUE)
    laptop.queue.clear()
    fails(laptop, share=1.0, where=BLUE)
    assert laptop.said(DEAD) == 1


def test_no_data_is_told_to_nobody():
    laptop = live(after_bake="rollback", signals=["router"])
    laptop.routers = 0
    laptop.minute()
    before = laptop.versions()
    fails(laptop, share=1.0, minutes=5)
    assert laptop.versions() == before


@pytest.mark.parametrize("policy", ["tell", "rollback"])
def test_where_the_watch_itself_probes_an_environment_that_fails_is_told(policy):
    laptop = Late(after_bake=policy, signals=["probe"])
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.minute()  # keeps its versions
    before = laptop.versions()
    laptop.minute()
    assert laptop.versions() == before
    fails(laptop, share=1.0, minutes=4)
    assert laptop.said(CRITICAL) == 1
    assert laptop.rest().active is (BLUE if policy == "rollback" else GREEN)


def test_a_source_that_raises_is_told_like_any_bug_and_stops_nothing():
    laptop = live()
    laptop.telemetry.ages = None
    laptop.minute()
    assert laptop.record().active is GREEN
