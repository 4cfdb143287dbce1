"""Each sample in events/ goes through the door of its function: `<function>[.<which>].json`."""

import base64
import json
import os
import socket
import time

import pytest
import yaml

from bluegreen.core.inbound.bearers import hash_of
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.core.phases import CARETAKER, Phase
from bluegreen.door import invoke
from bluegreen.settings import PREFIX
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.slack_buttons import signed
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server
from tests.house.doors import FUNCTIONS, entry_point_of

SAMPLES = {path.name: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))}
BY_LAST_NAME = {name.rpartition("/")[2]: name for name in FUNCTIONS}
PAYLOADS = {"github.push.json"}  # what GitHub sends; github.push.raw.json holds it as the function gets it
TOKEN = SAMPLES["metrics.json"]["http"]["headers"]["authorization"].removeprefix("Bearer ")
EVENTS = [name for name in SAMPLES if name not in PAYLOADS]
EXAMPLES = {
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_example",
    "BLUEGREEN_GITHUB_TOKEN": "ghp_example",
    "BLUEGREEN_GITHUB_WEBHOOK_SECRET": "webhook-secret-of-these-samples",
    "BLUEGREEN_ALERT_SECRET": "alert-secret-of-these-samples",
    "BLUEGREEN_SPACES_KEY": "KEY",
    "BLUEGREEN_SPACES_SECRET": "secret",
    "BLUEGREEN_SLACK_WEBHOOK_URL": "none",
    "BLUEGREEN_SLACK_BOT_TOKEN": "none",
    "BLUEGREEN_TEAMS_WEBHOOK_URL": "none",
    "BLUEGREEN_CDEVENTS_URL": "none",
    "BLUEGREEN_CDEVENTS_KEY": "none",
    "BLUEGREEN_OTLP_URL": "none",
    "BLUEGREEN_OTLP_HEADERS": "none",
    "BLUEGREEN_SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
    "BLUEGREEN_PAGER_KEY": "none",
    "BLUEGREEN_PAGER_URL": "none",
    "BLUEGREEN_FUNCTIONS_KEY": "none",
    "BLUEGREEN_PROMETHEUS_TOKEN": "none",
    "BLUEGREEN_INSIGHTS_TOKEN": "none",
    "BLUEGREEN_REGISTRY_CREDENTIALS": "none",
}


@pytest.fixture
def behind_the_door(tmp_path, monkeypatch):
    """A function's folder and environment: an empty store is there, the other services refuse connections."""
    written = yaml.safe_load((ROOT / "bluegreen.yml").read_text())
    state = written["state"]
    store = Server(Spaces({"KEY": ("secret", {"": "fullaccess"})}, [state["bucket"], state["telemetry_bucket"]]).app)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        state["endpoint"] = store.url
        written["tokens"] = {"prometheus": {"rights": ["read"], "hash": hash_of(TOKEN)}}
        written["apis"] = {"digitalocean": refusing, "github": refusing}
        web = written["services"]["web"]
        web["traffic"] |= {"url": refusing, "settle": "100ms"}
        for name, environment in web["environments"].items():
            environment["url"] = f"{refusing}/{name}"
        (tmp_path / "bluegreen.json").write_text(json.dumps(written))
        monkeypatch.chdir(tmp_path)
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            monkeypatch.delenv(name)
        for name, value in EXAMPLES.items():
            monkeypatch.setenv(name, value)
        yield
    store.close()


def function_of(sample):
    return BY_LAST_NAME[sample.partition(".")[0]]


def test_every_function_has_a_sample_and_every_sample_a_function():
    assert {sample.partition(".")[0] for sample in SAMPLES} == set(BY_LAST_NAME)


def of_now(sample):
    """An alert that says when it was sent is heard for five minutes; so is a button in Slack, whose time is signed."""
    event = json.loads(json.dumps(SAMPLES[sample]).replace("1795435230000", str(int(time.time() * 1000))))
    if function_of(sample) == "hooks/slack":
        http = event["http"]
        http["headers"] |= signed(http["body"].encode(), EXAMPLES["BLUEGREEN_SLACK_SIGNING_SECRET"], int(time.time()))
    return event


@pytest.mark.parametrize("sample", EVENTS)
def test_a_sample_is_understood_by_its_function(sample, behind_the_door):
    done = invoke(entry_point_of(function_of(sample)), of_now(sample))

    said = json.dumps(done)
    assert done.get("statusCode", 200) < 300, said
    assert "a bug" not in said
    assert "unknown parameter" not in said
    assert "not known" not in said


@pytest.mark.parametrize("sample", [name for name in EVENTS if is_nudge(SAMPLES[name])])
def test_a_nudge_goes_to_the_caretaker_of_its_phase(sample):
    phase = Phase[SAMPLES[sample]["type"].rpartition(".")[2].upper()]

    assert CARETAKER[phase] == function_of(sample)


def test_the_raw_push_is_github_s_push():
    raw = SAMPLES["github.push.raw.json"]["http"]

    assert json.loads(base64.b64decode(raw["body"])) == SAMPLES["github.push.json"]


def test_the_schedule_s_body_is_the_watch_s_sample():
    (trigger,) = FUNCTIONS["ops/watch"].triggers

    assert trigger.scheduled.body == SAMPLES["watch.json"]
