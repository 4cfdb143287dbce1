"""A failed check says what was expected and what came."""

import pytest

from bluegreen.core.checks.response import LARGEST, CheckResponse, fault, shown
from bluegreen.core.config.checks import Check

HEALTH = {"get": "/api/health", "expect": {"status": 200, "json": {"status": "ok", "version": "{version}"}}}
LOGIN = {"name": "login page", "get": "/login", "expect": {"title": "/Holi Labs/", "button": "Sign in"}}
PAGE = "<html><title>Sign in · Holi Labs</title><body>{}</body></html>"


def said(check, **answer):
    return fault(Check.model_validate(check), CheckResponse(**{"status": 200, **answer}), "v1.3.0")


@pytest.mark.parametrize("version", ["1.3.0", "v1.3.0"])
def test_an_app_may_call_its_version_by_either_name(version):
    assert said(HEALTH, body=f'{{"status": "ok", "version": "{version}"}}') is None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"status": 503, "body": "busy"}, "GET /api/health: expected status 200, got 503; the body began 'busy'"),
        ({"body": "<html>"}, "expected JSON, got something else; the body began '<html>'"),
        ({"body": "[1]"}, "expected status to be ok, got None"),
        ({"body": '{"status": "down"}'}, "expected status to be ok, got 'down'"),
        ({"body": '{"status": "ok", "version": "1.2.0"}'}, "expected version to be 1.3.0, got '1.2.0'"),
        ({"error": "none (timed out)"}, "expected an answer within 5 s, got none (timed out)"),
    ],
)
def test_what_is_wrong_is_said_with_both_sides(answer, says):
    assert says in said(HEALTH, **answer)


@pytest.mark.parametrize("version", ["1." + "3" * 5_000, "9" * 5_000, "0" * 5_000 + "1.3.0"])
def test_a_version_of_thousands_of_digits_is_compared_like_any_other(version):
    told = said(HEALTH, body=f'{{"status": "ok", "version": "{version}"}}')
    assert told is None if version.endswith("1.3.0") else "expected version to be 1.3.0" in told


@pytest.mark.parametrize(
    ("latency", "fits"),
    [("3", True), ("999.9", True), ("1000", False), ('"3"', False), ("true", False), ("null", False)],
)
def test_a_bound_takes_numbers_only(latency, fits):
    check = {"get": "/api/health/db", "expect": {"json": {"healthy": True, "latency": "below 1000"}}}
    assert (said(check, body=f'{{"healthy": true, "latency": {latency}}}') is None) is fits


def test_true_is_not_one_and_not_a_text():
    check = {"get": "/x", "expect": {"json": {"healthy": True}}}
    assert said(check, body='{"healthy": 1}')
    assert said(check, body='{"healthy": "true"}')


@pytest.mark.parametrize(("status", "fits"), [(200, True), (401, True), (499, True), (500, False)])
def test_a_status_may_be_a_bound(status, fits):
    check = {"post": "/api/auth/signin", "expect": {"status": "below 500"}}
    assert (said(check, status=status) is None) is fits


@pytest.mark.parametrize(
    ("html", "fits"),
    [
        ("<form><button type=submit><b>Sign</b> in</button></form>", True),
        ("<input type=submit value='Sign in'>", True),
        ("<a role=button href=/>Sign in</a>", True),
        ("<button hidden>Sign in</button>", False),
        ("<div style='display: none'><button>Sign in</button></div>", False),
        ("<template><button>Sign in</button></template>", False),
        ("<script>'<button>Sign in</button>'</script>", False),
        ("<button>Sign up</button>", False),
        ("Sign in", False),
    ],
)
def test_a_button_counts_when_a_person_would_see_it(html, fits):
    assert (said(LOGIN, body=PAGE.format(html)) is None) is fits


def test_a_title_is_matched_as_a_pattern():
    assert "expected a title /Holi Labs/, got 'Welcome'" in said(LOGIN, body="<title>Welcome</title>")


def test_the_body_is_shown_by_its_first_200_characters_on_one_line():
    assert shown("a\nb" + "x" * 500) == repr("a b" + "x" * 197)


@pytest.mark.parametrize("wrong", [{}, {"get": "/a", "post": "/b"}, {"get": "no-slash"}])
def test_a_check_needs_exactly_one_path(wrong):
    with pytest.raises(ValueError, match="get: /path"):
        Check.model_validate(wrong)


def test_a_page_may_be_asked_for_the_version_that_it_shows():
    footer = {
        "get": "/",
        "expect": {"title": "Holi Labs {version}", "button": "What is new in {tag}", "text": "v{version}"},
    }
    page = "<html><title>Holi Labs {0}</title><body><button>What is new in v{0}</button>runs v{0}</body></html>"
    assert said(footer, body=page.format("1.3.0")) is None
    assert "expected a title Holi Labs 1.3.0, got 'Holi Labs 1.2.0'" in said(footer, body=page.format("1.2.0"))


@pytest.mark.parametrize("wanted", ["Caf\u00e9", "Cafe\u0301", "/^Caf\u00e9$/"])
@pytest.mark.parametrize("seen", ["Caf\u00e9", "Cafe\u0301"])
def test_an_accent_is_the_same_whether_it_is_a_character_of_its_own_or_not(wanted, seen):
    page = f"<html><head><title>{seen}</title></head><body>{seen}</body></html>"
    assert said({"get": "/", "expect": {"title": wanted, "text": wanted}}, body=page) is None


def test_json_that_is_too_large_to_be_kept_whole_is_said_to_be():
    cut = ('{"status": "ok", "rows": "' + "x" * LARGEST)[:LARGEST]
    assert "expected JSON, got 512,000 characters and more" in said(HEALTH, body=cut)
