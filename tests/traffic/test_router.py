"""The router driver: has all of production followed, seen from outside?"""

from datetime import timedelta

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Unavailable
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.phases import Phase
from bluegreen.traffic import Unknown
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import BLUE, GREEN, later, service
from tests.chain.laptop import Laptop


@pytest.fixture
def laptop():
    laptop = Laptop()
    laptop.invoke("status")
    return laptop


def report(laptop, instance, epoch, at=0.0):
    found = Telemetry(service="web", instance=instance, at=later(at), seq=1, epoch=epoch, active=BLUE)
    laptop.telemetry.put(f"services/web/telemetry/{instance}.json", found.model_dump_json().encode())


def verify(laptop, environment=BLUE, epoch=0):
    return laptop.cloud("test").traffic.verify(environment, epoch, laptop.clock.now())


def test_production_says_which_environment_answers(laptop):
    assert laptop.cloud("test").traffic.current() is Environment.BLUE


def test_an_answer_without_the_marker_is_unknown(laptop):
    laptop.shared.http._mounts.clear()
    assert isinstance(laptop.cloud("test").traffic.current(), Unknown)


def test_all_instances_and_several_looks_make_a_yes(laptop):
    seen = verify(laptop)
    assert seen.followed
    assert seen.says == "all 2 router instances follow; production answered as blue 3 times in a row"


def test_one_instance_that_is_behind_makes_a_no(laptop):
    report(laptop, "slow", epoch=-1)
    assert verify(laptop).says == "1 of 3 router instances have not followed yet"


def test_an_instance_that_has_not_reported_lately_is_gone(laptop):
    report(laptop, "gone", epoch=-1)
    laptop.clock.sleep(21)
    assert verify(laptop).followed


def test_a_clock_that_is_a_minute_ahead_takes_no_instance_for_gone(laptop):
    report(laptop, "slow", epoch=-1)
    traffic, ahead = laptop.cloud("test").traffic, laptop.clock.now() + timedelta(minutes=1)
    assert traffic.verify(BLUE, 0, ahead).says == "1 of 3 router instances have not followed yet"
    assert traffic.why_lagging(laptop.record(), ahead) == "1 of 3 router instances have not followed yet"


def test_an_instance_that_was_mute_for_a_while_may_be_back_so_nothing_is_deployed_yet(laptop):
    report(laptop, "mute", epoch=-1)
    laptop.clock.sleep(21)
    assert verify(laptop).followed
    assert laptop.cloud("test").traffic.why_lagging(laptop.record(), laptop.clock.now())
    laptop.clock.sleep(40)
    assert laptop.cloud("test").traffic.why_lagging(laptop.record(), laptop.clock.now()) is None


def test_production_on_the_other_environment_makes_a_no(laptop):
    assert verify(laptop, GREEN).says == "production answers as blue, not green"


def test_a_report_that_does_not_parse_holds_nobody_up_and_its_instance_is_not_said_to_follow(laptop):
    laptop.telemetry.put("services/web/telemetry/broken.json", b"{")
    seen = verify(laptop)
    assert seen.followed
    assert seen.says == (
        "all 2 router instances follow but 1, whose report cannot be read; "
        "production answered as blue 10 times in a row"
    )


def test_without_any_report_ten_looks_have_to_do():
    laptop = Laptop()
    laptop.routers = 0
    laptop.invoke("status")
    assert "10 times in a row" in verify(laptop).says


@pytest.mark.slow
def test_nothing_is_deployed_to_an_environment_that_a_lagging_router_still_sends_users_to():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    report(laptop, "slow", epoch=0, at=laptop.clock.seconds())
    laptop.push("v1.4.0")
    laptop.invoke(*laptop.queue.popleft())
    release = laptop.record().release
    assert release.phase is Phase.REQUESTED
    assert "blue may still serve production: 1 of 3 router instances" in release.reason
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "live"


class Unreadable(MemoryObjects):
    def ages(self, prefix):
        raise Unavailable("listing reports in bucket holi-bluegreen-state: 503")


def test_nothing_is_deployed_while_reports_cannot_be_read_and_production_goes_back_all_the_same():
    laptop = Laptop()
    for tag in ("v1.3.0", "v1.4.0"):
        laptop.push(tag)
        laptop.rest()
    laptop.shared.__dict__["telemetry"], readable = Unreadable(), laptop.telemetry
    laptop.push("v1.5.0")
    laptop.invoke(*laptop.queue.popleft())
    assert laptop.record().release.phase is Phase.REQUESTED
    assert "listing reports" in laptop.record().release.reason

    assert "what router instances report cannot be read" in laptop.invoke("rollback")["what"]
    laptop.shared.__dict__["telemetry"] = readable
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "rolled back"


def test_an_instance_may_not_be_taken_for_gone_while_a_hung_agent_still_lets_it_serve():
    with pytest.raises(AssertionError, match="more than 15"):
        service(traffic={"kind": "router", "url": "https://holilabs.com", "alive": "10s"})
