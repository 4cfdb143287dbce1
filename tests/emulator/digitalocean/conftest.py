from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean import DigitalOcean, Settings, create_app, web_app
from bluegreen_emulator.digitalocean.app import App
from tests.still_clock import StillClock


class Setting:
    """One account with an app `holi-green` at v1.1.0, following the branch deploy/green, and a client of the API."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.clock = StillClock()
        self.repository = Repository("holi/web")
        self.repository.branches["deploy/green"] = self.repository.release("v1.1.0").sha
        self.cloud = DigitalOcean(self.clock, {"holi/web": self.repository}, settings)
        self.green = self.cloud.create(git_spec("holi-green"), web_app("green"))
        transport = httpx.WSGITransport(create_app(self.cloud))
        self.api = httpx.Client(
            transport=transport, base_url="http://do.test", headers={"Authorization": "Bearer dop_v1_x"}
        )

    def release(self, version: str, **fault: Any) -> str:
        """Tags a release and moves green's pointer branch to it."""
        sha = self.repository.release(version, fault).sha
        self.repository.branches["deploy/green"] = sha
        return sha

    def deploy(self, app: App | None = None) -> dict[str, Any]:
        answer = self.post(f"/v2/apps/{(app or self.green).id}/deployments", json={"force_build": False})
        return answer["deployment"]

    def deployment(self, identity: str) -> dict[str, Any]:
        return self.get(f"/v2/apps/{self.green.id}/deployments/{identity}")["deployment"]

    def get(self, path: str, **how: Any) -> dict[str, Any]:
        return self.call("GET", path, **how)

    def post(self, path: str, **how: Any) -> dict[str, Any]:
        return self.call("POST", path, **how)

    def put(self, path: str, **how: Any) -> dict[str, Any]:
        return self.call("PUT", path, **how)

    def call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        """A call that must succeed, and whose answer must agree with the published description."""
        answer = self.api.request(method, path, **how)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        body = answer.json() if answer.content else {}
        operation = self.cloud.contract.find(method, path.partition("?")[0])
        assert operation is None or operation.answer_problems(answer.status_code, body) == []
        return body


def git_spec(name: str, branch: str = "deploy/green", **service: Any) -> dict[str, Any]:
    source = {"repo": "holi/web", "branch": branch, "deploy_on_push": False}
    health = {"http_path": "/api/health"}
    return {
        "name": name,
        "region": "fra",
        "services": [{"name": "web", "github": source, "health_check": health, **service}],
    }


@pytest.fixture
def make() -> Iterator[Callable[..., Setting]]:
    made: list[Setting] = []

    def one(**settings: Any) -> Setting:
        made.append(Setting(Settings(**settings)))
        return made[-1]

    yield one
    for setting in made:
        setting.cloud.close()


@pytest.fixture
def setting(make: Callable[..., Setting]) -> Setting:
    return make()


@pytest.fixture
def spec() -> Callable[..., dict[str, Any]]:
    return git_spec
