"""Calls over the REST API and the records they leave."""

import re
import time

import pytest

from tests.waiting import until

ECHO = "def main(event): return event"


def test_without_blocking_the_answer_is_an_id(cloud):
    cloud.deploy("echo", ECHO)

    answer = cloud.api.post("/actions/echo", json={"a": 1})
    id_ = answer.json()["activationId"]
    record = wait_for(cloud, id_)

    assert answer.status_code == 202
    assert re.fullmatch("[0-9a-f]{32}", id_)
    assert answer.headers["x-openwhisk-activation-id"] == id_
    assert record["response"]["result"] == {"a": 1}


def test_blocking_answers_with_the_record_or_the_bare_result(cloud):
    cloud.deploy("ops/echo", ECHO)

    bare = cloud.call("ops/echo", {"a": 1})
    record = cloud.call("ops/echo", {"a": 1}, result="false").json()

    assert (bare.status_code, bare.json()) == (200, {"a": 1})
    assert record["response"] == {"result": {"a": 1}, "size": 8, "status": "success", "success": True}
    assert (record["name"], record["namespace"], record["version"]) == ("echo", "tests", "0.0.1")
    assert record["duration"] == record["end"] - record["start"]
    annotations = {pair["key"]: pair["value"] for pair in record["annotations"]}
    assert annotations["path"] == "tests/ops/echo"
    assert annotations["kind"] == "python:3.11"
    assert annotations["limits"] == {"timeout": 10_000, "memory": 256, "logs": 16, "concurrency": 1}
    assert annotations["timeout"] is False
    assert annotations["gbs"] == 0.025


def test_a_call_without_a_body_is_an_empty_event(cloud):
    cloud.deploy("echo", ECHO)

    answer = cloud.api.post("/actions/echo", params={"blocking": "true", "result": "true"})

    assert answer.request.headers.get("content-type") is None
    assert answer.json() == {}


def test_errors_answer_502_in_both_forms(cloud):
    cloud.deploy("failing", "def main(event): raise KeyError('x')")

    bare = cloud.call("failing")
    record = cloud.call("failing", result="false")

    assert (bare.status_code, bare.json()) == (502, {"error": "'x'"})
    assert record.status_code == 502
    assert record.json()["response"]["status"] == "application error"


def test_a_call_that_lasts_too_long_turns_asynchronous(start, tmp_path):
    cloud = start(blocking_wait=0.1)
    code = """
        import os, time
        def main(event):
            while not os.path.exists(event["go"]):
                time.sleep(0.01)
            return {"done": True}
    """
    cloud.deploy("slow", code, limits={"timeout": 100_000})

    answer = cloud.call("slow", {"go": str(tmp_path / "go")})
    id_ = answer.json()["activationId"]
    early = cloud.api.get(f"/activations/{id_}")
    (tmp_path / "go").touch()

    assert answer.status_code == 202
    assert early.status_code == 404
    assert "still be running" in early.json()["error"]
    assert "expired" in early.json()["error"]
    assert wait_for(cloud, id_)["response"]["result"] == {"done": True}


def test_a_caller_may_wait_less(cloud):
    cloud.deploy("slow", "import time\ndef main(event): time.sleep(0.3); return {}")

    assert cloud.call("slow", timeout="50").status_code == 202
    refused = cloud.call("slow", timeout="30001")
    assert (refused.status_code, refused.json()["error"]) == (
        400,
        "Timeout must be number of milliseconds up to 30000.",
    )


@pytest.mark.parametrize(
    ("content", "type_", "status", "text"),
    [
        (b"[1]", "application/json", 400, "The request content was malformed:\nObject expected"),
        (b'"x"', "application/json", 400, "The request content was malformed:\nObject expected"),
        (b"{", "application/json", 400, "The request content was malformed:\nUnexpected input"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "Expected:\napplication/json"),
        (
            b'{"x": "' + b"x" * 1024 * 1024 + b'"}',
            "application/json",
            413,
            "Request larger than allowed: 1048585 > 1048576",
        ),
    ],
)
def test_a_body_that_is_not_an_object_of_at_most_1_mb_is_refused(cloud, content, type_, status, text):
    cloud.deploy("echo", ECHO)

    answer = cloud.api.post("/actions/echo", content=content, headers={"content-type": type_})

    assert answer.status_code == status
    assert text in answer.json()["error"]
    assert set(answer.json()) == {"error", "code"}


def test_an_unknown_function_is_404(cloud):
    answer = cloud.api.post("/actions/nope", json={})

    assert answer.status_code == 404
    assert answer.json()["error"] == "The requested resource does not exist."


BOUND = [{"key": "TOKEN", "value": "secret", "init": True}, {"key": "place", "value": "bound"}]
FINAL = [{"key": "final", "value": True}]


def test_bound_parameters_are_in_the_event_and_environment_is_not(cloud):
    cloud.deploy("bound", ECHO, parameters=BOUND)

    assert cloud.call("bound", {"a": 1}).json() == {"place": "bound", "a": 1}
    assert cloud.call("bound", {"place": "caller"}).json() == {"place": "caller"}


@pytest.mark.parametrize("name", ["TOKEN", "place"])
def test_a_final_parameter_may_not_be_named_by_the_caller(cloud, name):
    cloud.deploy("final", ECHO, parameters=BOUND, annotations=FINAL)

    answer = cloud.call("final", {name: "mine"})

    assert answer.status_code == 400
    assert answer.json()["error"] == "Request defines parameters that are not allowed (e.g., reserved properties)."


def test_final_parameters_can_be_made_to_give_way(start):
    cloud = start(final_parameters="override")
    cloud.deploy("final", ECHO, parameters=BOUND, annotations=FINAL)

    assert cloud.call("final", {"place": "caller"}).json() == {"place": "caller"}


def test_records_are_listed_newest_first_and_filtered(start):
    cloud = start()
    cloud.deploy("one", ECHO)
    cloud.deploy("pkg/one", ECHO)
    cloud.deploy("failing", "def main(event): raise KeyError('x')")
    for name in ("one", "pkg/one", "failing", "one"):
        began = cloud.record(name, {"n": name})["start"]
        until(lambda began=began: time.time() * 1000 >= began + 1, what="the next millisecond")

    found = cloud.api.get("/activations").json()
    second = found[1]["start"]

    assert [record["statusCode"] for record in found] == [0, 1, 0, 0]
    assert [record["name"] for record in found] == ["one", "failing", "one", "one"]
    assert "logs" not in found[0]
    assert len(cloud.api.get("/activations", params={"name": "one"}).json()) == 2
    assert len(cloud.api.get("/activations", params={"name": "pkg/one"}).json()) == 1
    assert cloud.api.get("/activations", params={"limit": 2, "skip": 1}).json() == found[1:3]
    assert cloud.api.get("/activations", params={"since": second}).json() == found[:2]
    assert cloud.api.get("/activations", params={"upto": second}).json() == found[1:]
    assert cloud.api.get("/activations", params={"count": "true"}).json() == {"activations": 4}
    docs = cloud.api.get("/activations", params={"docs": "true", "limit": 1}).json()
    assert docs[0]["response"]["result"] == {"n": "one"}


def test_a_records_logs_and_result_can_be_read_apart(cloud):
    cloud.deploy("printing", "def main(event): print('here'); return {'a': 1}")
    id_ = cloud.record("printing")["activationId"]

    (line,) = cloud.api.get(f"/activations/{id_}/logs").json()["logs"]

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z stdout: here", line)
    assert cloud.api.get(f"/activations/{id_}/result").json()["result"] == {"a": 1}
    assert cloud.api.get(f"/activations/{id_}").json()["logs"] == [line]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("limit=201", "The value '201' is not in the range of 0 to 200 for activations."),
        ("skip=-1", "The value '-1' is not greater than or equal to 0 for activations."),
        ("count=true&docs=true", "The parameter 'docs' is not permitted with 'count'."),
        ("name=a/b/c", "Parameter may be a 'simple' name or 'package-name/simple' name: a/b/c"),
        ("since=yesterday", "'yesterday' is not an integer"),
        ("docs=maybe", "'maybe' is not a valid Boolean value"),
    ],
)
def test_lists_refuse_what_they_do_not_understand(cloud, query, text):
    answer = cloud.api.get(f"/activations?{query}")

    assert answer.status_code == 400
    assert text in answer.json()["error"]


def test_an_id_that_cannot_be_one_is_refused(cloud):
    assert cloud.api.get("/activations/abc").json()["error"] == "Activation id length is 3 but must be 32."
    assert cloud.api.get("/activations/" + "z" * 32).json()["error"] == "The activation id is not valid."


@pytest.mark.slow
def test_records_are_kept_for_three_days(start, still_clock):
    still_clock.move(seconds=time.time() - still_clock.now().timestamp())
    cloud = start(still_clock)
    cloud.deploy("echo", ECHO)
    old = cloud.record("echo")["activationId"]

    still_clock.move(hours=73)
    cloud.platform.activations.prune()

    assert cloud.api.get(f"/activations/{old}").status_code == 404


def wait_for(cloud, id_):
    until(lambda: cloud.api.get(f"/activations/{id_}").is_success, what=f"activation {id_} has ended")
    return cloud.api.get(f"/activations/{id_}").json()
