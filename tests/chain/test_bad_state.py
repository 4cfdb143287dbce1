"""Settings and stores that will not do: refused with the reason, left alone."""

import pytest

from bluegreen.core.errors import Corrupt, Misconfigured, Never
from bluegreen.settings import load
from tests.build import written
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT
from tests.chain.webhook import deliver, pushed, untouched


@pytest.mark.bad_input(
    "settings",
    "settings missing or malformed",
    "all faults in one message, names and reasons, never a value",
)
def test_all_faults_of_the_settings_come_in_one_message_without_values():
    broken = written()
    broken["services"]["web"]["source"] = {"kind": "tarball"}
    broken["services"]["web"]["colour"] = "mauve"
    broken["services"]["web"]["watch"]["bake"] = "an hour"
    environment = {
        "BLUEGREEN_SPACES_KEY": "k",
        "BLUEGREEN_GITHUB_TOKN": "hush-hush",
        "BLUEGREEN_FUNCTIONS_KEY": "hush-key",
    }
    with pytest.raises(Misconfigured) as caught:
        load(broken, environment, ("spaces_key", "spaces_secret", "functions_key"))
    said = str(caught.value)
    for part in (
        "services.web.source: kind 'tarball' is not known",
        "'pointer_branch', 'image'",
        "services.web.colour",
        "services.web.watch.bake",
        "BLUEGREEN_GITHUB_TOKN: is not a setting (known: ",
        "BLUEGREEN_SPACES_SECRET: is not set",
        "BLUEGREEN_FUNCTIONS_KEY: an access key such as",
    ):
        assert part in said
    assert "hush" not in said


def test_a_function_without_its_secret_says_which():
    with pytest.raises(Misconfigured, match="BLUEGREEN_GITHUB_WEBHOOK_SECRET: is not set"):
        load(written(), {**ENVIRONMENT, "BLUEGREEN_GITHUB_WEBHOOK_SECRET": "none"}, ("github_webhook_secret",))


class Forgetful:
    """A store that takes every write, whatever was there."""

    def __init__(self, objects):
        self._objects = objects

    def __getattr__(self, name):
        return getattr(self._objects, name)

    def create(self, key, body):
        self._objects.put(key, body)


@pytest.mark.bad_input(
    "settings",
    "a store that ignores `If-None-Match`",
    "Bluegreen refuses to run on it, and says why",
)
def test_a_store_that_ignores_the_condition_is_refused_with_the_reason():
    laptop = Laptop()
    laptop.shared.__dict__["state"] = Forgetful(laptop.state)
    answer = deliver(laptop, pushed())
    assert answer.status == 500
    assert "ignores If-None-Match" in answer.what
    assert untouched(laptop)
    assert laptop.invoke("rollback")["ok"] is False


@pytest.mark.bad_input(
    "settings",
    "a journal object that does not parse, is of another service or of another schema",
    "refused; nothing is touched",
)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "does not parse"),
        (b'{"schema_version": 2, "surprise": 1}', "is of another schema than 1"),
        (b'{"schema_version": 1}', "does not parse"),
    ],
)
def test_a_journal_that_cannot_be_read_is_refused_and_left_alone(body, says):
    laptop = Laptop()
    laptop.invoke("status")
    laptop.state.put("services/web/journal/00000002.json", body)
    before = {key: laptop.state.get(key) for key in laptop.state.keys("services/")}
    for function in ("rollback", "status", "ops/watch", "switch"):
        answer = laptop.invoke(function)
        assert says in answer["what"] or function == "ops/watch"
    assert deliver(laptop, pushed()).status == 500
    assert {key: laptop.state.get(key) for key in laptop.state.keys("services/")} == before
    with pytest.raises((Corrupt, Never)):
        laptop.record()
