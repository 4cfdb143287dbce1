"""Secrets in what others say: found in every form, told by the setting's name, before anything is cut."""

import base64
import json
from html import escape
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.http import Api
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.web import LARGEST, Web
from bluegreen.core.config.checks import Check

QUICK = settings(max_examples=60)
TOKEN = 'a/b+c=d&e%f"g\\h<ijk'
MARK = "[BLUEGREEN_GITHUB_TOKEN]"
FORMS = {
    "as it is": str,
    "URL": quote,
    "URL, slashes too": lambda text: quote(text, safe=""),
    "URL twice": lambda text: quote(quote(text, safe=""), safe=""),
    "URL three times": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "HTML": escape,
}


def redaction(value=TOKEN):
    return Redaction({"BLUEGREEN_GITHUB_TOKEN": value})


@pytest.mark.parametrize("form", FORMS)
@QUICK
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=6, max_size=24), st.text(max_size=9))
def test_any_secret_in_any_form_is_replaced_by_its_settings_name(form, secret, around):
    assert MARK in redaction(secret).text(f"{around} {FORMS[form](secret)} {around}")


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@QUICK
@given(st.binary(max_size=7), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6), st.binary())
def test_base64_is_found_at_each_offset_whatever_stands_before_and_behind(encode, before, secret, behind):
    assert MARK in redaction(secret).text(encode(before + secret.encode() + behind).decode())


def test_the_pair_of_basic_authorization_shows_no_more_than_the_user():
    header = base64.b64encode(f"ci:{TOKEN}".encode()).decode()
    found = redaction().text(f"Authorization: Basic {header}")
    assert base64.b64decode(header[:4]) == b"ci:"
    assert found == f"Authorization: Basic {header[:4]}{MARK}" + found.rpartition("]")[2]
    assert len(found.rpartition("]")[2].rstrip("=")) <= 1


def test_of_a_pair_and_of_a_webhooks_address_the_secret_part_is_found_alone():
    assert redaction("ci:secret-part").text("you sent secret-part as ci") == f"you sent {MARK} as ci"
    url = "https://hooks.slack.com/services/T00HOLI00/B00RELEASE/emulatedslackwebhook"
    for part in (url, "services/T00HOLI00/B00RELEASE/emulatedslackwebhook", "emulatedslackwebhook"):
        assert redaction(url).text(f"no such {part}!") == f"no such {MARK}!"
    assert redaction(url).text("hooks.slack.com/services") == "hooks.slack.com/services"


def test_a_secret_that_contains_another_is_told_as_itself():
    found = Redaction({"SHORT": "abcdef", "LONG": "abcdef-and-more"})
    assert found.text("abcdef-and-more, abcdef") == "[LONG], [SHORT]"


def test_what_is_shorter_than_six_characters_stands_in_ordinary_words_and_is_left():
    assert redaction("blue").text("production answers as blue") == "production answers as blue"
    assert redaction("bluest").text("bluest") == MARK


@QUICK
@given(st.text())
def test_a_text_without_a_secret_stays_as_it_is(text):
    assert redaction("0123456789-0123456789").text(text) == text
    assert Redaction().text(text) == text


def test_texts_and_names_of_fields_are_redacted_at_any_depth_but_below_a_verbatim_one():
    answer = {"a": [{"b": TOKEN, TOKEN: 7}], "spec": {"c": [TOKEN]}, "n": None}
    assert redaction().json(answer, frozenset({"spec"})) == {
        "a": [{"b": MARK, MARK: 7}],
        "spec": {"c": [TOKEN]},
        "n": None,
    }


def test_an_apps_spec_and_a_load_balancer_go_back_as_they_were_read():
    spec = {"services": [{"name": "web", "run_command": f"notify {TOKEN}"}]}
    balancer = {"name": TOKEN, "tag": TOKEN, "status": "active", "ip": None}

    def answered(request):
        if request.url.path.endswith("load_balancers/x"):
            return httpx.Response(200, json={"load_balancer": balancer})
        return httpx.Response(200, json={"app": {"id": "x", "spec": spec}})

    http = httpx.Client(transport=httpx.MockTransport(answered))
    api = DigitalOcean(Api("DigitalOcean", "https://do.test", http, {}, lambda seconds: None, redaction=redaction()))
    assert api.app("x").spec == spec
    assert api.load_balancer("x") == {**balancer, "tag": MARK}


@pytest.mark.parametrize("before", [LARGEST - 10, LARGEST - 1, LARGEST - len(TOKEN)])
def test_a_secret_at_the_end_of_what_is_kept_of_a_body_is_redacted_whole(before):
    body = "." * before + TOKEN + "." * 9000
    http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text=body)))
    kept = Web(http, lambda: 0.0, redaction()).check("https://web.test", Check(get="/")).answer.body
    assert len(kept) == LARGEST
    assert kept == ("." * before + MARK + "." * 99)[:LARGEST]


@pytest.mark.parametrize("text", ["%25" * 100_000, "\\" * 300_000, "&#0" * 100_000, TOKEN[:-1] * 15_000, "a" * 300_000])
def test_no_text_takes_longer_than_its_length(text):
    """Ten times as much is looked through in about ten times as long: here only that it ends, within the time limit."""
    assert redaction().text(text) == text
