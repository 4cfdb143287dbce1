"""DigitalOcean Insights: what is asked of it, in the shapes of its API reference."""

import pytest

from bluegreen_emulator.digitalocean.insights_channel import SHAPES, Channel

PROM = "/v2/insights/query/fra1/prom/api/v1"


@pytest.fixture
def counted(setting):
    """A counter of two statuses, sampled four times, 15 s apart."""
    now = setting.clock.now().timestamp()
    for status, step in (("200", 10), ("503", 1)):
        samples = [(now - 15 * back, float(step * (4 - back))) for back in range(4)]
        setting.cloud.insights.add("http_requests_total", samples, status=status, environment="blue")
    return now


def result(setting, query, path="query", **more):
    return setting.get(f"{PROM}/{path}", params={"query": query, **more})["data"]


def test_a_selector_over_a_time_gives_raw_samples_as_strings(setting, counted):
    found = result(setting, 'http_requests_total{environment="blue",status=~"5.."}[40s]')
    assert found["resultType"] == "matrix"
    assert [value for _, value in found["result"][0]["values"]] == ["2", "3", "4"]


def test_an_instant_and_a_last_value_are_vectors(setting, counted):
    assert len(result(setting, "http_requests_total")["result"]) == 2
    late = result(setting, 'last_over_time(http_requests_total{status="503"}[86400s])', time=str(counted - 20))
    assert late["result"][0]["value"][1] == "2"


def test_a_range_is_on_the_grid_that_was_asked_for(setting, counted):
    times = {"start": str(counted - 30), "end": str(counted), "step": "30"}
    found = result(setting, 'http_requests_total{status!="503"}', "query_range", **times)
    assert [value for _, value in found["result"][0]["values"]] == ["20", "40"]


def test_a_query_that_is_none_is_refused_in_prometheus_words(setting):
    answer = setting.api.get(f"{PROM}/query", params={"query": "up{a}"})
    assert (answer.status_code, answer.json()["status"], answer.json()["errorType"]) == (400, "error", "bad_data")


def test_what_is_not_evaluated_is_said_and_a_region_that_is_none_is_not_found(setting):
    assert setting.api.get(f"{PROM}/query", params={"query": "sum(up)"}).status_code == 501
    assert setting.api.get(PROM.replace("fra1", "xyz9") + "/query", params={"query": "up"}).status_code == 404


@pytest.mark.parametrize(("names", "dots", "underscores"), [("either", 200, 200), ("dots", 200, 400)])
def test_names_may_be_taken_in_either_way(setting, names, dots, underscores):
    setting.cloud.insights.names = names
    for query, status in (("do.apps.app_cpu_usage", dots), ("do_apps_app_cpu_usage", underscores)):
        assert setting.api.get(f"{PROM}/query", params={"query": query}).status_code == status


def test_an_instance_is_read_with_its_rule_and_listed(setting):
    insights, now = setting.cloud.insights, setting.clock.now()
    rule = insights.rule("Memory", now)
    instance = insights.fire(rule, now, "do:app:1")
    assert setting.get(f"/v2/insights/alert-instances/{instance}")["alert_instance"]["status"] == "active"
    assert setting.get(f"/v2/insights/alert-rules/{rule}")["alert_rule"]["spec"]["name"] == "Memory"
    insights.resolve(instance, now)
    wanted = {"status": "resolved", "rule_id": rule}
    assert len(setting.get("/v2/insights/alert-instances", params=wanted)["alert_instances"]) == 1
    assert setting.api.get("/v2/insights/alert-instances/unknown").status_code == 404


def test_it_wants_its_own_scope(setting):
    setting.cloud.settings.tokens = {"dop_v1_x": frozenset({"monitoring:read"})}
    assert setting.api.get(f"{PROM}/query", params={"query": "up"}).status_code == 403


def test_a_channel_has_at_most_twenty_headers_and_none_that_is_reserved():
    with pytest.raises(ValueError, match="at most 20"):
        Channel(headers={f"X-{number}": "" for number in range(21)})
    with pytest.raises(ValueError, match="proxy-"):
        Channel(headers={"Proxy-Authorization": "x"})


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_holds_the_id(setting, shape):
    now = setting.clock.now()
    found = setting.cloud.insights.instances[setting.cloud.insights.fire("r", now)]
    headers, body = Channel(basic=("u", "p"), secret="s", shape=shape).delivery(found)
    assert found["id"].encode() in body
    assert headers["Authorization"].startswith("Basic ")
    assert len(headers["X-DigitalOcean-Signature"]) == 64
