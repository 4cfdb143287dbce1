"""Refs, tags and history over REST."""

import base64

import httpx
import pytest

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github import GitHub


def test_an_annotated_tag_leads_to_its_commit_through_a_tag_object(api: httpx.Client, code: Repository) -> None:
    found = api.get("/git/ref/tags/v1.2.0").json()["object"]
    assert found["type"] == "tag"
    assert found["sha"] != code.order[1]
    assert api.get(f"/git/tags/{found['sha']}").json()["object"] | {"url": ""} == {
        "sha": code.order[1],
        "type": "commit",
        "url": "",
    }


def test_a_light_tag_is_the_commit_itself(api: httpx.Client, code: Repository) -> None:
    found = api.get("/git/ref/tags/v1.1.0").json()["object"]
    assert (found["type"], found["sha"]) == ("commit", code.order[0])
    assert api.get(f"/git/tags/{found['sha']}").status_code == 404


def test_a_pointer_branch_moves_forward_and_back_only_by_force(api: httpx.Client, code: Repository) -> None:
    first, second = code.order
    assert api.patch("/git/refs/heads/deploy/green", json={"sha": second}).json()["object"]["sha"] == second
    back = api.patch("/git/refs/heads/deploy/green", json={"sha": first})
    assert (back.status_code, back.json()["message"]) == (422, "Update is not a fast forward")
    assert api.patch("/git/refs/heads/deploy/green", json={"sha": first, "force": True}).status_code == 200
    assert api.get("/git/ref/heads/deploy/green").json()["object"]["sha"] == first


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("PATCH", "/git/refs/heads/nowhere", {"sha": "HEAD"}, "Reference does not exist"),
        ("PATCH", "/git/refs/heads/main", {"sha": "f" * 40}, "Object does not exist"),
        ("POST", "/git/refs", {"ref": "refs/heads/main", "sha": "HEAD"}, "Reference already exists"),
        ("POST", "/git/refs", {"ref": "refs/heads/new", "sha": "f" * 40}, "Object does not exist"),
        ("POST", "/git/refs", {"ref": "new", "sha": "HEAD"}, "Reference name must contain at least three"),
        ("POST", "/git/refs", {"ref": "refs/heads/new"}, '"sha" wasn\'t supplied'),
        ("DELETE", "/git/refs/heads/nowhere", None, "Reference does not exist"),
    ],
)
def test_refs_are_refused_in_githubs_words(
    api: httpx.Client, code: Repository, method: str, path: str, body: dict[str, str] | None, message: str
) -> None:
    if body and body.get("sha") == "HEAD":
        body["sha"] = code.order[1]
    answer = api.request(method, path, json=body)
    assert answer.status_code == 422
    assert message in answer.json()["message"]


def test_a_branch_is_made_and_deleted(api: httpx.Client, code: Repository) -> None:
    made = api.post("/git/refs", json={"ref": "refs/heads/deploy/blue", "sha": code.order[1]})
    assert (made.status_code, made.json()["ref"]) == (201, "refs/heads/deploy/blue")
    assert api.delete("/git/refs/heads/deploy/blue").status_code == 204
    missing = api.get("/git/ref/heads/deploy/blue")
    assert (missing.status_code, missing.json()["message"]) == (404, "Not Found")


def test_what_the_api_moves_is_told_as_a_push(api: httpx.Client, github: GitHub, code: Repository) -> None:
    api.patch("/git/refs/heads/deploy/green", json={"sha": code.order[1]})
    github.webhooks.send_waiting()
    told = github.webhooks.deliveries[0].payload
    assert (told["ref"], told["after"], told["forced"]) == ("refs/heads/deploy/green", code.order[1], False)


def test_tags_come_newest_first_in_pages(api: httpx.Client, code: Repository) -> None:
    code.release("v1.3.0")
    first = api.get("/tags", params={"per_page": 2})
    assert [tag["name"] for tag in first.json()] == ["v1.3.0", "v1.2.0"]
    second = api.get(first.links["next"]["url"])
    assert [tag["name"] for tag in second.json()] == ["v1.1.0"]
    assert "next" not in second.links


def test_a_commit_is_found_by_every_name_it_has(api: httpx.Client, code: Repository) -> None:
    sha = code.order[0]
    for name in (sha, sha[:8], "v1.1.0", "deploy/green", "refs/tags/v1.1.0"):
        assert api.get(f"/commits/{name}").json()["sha"] == sha
    assert api.get("/commits/v1.1.0", headers={"Accept": "application/vnd.github.sha"}).text == sha
    missing = api.get("/commits/v9")
    assert (missing.status_code, missing.json()["message"]) == (422, "No commit found for SHA: v9")


def test_compare_says_which_way_and_what_changed(api: httpx.Client, github: GitHub, code: Repository) -> None:
    made = code.commit(message="add a column")
    github.files[code.full_name][made.sha] = {"migrations/0002.sql": "ALTER TABLE users ADD name text;\n"}
    ahead = api.get("/compare/v1.1.0...main").json()
    assert (ahead["status"], ahead["ahead_by"], ahead["total_commits"]) == ("ahead", 2, 2)
    assert [commit["sha"] for commit in ahead["commits"]] == code.order[1:]
    assert [(file["filename"], file["status"]) for file in ahead["files"]] == [("migrations/0002.sql", "added")]
    assert api.get("/compare/main...deploy/green").json()["status"] == "behind"
    assert api.get("/compare/main...main").json()["status"] == "identical"
    assert api.get("/compare/v1.1.0...v9").status_code == 404


def test_lines_that_part_are_compared_from_where_they_part(api: httpx.Client, code: Repository) -> None:
    code.release("v1.1.1", parent=code.order[0])
    parted = api.get("/compare/main...v1.1.1").json()
    assert (parted["status"], parted["ahead_by"], parted["behind_by"]) == ("diverged", 1, 1)
    assert parted["merge_base_commit"]["sha"] == code.order[0]
    code.release("v0.1.0", parent="")
    unrelated = api.get("/compare/main...v0.1.0")
    assert (unrelated.status_code, "No common ancestor" in unrelated.json()["message"]) == (404, True)


def test_the_files_of_a_comparison_stand_on_its_first_page(api: httpx.Client, github: GitHub, code: Repository) -> None:
    made = code.commit(message="add a page")
    github.files[code.full_name][made.sha] = {"index.html": "x"}
    second = api.get("/compare/v1.1.0...main", params={"per_page": 1, "page": 2}).json()
    assert (second["status"], len(second["commits"]), second["files"]) == ("ahead", 1, [])


def test_a_file_is_read_at_a_ref(api: httpx.Client, github: GitHub, code: Repository) -> None:
    github.files[code.full_name][code.order[1]] = {"migrations/0001.sql": "CREATE TABLE users();\n"}
    found = api.get("/contents/migrations/0001.sql", params={"ref": "v1.2.0"}).json()
    assert base64.b64decode(found["content"]) == b"CREATE TABLE users();\n"
    assert [entry["name"] for entry in api.get("/contents/migrations").json()] == ["0001.sql"]
    assert api.get("/contents/migrations/0001.sql", params={"ref": "v1.1.0"}).status_code == 404


def test_a_release_is_there_once_it_is_published(api: httpx.Client, github: GitHub, code: Repository) -> None:
    assert api.get("/releases/tags/v1.2.0").status_code == 404
    github.publish_release(code.full_name, "v1.2.0", prerelease=True)
    assert api.get("/releases/tags/v1.2.0").json()["prerelease"] is True
