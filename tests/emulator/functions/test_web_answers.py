"""What a web function's result becomes on the wire."""

import pytest

from tests.waiting import until

WEB = [{"key": "web-export", "value": True}]
RETURNING = "def main(event): return event['answer']"


@pytest.mark.parametrize(
    ("answer", "status", "type_", "body"),
    [
        ({"body": {"a": 1}}, 200, "application/json", b'{"a": 1}'),
        ({"body": [1]}, 200, "application/json", b"[1]"),
        ({"body": {"a": 1}, "statusCode": 202}, 202, "application/json", b'{"a": 1}'),
        ({"body": {}, "headers": {"Content-Type": "text/x+json"}}, 200, "text/x+json", b"{}"),
        ({"body": "<p>hi</p>"}, 200, "text/html; charset=UTF-8", b"<p>hi</p>"),
        ({"body": "x", "headers": {"content-type": "text/plain; v=1"}}, 200, "text/plain; v=1; charset=UTF-8", b"x"),
        ({"body": '{"a":1}', "headers": {"content-type": "application/json"}}, 200, "application/json", b'{"a":1}'),
        ({"body": "iVBORw==", "headers": {"content-type": "image/png"}}, 200, "image/png", b"\x89PNG"),
        ({"statusCode": "404"}, 404, None, b""),
        ({"statusCode": 201.0, "body": ""}, 201, None, b""),
        ({"body": ""}, 204, None, b""),
        ({"body": None}, 204, None, b""),
        ({"anything": "else"}, 204, None, b""),
        ({}, 204, None, b""),
        ({"statusCode": 500, "body": {"ok": False}}, 500, "application/json", b'{"ok": false}'),
    ],
)  # fmt: skip
def test_a_result_is_an_http_answer(cloud, answer, status, type_, body):
    cloud.deploy("answering", RETURNING, annotations=WEB)

    found = cloud.web.post("/default/answering", json={"answer": answer})

    assert (found.status_code, found.headers.get("content-type"), found.content) == (status, type_, body)


def test_headers_may_be_numbers_booleans_and_lists(cloud):
    cloud.deploy("answering", RETURNING, annotations=WEB)
    headers = {"X-N": 3, "X-B": True, "Set-Cookie": ["a=1", "b=2"]}

    found = cloud.web.post("/default/answering", json={"answer": {"headers": headers, "body": "x"}})

    assert (found.headers["x-n"], found.headers["x-b"]) == ("3", "true")
    assert found.headers.get_list("set-cookie") == ["a=1", "b=2"]


NOT_HTTP = "Response is not valid 'message/http'."
WRONG_TYPE = "Response type in header did not match generated content type."


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"statusCode": "abc"}, NOT_HTTP),
        ({"statusCode": 200.5}, NOT_HTTP),
        ({"statusCode": True}, NOT_HTTP),
        ({"statusCode": 99}, NOT_HTTP),
        ({"statusCode": None}, NOT_HTTP),
        ({"headers": "x"}, NOT_HTTP),
        ({"headers": {"X": {"a": 1}}}, NOT_HTTP),
        ({"body": "not base64!", "headers": {"content-type": "image/png"}}, WRONG_TYPE),
        ({"body": {"a": 1}, "headers": {"content-type": "text/html"}}, WRONG_TYPE),
        ({"body": "x", "headers": {"content-type": "nonsense"}}, "Response did not specify a known content-type."),
        ({"error": "told as text"}, NOT_HTTP),
    ],
)
def test_an_invalid_answer_is_400(cloud, answer, text):
    cloud.deploy("answering", RETURNING, annotations=WEB)

    found = cloud.web.post("/default/answering", json={"answer": answer})

    assert (found.status_code, found.json()["error"]) == (400, text)


def test_an_exception_is_400_and_its_text_is_not_shown(cloud):
    cloud.deploy("raising", "def main(event): raise ValueError('secret')", annotations=WEB)

    found = cloud.web.get("/default/raising")

    assert (found.status_code, found.json()["error"]) == (400, NOT_HTTP)
    assert "secret" not in found.text


def test_an_error_that_is_an_object_is_the_answer(cloud):
    cloud.deploy("answering", RETURNING, annotations=WEB)

    found = cloud.web.post("/default/answering", json={"answer": {"error": {"statusCode": 503, "body": "later"}}})

    assert (found.status_code, found.text) == (503, "later")


@pytest.mark.parametrize(
    "code",
    [
        "def main(event): return 7",
        "import os\ndef main(event): os._exit(1)",
        "import nowhere\ndef main(event): return {}",
        "import time\ndef main(event): time.sleep(5)",
    ],
)
def test_a_developer_error_is_400(cloud, code):
    cloud.deploy("broken", code, annotations=WEB, limits={"timeout": 300})

    found = cloud.web.get("/default/broken")

    assert (found.status_code, found.json()["error"]) == (400, "There was an error processing your request.")


@pytest.mark.parametrize(
    ("suffix", "answer", "status", "body"),
    [
        (".http", {"body": "x"}, 200, "x"),
        (".json", {"statusCode": 500, "body": "x"}, 200, '{"statusCode": 500, "body": "x"}'),
        (".json", {"error": "text"}, 400, None),
        (".html", {"body": "<p>"}, 200, "<p>"),
        (".html", {"a": 1}, 400, None),
        (".text", {"text": 7}, 200, "7"),
        (".text", {"a": 1}, 404, None),
        (".svg", {"svg": "<svg/>"}, 200, "<svg/>"),
    ],
)
def test_a_suffix_asks_for_another_form(cloud, suffix, answer, status, body):
    cloud.deploy("answering", RETURNING, annotations=WEB)

    found = cloud.web.post(f"/default/answering{suffix}", json={"answer": answer})

    assert found.status_code == status
    assert body is None or found.text == body


def test_cors_is_the_platforms_business_unless_the_function_wants_it(cloud):
    cloud.deploy("plain", "def main(event): return {'body': event['http']['method']}", annotations=WEB)
    own = [*WEB, {"key": "web-custom-options", "value": True}]
    cloud.deploy("own", "def main(event): return {'body': event['http']['method']}", annotations=own)

    asked = cloud.web.options("/default/plain", headers={"Access-Control-Request-Headers": "X-Mine"})
    plain = cloud.web.get("/default/plain")
    custom = cloud.web.options("/default/own")

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["access-control-allow-headers"] == "X-Mine"
    assert plain.headers["access-control-allow-origin"] == "*"
    assert plain.headers["access-control-allow-methods"] == "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH"
    assert custom.text == "OPTIONS"
    assert "access-control-allow-origin" not in custom.headers


def test_web_calls_leave_no_record(start):
    cloud = start()
    cloud.deploy("plain", "def main(event): print('seen'); return {'body': 'x'}", annotations=WEB)

    id_ = cloud.web.get("/default/plain").headers["x-openwhisk-activation-id"]

    assert cloud.api.get("/activations").json() == []
    assert cloud.api.get(f"/activations/{id_}").status_code == 404
    assert cloud.platform.activations.unrecorded[-1].logs[0].endswith("stdout: seen")


@pytest.mark.slow
@pytest.mark.parametrize("status", [202, 504])
def test_a_web_call_that_lasts_too_long_is_given_up_and_goes_on(start, status):
    cloud = start(blocking_wait=0.1, late_web_answer=status)
    code = "import time\ndef main(event): time.sleep(0.3); print('went on'); return {'body': 'x'}"
    cloud.deploy("slow", code, annotations=WEB)

    found = cloud.web.get("/default/slow")

    assert found.status_code == status
    assert status == 504 or found.json()["error"] == "Response not yet ready."
    until(lambda: cloud.platform.activations.unrecorded, what="the call has ended")
    assert cloud.platform.activations.unrecorded[0].logs[0].endswith("stdout: went on")
