import itertools

import pytest


def query(setting, metric, minutes=10, **more):
    now = int(setting.clock.now().timestamp())
    params = {"app_id": setting.green.id, "start": str(now - 60 * minutes), "end": str(now), **more}
    return setting.get(f"/v2/monitoring/metrics/apps/{metric}", params=params)


@pytest.mark.parametrize("metric", ["cpu_percentage", "memory_percentage", "restart_count"])
def test_metrics_are_a_matrix_of_strings_two_minutes_apart(setting, metric):
    answer = query(setting, metric)
    assert (answer["status"], answer["data"]["resultType"]) == ("success", "matrix")
    series = answer["data"]["result"][0]
    assert series["metric"]["app_uuid"] == setting.green.id
    times = [at for at, _ in series["values"]]
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {120}
    assert all(isinstance(value, str) for _, value in series["values"])
    assert times[-1] <= setting.clock.now().timestamp() - 120


def test_a_reading_holds_from_when_it_was_set(setting):
    now = setting.clock.now().timestamp()
    setting.cloud.monitoring.set("holi-green", "cpu_percentage", 95.0, since=now - 300)
    values = [value for _, value in query(setting, "cpu_percentage")["data"]["result"][0]["values"]]
    assert values[0] == "12.5"
    assert values[-1] == "95"


def test_no_data_is_an_empty_result(setting):
    setting.cloud.monitoring.silent.add("holi-green")
    assert query(setting, "cpu_percentage")["data"]["result"] == []


def test_restarts_are_counted(setting):
    setting.cloud.crash("holi-green")
    assert query(setting, "restart_count")["data"]["result"][0]["values"][-1][1] == "1"


def test_start_and_end_are_required_and_other_metrics_unknown(setting):
    base = "/v2/monitoring/metrics/apps"
    assert setting.api.get(f"{base}/cpu_percentage", params={"app_id": setting.green.id}).status_code == 422
    times = {"start": "1", "end": "2", "app_id": setting.green.id}
    assert setting.api.get(f"{base}/http_responses", params=times).status_code in (404, 422)
    assert setting.api.get(f"{base}/cpu_percentage", params=times | {"start": "noon"}).status_code == 422


@pytest.fixture
def balancer(setting):
    rules = [{"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80}]
    body = {"name": "lb", "region": "fra1", "forwarding_rules": rules}
    return setting.cloud.load_balancers.create(body, setting.clock.now()).id


def query_balancer(setting, balancer, metric):
    now = int(setting.clock.now().timestamp())
    params = {"lb_id": balancer, "start": str(now - 600), "end": str(now)}
    return setting.api.get(f"/v2/monitoring/metrics/load_balancer/{metric}", params=params)


def test_a_load_balancers_responses_are_rates_by_class(setting, balancer):
    now = setting.clock.now().timestamp()
    setting.cloud.monitoring.set(balancer, "frontend_http_responses/5xx", 0.5, since=now - 300)
    found = query_balancer(setting, balancer, "frontend_http_responses").json()["data"]["result"]
    values = {one["metric"]["code"]: one["values"][-1][1] for one in found}
    assert values == {"1xx": "0", "2xx": "10", "3xx": "0", "4xx": "0", "5xx": "0.5", "other": "0"}
    assert {one["metric"]["lb_id"] for one in found} == {balancer}


def test_response_times_are_seconds_and_connections_a_number(setting, balancer):
    for metric, value in (("droplets_http_response_time_95p", "0.15"), ("frontend_connections_current", "40")):
        [one] = query_balancer(setting, balancer, metric).json()["data"]["result"]
        assert one["values"][-1][1] == value


def test_a_load_balancer_that_is_not_there_and_a_metric_that_is_not_emulated(setting, balancer):
    assert query_balancer(setting, "4de7ac8b-495b-4884-9a69-1050c6793cd6", "frontend_http_responses").status_code == 404
    assert query_balancer(setting, balancer, "frontend_cpu_utilization").status_code == 501
