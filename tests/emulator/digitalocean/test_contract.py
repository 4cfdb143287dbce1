import json
import time

import pytest

from bluegreen_emulator.digitalocean.contract import NO_BODY, find_contract


@pytest.fixture
def contract():
    found = find_contract()
    if found is None:
        pytest.skip("DigitalOcean's API description is not here")
    return found


pytestmark = pytest.mark.openapi
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


def test_a_check_costs_little(contract):
    spec = {"name": "holi", "services": [{"name": f"web-{n}", "instance_count": 2} for n in range(5)]}
    contract.problems("PUT", APP, {}, {"spec": spec})
    began = time.perf_counter()
    for _ in range(20):
        contract.problems("PUT", APP, {}, {"spec": spec})
    assert (time.perf_counter() - began) / 20 < 0.02


def test_a_description_that_was_named_has_to_be_there(monkeypatch, tmp_path):
    monkeypatch.setenv("BLUEGREEN_OPENAPI", str(tmp_path / "none.json"))
    with pytest.raises(FileNotFoundError):
        find_contract().problems("GET", APP, {}, NO_BODY)


def test_without_a_description_nothing_is_checked(monkeypatch, tmp_path):
    monkeypatch.delenv("BLUEGREEN_OPENAPI", raising=False)
    assert find_contract(beside=tmp_path / "none.json") is None


def test_a_description_beside_the_repository_is_used_and_one_that_is_named_goes_first(monkeypatch, tmp_path):
    beside, named = tmp_path / "beside.json", tmp_path / "named.json"
    for path, known in ((beside, "/v2/one"), (named, "/v2/other")):
        path.write_text(json.dumps({"paths": {known: {"get": {}}}}))
    monkeypatch.delenv("BLUEGREEN_OPENAPI", raising=False)
    assert find_contract(beside).find("GET", "/v2/one")
    monkeypatch.setenv("BLUEGREEN_OPENAPI", str(named))
    assert find_contract(beside).find("GET", "/v2/other")
    assert find_contract(beside).find("GET", "/v2/one") is None
