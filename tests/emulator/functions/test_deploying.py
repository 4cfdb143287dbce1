"""Packages and functions as a deployer puts, reads, lists and deletes them."""

import base64

import pytest

from bluegreen_emulator.functions.runtimes import OWN

EXEC = {"kind": "python:3.11", "code": "def main(): return {}"}


def test_the_runtimes_are_told_to_anyone(cloud):
    found = cloud.web.get("http://functions.test/api/v1").json()["runtimes"]["python"]

    assert [entry["kind"] for entry in found] == ["python:3.9", "python:3.11", "python:3.12", "python:3.13"]
    assert [entry["kind"] for entry in found if entry["default"]] == [OWN]


def test_a_key_opens_one_namespace(cloud):
    assert cloud.api.get("http://functions.test/api/v1/namespaces").json() == ["tests"]
    assert cloud.api.get("http://functions.test/api/v1/namespaces/tests/packages").status_code == 200
    answer = cloud.api.get("http://functions.test/api/v1/namespaces/other/packages")
    assert answer.status_code == 403
    assert answer.json()["error"] == "The supplied authentication is not authorized to access 'other'."


@pytest.mark.parametrize("key", [None, ("dof_v1_tests", "wrong"), ("dof_v1_other", "secret"), ("uuid", "key")])
def test_other_keys_open_nothing(cloud, key):
    answer = cloud.web.get("http://functions.test/api/v1/namespaces/_/actions", auth=key)

    assert answer.status_code == 401
    assert set(answer.json()) == {"error", "code"}


def test_the_namespaces_old_key_pair_works_only_if_wanted(start, cloud):
    old = start(legacy_key=True)
    pair = cloud.platform.legacy_key

    assert cloud.api.get("/actions", auth=pair).status_code == 401
    assert old.api.get("/actions", auth=pair).status_code == 200


def test_a_function_is_kept_as_it_was_put(cloud):
    cloud.api.put("/packages/ops", params={"overwrite": "true"}, json={}).raise_for_status()
    parameters = [{"key": "TOKEN", "value": "x", "init": True}, {"key": "bound", "value": [1]}]
    annotations = [{"key": "web-export", "value": True}, {"key": "final", "value": True}]
    body = {"exec": EXEC, "parameters": parameters, "annotations": annotations, "limits": {"memory": 512}}

    put = cloud.api.put("/actions/ops/kept", params={"overwrite": "true"}, json=body).json()
    got = cloud.api.get("/actions/ops/kept", params={"code": "false"}).json()

    assert put["exec"]["code"] == EXEC["code"]
    assert got["exec"] == {"kind": "python:3.11", "binary": False}
    assert (got["namespace"], got["name"], got["version"]) == ("tests/ops", "kept", "0.0.1")
    assert got["parameters"] == parameters
    assert got["limits"]["memory"] == 512
    assert {"key": "final", "value": True} in got["annotations"]
    assert {"key": "exec", "value": "python:3.11"} in got["annotations"]


def test_putting_again_needs_overwrite_raises_the_version_and_keeps_what_is_left_out(cloud):
    annotations = [{"key": "provide-api-key", "value": True}]
    cloud.api.put("/actions/again", json={"exec": EXEC, "annotations": annotations, "limits": {"timeout": 500}})

    refused = cloud.api.put("/actions/again", json={"exec": EXEC})
    again = cloud.api.put("/actions/again", params={"overwrite": "true"}, json={"exec": EXEC}).json()

    assert (refused.status_code, refused.json()["error"]) == (409, "resource already exists")
    assert again["version"] == "0.0.2"
    assert again["limits"]["timeout"] == 500
    assert annotations[0] in again["annotations"]


def test_the_packages_parameters_are_merged_into_its_functions(cloud):
    package = {"parameters": [{"key": "A", "value": "package", "init": True}, {"key": "b", "value": "package"}]}
    cloud.api.put("/packages/outer", json=package).raise_for_status()
    cloud.api.put("/actions/outer/fn", json={"exec": EXEC, "parameters": [{"key": "b", "value": "function"}]})

    assert cloud.api.get("/actions/outer/fn").json()["parameters"] == [
        {"key": "A", "value": "package", "init": True},
        {"key": "b", "value": "function"},
    ]


@pytest.mark.parametrize(
    ("exec_", "status", "text"),
    [
        (None, 400, "exec undefined"),
        ({"kind": "cobol:1", "code": ""}, 400, "The specified runtime 'cobol:1' is not supported by this platform."),
        ({"kind": "python:3.11"}, 400, "'code' must be a string"),
        ({"kind": "python:3.11", "code": "%%%", "binary": True}, 400, "'code' is not base64"),
        ({"kind": "nodejs:22", "code": "x"}, 501, "not emulated: runtime nodejs:22"),
        ({"kind": "sequence", "components": []}, 501, "not emulated: functions of kind sequence"),
    ],
)
def test_code_that_cannot_run_is_refused(cloud, exec_, status, text):
    answer = cloud.api.put("/actions/refused", json={"exec": exec_} if exec_ else {})

    assert answer.status_code == status
    assert text in answer.json()["error"]


@pytest.mark.slow
def test_code_over_48_mb_is_refused(cloud):
    code = base64.b64encode(bytes(48 * 1024 * 1024 + 1)).decode()

    answer = cloud.api.put("/actions/fat", json={"exec": {"kind": "python:3.11", "code": code, "binary": True}})

    assert answer.status_code == 413
    assert answer.json()["error"] == "exec larger than allowed: 50331649 > 50331648 bytes."


def test_the_default_runtime_is_the_one_that_runs_here(cloud):
    put = cloud.api.put("/actions/default-kind", json={"exec": EXEC | {"kind": "python:default"}})

    assert put.json()["exec"]["kind"] == OWN


def test_functions_need_their_package_and_default_is_none(cloud):
    assert cloud.api.put("/actions/nowhere/fn", json={"exec": EXEC}).status_code == 404
    refused = cloud.api.put("/packages/default", json={})
    assert (refused.status_code, refused.json()["error"]) == (400, "Package name 'default' is reserved.")
    assert cloud.api.put("/actions/-bad-", json={"exec": EXEC}).status_code == 400


def test_lists_go_by_package_and_in_pages(cloud):
    cloud.api.put("/packages/listed", json={}).raise_for_status()
    for name in ("one", "two", "three"):
        cloud.api.put(f"/actions/listed/{name}", json={"exec": EXEC}).raise_for_status()

    found = cloud.api.get("/actions/listed/").json()
    page = cloud.api.get("/actions/listed/", params={"limit": 1, "skip": 1}).json()

    assert {action["name"] for action in found} == {"one", "two", "three"}
    assert page == found[1:2]
    assert "listed" in {package["name"] for package in cloud.api.get("/packages", params={"limit": 200}).json()}
    assert cloud.api.get("/actions/nowhere/").status_code == 404
    refused = cloud.api.get("/actions", params={"limit": 201})
    assert refused.json()["error"] == "The value '201' is not in the range of 0 to 200 for actions."


def test_deleting_takes_functions_first_unless_forced(cloud):
    cloud.api.put("/packages/going", json={}).raise_for_status()
    for name in ("one", "two"):
        cloud.api.put(f"/actions/going/{name}", json={"exec": EXEC}).raise_for_status()

    refused = cloud.api.delete("/packages/going")
    cloud.api.delete("/actions/going/one").raise_for_status()
    cloud.api.delete("/packages/going", params={"force": "true"}).raise_for_status()

    assert refused.status_code == 409
    assert "Package not empty (contains 2 entities)." in refused.json()["error"]
    assert cloud.api.get("/packages/going").status_code == 404
    assert cloud.api.get("/actions/going/two").json()["error"] == "The requested resource does not exist."


def test_a_package_shows_what_is_in_it(cloud):
    cloud.api.put("/packages/full", json={"annotations": [{"key": "a", "value": 1}]}).raise_for_status()
    cloud.api.put("/actions/full/fn", json={"exec": EXEC}).raise_for_status()

    found = cloud.api.get("/packages/full").json()

    assert [action["name"] for action in found["actions"]] == ["fn"]
    assert found["annotations"] == [{"key": "a", "value": 1}]


def test_what_is_not_emulated_says_so(cloud):
    for method, path in (("GET", "/rules"), ("PUT", "/triggers/t"), ("PATCH", "/actions/x")):
        answer = cloud.api.request(method, path)
        assert answer.status_code == 501
        assert answer.json()["error"] == f"not emulated: {method} /api/v1/namespaces/_{path}"
