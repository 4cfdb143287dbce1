"""Two components of one app are meant to be equal: what differs is named before a deployment, and copied when asked."""

import copy
import json

import pytest

from bluegreen.core.errors import Refused
from bluegreen.core.twins.component_drift import ComponentDrift
from tests.build import BLUE, GREEN, service
from tests.chain.driven_ingress import IngressLaptop


def part(name, colour, **changes):
    envs = [
        {"key": "COLOUR", "value": colour},
        {"key": "SELF", "value": f"http://{name}:8080"},
        {"key": "LIMIT", "value": "10"},
        {"key": "DB_URL", "type": "SECRET", "value": f"EV[1:{colour}]"},
    ]
    image = {"registry_type": "DOCR", "repository": "web", "digest": f"sha256:{colour}"}
    return {"name": name, "image": image, "http_port": 8080, "instance_count": 3, "envs": envs, **changes}


def spec(blue=None, green=None, **changes):
    rules = [{"match": {"path": {"prefix": "/"}}, "component": {"name": "web-a"}}]
    parts = [blue or part("web-a", "blue"), green or part("web-b", "green")]
    return {"name": "holi", "region": "fra", "services": parts, "ingress": {"rules": rules}, **changes}


def set_env(component, key, value):
    changed = copy.deepcopy(component)
    next(env for env in changed["envs"] if env["key"] == key)["value"] = value
    return changed


def drift(newest, running=None, traffic=None, **settings):
    shared = {"kind": "app_ingress", "url": "https://holilabs.com", "components": {"blue": "web-a", "green": "web-b"}}
    one = {e: {"app": "one", "url": f"https://holi.example/__{e}"} for e in ("blue", "green")}
    image = {"kind": "image", "registry": "holi", "repository": "web"}
    found = service(traffic={**shared, **(traffic or {})}, environments=one, source=image, drift=settings)
    return ComponentDrift(found, found.traffic, BLUE, newest, running or newest)


def said(newest, running=None, **settings):
    return drift(newest, running, **settings).warnings()


def test_what_makes_them_blue_and_green_is_no_difference():
    assert said(spec()) == []


def test_other_differences_are_named_with_both_values_and_secrets_are_not_shown():
    assert said(spec(green=part("web-b", "green", instance_count=2, http_port=9090))) == [
        "component.http_port: blue has 8080, green has 9090",
        "component.instance_count: blue has 3, green has 2",
    ]
    assert said(spec(green=set_env(part("web-b", "green"), "LIMIT", "a-password"))) == [
        "component.envs.LIMIT.value: blue has another value, green has another value"
    ]
    without = part("web-b", "green")
    without["envs"].pop()
    assert said(spec(green=without)) == ["component.envs.DB_URL: blue has one, green has none"]


@pytest.mark.parametrize(("idle", "differs"), [(1, False), (2, True), (3, False)])
def test_only_what_the_service_had_scaled_down_is_no_difference_of_size(idle, differs):
    found = said(spec(green=part("web-b", "green", instance_count=idle)), traffic={"idle_instances": 1})
    assert bool(found) is differs


@pytest.mark.parametrize(
    "pattern",
    ["LIMIT", "component.envs.LIMIT", "services.web-b.envs.LIMIT", "services.web-a.envs.LIM*", "services.*.envs"],
)
def test_differences_that_are_meant_are_left_out_by_either_name(pattern):
    newest = spec(green=set_env(part("web-b", "green"), "LIMIT", "99"))
    assert said(newest, ignore=[pattern]) == []
    assert said(newest, ignore=["services.other.envs.LIMIT", "COLOUR"])


def test_a_copy_changes_the_idle_component_and_nothing_else_of_the_app():
    newest = spec(green=set_env(part("web-b", "green", http_port=9090), "LIMIT", "99"))
    made = drift(newest).equalised()
    assert made == spec()
    assert drift(made).warnings() == []


def test_a_copy_leaves_the_size_that_the_service_wants():
    newest = spec(green=part("web-b", "green", instance_count=1, http_port=9090))
    made = drift(newest, traffic={"idle_instances": 1}).equalised()
    assert made == spec(green=part("web-b", "green", instance_count=1))


def test_a_secret_that_only_the_active_component_has_is_asked_for():
    without = part("web-b", "green")
    without["envs"].pop()
    with pytest.raises(Refused, match=r"a secret is set by a person, .* green has not got component\.envs\.DB_URL$"):
        drift(spec(green=without)).equalised()


def test_an_app_without_the_component_is_said_so():
    newest = spec(green=part("other", "green"))
    assert said(newest) == ["component: blue has one (5 fields), green has none"]
    with pytest.raises(Refused, match="the app has no service web-b"):
        drift(newest).equalised()


def test_what_was_written_to_the_rest_of_the_app_and_does_not_run_is_named_and_not_deployed():
    running = spec()
    newest = spec(blue=part("web-a", "blue", http_port=9090), green=part("web-b", "green"), region="ams")
    assert said(newest, running) == [
        "region: what was written last does not run, and is not deployed",
        "services.web-a: what was written last does not run, and is not deployed",
    ]
    assert drift(newest, running).equalised() == running


def test_a_secret_that_was_encrypted_anew_is_not_taken_for_a_change():
    newest = spec(blue=set_env(part("web-a", "blue"), "DB_URL", "EV[2:other]"))
    assert said(newest, spec()) == []


def differing(policy, traffic=None):
    """Somebody has changed blue's port, which is active, and green's size."""
    laptop = IngressLaptop(drift=policy, traffic=traffic)
    changed = laptop.api("GET", f"/v2/apps/{laptop.app.id}")["app"]["spec"]
    changed["services"][0]["http_port"] = 9090
    changed["services"][1]["instance_count"] = 2
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": changed})
    laptop.land()
    return laptop


def innocent(laptop):
    assert laptop.digitalocean.violations == []
    assert laptop.harm == []


def test_people_are_warned_once_and_the_release_goes_on():
    laptop = differing("warn")
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN
    [warning] = [message for message in laptop.slack.messages if "differ" in message["payload"]["text"]]
    assert "the components api-blue and api-green differ" in warning["payload"]["text"]
    assert "component.http_port: blue has 9090, green has 8080" in str(warning)
    assert "component.instance_count: blue has 3, green has 2" in str(warning)
    assert "-p tag:v1.3.0 -p fix:true" in str(warning)
    innocent(laptop)


def test_by_policy_the_release_is_refused_or_nobody_is_told():
    laptop = differing("refuse")
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert "differ: component.http_port: blue has 9090, green has 8080" in laptop.reason("v1.3.0")
    assert "-p fix:true makes green equal" in laptop.reason("v1.3.0")
    assert laptop.writes == []
    silent = differing(False)
    silent.push("v1.3.0")
    silent.rest()
    assert not [text for text in silent.told() if "differ" in text]


def test_a_fix_goes_with_the_release_in_one_deployment_and_leaves_the_active_component_alone():
    laptop = differing("refuse")
    before = laptop.part(BLUE)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.invoke("deploy", {"tag": "v1.3.0", "fix": "true"})["ok"]
    record = laptop.rest()
    assert (record.active, record.on(GREEN).tag) == (GREEN, "v1.3.0"), laptop.reason("v1.3.0")
    green = laptop.part(GREEN)
    assert (green["http_port"], green["instance_count"]) == (9090, 3)
    assert green["envs"][-1] == {"key": "APP_ENVIRONMENT", "value": "green"}
    assert laptop.part(BLUE) == before
    assert len(laptop.writes) == 2
    innocent(laptop)


def test_a_failed_change_of_the_active_component_is_told_and_not_deployed_with_a_release():
    laptop = IngressLaptop()
    changed = laptop.api("GET", f"/v2/apps/{laptop.app.id}")["app"]["spec"]
    changed["services"][0]["envs"].append({"key": "LIMIT", "value": "10"})
    changed["services"][1]["envs"].append({"key": "LIMIT", "value": "20"})
    laptop.digitalocean.fail_next_deployment("holi", "probes failed")
    laptop.api("PUT", f"/v2/apps/{laptop.app.id}", {"spec": changed})
    laptop.land()
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN
    assert "services.api-blue: what was written last does not run" in str(laptop.slack.messages)
    sent = json.loads(laptop.writes[0].content)["spec"]["services"]
    assert [env["key"] for env in sent[0]["envs"]] == ["DB_URL", "APP_ENVIRONMENT"]
    assert [env["key"] for env in sent[1]["envs"]] == ["DB_URL", "APP_ENVIRONMENT", "LIMIT"]
    innocent(laptop)


def test_how_many_instances_an_autoscaler_has_started_is_no_difference_and_nothing_that_does_not_run():
    scales = {"autoscaling": {"min_instance_count": 1, "max_instance_count": 5, "metrics": {"cpu": {"percent": 80}}}}
    parts = [
        {"blue": part("web-a", "blue", **scales, instance_count=n), "green": part("web-b", "green", **scales)}
        for n in (5, 2)
    ]
    assert said(*(spec(**each) for each in parts)) == []
    assert said(spec(blue=parts[0]["blue"])) != []
