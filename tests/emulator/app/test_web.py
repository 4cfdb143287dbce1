import asyncio
import re

import httpx
import pytest

from bluegreen_emulator.app.fault import Fault
from bluegreen_emulator.app.web import Release, create_app

ROUTER = {"X-Forwarded-Host": "app.holi.example"}


class Client:
    def __init__(self, release):
        self._transport = httpx.ASGITransport(create_app(release))

    def __getattr__(self, method):
        return lambda path, **how: asyncio.run(self._ask(method, path, **how))

    async def _ask(self, method, path, **how):
        async with httpx.AsyncClient(transport=self._transport, base_url="http://app.test") as client:
            return await client.request(method.upper(), path, **how)


def client(**fault):
    return Client(Release("v1.3.0", "green", Fault(**fault)))


def test_health_names_the_release():
    answer = client().get("/api/health")
    assert answer.json() == {"status": "ok", "version": "v1.3.0", "environment": "green"}


@pytest.mark.parametrize("name", ["db", "redis"])
def test_dependencies_say_whether_they_are_healthy(name):
    assert client().get(f"/api/health/{name}").json()["healthy"] is True
    down = client(**{name: "down"}).get(f"/api/health/{name}")
    assert (down.status_code, down.json()["healthy"]) == (503, False)


def test_the_sign_in_page_has_its_title_and_its_button():
    page = client().get("/login").text
    assert re.search(r"<title>Sign in · Holi Labs</title>", page)
    assert re.search(r"<button[^>]*>Sign in</button>", page)


def test_sign_in_refuses_bad_credentials_and_fails_without_its_database():
    assert client().post("/api/auth/signin", json={"email": "a", "password": "b"}).status_code == 401
    assert client(db="down").post("/api/auth/signin", json={}).status_code == 503


def test_the_front_page_names_version_and_environment():
    page = client().get("/").text
    assert "v1.3.0" in page
    assert "green" in page


@pytest.mark.parametrize("path", ["/", "/login", "/api/health", "/api/health/db", "/nope", "/_fault"])
def test_every_answer_names_the_release(path):
    assert client().get(path).headers["X-Release"] == "v1.3.0"


@pytest.mark.parametrize("path", ["/", "/login", "/api/health", "/api/health/db", "/api/health/redis"])
def test_every_route_honours_the_share_of_failures(path):
    app = client(share=0.2, when="production")
    statuses = [app.get(path, headers=ROUTER).status_code for _ in range(50)]
    assert 8 <= statuses.count(500) <= 12
    assert {app.get(path).status_code for _ in range(10)} == {200}


def test_slowness_is_felt():
    app = client(slow_ms=60)
    assert app.get("/api/health").elapsed.total_seconds() >= 0.06


def test_the_fault_is_set_shown_and_cleared_at_run_time():
    app = client()
    assert app.put("/_fault", json={"share": 1}).json()["share"] == 1
    assert app.get("/api/health").status_code == 500
    assert app.get("/_fault").json()["share"] == 1
    app.delete("/_fault")
    assert app.get("/api/health").status_code == 200


@pytest.mark.parametrize("body", [b"", b"nope", b'{"share": 7}', b"[]"])
def test_a_bad_fault_is_refused_and_changes_nothing(body):
    app = client()
    refused = app.put("/_fault", content=body)
    assert refused.status_code == 400
    assert app.get("/api/health").status_code == 200
