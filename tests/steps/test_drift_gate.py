"""Blue and green are meant to be equal: what differs is named before a deployment, and copied where that is asked."""

import copy

import pytest

from bluegreen.core.config.drift import DriftPolicy
from bluegreen.core.errors import Refused
from bluegreen.core.twins.drift import Drift
from tests.build import BLUE, GREEN, service, written
from tests.chain.laptop import Laptop

SPEC = {
    "name": "holi-blue",
    "region": "fra",
    "domains": [{"domain": "blue.holi.example"}],
    "envs": [{"key": "REGION", "value": "eu"}],
    "services": [
        {
            "name": "web",
            "instance_count": 2,
            "github": {"repo": "holi-labs/holi", "branch": "deploy/blue"},
            "envs": [
                {"key": "COLOUR", "value": "blue"},
                {"key": "LIMIT", "value": "10"},
                {"key": "DB_URL", "type": "SECRET", "value": "EV[1:blues]"},
            ],
        }
    ],
}


def green(change=lambda spec: None):
    """The twin: equal but for what makes it green, and the change."""
    spec = copy.deepcopy(SPEC)
    spec |= {"name": "holi-green", "domains": [{"domain": "holi.example", "type": "PRIMARY"}]}
    web = spec["services"][0]
    web["github"]["branch"] = "deploy/green"
    web["envs"][0]["value"], web["envs"][2]["value"] = "green", "EV[1:greens]"
    change(spec)
    return spec


def drift(idle, **settings):
    return Drift(service(drift=settings), BLUE, SPEC, idle)


def said(idle, **settings):
    return drift(idle, **settings).warnings()


def set_env(key, value):
    def change(spec):
        next(env for env in spec["services"][0]["envs"] if env["key"] == key)["value"] = value

    return change


def test_what_makes_them_blue_and_green_is_no_difference():
    assert said(green()) == []


def test_other_differences_are_named_with_both_values():
    assert said(green(lambda spec: spec["services"][0].update(instance_count=1))) == [
        "services.web.instance_count: blue has 2, green has 1"
    ]
    assert said(green(lambda spec: spec.pop("region"))) == ["region: blue has fra, green has none"]


def test_values_of_environment_variables_are_compared_and_not_shown():
    assert said(green(set_env("LIMIT", "a-password"))) == [
        "services.web.envs.LIMIT.value: blue has another value, green has another value"
    ]


def test_of_encrypted_values_only_the_presence_counts():
    assert said(green(lambda spec: spec["services"][0]["envs"].pop(2))) == [
        "services.web.envs.DB_URL: blue has one, green has none"
    ]
    assert said(green(set_env("DB_URL", "in the clear")))


def test_order_of_named_things_does_not_matter():
    assert said(green(lambda spec: spec["services"][0]["envs"].reverse())) == []


@pytest.mark.parametrize("pattern", ["LIMIT", "services.web.envs.LIMIT", "services.*.envs.LIM*", "services.web"])
def test_differences_that_are_meant_are_left_out(pattern):
    idle = green(set_env("LIMIT", "99"))
    assert said(idle, ignore=[pattern]) == []
    assert said(idle, ignore=["COLOUR", "services.web.instance_count"])


def test_a_copy_takes_everything_but_what_is_green():
    def change(spec):
        set_env("LIMIT", "99")(spec)
        spec["services"][0]["instance_count"] = 1
        spec["services"][0]["envs"].append({"key": "LEFT_OVER", "value": "x"})

    made = drift(green(change)).equalised()
    assert made == green()
    assert drift(made).warnings() == []


def test_a_copy_leaves_what_is_meant_to_differ():
    made = drift(green(set_env("LIMIT", "99")), ignore=["LIMIT"]).equalised()
    assert made == green(set_env("LIMIT", "99"))


def test_a_secret_that_only_the_active_app_has_is_not_copied_but_asked_for():
    with pytest.raises(
        Refused, match=r"a secret is set by a person, .* green has not got services\.web\.envs\.DB_URL$"
    ):
        drift(green(lambda spec: spec["services"][0]["envs"].pop(2))).equalised()


@pytest.mark.parametrize(("given", "policy"), [("warn", "WARN"), (False, "OFF"), ("refuse", "REFUSE"), ({}, "WARN")])
def test_the_policy_may_be_written_short(given, policy):
    assert service(drift=given).drift.policy is DriftPolicy[policy]


@pytest.fixture(params=[False, True], ids=["branches", "images"])
def drifted(request):
    """Somebody has scaled blue, which is active."""

    def make(policy):
        laptop = Laptop(images=request.param, drift=policy)
        scaled(laptop, 3)
        return laptop

    return make


def scaled(laptop, many):
    app = laptop.digitalocean.app("holi-blue")
    spec = copy.deepcopy(app.spec)
    spec["services"][0] |= {"instance_count": many}
    with laptop.digitalocean.lock:
        laptop.digitalocean.apps.update(app, spec, False, laptop.clock.now())
    laptop.clock.sleep(60)
    laptop.digitalocean.tick()


def count(laptop, app):
    return laptop.digitalocean.app(app).spec["services"][0]["instance_count"]


@pytest.mark.slow
def test_people_are_warned_once_and_the_release_goes_on(drifted):
    laptop = drifted("warn")
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    warnings = [message for message in laptop.slack.messages if "specs differ" in message["payload"]["text"]]
    assert len(warnings) == 1
    assert "services.web.instance_count: blue has 3, green has 1" in str(warnings[0])
    assert "-p tag:v1.3.0 -p fix:true" in str(warnings[0])


@pytest.mark.slow
def test_what_people_know_is_not_told_again_with_each_release_before_it_changes():
    laptop = Laptop(drift="warn")
    scaled(laptop, 3)
    for tag in ("v1.3.0", "v1.4.0", "v1.5.0"):
        laptop.push(tag)
        laptop.rest()
    differ = [message for message in laptop.slack.messages if "specs differ" in message["payload"]["text"]]
    assert len(differ) == 1
    assert [
        text for text in map(str, laptop.slack.messages) if "it goes to blue; blue and green differ as before" in text
    ]
    scaled(laptop, 4)
    laptop.push("v1.6.0")
    laptop.rest()
    assert [text for text in laptop.told() if "specs differ" in text] == [
        "web v1.3.0: the two apps' specs differ",
        "web v1.6.0: the two apps' specs differ",
    ]
    assert laptop.invoke("deploy", {"tag": laptop.repository.release("v1.7.0") and "v1.7.0", "fix": "true"})["ok"]
    laptop.rest()
    assert laptop.record().told.drift == ""


@pytest.mark.slow
def test_by_policy_the_release_is_refused_or_nobody_is_told(drifted):
    laptop = drifted("refuse")
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert "services.web.instance_count: blue has 3, green has 1" in laptop.reason("v1.3.0")
    silent = drifted(False)
    silent.push("v1.3.0")
    silent.rest()
    assert not [text for text in silent.told() if "differ" in text]


@pytest.mark.slow
def test_a_fix_copies_the_active_spec_with_the_release_in_one_deployment_and_leaves_the_active_app_alone(drifted):
    laptop = drifted("refuse")
    laptop.push("v1.3.0")
    laptop.rest()
    blue, green_ones = laptop.digitalocean.app("holi-blue"), laptop.deployments(GREEN)
    before = (copy.deepcopy(blue.spec), len(blue.deployments))
    assert laptop.invoke("deploy", {"tag": "v1.3.0", "fix": "true"})["ok"]
    record = laptop.rest()
    assert (record.active, record.on(GREEN).tag) == (GREEN, "v1.3.0"), laptop.reason("v1.3.0")
    assert count(laptop, "holi-green") == 3
    assert laptop.digitalocean.app("holi-green").spec["name"] == "holi-green"
    assert laptop.deployments(GREEN) == green_ones + 1
    assert (blue.spec, len(blue.deployments)) == before
    assert not laptop.digitalocean.violations


def test_the_example_names_no_ignored_differences():
    assert "drift" not in written()["services"]["web"] or service().drift.policy is DriftPolicy.WARN


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: spec.update(workers=None, static_sites=[], features=[]),
        lambda spec: spec["services"][0]["github"].update(deploy_on_push=False),
        lambda spec: spec["services"][0].update(build_command="", image=None),
    ],
)
def test_what_is_empty_or_off_is_as_good_as_left_out(change):
    """An app that a tool made has it written out, one of the control panel has not."""
    assert said(green(change)) == []


def test_plain_texts_in_another_order_are_the_same_and_one_that_is_missing_is_told():
    active = SPEC | {"features": ["buildpack-stack=ubuntu-22", "b"]}
    same = green(lambda spec: spec.update(features=["b", "buildpack-stack=ubuntu-22"]))
    assert Drift(service(), BLUE, active, same).warnings() == []
    fewer = Drift(service(), BLUE, active, green(lambda spec: spec.update(features=["b"])))
    assert fewer.warnings() == ["features.0: blue has another value, green has none"]
    assert fewer.equalised()["features"] == active["features"]


def both(change):
    """Blue and green, each changed, and what is told of them."""

    def told(blue_has, green_has):
        active = copy.deepcopy(SPEC)
        change(active, **blue_has)
        return Drift(service(), BLUE, active, green(lambda spec: change(spec, **green_has)))

    return told


def in_web(spec, **changes):
    spec["services"][0] |= changes
    for name in [name for name, value in changes.items() if value is None]:
        del spec["services"][0][name]


SCALES = {"min_instance_count": 1, "max_instance_count": 5, "metrics": {"cpu": {"percent": 80}}}


@pytest.mark.parametrize("blue_has", [4, None])
def test_how_many_instances_an_autoscaler_has_started_is_no_difference_and_stays(blue_has):
    drift = both(in_web)
    found = drift({"autoscaling": SCALES, "instance_count": blue_has}, {"autoscaling": SCALES, "instance_count": 2})
    assert found.warnings() == []
    assert found.equalised()["services"][0]["instance_count"] == 2
    other = drift({"autoscaling": SCALES}, {"autoscaling": SCALES | {"max_instance_count": 9}})
    assert other.warnings() == ["services.web.autoscaling.max_instance_count: blue has 5, green has 9"]
    alone = drift({"autoscaling": SCALES, "instance_count": None}, {"instance_count": 2})
    assert "services.web.autoscaling: blue has one (3 fields), green has none" in alone.warnings()
    assert "instance_count" not in alone.equalised()["services"][0]  # which is refused beside autoscaling


@pytest.mark.parametrize(
    "written",
    [
        lambda spec: [env.update(scope="RUN_AND_BUILD_TIME") for env in spec["services"][0]["envs"]],
        lambda spec: [env.setdefault("type", "GENERAL") for env in spec["envs"]],
        lambda spec: spec["services"][0].update(http_port=8080, protocol="HTTP"),
        lambda spec: spec.update(egress={"type": "AUTOASSIGN"}),
    ],
)
def test_a_default_that_is_written_out_is_as_good_as_left_out(written):
    assert said(green(written)) == []
    active = copy.deepcopy(SPEC)
    written(active)
    assert Drift(service(), BLUE, active, green()).warnings() == []


def test_what_is_no_default_is_told_and_a_section_that_says_more_is_one():
    assert said(green(lambda spec: spec["services"][0].update(http_port=3000))) == [
        "services.web.http_port: blue has none, green has 3000"
    ]
    assert said(green(lambda spec: spec["services"][0]["envs"][0].update(scope="BUILD_TIME")))
    assert said(green(lambda spec: spec.update(egress={"type": "DEDICATED_IP"})))
    assert said(green(lambda spec: spec["services"][0]["envs"].append({"key": "X", "value": "1"})))


def rule(prefix, name="web", **more):
    return {"match": {"path": {"prefix": prefix}}, "component": {"name": name, **more}}


def test_rules_in_another_order_are_the_same_as_the_longest_prefix_wins_and_each_is_compared_with_its_own():
    def rules(spec, found):
        spec["ingress"] = {"rules": found}

    drift = both(rules)
    api, docs, root = rule("/api"), rule("/docs"), rule("/")
    assert drift({"found": [api, docs, root]}, {"found": [root, api, docs]}).warnings() == []
    fewer = drift({"found": [api, docs, root]}, {"found": [root, docs]})
    assert fewer.warnings() == ["ingress.rules.0: blue has one (2 fields), green has none"]
    assert fewer.equalised()["ingress"]["rules"] == [api, docs, root]
    rewritten = drift({"found": [api, root]}, {"found": [root, rule("/api", rewrite="/v1")]})
    assert rewritten.warnings() == ["ingress.rules.0.component.rewrite: blue has none, green has another value"]


@pytest.mark.parametrize(
    ("idle", "says"),
    [
        (None, "green has not got services.web.envs.API_TOKEN"),
        ("plain", "green has in the clear what blue has encrypted, services.web.envs.API_TOKEN"),
    ],
)
def test_a_secret_that_would_have_to_be_copied_is_named_whole_and_one_in_the_clear_is_not_called_missing(idle, says):
    def token(spec, value):
        if value:
            spec["services"][0]["envs"].append({"key": "API_TOKEN", "type": "SECRET", "value": value})

    with pytest.raises(Refused) as refused:
        both(token)({"value": "EV[1:blues]"}, {"value": idle}).equalised()
    assert str(refused.value).endswith(says)
    assert "a secret is set by a person" in str(refused.value)
