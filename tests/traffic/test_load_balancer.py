"""The load balancer: the whole representation goes back, by tag and never by ids, and the new fleet is waited for."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bluegreen.core.errors import Refused
from bluegreen.core.phases import Phase
from bluegreen.traffic.load_balancer import selecting
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.driven import BalancedLaptop


@pytest.fixture
def laptop():
    return BalancedLaptop()


def driver(laptop):
    return laptop.cloud("test").traffic


def verified(laptop, environment):
    return driver(laptop).verify(environment, 1, laptop.clock.now())


def test_nothing_is_free_before_a_change_has_landed(laptop):
    laptop.minute()
    record = laptop.record()
    laptop.change("holi-green")
    laptop.change("holi-blue")
    assert "its status is new" in driver(laptop).why_lagging(record, laptop.clock.now())
    laptop.land()
    assert driver(laptop).why_lagging(record, laptop.clock.now()) is None


def test_what_is_sent_names_a_tag_and_no_droplets_and_the_region_by_its_slug(laptop):
    driver(laptop).send(GREEN, 1)
    [request] = laptop.writes
    sent = json.loads(request.content)
    assert (request.method, sent["tag"], sent["region"]) == ("PUT", "holi-green", "fra1")
    assert not {"droplet_ids", "id", "ip", "status", "created_at"} & set(sent)
    assert sent["sticky_sessions"]["cookie_name"] == "DO-LB"
    assert sent["health_check"]["path"] == "/api/health"


@pytest.mark.skipif(not shutil.which("jq"), reason="the command of docs/spaces-away.md needs jq")
def test_the_command_by_which_a_person_changes_the_tag_sends_what_the_driver_sends(laptop):
    page = (Path(__file__).parents[2] / "docs" / "spaces-away.md").read_text()
    program = re.search(r"jq '([^']+)'", page)[1]
    read = driver(laptop)._read() | {"ipv6": "2001:db8::1", "network_stack": None}
    made = subprocess.run(["jq", program], input=json.dumps({"load_balancer": read}), capture_output=True, text=True)
    assert json.loads(made.stdout) == selecting(read, "holi-blue")


def test_what_nobody_knows_yet_goes_back_as_it_was_read():
    read = {"id": "x", "region": {"slug": "fra1"}, "tag": "a", "droplet_ids": [1], "new_feature": {"on": True}}
    assert selecting(read, "b") == {"region": "fra1", "tag": "b", "new_feature": {"on": True}}


def test_tag_and_droplets_are_never_sent_together(laptop):
    api = laptop.cloud("test").clients.digitalocean
    with pytest.raises(Refused, match="never by both"):
        api.update_load_balancer(laptop.balancer, {"tag": "holi-green", "droplet_ids": [201]})
    assert laptop.writes == []


def test_a_balancer_that_selects_by_id_is_moved_to_the_tag(laptop):
    whole = {**laptop._balancer.config, "tag": None, "droplet_ids": [101]}
    laptop.digitalocean.load_balancers.update(laptop._balancer, whole, laptop.clock.now())
    laptop.clock.sleep(20)
    assert driver(laptop).setting()[:2] == (None, "the load balancer selects Droplets [101] by id")
    driver(laptop).send(BLUE, 0)
    assert laptop.setting == "holi-blue"
    assert laptop._balancer.config.get("droplet_ids") is None


def test_a_tag_that_no_droplet_carries_is_not_sent(laptop):
    laptop.digitalocean.tags.all["holi-green"].clear()
    with pytest.raises(Refused, match="no Droplet carries tag holi-green"):
        driver(laptop).send(GREEN, 1)
    assert laptop.setting == "holi-blue"


def test_until_the_change_has_landed_nothing_is_proven(laptop):
    driver(laptop).send(GREEN, 1)
    assert verified(laptop, GREEN).says == (
        "the load balancer selects tag holi-green, and its status is new, not active"
    )
    laptop.clock.sleep(20)
    seen = verified(laptop, GREEN)
    assert seen.followed
    assert "with 2 Droplets; production answered as green 5 times in a row" in seen.says


def test_a_fleet_that_is_not_listed_in_full_is_waited_for(laptop):
    driver(laptop).send(GREEN, 1)
    laptop.clock.sleep(20)
    laptop.digitalocean.tags.droplets = lambda tag: [201]  # one has not been taken up
    assert "lists 1 Droplets where 2 carry it" in verified(laptop, GREEN).says


def test_a_gap_while_the_new_droplets_are_not_called_healthy_yet_is_seen(laptop):
    laptop.digitalocean.load_balancers.joins = 30
    driver(laptop).send(GREEN, 1)
    laptop.clock.sleep(20)
    assert "production answers as status 503 without x-bluegreen-environment" in verified(laptop, GREEN).says
    laptop.clock.sleep(30)
    assert verified(laptop, GREEN).followed


def test_a_way_back_while_the_change_before_has_not_landed_waits_for_it_and_is_taken(laptop):
    laptop.digitalocean.load_balancers.one_at_a_time = True
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.clock.limit = 9.0  # the function has time to send, and none to wait
    laptop.invoke("switch", laptop.queue.popleft()[1])
    laptop.clock.limit = 70.0
    answer = laptop.invoke("rollback")
    assert answer["ok"]
    assert "permission" not in str(answer)
    assert laptop.rest().active is BLUE
    laptop.land()
    assert laptop.led_to() is BLUE
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert not [text for text in laptop.told() if "stuck" in text or "permission" in text]


def test_what_will_hurt_one_day_is_named(laptop):
    assert driver(laptop).doubts() == []
    laptop.digitalocean.tags.all["holi-green"].clear()
    laptop._balancer.config["type"] = "GLOBAL"
    assert driver(laptop).doubts() == [
        "no Droplet carries tag holi-green",
        "a global load balancer knows no tags: a regional one is wanted",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("refused", ["by DigitalOcean", "as nobody carries the tag"])
def test_a_switch_that_was_refused_is_no_fault_of_the_release_and_the_step_that_is_printed_works(laptop, refused):
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    tagged = laptop.digitalocean.tags.all["holi-green"]
    carry = [*tagged]
    if refused == "by DigitalOcean":
        gone = {"message": "certificate 892071a0 is not found"}
        laptop.faults["digitalocean"].add(Fault(method="PUT", path="load_balancers", status=422, message=gone, times=9))
    else:
        tagged.clear()
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rolled back"
    [message] = [str(each) for each in laptop.slack.messages if "rolled back" in each["payload"]["text"]]
    step = re.search(r"put that right, then doctl serverless functions invoke deploy((?: -p [a-z]+:[\w.]+)+)", message)
    assert step, message

    laptop.faults["digitalocean"].clear()
    tagged[:] = carry
    given = dict(word.split(":", 1) for word in step[1].split()[1::2])
    assert laptop.invoke("deploy", given)["ok"]
    assert laptop.rest().active is GREEN


@pytest.mark.slow
def test_a_release_that_was_taken_back_for_what_users_got_has_to_be_a_newer_one(laptop):
    laptop.push("v1.3.0", fault={"share": 1.0, "when": "production"})
    laptop.rest()
    [message] = [str(each) for each in laptop.slack.messages if "rolled back" in each["payload"]["text"]]
    assert "v1.3.0 is quarantined; push a newer tag" in message


def test_of_one_that_selects_by_id_it_is_said_that_no_release_begins_before_it_has_the_tag(laptop):
    whole = {**laptop._balancer.config, "tag": None, "droplet_ids": [101]}
    laptop.digitalocean.load_balancers.update(laptop._balancer, whole, laptop.clock.now())
    laptop.clock.sleep(20)
    [doubt] = driver(laptop).doubts()
    assert "no release begins before it selects them by the tag of what serves now (holi-blue or holi-green" in doubt
    laptop.push("v1.3.0")
    laptop.drain()
    assert laptop.record().in_flight.phase is Phase.REQUESTED  # as it says
