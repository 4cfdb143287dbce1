"""One repository with a few releases, GitHub over it, and a receiver that writes down what it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from werkzeug.wrappers import Request, Response

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github import GitHub, Hook, create_app
from bluegreen_emulator.wire import Server

HOLI = "holi-labs/holi"
SECRET = "webhook-secret-of-these-samples"


@dataclass
class Receiver:
    """Answers every request with `status`; keeps the requests' headers and bodies."""

    status: int = 200
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.requests.append((dict(request.headers), request.get_data()))
        return Response(b'{"ok": true}', self.status)(environ, start_response)


@pytest.fixture
def code() -> Repository:
    code = Repository(HOLI)
    code.release("v1.1.0", annotated=False)
    code.release("v1.2.0")
    code.branches["deploy/green"] = code.order[0]
    return code


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def hook_url(receiver: Receiver) -> Iterator[str]:
    server = Server(receiver)
    yield f"{server.url}/hooks/github"
    server.close()


@pytest.fixture
def github(code: Repository, hook_url: str) -> Iterator[GitHub]:
    hook = Hook(hook_url, SECRET, HOLI, events=["push", "create", "delete", "release"])
    workflows = {"smoke.yml": ("url", "tag"), "ci.yml": None}
    github = GitHub({HOLI: code}, "ghp_example", hooks=[hook], workflows=workflows, in_background=False)
    yield github
    github.close()


@pytest.fixture
def api(github: GitHub) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer ghp_example", "User-Agent": "bluegreen"}
    transport = httpx.WSGITransport(create_app(github))
    with httpx.Client(transport=transport, base_url=f"http://api.github/repos/{HOLI}", headers=headers) as api:
        yield api
