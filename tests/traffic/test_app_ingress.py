"""One app, two components: the rule is flipped in what runs, and nothing comes along with it."""

import json

import pytest

from bluegreen.core.errors import Later, Refused
from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN, service
from tests.chain.driven_ingress import IngressLaptop


@pytest.fixture
def laptop():
    laptop = IngressLaptop()
    yield laptop
    assert laptop.digitalocean.violations == []
    assert laptop.harm == []


def driver(laptop):
    return laptop.cloud("test").traffic


def spec(laptop):
    return laptop.app.spec


def part(laptop, environment):
    return next(one for one in spec(laptop)["services"] if one["name"] == laptop.values()[environment])


def version(laptop, environment):
    return laptop._program(environment).env["APP_VERSION"]


def test_only_the_rule_of_production_is_flipped_and_secrets_go_back_as_they_were_read(laptop):
    driver(laptop).send(GREEN, 1)
    sent = json.loads(laptop.writes[0].content)
    assert sent["update_all_source_versions"] is False
    rules = [(rule["match"]["path"]["prefix"], rule["component"]["name"]) for rule in sent["spec"]["ingress"]["rules"]]
    assert rules == [("/", "api-green"), ("/__blue", "api-blue"), ("/__green", "api-green")]
    secrets = [env["value"] for one in sent["spec"]["services"] for env in one["envs"] if env.get("type") == "SECRET"]
    assert len(secrets) == 2
    assert all(value.startswith("EV[") for value in secrets)
    laptop.land()
    assert laptop._program(GREEN).env["DB_URL"] == "postgres://hush"


def test_until_the_deployment_is_active_nothing_is_proven_and_its_phase_is_said(laptop):
    driver(laptop).send(GREEN, 1)
    seen = driver(laptop).verify(GREEN, 1, laptop.clock.now())
    assert not seen.followed
    assert seen.says.endswith("which names api-green, is PENDING_BUILD")
    laptop.land()
    assert driver(laptop).verify(GREEN, 1, laptop.clock.now()).followed


def test_rules_of_other_hosts_and_other_components_are_not_production(laptop):
    other = {"match": {"path": {"prefix": "/"}, "authority": {"exact": "beta.holi.example"}}}
    rules = [*spec(laptop)["ingress"]["rules"], {**other, "component": {"name": "api-blue"}}]
    rules[0] = {**rules[0], "match": {"path": {"prefix": "/"}, "authority": {"exact": "holilabs.com"}}}
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": {**spec(laptop), "ingress": {"rules": rules}}})
    laptop.land()
    driver(laptop).send(GREEN, 1)
    laptop.land()
    names = [rule["component"]["name"] for rule in spec(laptop)["ingress"]["rules"]]
    assert names == ["api-green", "api-blue", "api-green", "api-blue"]


def test_a_release_is_deployed_to_its_component_alone(laptop):
    blue = part(laptop, BLUE)
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    assert version(laptop, GREEN) == "v1.3.0"
    assert version(laptop, BLUE) == "v1.2.0"
    assert part(laptop, BLUE) == blue
    assert laptop.led_to() is BLUE
    assert laptop.record().on(GREEN).digest == part(laptop, GREEN)["image"]["digest"]


def test_the_flip_waits_for_a_deployment_that_changes_the_components(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    laptop.invoke("ops/watch")
    laptop.clock.sleep(1)
    laptop.digitalocean.never_end("holi")
    whole = spec(laptop)
    whole = {**whole, "services": [{**whole["services"][0], "http_port": 9090}, whole["services"][1]]}
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": whole})
    writes = len(laptop.writes)
    with pytest.raises(Later, match=r"waits for deployment .*, which changes the components"):
        driver(laptop).send(laptop.led_to().other, 5)
    assert len(laptop.writes) == writes


def test_the_platforms_own_maintenance_does_not_keep_production_from_moving(laptop):
    laptop.digitalocean.maintenance("holi")
    driver(laptop).send(GREEN, 1)
    laptop.land()
    assert laptop.led_to() is GREEN


@pytest.mark.parametrize("reading", ["supersede", "queue"])
def test_a_way_back_follows_a_flip_that_is_still_under_way(laptop, reading):
    laptop.digitalocean.settings.when_busy = reading
    driver(laptop).send(GREEN, 1)
    laptop.clock.sleep(3)
    driver(laptop).send(BLUE, 2)
    driver(laptop).send(BLUE, 2)
    assert len(laptop.writes) == 2
    laptop.land()
    laptop.land()
    assert driver(laptop).setting()[:2] == (BLUE, "the ingress rule names api-blue")
    assert laptop.led_to() is BLUE


def test_where_the_platform_refuses_a_second_deployment_the_way_back_waits_for_the_first(laptop):
    laptop.digitalocean.settings.when_busy = "refuse"
    driver(laptop).send(GREEN, 1)
    with pytest.raises(Later, match="waits for deployment"):
        driver(laptop).send(BLUE, 2)
    laptop.land()
    driver(laptop).send(BLUE, 2)
    laptop.land()
    assert laptop.led_to() is BLUE


def test_a_flip_that_failed_is_seen_and_made_again(laptop):
    laptop.digitalocean.fail_next_deployment("holi", "probes failed")
    driver(laptop).send(GREEN, 1)
    laptop.land()
    seen = driver(laptop).verify(GREEN, 1, laptop.clock.now())
    assert not seen.followed
    assert "the ingress rule names api-green, but what runs names api-blue, not api-green; deployment" in seen.says
    assert seen.says.endswith("is ERROR")
    driver(laptop).send(GREEN, 1)
    laptop.land()
    assert laptop.led_to() is GREEN


@pytest.mark.slow
def test_a_way_back_after_a_deployment_that_failed_runs_what_ran_and_not_what_failed(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.digitalocean.fail_next_deployment("holi", "probes failed")
    laptop.push("v1.4.0")
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "failed"
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    assert (laptop.led_to(), version(laptop, BLUE), version(laptop, GREEN)) == (BLUE, "v1.2.0", "v1.3.0")


@pytest.mark.slow
def test_a_way_back_during_a_deployment_cancels_it_and_runs_what_ran(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    laptop.clock.limit = 10.0
    laptop.invoke(*laptop.queue.popleft())
    laptop.clock.limit = 70.0
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    assert "CANCELED" in [one.phase for one in laptop.app.deployments]
    assert (laptop.led_to(), version(laptop, BLUE)) == (BLUE, "v1.2.0")


@pytest.mark.slow
def test_a_flip_may_take_as_long_as_a_deployment_takes(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.digitalocean.settings.deploying = 400
    laptop.rest()
    assert laptop.record().active is GREEN
    assert laptop.led_to() is GREEN


def test_a_pinned_app_is_not_flipped_and_says_what_a_person_has_to_do(laptop):
    laptop.digitalocean.pin("holi")
    with pytest.raises(Refused, match=r"pinned to deployment .*: commit or revert that rollback"):
        driver(laptop).send(GREEN, 1)


def test_a_spec_without_the_component_or_the_rule_is_refused_and_named(laptop):
    laptop = IngressLaptop(traffic={"components": {"blue": "api-blue", "green": "api-lime"}})
    assert driver(laptop).doubts()[0] == "the app has no service api-lime"
    with pytest.raises(Refused, match="no service api-lime"):
        driver(laptop).send(GREEN, 1)
    laptop = IngressLaptop(traffic={"prefixes": ["/shop"]})
    with pytest.raises(Refused, match="no ingress rule for /shop names api-blue or api-green"):
        driver(laptop).send(GREEN, 1)


def test_an_edge_cache_is_a_doubt(laptop):
    assert driver(laptop).doubts() == []
    del spec(laptop)["disable_edge_cache"]
    assert "a cached answer of the old component" in driver(laptop).doubts()[0]


def test_an_image_that_deploys_when_it_is_pushed_is_a_doubt(laptop):
    spec(laptop)["services"][0]["image"]["deploy_on_push"] = {"enabled": True}
    assert driver(laptop).doubts() == ["api-blue deploys on push: whoever pushes its tag deploys to it, active or not"]


def test_a_tag_that_was_pushed_again_does_not_reach_the_active_component(laptop):
    laptop.digitalocean.push_image("web", "v1.2.0", laptop.repository.release("v1.2.1"))
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    assert part(laptop, BLUE)["image"] == {"registry_type": "DOCR", "repository": "web", "tag": "v1.2.0"}
    assert version(laptop, BLUE) == "v1.2.0"
    laptop.rest()
    assert (version(laptop, BLUE), version(laptop, GREEN)) == ("v1.2.0", "v1.3.0")


def test_with_branches_a_deployment_would_reach_the_active_component_too(laptop):
    """Why only images are taken: the branch of blue was moved by a release that failed there and was gone back from."""
    repository = laptop.repository
    parts = [
        {"name": name, "github": {"repo": repository.full_name, "branch": f"deploy/{colour}", "deploy_on_push": False}}
        for name, colour in (("api-blue", "blue"), ("api-green", "green"))
    ]
    app = laptop.digitalocean.create({"name": "built", "services": parts})
    repository.branches["deploy/blue"] = repository.release("v1.3.0").sha
    laptop.api("POST", f"/v2/apps/{app.id}/deployments", {"force_build": False})
    laptop.land()
    assert app.active.versions["api-blue"].commit.version == "v1.3.0"


def test_settings_that_cannot_work_are_refused():
    image = {"kind": "image", "registry": "holi", "repository": "web"}
    traffic = {"kind": "app_ingress", "url": "https://holilabs.com"}
    one = {e: {"app": "one", "url": f"https://holi.example/__{e}"} for e in ("blue", "green")}
    two = {e: {"app": e, "url": f"https://{e}.example"} for e in ("blue", "green")}
    found = service(traffic=traffic, environments=one, source=image)
    assert (found.component(BLUE), found.component(GREEN)) == ("api-blue", "api-green")
    with pytest.raises(AssertionError, match="components of one app"):
        service(traffic=traffic, environments=two, source=image)
    with pytest.raises(AssertionError, match="needs kind image"):
        service(traffic=traffic, environments=one)
    with pytest.raises(AssertionError, match="need an app each"):
        service(environments=one)
