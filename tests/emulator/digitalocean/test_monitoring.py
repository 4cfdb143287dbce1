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
