"""Credentials of others are hidden by their shape, and what is none stays as it is."""

import json
import time

import pytest

from bluegreen.core.checks.response import CheckResponse, fault
from bluegreen.core.config.checks import Check
from bluegreen.core.credentials import hidden
from bluegreen.core.errors import Unavailable
from bluegreen.core.finding import Finding, Verdict

CANARY = "hunter2Canary"
LEAKS = {
    "an address": f"DATABASE_URI=postgres://user:{CANARY}@db:25060/x",
    "an address without a user": f"redis://:{CANARY}@cache",
    "an environment": f"AWS_SECRET_ACCESS_KEY={CANARY}/x+y",
    "a longer name": f"SECRET_KEY_BASE={CANARY}",
    "YAML": f"password: {CANARY}",
    "JSON": json.dumps({"db_password": f"a {CANARY}"}),
    "JSON in JSON": json.dumps(json.dumps({"password": CANARY})),
    "Python": f"{{'api_key': 'a {CANARY}'}}",
    "a header": f"X-Api-Key: {CANARY}",
    "bearer": f"Authorization: Bearer {CANARY}",
    "basic": f"Authorization: Basic {CANARY}=",
    "a query": f"GET /health?token={CANARY}&a=b",
    "a signature": f"?X-Amz-Signature={CANARY}",
    "a JWT": f"got eyJhbGciOiJIUzI1NiJ9.eyJz{CANARY}.{CANARY}",
    "half a JWT": f"got eyJhbGciOi{CANARY}",
    "a colon": f"password: {CANARY}",
    "a word after a colon": "password: akiaAKIA and more",
    "a colon before a word": "DB_PASSWORD: AKIA, and host",
    "AWS": "AKIAIOSFODNN7EXAMPLE",
    "GitHub": f"ghp_0123456789{CANARY}",
    "DigitalOcean": f"dop_v1_0123456789{CANARY}",
    "Slack": f"xoxb-{CANARY}-{CANARY}",
    "Slack's webhook": f"https://hooks.slack.com/services/T0123/B0123456/{CANARY}",
    "a private key": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
    "the end of a private key": f"{CANARY}\n-----END PRIVATE KEY-----",
}
HARMLESS = [
    "DigitalOcean answered GET /v2/apps with 401: the token is not accepted",
    "BLUEGREEN_SPACES_KEY or BLUEGREEN_SPACES_SECRET is not set for this function",
    "the monkey: it jumps",
    "settings: BLUEGREEN_SPACES_KEY: is not set; BLUEGREEN_GITHUB_TOKEN: holds a space; TOKEN: an access key",
    "https://shop.example/a?b=c and holi@example.com",
    "deployment 7 is ERROR: exit code 1; last lines of the deploy log: the disk is full",
]


def shows(text):
    return CANARY in text or "AKIA" in text


@pytest.mark.parametrize("what", LEAKS)
def test_a_credential_is_hidden_wherever_a_text_is_kept_or_told(what):
    leak = LEAKS[what]
    once = hidden(f"it said {leak} , and more")
    assert not shows(once)
    assert (once.startswith("it said "), once.endswith("and more"), hidden(once)) == (True, True, once)
    assert not shows(Finding(verdict=Verdict.BAD, says=leak).says)
    assert not shows(str(Unavailable(leak)))
    assert not shows(str(fault(Check(get="/"), CheckResponse(status=500, body=leak), "v1.0.0")))


def test_a_checks_address_is_told_without_its_token():
    check = Check(get=f"/health?token={CANARY}")
    for answer in (CheckResponse(status=500), CheckResponse(error="none (timed out)")):
        assert not shows(str(fault(check, answer, "v1.0.0")))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_credential_stays(text):
    assert hidden(text) == text


@pytest.mark.parametrize(
    "unit", ["a", "_", "key=", "://", "token ", "eyJ", "a.", '"', 'key="\\', "secret_a", "a" * 60 + " "]
)
def test_four_times_the_text_takes_four_times_as_long(unit):
    times = []
    for size in (5_000, 20_000):
        begun = time.process_time()
        hidden(unit * (size // len(unit)))
        times.append(time.process_time() - begun)
    assert times[1] < 10 * times[0] + 0.05
