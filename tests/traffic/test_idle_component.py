"""The idle component of a shared app: when it is made smaller, and how it is made whole before production comes."""

import copy
import json
from datetime import timedelta

import pytest

from bluegreen.core.phases import Phase
from bluegreen.core.twins import components
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.driven_ingress import IngressLaptop

pytestmark = pytest.mark.slow

SMALL = {"idle_instances": 1, "idle_after": "10m"}


@pytest.fixture
def laptop():
    """v1.3.0 is live on green, and blue has rested long enough to be small."""
    laptop = live()
    minutes(laptop, 12)
    laptop.writes.clear()
    yield laptop
    innocent(laptop)


def live(traffic=SMALL):
    """v1.3.0 is live on green, just now."""
    laptop = IngressLaptop(traffic=traffic)
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN, laptop.reason("v1.3.0")
    return laptop


@pytest.mark.parametrize("count", ["two", float("inf"), -1, None, [], "9" * 5_000])
def test_a_number_of_instances_that_is_none_counts_as_one(count):
    assert components.instances({"instance_count": count}) == 1


def innocent(laptop):
    assert laptop.digitalocean.violations == []
    assert laptop.harm == []


def almost(laptop):
    """The next minute is the one in which blue may be scaled down."""
    due = laptop.record().on(GREEN).since + timedelta(minutes=10)
    laptop.clock.sleep((due - laptop.clock.now()).total_seconds() - 30)
    laptop.writes.clear()


def minutes(laptop, number):
    for _ in range(number):
        laptop.minute()


def driver(laptop):
    return laptop.cloud("test").traffic


def puts(laptop):
    """Of each write: the component that `/` names, and how many instances of blue and green."""
    found = [json.loads(write.content)["spec"] for write in laptop.writes if write.method == "PUT"]
    return [(spec["ingress"]["rules"][0]["component"]["name"], *counts(spec)) for spec in found]


def counts(spec):
    return [one["instance_count"] for one in spec["services"]]


def version(laptop, environment):
    return laptop._program(environment).env["APP_VERSION"]


def somebody(laptop, change, land=True):
    """Changes the spec as it is read now, in the control panel."""
    spec = laptop.api("GET", f"/v2/apps/{laptop.app.id}")["app"]["spec"]
    change(spec)
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": spec})
    if land:
        laptop.land()


def test_after_a_switch_it_stays_as_it_is_and_is_scaled_down_once_when_its_time_has_come():
    laptop = live()
    assert laptop.sizes() == (3, 3)
    before = copy.deepcopy(laptop.app.active.spec)
    minutes(laptop, 4)
    assert laptop.sizes() == (3, 3)
    writes = len(laptop.writes)
    minutes(laptop, 10)
    assert laptop.sizes() == (1, 3)
    assert puts(laptop)[writes:] == [("api-green", 1, 3)]
    before["services"][0]["instance_count"] = 1
    assert laptop.app.active.spec == before
    innocent(laptop)


def test_it_is_left_alone_where_the_service_does_not_say_so():
    laptop = live(traffic={})
    writes = len(laptop.writes)
    minutes(laptop, 14)
    assert laptop.sizes() == (3, 3)
    assert len(laptop.writes) == writes


def test_it_is_left_alone_until_bluegreen_has_moved_production():
    laptop = IngressLaptop(traffic=SMALL)
    minutes(laptop, 14)
    assert laptop.sizes() == (3, 3)


def test_as_long_as_a_release_is_in_flight_nothing_is_scaled_down():
    laptop = live()
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    laptop.digitalocean.never_end("holi")
    laptop.clock.sleep(1500)
    laptop.invoke("ops/watch", {"source": "schedule"})
    assert laptop.sizes() == (3, 3)
    assert puts(laptop)[-1] == ("api-green", 3, 3)


def test_components_that_scale_by_themselves_are_left_alone():
    laptop = IngressLaptop(traffic=SMALL)

    def scales(spec):
        for one in spec["services"]:
            del one["instance_count"]
            one |= {"instance_size_slug": "apps-d-1vcpu-2gb"}
            one["autoscaling"] = {"min_instance_count": 2, "max_instance_count": 5, "metrics": {"cpu": {"percent": 80}}}

    somebody(laptop, scales)
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN
    writes = len(laptop.writes)
    minutes(laptop, 14)
    assert len(laptop.writes) == writes


def test_a_scaling_down_that_fails_is_not_tried_again():
    laptop = live()
    laptop.digitalocean.fail_next_deployment("holi", "no capacity")
    writes = len(laptop.writes)
    minutes(laptop, 16)
    assert puts(laptop)[writes:] == [("api-green", 1, 3)]
    assert laptop.sizes() == (3, 3)


@pytest.mark.slow
def test_a_way_back_scales_it_up_first_and_the_rule_follows_and_the_answer_says_so(laptop):
    laptop.digitalocean.settings.deploying = 120
    answer = laptop.invoke("rollback")
    assert answer["ok"]
    assert "api-blue is made ready first (from 1 to 3 instances) by deployment" in answer["what"]
    assert "the rule follows: minutes, not seconds" in answer["what"]
    record = laptop.rest()
    laptop.land()
    assert puts(laptop) == [("api-green", 3, 3), ("api-blue", 3, 3)]
    assert (record.active, laptop.led_to(), version(laptop, BLUE)) == (BLUE, BLUE, "v1.2.0")
    assert laptop.outcome("v1.3.0") == "rolled back"


@pytest.mark.slow
def test_where_deployments_are_quick_both_happen_in_one_call(laptop):
    answer = laptop.invoke("rollback")
    assert "production answered as blue" in answer["what"]
    assert laptop.led_to() is BLUE


def test_the_rule_is_not_sent_before_every_instance_is_there(laptop):
    laptop.digitalocean.settings.deploying = 300
    driver(laptop).send(BLUE, 9)
    for _ in range(5):
        driver(laptop).send(BLUE, 9)
        assert not driver(laptop).verify(BLUE, 9, laptop.clock.now()).again
        laptop.clock.sleep(30)
    assert puts(laptop) == [("api-green", 3, 3)]
    laptop.clock.sleep(300)
    assert driver(laptop).verify(BLUE, 9, laptop.clock.now()).again
    driver(laptop).send(BLUE, 9)
    assert puts(laptop)[1:] == [("api-blue", 3, 3)]


@pytest.mark.slow
def test_a_way_back_that_takes_two_long_deployments_is_not_given_up_between_them(laptop):
    laptop.digitalocean.settings.deploying = 400
    assert laptop.invoke("rollback")["ok"]
    assert laptop.rest().active is BLUE
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert laptop.led_to() is BLUE


@pytest.mark.slow
def test_a_way_back_whose_scaling_up_fails_is_tried_again_without_what_is_given_up():
    laptop = live()
    minutes(laptop, 12)
    laptop.writes.clear()
    laptop.digitalocean.fail_next_deployment("holi", "no capacity")
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    assert puts(laptop) == [("api-green", 3, 3), ("api-green", 3, 3), ("api-blue", 3, 3)]
    assert laptop.led_to() is BLUE
    assert {version(laptop, environment) for environment in (BLUE, GREEN)} == {"v1.2.0"}


@pytest.mark.parametrize("reading", ["supersede", "queue", "refuse"])
def test_a_way_back_while_it_is_being_scaled_down_stops_that(reading):
    laptop = live()
    laptop.digitalocean.settings.when_busy = reading
    almost(laptop)
    laptop.clock.sleep(60)
    laptop.invoke("ops/watch", {"source": "schedule"})
    assert puts(laptop) == [("api-green", 1, 3)]
    assert laptop.app.unfinished
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    assert puts(laptop)[1:] == [("api-blue", 3, 3)]
    assert "CANCELED" in [one.phase for one in laptop.app.deployments]
    assert (laptop.led_to(), laptop.sizes()) == (BLUE, (3, 3))
    innocent(laptop)


@pytest.mark.slow
def test_a_rollback_that_is_asked_for_again_while_it_is_scaled_up_changes_nothing(laptop):
    laptop.digitalocean.settings.deploying = 120
    for _ in range(3):
        assert laptop.invoke("rollback")["ok"]
    assert laptop.rest().active is BLUE
    assert puts(laptop) == [("api-green", 3, 3), ("api-blue", 3, 3)]


def test_a_rollback_that_comes_in_while_the_watch_scales_down_is_carried_out():
    laptop = live()
    almost(laptop)

    def rolled_back(request):
        laptop._noted(request)
        if request.method == "PUT" and puts(laptop) == [("api-green", 1, 3)]:
            laptop.shared.http.event_hooks = {"request": [laptop._noted]}
            assert laptop.invoke("rollback")["ok"]

    laptop.shared.http.event_hooks = {"request": [rolled_back]}
    minutes(laptop, 2)
    laptop.rest()
    laptop.land()
    assert (laptop.record().active, laptop.led_to()) == (BLUE, BLUE)
    assert laptop.sizes() == (3, 3)


@pytest.mark.slow
def test_a_release_that_comes_in_while_the_watch_scales_down_waits_and_is_not_undone():
    laptop = live()
    almost(laptop)

    def pushed(request):
        laptop._noted(request)
        if request.method == "PUT":
            laptop.shared.http.event_hooks = {"request": [laptop._noted]}
            laptop.push("v1.4.0")
            laptop.drain()
            assert "blue is free when the function that was at work there" in laptop.record().release.reason

    laptop.shared.http.event_hooks = {"request": [pushed]}
    minutes(laptop, 2)
    record = laptop.rest()
    assert (record.active, record.on(BLUE).tag) == (BLUE, "v1.4.0")
    assert (laptop.led_to(), laptop.sizes(), version(laptop, BLUE)) == (BLUE, (3, 3), "v1.4.0")
    innocent(laptop)


@pytest.mark.slow
def test_the_next_release_is_checked_at_full_size(laptop):
    laptop.push("v1.4.0")
    laptop.until(Phase.CHECKING)
    assert laptop.sizes() == (3, 3)
    assert laptop.rest().active is BLUE
    assert puts(laptop) == [("api-green", 3, 3), ("api-blue", 3, 3)]


@pytest.mark.slow
def test_it_grows_with_the_active_one(laptop):
    somebody(laptop, lambda spec: spec["services"][1].update(instance_count=5))
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    assert laptop.sizes() == (5, 5)
    assert laptop.led_to() is BLUE


@pytest.mark.slow
def test_another_image_that_somebody_gave_it_is_put_right_before_production_comes():
    laptop = live(traffic={})
    stale = laptop.api("GET", f"/v2/apps/{laptop.app.id}")["app"]["spec"]
    laptop.push("v1.4.0")
    assert laptop.rest().active is BLUE
    somebody(laptop, lambda spec: spec["services"][1]["image"].update(digest=first_digest(laptop)))
    assert version(laptop, GREEN) == "v1.1.0"
    laptop.writes.clear()
    laptop.digitalocean.settings.deploying = 120
    answer = laptop.invoke("rollback")
    assert "api-green is made ready first (another image)" in answer["what"]
    laptop.rest()
    laptop.land()
    assert (laptop.led_to(), version(laptop, GREEN)) == (GREEN, "v1.3.0")
    assert [rule for rule, *_ in puts(laptop)] == ["api-blue", "api-green"]
    assert stale["services"][0]["envs"] == laptop.part(BLUE)["envs"]
    innocent(laptop)


def first_digest(laptop):
    return laptop.digitalocean.registry.tags["web"]["v1.1.0"]


def test_what_was_read_before_a_release_and_written_after_it_is_undone_by_the_watch_in_the_right_order():
    laptop = IngressLaptop()
    stale = laptop.api("GET", f"/v2/apps/{laptop.app.id}")["app"]["spec"]
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN
    stale["envs"] = [{"key": "LIMIT", "value": "10"}]
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": stale})
    laptop.land()
    assert (laptop.led_to(), version(laptop, GREEN)) == (BLUE, "v1.1.0")
    laptop.writes.clear()
    for _ in range(6):
        assert (laptop.led_to(), version(laptop, GREEN)) != (GREEN, "v1.1.0")
        laptop.minute()
    assert (laptop.led_to(), version(laptop, GREEN)) == (GREEN, "v1.3.0")
    assert [rule for rule, *_ in puts(laptop)] == ["api-blue", "api-green"]
    assert laptop.app.spec["envs"] == [{"key": "LIMIT", "value": "10"}]
    assert sum("not by Bluegreen" in text for text in laptop.told()) == 1
    innocent(laptop)


def test_what_is_written_between_our_reading_and_our_writing_does_not_keep_production_from_moving():
    laptop = live(traffic={})

    def interfering(request):
        laptop._noted(request)
        if request.method == "PUT":
            laptop.shared.http.event_hooks = {"request": [laptop._noted]}
            somebody(laptop, lambda spec: spec.update(envs=[{"key": "LIMIT", "value": "10"}]), land=False)

    laptop.shared.http.event_hooks = {"request": [interfering]}
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    assert laptop.led_to() is BLUE
    innocent(laptop)


def test_a_lost_answer_to_the_scaling_up_is_not_acted_on_twice(laptop):
    laptop.faults["digitalocean"].add(Fault(method="PUT", status=504, after_effect=True))
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    assert puts(laptop) == [("api-green", 3, 3), ("api-blue", 3, 3)]
    assert laptop.led_to() is BLUE
