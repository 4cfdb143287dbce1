"""Both environments in one app: whole stories, and what must hold at every write of them."""

import copy
import json

import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.chain.driven_ingress import IngressLaptop

BROKEN = {"share": 1.0, "when": "production"}
TRAFFIC = {"idle_instances": 1, "idle_after": "10m"}


@pytest.fixture
def laptop():
    laptop = IngressLaptop(traffic=TRAFFIC)
    yield laptop
    assert laptop.digitalocean.violations == []
    assert laptop.harm == []


def version(laptop, environment):
    return laptop._program(environment).env["APP_VERSION"]


def serving(laptop):
    laptop.land()
    environment = laptop.led_to()
    return environment, version(laptop, environment)


def person(laptop, path, body=None):
    return laptop.api("POST", f"/v2/apps/{laptop.app.id}/{path}", body or {})


@pytest.mark.slow
def test_a_good_release_a_quiet_time_and_a_bad_release_that_is_taken_back_by_itself(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    assert serving(laptop) == (BLUE, "v1.2.0")
    laptop.rest()
    assert serving(laptop) == (GREEN, "v1.3.0")
    for _ in range(12):
        laptop.minute()
    assert laptop.sizes() == (1, 3)
    begun = len(laptop.writes)
    laptop.push("v1.4.0", fault=BROKEN)
    laptop.until(Phase.CHECKING)
    assert laptop.sizes() == (3, 3)
    assert serving(laptop) == (GREEN, "v1.3.0")
    record = laptop.rest()
    assert laptop.outcome("v1.4.0") == "rolled back"
    assert (record.active, serving(laptop)) == (GREEN, (GREEN, "v1.3.0"))
    assert laptop.sizes() == (3, 3)
    sent = [json.loads(write.content)["spec"] for write in laptop.writes[begun:]]
    assert [spec["ingress"]["rules"][0]["component"]["name"] for spec in sent] == ["api-green", "api-blue", "api-green"]
    assert "v1.4.0" in record.quarantine
    laptop.push("v1.5.0")
    laptop.rest()
    assert serving(laptop) == (BLUE, "v1.5.0")
    assert laptop._program(BLUE).env["DB_URL"] == "postgres://hush"


@pytest.mark.slow
def test_no_release_makes_another_deployment_than_its_own_and_the_flip(laptop):
    for tag in ("v1.3.0", "v1.4.0"):
        before = laptop.deployments(BLUE)
        laptop.push(tag)
        laptop.rest()
        assert laptop.deployments(BLUE) == before + 2


@pytest.mark.slow
def test_app_platforms_own_rollback_is_refused_with_what_to_do_instead(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    before, deployments = laptop.record(), laptop.deployments(GREEN)
    answer = laptop.invoke("rollback", {"native": "true"})
    assert not answer["ok"]
    assert "it would take both of them and the ingress rule back, and pin the app" in answer["what"]
    assert answer["next"] == "`rollback` goes back to v1.2.0 on blue"
    assert (laptop.record(), laptop.deployments(GREEN)) == (before, deployments)
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    assert serving(laptop) == (BLUE, "v1.2.0")


@pytest.mark.slow
def test_where_the_idle_component_cannot_take_over_an_earlier_release_is_named_and_can_be_had(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.push("v1.4.0", fault={"db": "down"})
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "failed"
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert "blue holds v1.4.0, which is unfit to serve" in answer["what"]
    assert "`rollback -p to:v1.2.0` releases it to blue" in answer["next"]
    assert "control panel alone" in answer["next"]
    assert laptop.invoke("rollback", {"to": "v1.2.0"})["ok"]
    assert laptop.rest().active is BLUE
    assert serving(laptop) == (BLUE, "v1.2.0")


@pytest.mark.slow
@pytest.mark.parametrize("end", ["revert", "commit"])
def test_an_app_that_a_person_rolled_back_is_told_and_put_right_once_it_is_no_longer_pinned(laptop, end):
    first = laptop.app.active.id
    laptop.push("v1.3.0")
    laptop.rest()
    person(laptop, "rollback", {"deployment_id": first, "skip_pin": False})
    laptop.land()
    assert serving(laptop) == (BLUE, "v1.2.0")
    laptop.minute()
    [told] = [message for message in laptop.slack.messages if "not by Bluegreen" in message["payload"]["text"]]
    assert "the app is pinned to deployment" in str(told)
    assert "commit or revert that rollback" in str(told)
    person(laptop, f"rollback/{end}")
    laptop.land()
    for _ in range(6):
        assert laptop.led_to() is BLUE or version(laptop, GREEN) == "v1.3.0"
        laptop.minute()
    assert serving(laptop) == (GREEN, "v1.3.0")
    assert laptop.record().strayed == ""


@pytest.mark.slow
def test_a_release_that_does_not_start_any_more_cannot_keep_production():
    laptop = IngressLaptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.repository.commits[laptop.repository.tags["v1.3.0"].commit].fault["crash"] = True
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert serving(laptop) == (BLUE, "v1.2.0")
    assert [one.phase for one in laptop.app.deployments][-2:] == ["ERROR", "ACTIVE"]
    assert version(laptop, GREEN) == "v1.2.0"
    laptop.push("v1.4.0")
    laptop.rest()
    assert serving(laptop) == (GREEN, "v1.4.0")


def test_a_switch_that_fails_does_not_give_away_what_is_gone_back_to(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.digitalocean.fail_next_deployment("holi", "probes failed")
    laptop.rest()
    assert serving(laptop) == (GREEN, "v1.3.0")
    assert version(laptop, BLUE) == "v1.2.0"


def test_a_pinned_app_takes_no_release_and_the_reason_names_the_ways_out(laptop):
    laptop.digitalocean.pin("holi")
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert "/rollback/commit" in laptop.reason("v1.3.0")


@pytest.mark.slow
@pytest.mark.parametrize("seen_first_by", ["the watch", "the rollback"])
def test_a_component_that_somebody_has_taken_out_of_the_app_is_no_way_back(seen_first_by):
    laptop = IngressLaptop()
    laptop.push("v1.3.0")
    laptop.rest()
    spec = copy.deepcopy(laptop.app.spec)
    spec["services"] = [part for part in spec["services"] if part["name"] != "api-blue"]
    spec["ingress"]["rules"] = [rule for rule in spec["ingress"]["rules"] if rule["component"]["name"] != "api-blue"]
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": spec})
    for _ in range(2):
        laptop.land()
    for _ in range(31 if seen_first_by == "the watch" else 0):
        laptop.minute()
    assert "api-blue is not in the app any more: put it into its spec first" in str(laptop.invoke("rollback"))
    assert laptop.record().active is laptop.led_to() is GREEN
    for _ in range(31):
        laptop.minute()
    assert len([text for text in laptop.told() if "the way back to v1.2.0 is gone" in text]) == 1


@pytest.mark.slow
def test_one_that_somebody_has_scaled_down_stays_the_way_back():
    laptop = IngressLaptop()
    laptop.push("v1.3.0")
    laptop.rest()
    spec = copy.deepcopy(laptop.app.spec)
    next(part for part in spec["services"] if part["name"] == "api-blue")["instance_count"] = 1
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": spec})
    laptop.land()
    for _ in range(31):
        laptop.minute()
    assert laptop.invoke("rollback")["ok"]
    assert laptop.rest().active is BLUE
