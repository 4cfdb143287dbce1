"""Trees, blobs and archives, as GitHub answers them."""

import base64
import io
import tarfile

import httpx
import pytest

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github import GitHub
from bluegreen_emulator.github.history import blob_sha

TEXTS = {"app/a.py": "a = 1\n", "app/b.py": "b = 2\n", "link": "app/a.py", "lib": "f" * 40}


@pytest.fixture
def head(github: GitHub, code: Repository) -> str:
    github.files[code.full_name][code.order[1]] = dict(TEXTS)
    github.trees[code.full_name].modes |= {"link": "120000", "lib": "160000"}
    return code.order[1]


def test_a_tree_tells_files_folders_links_and_submodules_apart(api: httpx.Client, head: str) -> None:
    found = api.get(f"/git/trees/{head}", params={"recursive": 1}).json()
    kinds = {entry["path"]: (entry["type"], entry["mode"]) for entry in found["tree"]}
    assert kinds == {
        "app": ("tree", "040000"),
        "app/a.py": ("blob", "100644"),
        "app/b.py": ("blob", "100644"),
        "lib": ("commit", "160000"),
        "link": ("blob", "120000"),
    }
    assert next(entry["sha"] for entry in found["tree"] if entry["path"] == "lib") == "f" * 40


def test_beyond_what_is_listed_a_tree_is_truncated_and_its_folders_can_be_asked_for(
    api: httpx.Client, github: GitHub, code: Repository, head: str
) -> None:
    github.trees[code.full_name].most_listed = 3
    cut = api.get(f"/git/trees/{head}", params={"recursive": 1}).json()
    assert (cut["truncated"], len(cut["tree"])) == (True, 3)
    flat = api.get(f"/git/trees/{head}").json()
    assert (flat["truncated"], [entry["path"] for entry in flat["tree"]]) == (False, ["app", "lib", "link"])
    inside = api.get(f"/git/trees/{flat['tree'][0]['sha']}", params={"recursive": 1}).json()
    assert [entry["path"] for entry in inside["tree"]] == ["a.py", "b.py"]


def test_a_blob_comes_in_lines_of_base64_and_none_that_is_too_large(
    api: httpx.Client, github: GitHub, code: Repository, head: str
) -> None:
    github.files[code.full_name][head]["long"] = "x" * 100
    found = api.get(f"/git/blobs/{blob_sha('x' * 100)}").json()
    assert "\n" in found["content"].strip()
    assert base64.b64decode(found["content"]) == b"x" * 100
    github.trees[code.full_name].largest_blob = 99
    refused = api.get(f"/git/blobs/{blob_sha('x' * 100)}")
    assert (refused.status_code, "too large" in refused.json()["message"]) == (403, True)


def test_an_archive_is_led_on_to_and_leaves_out_what_gitattributes_says(
    api: httpx.Client, github: GitHub, code: Repository, head: str
) -> None:
    github.trees[code.full_name].export_ignore = ("app/b.py",)
    led = api.get(f"/tarball/{head}", follow_redirects=False)
    assert led.status_code == 302
    with_token = api.get(led.headers["location"])
    assert with_token.status_code == 404  # our token belongs to the API alone
    request = api.build_request("GET", led.headers["location"])
    del request.headers["Authorization"]
    with tarfile.open(fileobj=io.BytesIO(api.send(request).content)) as archive:
        kinds = {member.name.partition("/")[2]: member for member in archive}
    assert sorted(kinds) == ["app/a.py", "lib", "link"]
    assert kinds["lib"].isdir()
    assert kinds["link"].linkname == "app/a.py"
