import copy

import pytest

from bluegreen_emulator.digitalocean.spec import routed


def read(setting):
    return setting.get(f"/v2/apps/{setting.green.id}")["app"]["spec"]


def update(setting, spec, **more):
    return setting.put(f"/v2/apps/{setting.green.id}", json={"spec": spec, **more})["app"]


def test_a_put_keeps_the_commit_unless_all_sources_are_updated(setting):
    old = setting.green.active.versions["web"].commit_hash
    new = setting.release("v1.2.0")
    kept = update(setting, read(setting))
    assert kept["pending_deployment"]["services"][0]["source_commit_hash"] == old
    moved = update(setting, read(setting), update_all_source_versions=True)
    assert moved["pending_deployment"]["services"][0]["source_commit_hash"] == new


def test_a_new_source_is_resolved_in_any_case(setting):
    sha = setting.repository.release("v1.2.0").sha
    spec = read(setting)
    spec["services"][0]["github"]["branch"] = "main"
    assert update(setting, spec)["pending_deployment"]["services"][0]["source_commit_hash"] == sha


def test_secrets_come_back_sealed_and_are_taken_back(setting):
    spec = read(setting)
    spec["services"][0]["envs"] = [{"key": "DB_URL", "type": "SECRET", "scope": "RUN_TIME", "value": "postgres://x"}]
    sealed = update(setting, spec)["spec"]["services"][0]["envs"][0]["value"]
    assert sealed.startswith("EV[")
    assert update(setting, read(setting))["spec"]["services"][0]["envs"][0]["value"] == sealed
    setting.clock.sleep(300)
    setting.cloud.tick()
    assert setting.cloud.host.serving("holi-green").env["DB_URL"] == "postgres://x"


def test_a_sealed_value_of_somebody_else_is_refused(setting):
    spec = read(setting)
    spec["services"][0]["envs"] = [{"key": "DB_URL", "type": "SECRET", "value": "EV[1:abc:def]"}]
    refused = setting.api.put(f"/v2/apps/{setting.green.id}", json={"spec": spec})
    assert refused.status_code == 400
    assert "DB_URL" in refused.json()["message"]


def test_routes_come_back_as_ingress_rules(setting):
    spec = read(setting)
    del spec["ingress"]
    spec["services"][0]["routes"] = [{"path": "/api"}]
    shown = update(setting, spec)["spec"]
    assert "routes" not in shown["services"][0]
    assert shown["ingress"]["rules"] == [{"match": {"path": {"prefix": "/api"}}, "component": {"name": "web"}}]


def test_what_a_put_leaves_out_is_gone(setting, spec):
    with_env = spec("holi-green", envs=[{"key": "A", "value": "1"}])
    update(setting, with_env)
    update(setting, spec("holi-green"))
    assert "envs" not in read(setting)["services"][0]


def test_values_may_name_the_app(setting):
    update(setting, read(setting) | {"envs": [{"key": "SELF", "value": "${APP_URL}/x"}]})
    setting.clock.sleep(300)
    setting.cloud.tick()
    assert setting.cloud.host.serving("holi-green").env["SELF"] == setting.green.ingress + "/x"


def test_an_identical_put_makes_a_deployment_or_by_setting_none(make):
    for deploys in (True, False):
        setting = make(deploy_identical_spec=deploys)
        assert ("pending_deployment" in update(setting, read(setting))) is deploys


def test_the_live_url_is_the_primary_domain(setting):
    domains = [{"domain": "app.holi.example", "type": "PRIMARY"}]
    app = update(setting, read(setting) | {"domains": domains})
    assert app["live_url"] == "https://app.holi.example"
    assert app["default_ingress"].endswith(".ondigitalocean.app")


def test_the_ingress_rule_names_the_component_that_serves(setting, spec):
    two = spec("holi-two")
    blue, green = copy.deepcopy(two["services"][0]), copy.deepcopy(two["services"][0])
    two["services"] = [blue | {"name": "api-blue"}, green | {"name": "api-green"}]
    rule = {"match": {"path": {"prefix": "/"}}, "component": {"name": "api-green"}}
    app = setting.cloud.create(two | {"ingress": {"rules": [rule]}})
    assert setting.cloud.host._live[app.key][1] == "api-green"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": "Holi_Green"}, "name"),
        ({"services": []}, "component"),
        ({"ingress": {"rules": [{"component": {"name": "nobody"}}]}}, "nobody"),
        ({"region": "moon"}, "region"),
        ({"services": [{"name": "web"}]}, "source"),
        ({"services": [{"name": "web", "github": {"repo": "holi/web", "branch": "gone"}}]}, "gone"),
        ({"services": [{"name": "web", "github": {"repo": "holi/none", "branch": "main"}}]}, "holi/none"),
        ({"services": [{"name": "web", "image": {"registry_type": "DOCR", "repository": "none"}}]}, "none"),
        (
            {"services": [{"name": "web", "image": {"repository": "a", "tag": "b", "digest": "sha256:0"}}]},
            "exclude each other",
        ),
    ],
)
def test_a_bad_spec_is_refused_and_changes_nothing(setting, change, word):
    before = read(setting)
    refused = setting.api.put(f"/v2/apps/{setting.green.id}", json={"spec": before | change})
    assert refused.status_code in (400, 422)
    assert word in refused.json()["message"]
    assert read(setting) == before
    assert len(setting.green.deployments) == 1


def test_propose_shows_the_normal_form_and_changes_nothing(setting, spec):
    proposed = setting.post("/v2/apps/propose", json={"spec": spec("holi-green")})
    assert proposed["app_name_available"] is False
    assert "ingress" in proposed["spec"]
    assert setting.post("/v2/apps/propose", json={"spec": spec("holi-new")})["app_name_available"] is True


def test_an_app_can_be_created_over_the_api(setting, spec):
    made = setting.post("/v2/apps", json={"spec": spec("holi-new")})["app"]
    assert "active_deployment" not in made
    setting.clock.sleep(300)
    assert "active_deployment" in setting.get(f"/v2/apps/{made['id']}")["app"]
    assert setting.api.post("/v2/apps", json={"spec": spec("holi-new")}).status_code == 409


@pytest.mark.parametrize(
    ("host", "path", "goes_to"),
    [
        ("holi.example", "/", ("api-blue", "/")),
        ("holi.example", "/health", ("api-blue", "/health")),
        ("holi.example", "/__green/health", ("api-green", "/health")),
        ("holi.example", "/__green", ("api-green", "/")),
        ("holi.example", "/__greens", ("api-blue", "/__greens")),
        ("beta.example", "/health", ("api-green", "/health")),
        ("holi.example", "/kept/x", ("api-blue", "/kept/x")),
        ("holi.example", "/moved/x", ("api-blue", "/v2/x")),
    ],
)
def test_the_longest_prefix_takes_a_request_and_is_trimmed_unless_the_rule_says_otherwise(host, path, goes_to):
    def rule(prefix, name, authority="", **how):
        match = {"path": {"prefix": prefix}} | ({"authority": {"exact": authority}} if authority else {})
        return {"match": match, "component": {"name": name, **how}}

    rules = [
        rule("/", "api-blue"),
        rule("/__green", "api-green"),
        rule("/", "api-green", "beta.example"),
        rule("/kept", "api-blue", preserve_path_prefix=True),
        rule("/moved", "api-blue", rewrite="/v2/"),
        {"match": {"path": {"prefix": "/away"}}, "redirect": {"uri": "/"}},
    ]
    assert routed({"ingress": {"rules": rules}}, host, path) == goes_to


def test_where_no_rule_fits_nobody_answers():
    assert routed({}, "holi.example", "/x") == ("", "/x")
