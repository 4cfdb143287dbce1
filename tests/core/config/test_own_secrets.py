"""Secrets that a team makes itself, as every function reads them."""

import pytest

from bluegreen.core.errors import Misconfigured
from bluegreen.settings import load
from tests.build import written
from tests.chain.laptop_cloud import ENVIRONMENT

GOOD = ["3f1d0c77a5b24e8690aa12bc", "8391048572019384", "correct horse battery staple", "p4!kd.aZ_99-ß7wqLm"]
WEAK = [
    "a",
    "changeme",
    "x" * 15,
    "x" * 64,
    "abababababababab",
    "nonenonenonenone",
    "ChangeMe-ChangeMe!",
    "1234567890123456",
]
WEAK += ["abcdefghijklmnop", "0123456789abcdef", "my_secret_password", "this-is-the-secret-123", "passwordpassword1"]
WEAK += ["bluegreen-webhook-secret", "github-alert-token", "supersecretkey123", "letmeinletmein12", "q1w2e3r4t5y6u7i8"]
WEAK += ["qwertyuiop123456", "${ALERT_SECRET_HERE}", "<your secret here>", "TODO-fill-in-later", "a-long-random-string"]
NAMES = ["BLUEGREEN_GITHUB_WEBHOOK_SECRET", "BLUEGREEN_ALERT_SECRET", "BLUEGREEN_PAGER_KEY"]


@pytest.mark.parametrize("name", NAMES[:2])
@pytest.mark.parametrize("value", GOOD)
def test_a_long_random_text_is_taken(name, value):
    secrets = load(written(), {**ENVIRONMENT, name: value}).secrets
    assert getattr(secrets, name.removeprefix("BLUEGREEN_").lower()).get_secret_value() == value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", WEAK)
def test_what_is_guessed_is_refused_by_its_setting_s_name_and_without_its_value(name, value):
    with pytest.raises(Misconfigured) as refused:
        load(written(), {name: value})
    said = str(refused.value)
    assert f"{name}: is " in said
    assert "`openssl rand -hex 32` makes one" in said
    assert len(value) < 8 or value not in said


@pytest.mark.parametrize("other", [name for name in ENVIRONMENT if name != "BLUEGREEN_ALERT_SECRET"])
def test_one_value_for_two_purposes_is_refused_whatever_they_are(other):
    shared = ENVIRONMENT["BLUEGREEN_ALERT_SECRET"]
    with pytest.raises(Misconfigured) as refused:
        load(written(), {**ENVIRONMENT, other: shared})
    first, second = sorted([other, "BLUEGREEN_ALERT_SECRET"])
    assert f"{first} and {second} hold the same value" in str(refused.value)
    assert shared not in str(refused.value)


@pytest.mark.parametrize("value", ["none", ""])
def test_the_word_none_is_no_secret(value):
    with pytest.raises(Misconfigured, match="BLUEGREEN_GITHUB_WEBHOOK_SECRET: is not set"):
        load(written(), {**ENVIRONMENT, "BLUEGREEN_GITHUB_WEBHOOK_SECRET": value}, ("github_webhook_secret",))
    assert load(written(), {**ENVIRONMENT, "BLUEGREEN_ALERT_SECRET": value}).secrets.alert_secret is None


def test_what_others_issue_may_be_of_any_length():
    given = {"BLUEGREEN_SPACES_KEY": "K", "BLUEGREEN_GITHUB_TOKEN": "t", "BLUEGREEN_PROMETHEUS_TOKEN": "p"}
    assert load(written(), given).secrets.spaces_key.get_secret_value() == "K"


@pytest.mark.parametrize("name", ["BLUEGREEN_PAGER_URL", "BLUEGREEN_SLACK_WEBHOOK_URL"])
@pytest.mark.parametrize(
    "value", ["https://", "https://exa:mple/x", "hooks.slack.com/x", "ftp://a/b", "https://[::1", "x"]
)
def test_an_address_that_cannot_be_asked_is_refused(name, value):
    with pytest.raises(Misconfigured, match=f"{name}: an address such as https://… is wanted"):
        load(written(), {name: value})


@pytest.mark.parametrize("name", NAMES[:2])
def test_of_two_that_are_valid_at_once_each_is_looked_at(name):
    load(written(), {**ENVIRONMENT, name: f"{GOOD[0]},9c2e5a1177b04d3368cc41fe"})
    with pytest.raises(Misconfigured, match=f"{name}: is"):
        load(written(), {**ENVIRONMENT, name: f"{GOOD[0]},1234567890123456"})


@pytest.mark.parametrize("alert", ["{new},{shared}", "{shared} , {new}", " {shared}"])
def test_one_value_for_two_purposes_is_refused_while_one_of_them_is_being_changed(alert):
    shared = ENVIRONMENT["BLUEGREEN_GITHUB_WEBHOOK_SECRET"]
    value = alert.format(new=GOOD[0], shared=shared)
    with pytest.raises(Misconfigured) as refused:
        load(written(), {**ENVIRONMENT, "BLUEGREEN_ALERT_SECRET": value})
    assert "BLUEGREEN_ALERT_SECRET and BLUEGREEN_GITHUB_WEBHOOK_SECRET hold the same value" in str(refused.value)


def test_how_long_it_takes_to_see_that_a_secret_is_a_guess_does_not_run_away():
    nearly_a_guess = "webhook-a-in-the-test" * 2_000 + "§"
    settings = load(written(), {**ENVIRONMENT, "BLUEGREEN_ALERT_SECRET": nearly_a_guess}, ["alert_secret"])
    assert settings.secrets.alert_secret.get_secret_value() == nearly_a_guess
