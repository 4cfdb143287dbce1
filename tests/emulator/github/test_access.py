"""Tokens, permissions, limits, and what is not emulated."""

import httpx
import pytest

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github import GitHub, create_app
from tests.emulator.github.conftest import HOLI


def test_a_wrong_token_is_bad_credentials(api: httpx.Client) -> None:
    answer = api.get("/tags", headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_without_a_token_the_repository_does_not_exist(api: httpx.Client) -> None:
    del api.headers["Authorization"]
    assert api.get("/tags").status_code == 404


def test_without_a_user_agent_nothing_is_answered(api: httpx.Client) -> None:
    assert api.get("/tags", headers={"User-Agent": ""}).status_code == 403


def test_another_repository_is_not_found(api: httpx.Client) -> None:
    assert api.get("http://api.github/repos/holi-labs/other/tags").json()["message"] == "Not Found"


def test_a_token_may_do_only_what_it_was_given(code: Repository) -> None:
    github = GitHub({HOLI: code}, "ghp_example", permissions={"contents": "read"})
    transport = httpx.WSGITransport(create_app(github))
    headers = {"Authorization": "Bearer ghp_example", "User-Agent": "bluegreen"}
    with httpx.Client(transport=transport, base_url=f"http://g/repos/{HOLI}", headers=headers) as api:
        assert api.get("/git/ref/heads/main").status_code == 200
        for refused in (
            api.patch("/git/refs/heads/main", json={"sha": code.order[0]}),
            api.get("/deployments"),
        ):
            assert (refused.status_code, refused.json()["message"]) == (
                403,
                "Resource not accessible by personal access token",
            )
    github.close()


@pytest.mark.parametrize(("status", "retry_after"), [(403, 60), (429, 30), (403, None)])
def test_the_secondary_limit_can_be_ordered(
    api: httpx.Client, github: GitHub, status: int, retry_after: int | None
) -> None:
    github.access.limit_next(status=status, retry_after=retry_after)
    limited = api.get("/tags")
    assert limited.status_code == status
    assert "secondary rate limit" in limited.json()["message"]
    assert limited.headers.get("retry-after") == (str(retry_after) if retry_after else None)
    assert api.get("/tags").status_code == 200


def test_answers_count_down_the_primary_limit(api: httpx.Client, github: GitHub) -> None:
    assert api.get("/tags").headers["x-ratelimit-remaining"] == "4999"
    github.access.used = 5000
    spent = api.get("/tags")
    assert (spent.status_code, spent.headers["x-ratelimit-remaining"]) == (403, "0")
    assert "API rate limit exceeded" in spent.json()["message"]


def test_what_is_not_emulated_names_itself(api: httpx.Client) -> None:
    for answer in (api.get("/pulls"), api.delete("/tags")):
        assert answer.status_code == 501
        assert f"{answer.request.method} /repos/{HOLI}" in answer.json()["message"]


@pytest.mark.parametrize(
    ("sent", "message"), [(b"{", "Problems parsing JSON"), (b"[]", "Body should be a JSON object")]
)
def test_a_body_that_is_not_an_object_is_a_bad_request(api: httpx.Client, sent: bytes, message: str) -> None:
    answer = api.post("/deployments", content=sent)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
