"""health and monitor: an address asked as the product asks it, and what users are getting."""

import json

import pytest

from bluegreen_cli.stage import ROOT
from tests.cli.desk import Desk


def flat(done):
    return " ".join(done.output.split())


def test_an_address_that_is_well_is_said_with_its_fields(desk: Desk):
    done = desk.say("health", f"{desk.url}/api/health")

    assert done.exit_code == 0, done.output
    assert "GET /api/health: 200 in" in flat(done)
    assert "status ok" in flat(done)
    assert "version v1.2.0" in flat(done)


def test_as_json(desk):
    found = json.loads(desk.say("health", f"{desk.url}/api/health", "--json").stdout)

    [check] = found["checks"]
    assert (found["ok"], check["status"], check["json"]["status"]) == (True, 200, "ok")
    assert check["ms"] >= 0


@pytest.mark.parametrize(
    ("status", "body", "expect", "says"),
    [
        (500, {"status": "ok"}, [], "expected status 200, got 500"),
        (200, {"healthy": False}, ["healthy=true"], "expected healthy to be True, got False"),
        (200, {"latency": 1500}, ["latency=below 1000"], "expected latency to be below 1000, got 1500"),
        (200, "no object", ["status=ok"], "expected status to be ok, got None"),
    ],
)
def test_what_is_not_well_is_said_and_ends_with_1(desk, status, body, expect, says):
    desk.health_status, desk.body = status, body

    done = desk.say("health", f"{desk.url}/api/health/db", *(f"--expect={each}" for each in expect))

    assert (done.exit_code, says in flat(done)) == (1, True), done.output


def test_no_answer_is_5(desk):
    done = desk.say("health", "http://127.0.0.1:9/api/health")

    assert (done.exit_code, "no answer" in done.output) == (5, True)


@pytest.mark.parametrize("wrong", ["shop.example.com", "ftp://x/y", "http://", "http://x\x1b[2J/", "", "purple"])
def test_what_is_no_address_is_refused(desk, wrong):
    done = desk.say("health", wrong)

    assert (done.exit_code, "\x1b" in done.output, "is wanted" in flat(done)) == (2, False, True), done.output


def test_a_place_by_its_name_is_asked_what_bluegreen_yml_declares(desk):
    desk.web["checks"] = {
        "health": {"requests": [{"name": "alive", "get": "/api/health"}, {"name": "db", "get": "/db"}]}
    }

    for where in ("green", "production", desk.url):
        done = desk.say("health", where)
        assert done.exit_code == 0, done.output
        assert "alive: 200" in done.output
        assert "db: 200" in done.output


def test_the_version_is_expected_where_the_release_is_named(desk):
    expect = {"json": {"version": "{version}"}}
    desk.web["checks"] = {"health": {"requests": [{"get": "/api/health", "expect": expect}]}}

    assert desk.say("health", "green").exit_code == 0
    assert desk.say("health", "green", "--tag", "v1.2.0").exit_code == 0
    assert desk.say("health", "green", "--tag", "v1.3.0").exit_code == 1


def test_without_bluegreen_yml_an_address_can_be_asked(desk, tmp_path):
    from typer.testing import CliRunner

    from bluegreen_cli.main import app

    none = ["--config", str(tmp_path / "none.yml"), "--env", str(tmp_path / ".env")]
    done = CliRunner().invoke(app, ["health", desk.url, *none])
    assert done.exit_code == 0, done.output


def test_a_body_that_would_act_on_a_terminal_does_not(desk):
    desk.body = {"status": "ok\x1b[2J\u202e\nfine all is well", "\x1b]0;x\x07": 1}

    done = desk.say("health", f"{desk.url}/api/health", "--expect", "status=fine")

    for raw in ("\x1b", "\u202e", "\x07"):
        assert raw not in done.output
    assert not [line for line in done.output.splitlines() if line.startswith("fine")]


def test_monitor_says_what_users_get(desk):
    desk.write(lambda record: record)
    desk.counted(requests=600, failed=0, bucket=1)

    done = desk.say("monitor", "--for", "0s")

    assert done.exit_code == 0, done.output
    assert "600 requests in 30 s, 20 a second, 0 % failed, 95 % within 25 ms" in flat(done)


def test_monitor_above_a_critical_level_is_1(desk):
    desk.counted(requests=600, failed=100)

    done = desk.say("monitor", "--for", "0s", "--json")

    [line] = done.output.splitlines()
    assert done.exit_code == 1
    assert "error rate 17 % is above 5 %" in json.loads(line)["above"]


def test_slow_is_critical_too(desk):
    desk.counted(requests=600, bucket=9)

    done = desk.say("monitor", "--for", "0s")
    assert (done.exit_code, "p95 beyond 5 s is above 2000 ms" in flat(done)) == (1, True), done.output


def test_no_data_is_not_well_and_not_bad(desk):
    done = desk.say("monitor", "--for", "0s")

    assert (done.exit_code, "not known: no router instance has reported lately" in flat(done)) == (5, True)


@pytest.mark.slow
def test_monitor_looks_as_often_as_it_is_told(desk):
    desk.counted()

    done = desk.say("monitor", "--every", "100ms", "--for", "3s", "--json")
    assert len(done.output.splitlines()) >= 2


@pytest.mark.parametrize("given", [("--every", "soon"), ("--for", "2d"), ("--every", "0s"), ("--query", "x")])
def test_what_is_no_time_is_refused(desk, given):
    assert desk.say("monitor", *given).exit_code == 2


def test_a_query_of_ones_own_is_asked_of_prometheus(desk):
    from werkzeug.wrappers import Request, Response

    asked = []

    @Request.application
    def prometheus(request):
        asked.append(request.args["query"])
        result = [{"metric": {}, "values": [[1_700_000_000, "41"], [1_700_000_015, "42"]]}]
        return Response(json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}}))

    desk.web["signals"] = ["router", {"kind": "prometheus", "url": desk.serve(prometheus)}]
    desk.counted()

    done = desk.say("monitor", "--for", "0s", "--query", "database queries=sum(rate(pg_calls[1m]))", "--json")

    assert json.loads(done.output)["queries"] == {"database queries": 42.0}
    assert "sum(rate(pg_calls[1m]))" in asked


def test_the_examples_of_the_page_are_python(desk):
    page = (ROOT / "docs" / "health-endpoints.md").read_text()
    blocks = [part.partition("```")[0] for part in page.split("```python\n")[1:]]

    assert len(blocks) == 2
    for block in blocks:
        compile(block, "health-endpoints.md", "exec")
