"""Each release as a trace, once it is over: sent once, kept until it is taken."""

import json

import pytest

from bluegreen.clients.store import release_versions
from bluegreen.core.release_file.encoding import decoded, encoded
from bluegreen.core.spans import document
from bluegreen.notify.traces import headers
from bluegreen_emulator.faults import Fault
from tests.chain.laptop import Laptop


@pytest.fixture
def laptop():
    return Laptop(notify=[{"kind": "otlp"}])


def spans(body):
    (resource,) = body["resourceSpans"]
    (scope,) = resource["scopeSpans"]
    return scope["spans"]


@pytest.mark.slow
def test_a_release_is_one_trace_once_it_is_over(laptop):
    laptop.push("v1.3.0")
    laptop.minute()
    assert laptop.traces.bodies == [] or laptop.record().release is None
    laptop.rest()
    (body,) = laptop.traces.bodies
    root, *others = spans(body)

    assert (root["name"], root.get("parentSpanId")) == ("release v1.3.0", None)
    phases = [span["name"] for span in others if span["parentSpanId"] == root["spanId"]]
    assert phases == ["requested", "deploying", "checking", "smoking", "ready", "switching", "watching"]
    assert {span["traceId"] for span in spans(body)} == {root["traceId"]}
    assert all(int(s["startTimeUnixNano"]) <= int(s["endTimeUnixNano"]) for s in spans(body))
    facts = {each["key"]: each["value"]["stringValue"] for each in root["attributes"]}
    assert facts["bluegreen.outcome"] in ("live", "unproven")


@pytest.mark.slow
def test_it_is_sent_with_what_the_collector_wants(laptop):
    laptop.push("v1.3.0")
    laptop.rest()

    (sent,) = laptop.traces.headers
    assert (sent["api-key"], sent["x-team"]) == ("a key-of-this-test", "shop")


def test_a_bad_release_ends_in_an_error(laptop):
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()

    (body,) = laptop.traces.bodies
    assert spans(body)[0]["status"] == {"code": 2}


@pytest.mark.slow
def test_a_collector_that_is_away_gets_it_later(laptop):
    laptop.faults["traces"].add(Fault(times=1000, status=503))
    laptop.push("v1.3.0")
    laptop.rest()
    for _ in range(70):
        laptop.minute()
    assert laptop.traces.bodies == []
    laptop.faults["traces"].clear()
    for _ in range(20):
        laptop.minute()

    assert len(laptop.traces.bodies) == 1
    assert laptop.record().outbox == ()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=200, message={"partialSuccess": {"rejectedSpans": "3", "errorMessage": "too old"}}, times=9),
        Fault(status=400, message={"message": "3 spans are rejected (too old)"}, times=9),
    ],
)
def test_a_trace_that_the_collector_rejects_is_said_to_be_and_not_sent_again(laptop, fault):
    """Of a release that went back, too: its trace is important to nobody who would mend the collector by it."""
    laptop.faults["traces"].add(fault)
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()
    record = laptop.record()
    assert "3 spans are rejected (too old)" in record.channels["otlp"].says
    assert not record.outbox
    assert any(line["what"] == "notice given up" for line in laptop.lines)
    assert fault.times == 8


@pytest.mark.parametrize("said", [{}, {"partialSuccess": {}}, {"partialSuccess": {"rejectedSpans": 0}}, [], "ok"])
def test_any_other_answer_of_a_collector_is_a_whole_success(laptop, said):
    laptop.faults["traces"].add(Fault(status=200, message=said, times=9))
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()
    assert not laptop.record().channels


@pytest.mark.slow
def test_what_a_release_file_holds_is_not_read_from_the_journal(laptop):
    laptop.faults["traces"].add(Fault(times=1000, status=503))
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.minute()
    kept, service = laptop.record().gathered, laptop.settings.service("web")
    from_journal = document(service, release_versions.of_release(laptop.state, "web", "web-1"))
    assert (kept.release, kept.over) == ("web-1", True)
    for seq in range(1, kept.seq + 1):
        del laptop.state._bodies[f"services/web/journal/{seq:08d}.json"]
    laptop.faults["traces"].clear()
    for _ in range(20):
        laptop.minute()

    assert laptop.traces.bodies == [from_journal]


@pytest.mark.slow
def test_versions_are_read_without_what_no_trace_tells(laptop):
    laptop.push("v1.3.0")
    laptop.rest()
    *flying, _ = release_versions.of_release(laptop.state, "web", "web-1")

    assert any(
        version.record.judged for version in release_versions.of_release(laptop.state, "web", "web-1", whole=True)
    )
    for record in (version.record for version in flying):
        assert (record.judged, record.data_jobs, record.clean_ups, record.past) == (None, (), (), ())


@pytest.mark.slow
@pytest.mark.parametrize("spoilt", ["it cannot be read", "its end is missing"])
def test_of_a_file_that_is_not_whole_the_journal_is_read(laptop, spoilt):
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.minute()
    key = "services/web/releases/web-1.json"
    whole = release_versions.of_id(laptop.state, "web", "web-1")
    part = decoded(laptop.state.get(key))
    shorter = encoded(part._replace(bodies=part.bodies[:-1]))
    laptop.state.put(key, b"{}" if spoilt == "it cannot be read" else shorter)

    assert (
        release_versions.of_id(laptop.state, "web", "web-1")
        == whole
        == release_versions.of_release(laptop.state, "web", "web-1")
    )


@pytest.mark.slow
def test_each_release_is_sent_once(laptop):
    for tag in ("v1.3.0", "v1.4.0"):
        laptop.push(tag)
        laptop.rest()
    names = [spans(body)[0]["name"] for body in laptop.traces.bodies]

    assert names == ["release v1.3.0", "release v1.4.0"]


def test_no_secret_is_in_it(laptop):
    laptop.push("v1.3.0")
    laptop.rest()

    assert "of-this-test" not in json.dumps(laptop.traces.bodies)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", {}),
        ("a=b", {"a": "b"}),
        ("a=b%2C%3D, c = d", {"a": "b,=", "c": "d"}),
        ("nothing", {}),
        ("a=b=c", {"a": "b=c"}),
    ],
)
def test_headers_are_written_as_elsewhere(given, found):
    assert headers(given) == found
