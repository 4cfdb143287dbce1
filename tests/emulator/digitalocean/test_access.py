import flask
import httpx

from bluegreen_emulator.digitalocean import create_app


def test_without_a_known_token_nothing_is_told(make):
    setting = make(tokens={"dop_v1_known": frozenset({"*"})})
    for headers in ({}, {"Authorization": "Bearer dop_v1_other"}, {"Authorization": "Basic dop_v1_known"}):
        client = httpx.Client(transport=httpx.WSGITransport(create_app(setting.cloud)), base_url="http://do.test")
        refused = client.get("/v2/apps", headers=headers)
        assert refused.status_code == 401
        assert refused.json()["id"] == "unauthorized"
        assert refused.json()["request_id"] == refused.headers["x-request-id"]
    setting.api.headers["Authorization"] = "Bearer dop_v1_known"
    setting.get("/v2/apps")


def test_a_token_does_what_its_scopes_allow(make):
    setting = make(tokens={"dop_v1_x": frozenset({"app:read"})})
    setting.get("/v2/apps")
    refused = setting.api.post(f"/v2/apps/{setting.green.id}/deployments", json={})
    assert refused.status_code == 403
    assert "app:update" in refused.json()["message"]


def test_every_answer_counts_down_the_hour(setting):
    first = setting.api.get("/v2/apps").headers
    second = setting.api.get("/v2/apps").headers
    assert first["ratelimit-limit"] == "5000"
    assert int(first["ratelimit-remaining"]) - int(second["ratelimit-remaining"]) == 1
    assert int(first["ratelimit-reset"]) == int(setting.clock.now().timestamp()) + 3600


def test_a_burst_is_refused_with_retry_after(make):
    setting = make(minute_limit=3)
    for _ in range(3):
        setting.get("/v2/apps")
    setting.clock.sleep(31)
    refused = setting.api.get("/v2/apps")
    assert refused.status_code == 429
    assert refused.json()["id"] == "too_many_requests"
    assert (refused.headers["retry-after"], refused.headers["ratelimit-remaining"]) == ("29", "0")
    setting.clock.sleep(30)
    setting.get("/v2/apps")


def test_the_hour_is_refused_without_retry_after_and_slides(make):
    setting = make(hourly_limit=2)
    setting.get("/v2/apps")
    setting.clock.sleep(1800)
    setting.get("/v2/apps")
    refused = setting.api.get("/v2/apps")
    assert refused.status_code == 429
    assert "retry-after" not in refused.headers
    setting.clock.sleep(1801)
    setting.get("/v2/apps")


def test_what_is_not_there_is_not_found_with_a_body(setting):
    for path in ("/v2/apps/nope", f"/v2/apps/{setting.green.id}/deployments/nope", "/v2/load_balancers/nope"):
        answer = setting.api.get(path)
        assert (answer.status_code, answer.json()["id"]) == (404, "not_found")


def test_what_the_emulator_does_not_know_names_itself(setting):
    answer = setting.api.get("/v2/kubernetes/clusters")
    assert answer.status_code == 501
    assert "GET /v2/kubernetes/clusters" in answer.json()["message"]
    assert setting.api.delete(f"/v2/apps/{setting.green.id}/deployments").status_code == 501


def test_a_body_that_is_not_json_is_refused(setting):
    answer = setting.api.put(f"/v2/apps/{setting.green.id}", content=b"{nope")
    assert (answer.status_code, answer.json()["id"]) == (400, "bad_request")


def test_the_account_and_health_are_told(setting):
    assert setting.get("/v2/account")["account"]["status"] == "active"
    component = setting.get(f"/v2/apps/{setting.green.id}/health")["app_health"]["components"][0]
    assert (component["state"], component["replicas_ready"]) == ("HEALTHY", 1)
    instances = setting.get(f"/v2/apps/{setting.green.id}/instances")["instances"]
    assert [i["instance_name"] for i in instances] == ["web-0"]


def test_the_functions_control_plane_is_served_behind_the_same_door(setting):
    routes = flask.Blueprint("functions", __name__)
    routes.get("/v2/functions/namespaces")(lambda: {"namespaces": []})
    transport = httpx.WSGITransport(create_app(setting.cloud, routes))
    client = httpx.Client(transport=transport, base_url="http://do.test")
    assert client.get("/v2/functions/namespaces").status_code == 401
    answer = client.get("/v2/functions/namespaces", headers={"Authorization": "Bearer x"})
    assert answer.json() == {"namespaces": []}
    assert "x-request-id" in answer.headers
