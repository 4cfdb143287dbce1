"""Credentials of others are hidden by their shape, and what is none stays as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.core.checks.response import CheckResponse, fault
from bluegreen.core.config.checks import Check
from bluegreen.core.credentials import hidden
from bluegreen.core.errors import Unavailable
from bluegreen.core.finding import Finding, Verdict
from tests.core.leaks import CANARY, HARMLESS, IN_THE_MIDDLE, LEAKS


def shows(text):
    return CANARY in text or "AKIA" in text


@pytest.mark.parametrize("leak", LEAKS)
def test_a_credential_is_hidden_wherever_a_text_is_kept_or_told(leak):
    once = hidden(leak)
    assert not shows(once)
    assert hidden(once) == once
    assert not shows(Finding(verdict=Verdict.BAD, says=leak).says)
    assert not shows(str(Unavailable(leak)))
    assert not shows(str(fault(Check(get="/"), CheckResponse(status=500, body=leak), "v1.0.0")))


@pytest.mark.parametrize("leak", IN_THE_MIDDLE)
def test_what_stands_around_a_credential_stays(leak):
    once = hidden(f"it said {leak} , and more")
    assert not shows(once)
    assert (once.startswith("it said "), once.endswith("and more"), hidden(once)) == (True, True, once)


def test_a_checks_address_is_told_without_its_token():
    check = Check(get=f"/health?token={CANARY}")
    for answer in (CheckResponse(status=500), CheckResponse(error="none (timed out)")):
        assert not shows(str(fault(check, answer, "v1.0.0")))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_credential_stays(text):
    assert hidden(text) == text


PIECES = (
    *(
        "password",
        "key",
        "TOKENS",
        "DB_PASS",
        "Authorization",
        "Cookie",
        "value",
        "name: ",
        "--token ",
        "api ",
        "PASS",
        "abc",
        "x1y2z3",
    ),
    *(
        " ",
        "\n",
        "  ",
        "\n  ",
        "=",
        ":",
        ": ",
        "=>",
        ",",
        ", ",
        ";",
        "&",
        "a=",
        "s",
        "- ",
        "|\n",
        "is ",
        "not found",
        "null",
        "…",
    ),
    *(
        '"',
        "'",
        "`",
        "\\",
        '\\"',
        "\\n",
        '""',
        "&quot;",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "<",
        "</",
        ">",
        "<password>",
        "%3D",
        "%40",
        "%3A%2F%2F",
    ),
    *(
        "Bearer ",
        "Basic ",
        "://",
        "@",
        "/",
        "user:",
        "curl -u ",
        "login -p ",
        "tcp(",
        "ENV ",
        "\x1b[0m",
        "\x1b[",
        "[hidden]",
        "abcdefgh\n",
    ),
    *("eyJabcdefghijk", "AKIAABCDEFGHIJKLMNOP", "ghp_0123456789abcdefG", "hooks.slack.com/services/T0/B0/abcdef"),
    *("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"),
)


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.text(max_size=60)))
def test_what_is_hidden_once_stays_so(text):
    once = hidden(text)
    assert hidden(once) == once


def seconds(unit, size):
    begun = time.process_time()
    hidden(unit * (size // len(unit)))
    return time.process_time() - begun


@pytest.mark.slow
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
def test_no_text_takes_long(unit):
    assert seconds(unit, 20_000) < 1.0  # usually 0.05


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "-",
            "_",
            "a",
            "a=",
            "://",
            '"',
            "'",
            " ",
            "\\",
            "(",
            "[",
            "\n",
            "a.",
            "secret_a",
            "a" * 60 + " ",
            "%3A%2F%2F",
            "eyJ",
        ),
        *(
            "key=",
            "key: ",
            "key    ",
            "token ",
            'key="\\',
            "key=[ ",
            "key={'",
            "key=&",
            "key:\n ",
            "key:\n- ",
            "tokens: a, ",
            "<token>",
        ),
        *(
            "Bearer ",
            "mysql -p",
            "curl ",
            "name: token ",
            "value: a, ",
            "://a:b",
            "-----BEGIN PRIVATE KEY-----",
            "abcdefgh -----END ",
        ),
    ],
)
def test_four_times_the_text_takes_four_times_as_long(unit):
    assert seconds(unit, 160_000) < 10 * seconds(unit, 40_000) + 0.1
