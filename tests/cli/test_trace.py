"""`bluegreen trace`: a release of the journal as one OpenTelemetry trace, posted as OTLP/HTTP JSON."""

import json
from itertools import pairwise

import pytest
from werkzeug.wrappers import Request, Response

from bluegreen_emulator.wire import Server
from tests.chain.laptop import Laptop
from tests.cli.test_direct import Place

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path, monkeypatch):
    made = Place(tmp_path, monkeypatch)
    yield made
    for server in made.servers:
        server.close()


@pytest.fixture(scope="module")
def laptop():
    made = Laptop()
    made.push("v1.3.0")
    made.rest()
    made.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    made.rest()
    return made


@pytest.fixture
def copied(place, laptop):
    for key in laptop.state.keys("services/web/"):
        place.bucket(0).put(key, laptop.state.get(key))
    return place


def spans_of(output):
    (resource,) = json.loads(output)["resourceSpans"]
    (scope,) = resource["scopeSpans"]
    return scope["spans"]


@pytest.mark.parametrize(("asked", "code"), [("v1.3.0", 1), ("v1.4.0", 2), ("web-1", 1), ("latest", 2)])
def test_a_release_is_one_trace_of_its_phases_and_looks(copied, asked, code):
    status, output = copied.say("trace", asked)
    assert status == 0, output
    found = spans_of(output)
    (root,) = [each for each in found if "parentSpanId" not in each]
    phases = [each for each in found if each.get("parentSpanId") == root["spanId"]]

    assert root["status"]["code"] == code
    assert [each["name"] for each in phases][:4] == ["requested", "deploying", "checking", "smoking"]
    assert len({each["traceId"] for each in found}) == 1
    assert len({each["spanId"] for each in found}) == len(found)
    assert {each["parentSpanId"] for each in found if each is not root} <= {each["spanId"] for each in found}
    for each in found:
        assert (len(each["traceId"]), len(each["spanId"])) == (32, 16)
        assert int(each["startTimeUnixNano"]) <= int(each["endTimeUnixNano"])
        assert int(root["startTimeUnixNano"]) <= int(each["startTimeUnixNano"])
    for earlier, later in pairwise(phases):
        assert earlier["endTimeUnixNano"] == later["startTimeUnixNano"]


def test_it_is_posted_where_a_collector_listens_and_twice_the_same(copied):
    got = []

    @Request.application
    def collector(request: Request) -> Response:
        got.append((request.path, request.content_type, request.headers.get("x-team"), request.get_json()))
        return Response("{}", content_type="application/json")

    server = Server(collector)
    try:
        for _ in range(2):
            status, output = copied.say("trace", "v1.3.0", "--otlp", server.url, "--header", "x-team=holi")
            assert status == 0, output
    finally:
        server.close()

    assert got[0] == got[1]
    assert got[0][:3] == ("/v1/traces", "application/json", "holi")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("v9.9.9",), 4, "web has no release v9.9.9 (known: v1.4.0, v1.3.0)"),
        (("web-9",), 4, "has no version of release web-9"),
        (("v1.3.0", "--otlp", "http://127.0.0.1:9"), 5, "not answer"),
        (("v1.3.0", "--otlp", "127.0.0.1"), 2, "allowed is an address such as http://127.0.0.1:4318"),
        (("v1.3.0", "--otlp", "http://127.0.0.1:9", "--header", "secret"), 2, "NAME=VALUE, such as x-team=shop"),
    ],
)
def test_what_cannot_be_done_is_said(copied, words, code, says):
    status, output = copied.say("trace", *words)

    assert status == code
    assert says in " ".join(output.split())
    assert "secret" not in output
