"""What a web request becomes before a function sees it, and who may make it."""

import base64

import pytest

ECHO = "def main(event): return {'body': event}"
WEB = {"key": "web-export", "value": True}
RAW = [WEB, {"key": "raw-http", "value": True}, {"key": "final", "value": True}]
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.slow
def test_query_and_body_become_fields_and_the_body_wins(cloud):
    cloud.deploy("hooks/bound", ECHO, annotations=[WEB], parameters=[{"key": "bound", "value": 1}])

    event = cloud.web.post("/hooks/bound/more/path?a=query&b=query&b=last", json={"a": {"typed": 1}}).json()

    http = event.pop("http")
    assert event == {"bound": 1, "a": {"typed": 1}, "b": "last"}
    assert (http["method"], http["path"]) == ("POST", "/more/path")
    assert http["headers"]["content-type"] == "application/json"
    always = {"accept", "accept-encoding", "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-request-id"}
    assert always <= set(http["headers"])


def test_a_form_becomes_fields_of_text(cloud):
    cloud.deploy("hooks/echo", ECHO, annotations=[WEB])

    event = cloud.web.post("/hooks/echo", content=b"a=1&b=x%20y&b=z&c=", headers=FORM).json()

    assert {key: value for key, value in event.items() if key != "http"} == {"a": "1", "b": "z", "c": ""}


@pytest.mark.parametrize(
    ("content", "type_", "expected"),
    [
        (b"[1, 2]", "application/json", [1, 2]),
        (b"plain", "text/plain", "plain"),
        (b"\x00\xff", "application/octet-stream", "AP8="),
    ],
)
def test_another_body_is_one_field(cloud, content, type_, expected):
    cloud.deploy("hooks/echo", ECHO, annotations=[WEB])

    event = cloud.web.post("/hooks/echo", content=content, headers={"content-type": type_}).json()

    assert event["__ow_body"] == expected


def test_json_that_is_none_is_refused(cloud):
    cloud.deploy("hooks/echo", ECHO, annotations=[WEB])

    answer = cloud.web.post("/hooks/echo", content=b"{", headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert "malformed" in answer.json()["error"]


@pytest.mark.parametrize(
    ("mode", "body", "flag"),
    [
        ("flagged", base64.b64encode(b'{"a": 1}').decode(), True),
        ("unflagged", base64.b64encode(b'{"a": 1}').decode(), False),
        ("text", '{"a": 1}', False),
    ],
)
def test_a_raw_body_comes_in_one_of_three_ways(start, mode, body, flag):
    cloud = start(raw_body=mode)
    cloud.deploy("hooks/raw", ECHO, annotations=RAW, parameters=[{"key": "a", "value": "bound"}])

    event = cloud.web.post(
        "/hooks/raw/x?q=1&a=2", content=b'{"a": 1}', headers={"content-type": "application/json"}
    ).json()

    assert set(event) == {"http", "a"}
    assert event["a"] == "bound"
    http = event["http"]
    assert (http["body"], http["isBase64Encoded"]) == (body, flag)
    assert (http["queryString"], http["path"], http["method"]) == ("q=1&a=2", "/x", "POST")


def test_a_raw_text_body_stays_text_and_an_absent_one_is_empty(cloud):
    cloud.deploy("hooks/raw", ECHO, annotations=RAW)

    form = cloud.web.post("/hooks/raw", content=b"payload=%7B%7D", headers=FORM).json()["http"]
    none = cloud.web.get("/hooks/raw").json()["http"]

    assert (form["body"], form["isBase64Encoded"]) == ("payload=%7B%7D", False)
    assert (none["body"], none["isBase64Encoded"], none["queryString"]) == ("", False, "")


@pytest.mark.slow
def test_the_method_can_be_lower_case(start):
    cloud = start(upper_case_method=False)
    cloud.deploy("hooks/echo", ECHO, annotations=[WEB])

    assert cloud.web.put("/hooks/echo").json()["http"]["method"] == "put"


def test_a_final_parameter_may_not_be_named_in_query_or_body(cloud):
    bound = [{"key": "TOKEN", "value": "x", "init": True}]
    cloud.deploy("hooks/final", ECHO, annotations=[WEB, {"key": "final", "value": True}], parameters=bound)

    for answer in (
        cloud.web.get("/hooks/final?TOKEN=1"),
        cloud.web.post("/hooks/final", json={"TOKEN": 1}),
        cloud.web.post("/hooks/final?__ow_method=x"),
    ):
        assert answer.status_code == 400
        assert answer.json()["error"].startswith("Request defines parameters that are not allowed")


def test_only_exported_functions_are_on_the_web(cloud):
    cloud.deploy("hooks/private", ECHO, annotations=[{"key": "web-export", "value": False}])
    cloud.deploy("public", ECHO, annotations=[WEB])

    assert cloud.web.get("/default/public").status_code == 200
    for path in ("/hooks/private", "/hooks/nope", "/nope/x", "http://functions.test/api/v1/web/other/default/public"):
        answer = cloud.web.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"] == "The requested resource does not exist."


def test_a_secured_function_wants_its_secret(cloud):
    cloud.deploy("hooks/secure", ECHO, annotations=[WEB, {"key": "require-whisk-auth", "value": "sesame"}])
    cloud.deploy("hooks/open", ECHO, annotations=[WEB, {"key": "require-whisk-auth", "value": False}])

    assert cloud.web.get("/hooks/secure").status_code == 401
    assert cloud.web.get("/hooks/secure", headers={"X-Require-Whisk-Auth": "wrong"}).status_code == 401
    assert cloud.web.get("/hooks/secure", headers={"X-Require-Whisk-Auth": "sesame"}).status_code == 200
    assert cloud.web.get("/hooks/open").status_code == 200


def test_a_body_over_1_mb_is_refused(cloud):
    cloud.deploy("hooks/echo", ECHO, annotations=[WEB])

    assert cloud.web.post("/hooks/echo", content=bytes(1024 * 1024 + 1)).status_code == 413


@pytest.mark.slow
def test_web_calls_are_throttled_too(start):
    cloud = start(invocations_per_minute=1)
    cloud.deploy("hooks/echo", ECHO, annotations=[WEB])

    assert [cloud.web.get("/hooks/echo").status_code for _ in range(2)] == [200, 429]
