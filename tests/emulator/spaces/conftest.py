"""One Spaces on the wire, and clients with the different keys that a team hands out."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server

KEYS: dict[str, Any] = {
    "DO00STATE": ("state-secret", {"state": "readwrite"}),
    "DO00ROUTER": ("router-secret", {"state": "read", "telemetry": "readwrite"}),
    "DO00OWNER": ("owner-secret", {"": "fullaccess"}),
}
THIRD_PARTY = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}


def connect(url: str, key: str = "DO00STATE", secret: str = "", verify: Any = None, **options: Any) -> Any:
    config = Config(
        s3={"addressing_style": "path"},
        retries={"max_attempts": 0},
        max_pool_connections=60,
        **{**THIRD_PARTY, **options},
    )
    return boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=key,
        aws_secret_access_key=secret or KEYS.get(key, ("unknown",))[0],
        region_name="fra1",
        verify=verify,
        config=config,
    )


@pytest.fixture
def spaces() -> Spaces:
    return Spaces(KEYS, ["state", "telemetry"])


@pytest.fixture
def url(spaces: Spaces) -> Iterator[str]:
    server = Server(spaces.app)
    yield server.url
    server.close()


@pytest.fixture
def client(url: str) -> Callable[..., Any]:
    return lambda *args, **options: connect(url, *args, **options)
