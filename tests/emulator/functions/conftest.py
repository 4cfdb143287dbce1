"""A platform of one's own for each test module, reached over WSGI, and a way to deploy to it as the deployer does."""

import base64
import io
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.app import create_app
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.runtimes import OWN
from bluegreen_emulator.functions.settings import PlatformSettings
from tests.build import NOW
from tests.still_clock import StillClock

KEY = ("dof_v1_tests", "secret")


@dataclass
class Cloud:
    platform: Platform
    api: httpx.Client  # with a key, under /api/v1/namespaces/_
    web: httpx.Client  # without, under /api/v1/web/tests

    def deploy(self, name: str, code: str | dict[str, str], **options: Any) -> None:
        """`code` is the text of main, or a zip's files by name. Options are the PUT's other fields."""
        if "/" in name:
            self.api.put(f"/packages/{name.split('/')[0]}", params={"overwrite": "true"}, json={}).raise_for_status()
        exec_ = {"kind": "python:3.11", **as_exec(code)}
        body = {"exec": exec_, "limits": {"timeout": 10_000}, **options}
        self.api.put(f"/actions/{name}", params={"overwrite": "true"}, json=body).raise_for_status()

    def call(self, name: str, event: dict[str, Any] | None = None, **query: str) -> httpx.Response:
        return self.api.post(f"/actions/{name}", params={"blocking": "true", "result": "true"} | query, json=event)

    def record(self, name: str, event: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self.call(name, event, result="false").json()
        return found


def as_exec(code: str | dict[str, str]) -> dict[str, Any]:
    if isinstance(code, str):
        return {"code": textwrap.dedent(code)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in code.items():
            archive.writestr(name, textwrap.dedent(text))
    return {"code": base64.b64encode(packed.getvalue()).decode(), "binary": True}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cloud]]:
    """Starts a platform with the given settings; all end with the module."""
    platforms: list[Platform] = []

    def started(clock: Clock | None = None, **settings: Any) -> Cloud:
        workdir: Path = tmp_path_factory.mktemp("functions")
        rules = PlatformSettings(**{"any_python": OWN != "python:3.11", **settings})
        platform = Platform("tests", dict([KEY]), clock or Clock(), rules, workdir)
        platforms.append(platform)
        transport = httpx.WSGITransport(app=create_app(platform))
        platform.api_host = "http://functions.test"
        api = httpx.Client(transport=transport, base_url=f"{platform.api_host}/api/v1/namespaces/_", auth=KEY)
        web = httpx.Client(transport=transport, base_url=f"{platform.api_host}/api/v1/web/tests")
        return Cloud(platform, api, web)

    yield started
    for platform in platforms:
        platform.close()


@pytest.fixture(scope="module")
def cloud(start: Callable[..., Cloud]) -> Cloud:
    return start()


@pytest.fixture
def still_clock() -> StillClock:
    """In the middle of a minute."""
    return StillClock(NOW + timedelta(seconds=30))
