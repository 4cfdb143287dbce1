import re

import httpx
import pytest

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.digitalocean import create_app, monitoring
from bluegreen_emulator.digitalocean.contract import NO_BODY, published_contract
from bluegreen_emulator.digitalocean.contract_reader import calls_of, read
from bluegreen_emulator.digitalocean.narrower import EXTRA_PROPERTIES, EXTRA_VALUES, UNCHECKED_BODIES
from bluegreen_emulator.functions.control import control_blueprint
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.wire import Server


@pytest.fixture
def contract():
    return published_contract()


APP = "/v2/apps/x"
METRICS = {"cpu": {"percent": 80}, "requests_per_second": {"per_instance": 100}}


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "word"),
    [
        ("GET", "/v2/nothing", {}, NO_BODY, "not in DigitalOcean's API description"),
        ("POST", f"{APP}/deployments", {}, {"force_rebuild": True}, "force_rebuild"),
        ("POST", f"{APP}/deployments", {}, NO_BODY, "body is missing"),
        ("PUT", APP, {}, {"spec": {"region": "fra"}}, "'name' is a required property"),
        ("PUT", APP, {}, {"spec": {"name": "ab", "services": [{"name": "web", "instance_count": 0}]}}, "minimum"),
        ("GET", f"{APP}/deployments", {"per_page": ["500"]}, NO_BODY, "between 1 and 200"),
        ("GET", f"{APP}/deployments", {"sort": ["up"]}, NO_BODY, "sort is unknown"),
        ("GET", f"{APP}/deployments", {"deployment_types": ["ODD"]}, NO_BODY, "not one of"),
        ("GET", f"{APP}/deployments/y/logs", {"follow": ["true"]}, NO_BODY, "type is missing"),
        ("PATCH", "/v2/domains/a/records/1", {}, {"data": "x."}, "'type' is a required property"),
        ("PUT", "/v2/load_balancers/x", {}, {"tag": "green"}, "'forwarding_rules' is a required property"),
        ("GET", "/v2/domains/a/records/first", {}, NO_BODY, "domain_record_id: 'first' is not an integer"),
        ("GET", "/v2/tags/green!", {}, NO_BODY, "path parameter tag_id: 'green!' does not match"),
    ],
)
def test_what_the_description_does_not_allow_is_said_in_words(contract, method, path, query, body, word):
    assert word in "; ".join(contract.problems(method, path, query, body))


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("PUT", APP, {}, {"spec": {"name": "ab", "envs": [{"key": "A"}], "alerts": [], "features": ["x"]}}),
        ("PUT", APP, {}, {"spec": {"name": "ab", "jobs": [{"name": "job", "kind": "SCHEDULED", "schedule": {}}]}}),
        ("PUT", APP, {}, {"spec": {"name": "ab", "services": [{"name": "web", "autoscaling": {"metrics": METRICS}}]}}),
        ("GET", f"{APP}/deployments", {"deployment_types[]": ["MANUAL"]}, NO_BODY),
        ("GET", f"{APP}/deployments/y/logs", {"type": ["RUN"], "tail_lines": ["2"]}, NO_BODY),
        ("GET", "/v2/registries/r/repositories/a/b/tags", {}, NO_BODY),
        ("POST", "/v2/functions/namespaces", {}, {"namespace": {"label": "x", "Region": "nyc1"}}),
    ],
)
def test_what_the_live_api_takes_all_the_same_is_allowed(contract, method, path, query, body):
    assert contract.problems(method, path, query, body) == []


def test_a_violation_is_kept_and_answered_422(setting, contract):
    answer = setting.api.post(f"/v2/apps/{setting.green.id}/deployments", json={"force_rebuild": True})
    assert answer.status_code == 422
    assert "force_rebuild" in answer.json()["message"]
    assert [v.method for v in setting.cloud.violations] == ["POST"]


@pytest.mark.parametrize(
    ("method", "path", "wrong", "word"),
    [
        ("PUT", "/v2/apps/{green}", {"json": {"spec": {"name": "holi-green", "regoin": "fra"}}}, "regoin"),
        ("PUT", "/v2/apps/{green}", {"json": {"spec": {"name": "holi-green", "region": "mars"}}}, "mars"),
        ("POST", "/v2/apps/{green}/deployments", {}, "body is missing"),
        ("GET", "/v2/apps/{green}/deployments", {"params": {"per_page": 500}}, "between 1 and 200"),
    ],
)
def test_over_http_and_without_a_description_a_wrong_request_is_refused(
    setting, monkeypatch, method, path, wrong, word
):
    monkeypatch.delenv("BLUEGREEN_OPENAPI", raising=False)
    server = Server(create_app(setting.cloud))
    try:
        url = server.url + path.format(green=setting.green.id)
        answer = httpx.request(method, url, headers={"Authorization": "Bearer dop_v1_x"}, **wrong)
    finally:
        server.close()
    assert (answer.status_code, answer.json()["id"]) == (422, "unprocessable_entity")
    assert word in answer.json()["message"]
    assert len(setting.cloud.violations) == 1


def test_what_checks_a_body_is_made_once(contract):
    assert contract.find("PUT", APP).body is published_contract().find("PUT", "/v2/apps/y").body


def test_an_answer_has_a_status_and_fields_that_are_described(contract):
    read = contract.find("GET", APP)
    assert read.answer_problems(200, {"app": {"spec": {"name": "holi"}, "more": "than is described"}}) == []
    assert "'spec' is a required property" in read.answer_problems(200, {"app": {}})[0]
    assert read.answer_problems(201, {}) == ["answer 201 is unknown; known: 200"]


@pytest.fixture
def served(setting, tmp_path):
    """The emulator's routes."""
    platform = Platform("fn-x", {"id": "key"}, Clock(), PlatformSettings(), tmp_path)
    yield create_app(setting.cloud, control_blueprint(platform)).url_map
    platform.close()


def test_the_contract_has_every_call_that_the_emulator_serves(served, contract):
    metrics = {"apps": monitoring.METRICS, "load_balancer": (*monitoring.BALANCER_METRICS, *monitoring.RESPONSES)}
    paths = [
        (method, re.sub(r"<[^>]+>", "1", rule.rule.replace("<metric>", metric)))
        for rule in served.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        for metric in metrics.get(rule.rule.split("/")[-2], [""])
        if rule.rule.startswith("/v2/")
    ]
    assert [path for path in paths if contract.find(*path) is None] == []
    assert len(paths) > 60


def test_the_emulator_serves_every_call_of_the_contract(served, contract):
    adapter = served.bind("do.test")
    for operation in contract:
        adapter.match(re.sub(r"{\w+}", "1", operation.template), method=operation.method)


def test_what_is_taken_beyond_the_description_belongs_to_types_and_calls_of_the_table():
    table = read()
    assert {*EXTRA_PROPERTIES, *EXTRA_VALUES} <= table["types"].keys()
    assert {" ".join(call) for call in UNCHECKED_BODIES} <= set(calls_of(table))
