"""The sample events that come from GitHub are what the emulated GitHub sends."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github.payloads import Payloads, tag_push
from tests.emulator.github.conftest import HOLI, SECRET

EVENTS = Path(__file__).parents[3] / "events"


@pytest.fixture
def sample() -> dict[str, Any]:
    return json.loads((EVENTS / "github.push.json").read_text())


def test_the_push_is_the_one_that_is_sent(sample: dict[str, Any]) -> None:
    code = Repository(HOLI)
    code.release("v1.2.0")
    code.release("v1.3.0")
    assert tag_push(Payloads(code, datetime(2026, 11, 23, 10, tzinfo=UTC)), code.tags["v1.3.0"]) == sample


def test_the_raw_event_carries_the_push_and_its_own_signature(sample: dict[str, Any]) -> None:
    http = json.loads((EVENTS / "github.push.raw.json").read_text())["http"]
    body = base64.b64decode(http["body"], validate=True)
    assert json.loads(body) == sample
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert http["headers"]["x-hub-signature-256"] == f"sha256={expected}"
    assert int(http["headers"]["content-length"]) == len(body)
