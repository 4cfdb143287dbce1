"""Checks as people write them, from bluegreen.yml to the end of a release: each passes, or says what came instead."""

import json
from urllib.parse import parse_qsl

import httpx
import pytest

from bluegreen.settings import load
from tests.build import written
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT

SECRET = "kJ8-sesame-öpen-3"
VERSION = "1.3"


class Asked(Laptop):
    """One smoke check, and an app that answers it with `response`; `asked` are the requests that came."""

    def __init__(self, check, response=None, **environment):
        self.asked, self._response, self._more = [], response or httpx.Response(200), environment
        checks = [check] if isinstance(check, dict) else check
        group = {"requests": checks, "grace": "0s", "retries": 0, "successes": 1}
        super().__init__(
            checks={"smoke": group, "health": {"requests": [{"get": "/api/health"}], "grace": "0s"}},
            watch={"checks": 1, "over": "5s", "bake": "5s", "every": "5s"},  # what is seen in production is not asked
        )

    def _settings(self, environment, changes):
        return super()._settings({**environment, **self._more}, changes)

    def _app(self, environment, request):
        if request.url.path in ("/x", "/y"):
            self.asked.append(request)
            answer = self._response(request) if callable(self._response) else self._response
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return super()._app(environment, request)

    def end(self, tag="v1.3.0"):
        self.push(tag)
        self.rest()
        return self.outcome(tag)


def end_of(expect, response, tag="v1.3.0"):
    laptop = Asked({"get": "/x", "expect": expect}, response)
    return laptop.end(tag), laptop.reason(tag)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "passes", "fails"),
    [
        (200, (200,), (204,)),
        ("200", (200,), (201,)),
        ("/20[04]/", (200, 204), (201, 500)),
        ("2xx", (200, 299), (301,)),
        ("2XX", (204,), (404,)),
        ("40x", (401, 404), (410, 200)),
        ("200-299", (200, 250, 299), (300,)),
        ([200, 204], (200, 204), (201,)),
        ("200, 3xx", (200, 302), (404,)),
        ("below 500", (200, 404), (500,)),
    ],
)
def test_a_status_is_taken_as_it_is_written(status, passes, fails):
    for came in (*passes, *fails):
        outcome, reason = end_of({"status": status}, httpx.Response(came))
        assert (outcome == "live") is (came in passes), (status, came, reason)


@pytest.mark.parametrize(
    "status", ["ok", "2x", "20xx", "299-200", "below ten", "/[/", "/abc/", 99, 2000, True, None, [], "OK 200", {}]
)
def test_a_status_that_no_response_can_have_is_refused_with_what_is_allowed(status):
    found = written()
    found["services"]["web"]["checks"]["smoke"]["requests"][0]["expect"] = {"status": status}
    with pytest.raises(Exception, match=r"smoke\.requests\.0\.expect\.status: .*(allowed is 200, 2xx|regular expr)"):
        load(found, ENVIRONMENT)


@pytest.mark.parametrize(
    ("expect", "word"),
    [
        ({"json": {"a": "/(/"}}, "regular expression"),
        ({"title": "/*/"}, "regular expression"),
        ({"text": "/[a/"}, "regular expression"),
        ({"json": {"a": "below 100ms"}}, "plain number"),
        ({"json": {"a": "below 1,000"}}, "plain number"),
        ({"json": {"a": "above 0"}}, "compares nothing"),
        ({"json": {"a": ">= 3"}}, "compares nothing"),
        ({"json": {"a": "less than 100"}}, "compares nothing"),
        ({"json": {"a": "== 1"}}, "compares nothing"),
    ],
)
def test_what_can_never_be_met_as_it_is_meant_is_refused(expect, word):
    found = written()
    found["services"]["web"]["checks"]["smoke"]["requests"][0]["expect"] = expect
    with pytest.raises(Exception, match=word):
        load(found, ENVIRONMENT)


BODY = {
    "checks": [{"status": "up"}, {"status": "down", "ms": 12.5}],
    "app.version": "1.3.0",
    "deep": {"a.b": {"c.d": [[1, 2]]}, "a": {"b": 1}},
    "code": 200,
    "ok": True,
    "whole": 1.0,
    "nothing": None,
}


@pytest.mark.parametrize(
    "expected",
    [
        {"checks.0.status": "up"},
        {"checks.1.ms": "below 13"},
        {"checks.-1.status": "down"},
        {"app.version": "{version}"},
        {"deep.a.b.c.d.0.1": 2},
        {"code": "/20./"},
        {"code": "200"},
        {"ok": "true"},
        {"whole": 1},
        {"nothing": None},
        {"checks.0": {"status": "up"}},
        {"app.version": "/^{version}$/"},
    ],
)
def test_a_path_goes_into_lists_and_keys_may_have_dots(expected):
    outcome, reason = end_of({"json": expected}, httpx.Response(200, json=BODY))
    assert outcome == "live", reason


@pytest.mark.parametrize(
    "expected",
    [
        {"checks.2.status": "up"},
        {"checks.x.status": "up"},
        {"checks.status": "up"},
        {"missing": "/.*/"},
        {"ok": 1},
        {"code": "/30./"},
        {"app.version": "/{version}5/"},
    ],
)
def test_what_is_not_there_does_not_pass(expected):
    outcome, reason = end_of({"json": expected}, httpx.Response(200, json=BODY))
    assert (outcome, "expected" in reason) == ("failed", True)


def test_json_with_a_byte_order_mark_is_json():
    outcome, reason = end_of({"json": {"a": 1}}, httpx.Response(200, content=b'\xef\xbb\xbf{"a": 1}'))
    assert outcome == "live", reason


@pytest.mark.parametrize(
    ("tag", "says", "outcome"),
    [
        ("v1.3", "1.3", "live"),
        ("v1.3", "v1.3", "live"),
        ("v1.3", "1.3.0", "live"),
        ("v1.3", 1.3, "live"),
        ("v1.3.0", "1.3", "live"),
        ("v1.3", "1.30", "failed"),
        ("v1.3", "1.3.1", "failed"),
        ("v1.3", None, "failed"),
    ],
)
def test_an_app_says_its_version_with_as_many_numbers_as_it_likes(tag, says, outcome):
    found, reason = end_of({"json": {"version": "{version}"}}, httpx.Response(200, json={"version": says}), tag)
    assert found == outcome, reason


def test_a_plus_in_a_tag_is_no_pattern():
    outcome, reason = end_of({"text": "/build {version}/"}, httpx.Response(200, text="build 1.3.0+5"), "v1.3.0+5")
    assert outcome == "live", reason


def test_a_redirect_is_told_with_where_it_leads():
    moved = httpx.Response(301, headers={"Location": "https://login.holi.example/start"})
    outcome, reason = end_of({}, moved)
    assert outcome == "failed"
    assert "expected status 200, got 301 with Location https://login.holi.example/start" in reason


@pytest.mark.slow
def test_a_cookie_of_one_check_does_not_travel_to_the_next():
    checks = [{"get": "/x"}, {"get": "/y", "headers": {"cookie": "mine=1"}}]
    laptop = Asked(checks, httpx.Response(200, headers={"Set-Cookie": "session=abc; Path=/"}))
    assert laptop.end() == "live"
    assert laptop.end("v1.4.0") == "live"
    assert {request.headers.get("cookie") for request in laptop.asked} <= {None, "mine=1"}
    assert "mine=1" in [request.headers.get("cookie") for request in laptop.asked]


FORM = "application/x-www-form-urlencoded"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "headers", "sent", "kind"),
    [
        ("a=1&b=%20", {"Content-Type": FORM}, b"a=1&b=%20", FORM),
        ("a=1&b=2", {"content-type": FORM}, b"a=1&b=2", FORM),
        ({"a": "ö", "b": [1, 2]}, {"CONTENT-TYPE": FORM}, b"a=%C3%B6&b=1&b=2", FORM),
        ("<a/>", {"Content-Type": "text/xml"}, b"<a/>", "text/xml"),
        ('{"a":1}', {"Content-Type": "application/json"}, b'{"a":1}', "application/json"),
        ({"a": 1}, {"Content-Type": "application/vnd.api+json"}, b'{"a":1}', "application/vnd.api+json"),
        ({"a": 1}, {}, b'{"a":1}', "application/json"),
        ("words", {}, b'"words"', "application/json"),
    ],
)
def test_a_body_is_sent_as_its_content_type_says(body, headers, sent, kind):
    laptop = Asked({"post": "/x", "body": body, "headers": headers})
    assert laptop.end() == "live"
    [request] = [request for request in laptop.asked if request.url.path == "/x"][:1]
    assert request.content.replace(b'": ', b'":') == sent
    assert request.headers.get_list("content-type") == [kind]


def test_a_header_s_capitals_make_no_difference():
    laptop = Asked({"get": "/x", "headers": {"user-agent": "mine", "x-a": "1"}})
    assert laptop.end() == "live"
    assert laptop.asked[0].headers.get_list("user-agent") == ["mine"]
    with pytest.raises(Exception, match="X-A and x-a are one header"):
        Asked({"get": "/x", "headers": {"X-A": "1", "x-a": "2"}})


CHECK = {
    "post": "/x?key=${BLUEGREEN_CHECK_KEY}",
    "headers": {"Authorization": "Bearer ${BLUEGREEN_CHECK_KEY}"},
    "body": {"deep": [{"password": "${BLUEGREEN_CHECK_KEY}"}]},
}


def test_a_secret_of_a_check_comes_from_the_environment_and_is_never_shown():
    def echo(request):
        said = f"{request.url} {request.headers['authorization']} {request.content.decode()}"
        return httpx.Response(403, text=said, headers={"Location": str(request.url)})

    laptop = Asked(CHECK, echo, BLUEGREEN_CHECK_KEY="kJ8-sesame-open-3")
    assert laptop.end() == "failed"
    sent = laptop.asked[0]
    assert sent.url.params["key"] == "kJ8-sesame-open-3"
    assert sent.headers["authorization"] == "Bearer kJ8-sesame-open-3"
    assert json.loads(sent.content) == {"deep": [{"password": "kJ8-sesame-open-3"}]}
    kept = [laptop.state.get(key) for key in laptop.state.ages("")]
    for text in (laptop.reason("v1.3.0"), str(laptop.slack.messages), str(laptop.lines), str(kept)):
        assert "sesame" not in text
    assert laptop.reason("v1.3.0").startswith("POST /x?key=[hidden]: expected status 200, got 403")
    assert "sesame" not in repr(laptop.settings)


@pytest.mark.slow
def test_a_secret_in_an_address_or_a_form_is_encoded():
    secret = "a&b=c/d+e f"
    form = {
        "post": "/x?key=${BLUEGREEN_CHECK_KEY}",
        "headers": {"content-type": FORM},
        "body": "k=${BLUEGREEN_CHECK_KEY}",
    }
    laptop = Asked(form, BLUEGREEN_CHECK_KEY=secret)
    assert laptop.end() == "live"
    assert laptop.asked[0].url.params["key"] == secret
    assert dict(parse_qsl(laptop.asked[0].content.decode())) == {"k": secret}


def test_a_secret_that_is_not_set_is_named_and_nothing_is_sent():
    laptop = Asked(CHECK)
    assert laptop.end() == "failed"
    assert "BLUEGREEN_CHECK_KEY is not set for this function" in laptop.reason("v1.3.0")
    assert laptop.asked == []


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ({"headers": {"Authorization": "Bearer ${BLUEGREEN_GITHUB_TOKEN}"}}, "BLUEGREEN_GITHUB_TOKEN"),
        ({"headers": {"Authorization": "Bearer ${API_TOKEN}"}}, "begin with BLUEGREEN_CHECK_"),
        ({"body": {"a": ["${HOME}"]}}, "HOME"),
        ({"expect": {"text": "${BLUEGREEN_CHECK_KEY}"}}, "what is expected is shown to people"),
    ],
)
def test_only_secrets_of_checks_are_put_in_place_and_only_into_what_is_sent(part, why):
    with pytest.raises(Exception, match=why):
        Asked({"get": "/x", **part})


@pytest.mark.parametrize(("value", "why"), [("tiny1", "shorter than 6"), ("abc…def", "example's")])
def test_a_secret_of_a_check_that_could_not_be_hidden_is_refused(value, why):
    with pytest.raises(Exception, match=f"BLUEGREEN_CHECK_KEY: .*{why}") as told:
        Asked(CHECK, BLUEGREEN_CHECK_KEY=value)
    assert value not in str(told.value)


@pytest.mark.slow
@pytest.mark.bad_input(
    "answer",
    "an answer that a regular expression of bluegreen.yml would be at for years",
    "a failed check that says so, after two seconds of computing",
)
@pytest.mark.parametrize(
    ("expression", "text"),
    [(r"/^(\w+\s?)+$/", "a" * 60 + "!"), ("/(a|aa)+$/", "a" * 80 + "!"), ("/.*.*.*=$/", "x" * 9_000)],
)
def test_a_regular_expression_that_would_be_at_an_answer_for_years_is_a_finding(expression, text):
    """Else the function is ended by the platform with nothing written down, and so is the watch that takes its turn."""
    ended, reason = end_of({"json": {"says": expression}}, httpx.Response(200, json={"says": text}))
    assert ended == "failed"
    assert "comparing its answer with what is expected takes too long: does a regular expression" in reason


@pytest.mark.parametrize(
    "wanted",
    [{"interval": "10s", "successes": 8}, {"interval": "30s", "successes": 4}, {"successes": 3, "timeout": "60s"}],
)
def test_rounds_that_one_invocation_has_no_time_for_go_on_in_the_next(wanted):
    """Else an app that answers well fails for never having been asked often enough."""
    asked = {"get": "/api/health", "timeout": wanted.get("timeout", "5s")}
    group = {name: value for name, value in wanted.items() if name != "timeout"}
    laptop = Laptop(checks={"health": {"requests": [asked], **group}, "smoke": {"requests": []}})
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


def test_failed_rounds_of_several_invocations_are_counted_together():
    health = {"requests": [{"get": "/no"}], "interval": "30s", "retries": 5, "grace": "0s"}
    laptop = Laptop(checks={"health": health, "smoke": {"requests": []}})
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert laptop.reason("v1.3.0").endswith("(6 rounds after a grace of 0 s)")
